"""Note -> Claims about a job that the reader fills: "your opening for ...", "I applied for ...".

False only where the job is named, stands beside no employer of the reader's, and is near nothing in the profile; a
profile without open jobs proves nothing, for they come and go.
"""

from __future__ import annotations

from stages.claims.note import Claims, Note
from stages.events import Claim, ClaimKind, Truth
from stages.settings import Job
from stages.wording import Hit, Phrases, apart, evidence
from stages.wording.mentions import jobs, named
from stages.wording.vocabulary import words_of

_YOURS = {
    whose: words_of(things)
    for owners, things in (
        ("your", "opening openings vacancy vacancies posting advert ad search role position job req"),
        (
            "ihr ihre ihrer ihren ihrem dein deine deiner eure eurer",
            "stelle stellen stellenanzeige ausschreibung anzeige vakanz position inserat",
        ),
        ("votre vos ton ta", "offre annonce poste recherche"),
        ("tu su vuestra", "vacante oferta puesto busqueda"),
        ("sua tua vossa", "vaga vagas posizione offerta ricerca"),
        ("suo tuo vostro vostra", "annuncio posizione offerta ricerca"),
        ("je jouw uw jullie", "vacature vacatures functie advertentie"),
    )
    for whose in owners.split()
}
_YOURS["la"] = words_of("vacante vaga posizione")
_HIRING = Phrases(
    "the role you posted|the job you posted|the position you posted|the ~ role you posted|the ~ position you posted",
    "the ~ job you posted|you re hiring|you are hiring|your team is hiring|your company is hiring|you have an opening",
    "you re recruiting|your team is looking for|sie suchen|ihr sucht|du suchst|vous recrutez|vous recherchez",
    "vous cherchez",
    "estas buscando|esta buscando|estan buscando|buscan|estan contratando|voces estao contratando",
    "voce esta contratando",
    "estao a contratar|state cercando|sta cercando|state assumendo|cercate|jullie zoeken|u zoekt|je zoekt",
)
_APPLIED = Phrases(
    "i applied|i ve applied|i have applied|i just applied|i recently applied|i m applying|i am applying|applied for",
    "applied to",
    "my application|submitted my application|put in for|sent my cv|sent my resume|i ve submitted|thanks for applying",
    "ich habe mich ~ beworben|habe mich ~ beworben|hab mich ~ beworben|mich ~ beworben|meine bewerbung|bewerbe mich",
    "beworben",
    "j ai postule|je postule|ma candidature|je viens de postuler|me suis portee candidate|j ai candidate",
    "mi candidatura|he aplicado|aplique|postule a|me postule|envie mi cv|me inscribi",
    "me candidatei|minha candidatura|candidatei me|mandei meu curriculo|enviei meu curriculo|enviei o meu curriculo",
    "la mia candidatura|mi sono candidat*|ho inviato il mio cv|ho mandato il cv|ho inviato la candidatura",
    "mijn sollicitatie|gesolliciteerd|ik solliciteer|heb gereageerd op",
)
_PLACES = words_of(
    "role position opening vacancy job post posting seat stelle position ausschreibung anzeige poste offre annonce",
    "puesto",
    "vacante oferta vaga posizione annuncio offerta vacature functie baan",
)
_THE = words_of(
    "the your a an die der das den ihre ihrer deine eine einen la le les l un une votre el una tu su il lo uno de",
    "het een o uma sua uw je jullie do da del",
)
_OF = words_of("for as of als fur de d como para di da come per voor van")
_NO_TITLE = words_of(
    "your ihre ihrer deine votre tu su sua seu uw je jullie open new current recent last great interesting exciting",
    "first",
    "next dream team company firm online linkedin portal website page job jobs applying applied call chat coffee",
    "talk week",
    "monday tuesday wednesday thursday friday yesterday gestern hier ayer ontem ieri gisteren today heute several",
    "other",
)


