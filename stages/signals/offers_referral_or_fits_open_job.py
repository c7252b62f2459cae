"""The person offers a referral, or is interested in a job you are filling.

The words of a job are not enough: somebody sells to those who hire, and somebody quotes what you wrote about the work.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from stages.events import Claim, Finding, Request
from stages.settings import Job, Profile
from stages.signals import Facts, pitches_a_job
from stages.signals.claim_is_true import told
from stages.wording import Hit, Phrases, Words, evidence, find, read
from stages.wording.mentions import jobs, named
from stages.wording.quoting import said
from stages.wording.referrals import for_your_opening
from stages.wording.vocabulary import INTRODUCES

POINTS = 3.0

_REFERS = Phrases(
    "refer you|refer her|refer him|refer them|referral*|candidate of mine|recommend ~ for|i know someone",
    "i know somebody|know a great|know a good|introduce you to ~ candidate|candidate for your|candidate for the",
    "empfehlen|empfehlung|ich kenne jemanden|recommander|je connais quelqu un|recomendar*|conozco a alguien",
    "posso indicar|quero indicar|queria indicar|gostaria de indicar|te indicar|lhe indicar|indicacao|conheco alguem",
    "send her to your|send him to your|send her cv|send his cv|pass her cv|pass his cv|give him your|give her your",
    "einen kandidaten fur|eine kandidatin fur|fur sie einen kandidaten|fur sie eine kandidatin|kollegin sucht",
    "kollege sucht|te paso su contacto|le paso su contacto|te paso su cv|encajaria en|encaja en vuestr*|encaja en tu",
    "encaminhar o curriculo dela|encaminhar o curriculo dele|passar o contato dela|passar o contato dele",
    "te la segnalo|te lo segnalo|gliela segnalo",
    "glielo segnalo|segnalarle|segnalarti|son cv a|transmettre son cv|vous envoyer son cv|haar cv|zijn cv",
    "consigliar*|conosco qualcuno|aanbevelen|ik ken iemand|former colleague ~ looking|colleague ~ looking",
)
_APPLIES = Phrases(
    "i applied|i ve applied|i have applied|i just applied|applied for|applied to|applying|my application",
    "before i apply|like to apply|want to apply|apply for|put in for|submitted my|my resume|my cv|i d be a",
    "i would be a|makes me a|i m interested in|i am interested in|i m very interested|i am very interested",
    "my interest in|interested in it|i m particularly interested|i am particularly interested|interested in the",
    "interested in your|excited about|still open|still looking|is it open|is it filled|already filled",
    "thinking of moving|looking for a job|looking to move|caught my eye|ask about|match for me|fit for me|suit me",
    "suits me|fits me|match my|matches my|fits my|it s a fit|it is a fit|like a ~ match|like a ~ fit",
    "thinking of the ~ vacancy|thinking of the ~ position|thinking of the ~ role|saw the ~ vacancy|saw your ~ vacancy",
    "seen the ~ vacancy|seen your ~ vacancy|because of the ~ position|because of the ~ vacancy|because of the ~ role",
    "i ll apply|i d apply|whether i apply|should i apply|should i not apply|rule me out|sent ~ application",
    "posting says",
    "saw the ~ advert|saw your ~ advert|seen the ~ advert|advert says|would i have a chance",
    "ausschreibung ~ gelesen|ausschreibung ~ gesehen|ausschreibung steht|inserat ~ gesehen|inserat steht",
    "inserat ~ gelesen",
    "interesse ~ ausschreibung|interesse ~ stelle|ihre ausschreibung|eure ausschreibung|deine ausschreibung",
    "stelle reizt",
    "stelle gesehen|mich ~ vorstellen|reicht das|vu l annonce|vu votre annonce|vu l offre|vu votre offre|votre annonce",
    "je me presente pour|repondu a votre|postuler|je candidate|vi la vacante|vi el anuncio|vi el aviso|vi la oferta",
    "vi tu vacante|vi su vacante|vi vuestr*|envie mi|mi cv|mi curriculum|me anote|me apunte|me inscribi|postularme",
    "me postulo|me postule|me interesa el puesto|vi a vaga|vi o anuncio|vi o vosso anuncio|vi a vossa vaga|vi sua vaga",
    "vi a sua vaga|me inscrevi|inscrevi me|enviei ~ curriculo|mandei ~ curriculo|concorrer|meu curriculo",
    "ho risposto ~ annuncio|ho visto l annuncio|ho visto il vostro annuncio|inviato il curriculum|inviato il mio",
    "per l annuncio|per il vostro annuncio|il mio cv|il mio curriculum|gereageerd op|vacature gezien|twijfel over",
    "vraag over de vacature|stage lopen|mijn cv|mijn brief|mijn motivatie",
    "learn more about the role|learn more about the job|i d do|i would do|beworben|bewerbung|bewerbe|bewerben",
    "interessiere|interessiert mich|noch offen|passt zu mir|postule|ma candidature|j ai repondu|m interesse",
    "interessee par|interesse par|toujours ouvert*|encore ouvert*|me interesa|aplique|mi candidatura|me he inscrito",
    "sigue abierta|candidatei|candidatar|minha candidatura|tenho interesse|interessad*|ainda aberta|mi interessa",
    "mi sono candidat*|la candidatura|candidarmi|ancora aperta|sollicit*|gesolliciteerd|geinteresseerd|interesse in",
    "nog open",
)
"""The writer is a candidate, or asks about the job."""

_SERVES = Phrases(
    "our ~ platform for|our ~ platform can|our ~ tool for|our ~ software for|our ~ solution*|our ~ services",
    "our service|our platform|our product can|our product help*|our software|our agency|our candidates",
    "our ~ candidates|we place|we help|we supply|we provide|we specialise|we specialize|we offer|i help companies",
    "our ~ developers|our ~ engineers|our consultants|our bench|why hire|your hiring needs|fee applies",
    "time to hire|cost per hire|demo|book a call|free trial|our fee|no placement fee|unsere plattform|unsere losung",
    "unsere software|wir vermitteln|wir helfen|wir unterstutzen|wir bieten|notre plateforme|notre solution",
    "notre logiciel|nous placons|nous aidons|demonstration|nous proposons|nuestra plataforma|nuestra solucion",
    "ayudamos|ofrecemos|nossa plataforma|nossa solucao|ajudamos|oferecemos|nostra piattaforma|nostra soluzione",
    "aiutiamo|offriamo|ons platform|onze oplossing|wij helpen|we helpen|wij bieden|onze kandidaten",
)
"""Something is offered to those who hire."""

_OPENINGS = Phrases(
    "opportunities at|openings at|roles at|jobs at|positions at|working at|joining|join your team",
    "offene stellen|stellen bei|arbeiten bei|postes chez|travailler chez",
    "oportunidades en|vacantes en|trabajar en|oportunidades na|oportunidades no|vagas na|vagas no|trabalhar na",
    "opportunita in|lavorare in|vacatures bij|werken bij",
)
_ANY_JOB = 2.0
"""Points for wanting a job where the owner is hiring, without naming which."""


_NEAR = 2
"""Sentences between the words of a job and the wish for it."""


def check(request: Request, facts: Facts) -> Finding | None:
    note = request.words
    if facts.profile is None or not facts.profile.open_jobs or not note:
        return None
    words, named_job = read(note), _claimed(facts)
    refers = (*find(words, _REFERS), *find(words, INTRODUCES), *for_your_opening(words))
    applied = named_job is not None and named_job.kind == "application"
    applies = find(words, _APPLIES)
    if not applied and find(words, _SERVES):
        return None
    if not refers and (not (applies or applied) or pitches_a_job.check(request, facts)):
        return None
    for job, hit in _named(words, facts.profile, facts.claims):
        if applied or _beside(words, hit, (*refers, *applies)):
            welcome = " (referrals welcome)" if job.referrals_welcome and refers else ""
            return Finding(
                points=POINTS, evidence=said(words, hit, about=f'your open job "{evidence(job.title)}"{welcome}')
            )
    if named_job is not None:
        return Finding(points=POINTS, evidence=told(named_job))
    return _any_job(words, facts.profile)


def _claimed(facts: Facts) -> Claim | None:
    """What the note says of an open job of the owner's, an application first."""
    of_jobs = [claim for claim in facts.claims if claim.truth == "true" and claim.kind in ("application", "job")]
    return min(of_jobs, key=lambda claim: claim.kind, default=None)


def _named(words: Words, profile: Profile, claims: Iterable[Claim]) -> Iterator[tuple[Job, Hit]]:
    """The jobs that are named, but for words by which the note quotes what the owner published."""
    works = [claim.words for claim in claims if claim.kind == "published" and claim.truth == "true"]
    quoted = [(begin, begin + len(work)) for work in works if (begin := words.source.find(work)) >= 0]
    for job, hit in jobs(words, profile):
        at = words.words[hit.first].start
        if not any(begin <= at < end for begin, end in quoted):
            yield job, hit


def _beside(words: Words, job: Hit, hits: Iterable[Hit]) -> bool:
    """Does one of these stand near the words of the job?"""
    at = words.words[job.first].sentence
    return any(abs(words.words[hit.first].sentence - at) <= _NEAR for hit in hits)


def _any_job(words: Words, profile: Profile) -> Finding | None:
    """A wish to work where the owner is hiring."""
    for employer in dict.fromkeys(job.employer for job in profile.open_jobs if job.employer):
        if (spoken := named(words, employer)) and (openings := find(words, _OPENINGS)):
            about = f'you are hiring for "{evidence(employer)}"'
            return Finding(points=_ANY_JOB, evidence=said(words, spoken, openings[0], about=about))
    return None