_OWN = words_of("role position posizione job poste puesto functie req search recherche busqueda ricerca")
"""What may be the reader's own, too: "your role" is no opening."""

_NAMED: tuple[ClaimKind, ClaimKind] = ("job", "application")
_NONE = "none of the jobs you listed"


_ENDS = (
    _THE | _OF | _PLACES | words_of("for at in to auf bei chez en na no presso bij zu zum zur op aan and und et y e")
)
"""Words before which a title begins."""


def read(note: Note) -> Claims:
    yours, hiring = tuple(note.yours(_YOURS)), apart(note.found(_HIRING))
    for kind, hits in zip(_NAMED, ((*yours, *hiring), apart(note.found(_APPLIED))), strict=True):
        checked = [_checked(note, kind, hit, surely=hit not in hiring and not _is_own(note, hit)) for hit in hits]
        told = [claim for claim in checked if claim is not None]
        yield from sorted(told, key=lambda claim: _ORDER.index(claim.truth))[:1]


_ORDER: tuple[Truth, ...] = ("true", "false", "unknown")


def _checked(note: Note, kind: ClaimKind, hit: Hit, surely: bool) -> Claim | None:
    """The claim; None where nothing of the reader's is meant. `surely`: a title beside it is that of the job."""
    shown = Hit(hit.first, max(hit.last, note.says(hit.last + 1, 9).stop - 1), hit.phrase)
    around, claimed = note.sentence(hit.first), range(shown.first, shown.last + 1)
    if job := _open(note, around, claimed, around if kind == "application" else claimed):
        return note.claim(kind, shown, "true", f'your open job "{evidence(job.title)}"')
    title = _title(note, hit) if surely else None
    if title and _is_elsewhere(note, title):
        return note.claim(kind, Hit(min(hit.first, title.first), max(hit.last, title.last), ""), "false", _NONE)
    return None if _is_own(note, hit) else note.claim(kind, shown, "unknown", "it names no job that you listed")


def _is_own(note: Note, hit: Hit) -> bool:
    """May it be the reader's own job, or anybody's?"""
    return hit.phrase in _OWN or note.text(hit.first) == "la"


def _open(note: Note, around: range, claimed: range, where: range) -> Job | None:
    """The job that is meant: named around the claim, or in it by a word of the title, or by its employer."""
    for job, hit in jobs(note.words, note.profile):
        if hit.first in around:
            return job
    for job, item in note.memory.jobs:
        if any(at in claimed for word in item.content for at in note.said.get(word, ())):
            return job
        if job.employer and (name := named(note.words, job.employer)) and name.first in where:
            return job
    return None


def _title(note: Note, hit: Hit) -> Hit | None:
    """The job's title: the words before "role" and the like, or behind "role as"."""
    begins = max(hit.first, hit.last - 4) if hit.phrase in _PLACES else hit.last
    for at in range(begins, min(hit.last + 8, note.sentence(hit.first).stop)):
        if note.text(at) not in _PLACES:
            continue
        before = at
        while before - 1 > hit.first and note.text(before - 1) not in _ENDS and before > at - 4:
            before -= 1
        if (
            before < at
            and (before - 1 == hit.first or note.text(before - 1) in _THE)
            and note.telling(range(before, at))
        ):
            return Hit(before, at, "")
        behind = note.says(at + 1, 5)
        if len(behind) > 1 and note.text(behind.start) in _OF and (words := note.telling(behind[1:])):
            return Hit(behind.start, words[min(2, len(words) - 1)], "")
    return None


def _is_elsewhere(note: Note, title: Hit) -> bool:
    ours = (*(job.employer for job in note.profile.open_jobs), *(tenure.name for tenure in note.profile.employers))
    if not note.profile.open_jobs or any(name and named(note.words, name) for name in ours):
        return False
    within = range(title.first, title.last + 1)
    telling = [at for at in note.telling(within) if note.text(at) not in _PLACES | _NO_TITLE]
    return bool(telling) and not note.near_anything(within) and note.comparable()
