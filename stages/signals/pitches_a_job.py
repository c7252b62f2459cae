"""The note pitches a job."""

from __future__ import annotations

from stages.events import Finding, Request
from stages.signals import Facts
from stages.wording import Phrases, apart, find, near, read
from stages.wording.quoting import said
from stages.wording.referrals import for_your_opening

POINTS = -2.5

_OFFERS = Phrases(
    "we re hiring|we are hiring|i m hiring|i am hiring|we re looking for a|we are looking for a|i m recruiting",
    "i am recruiting|i recruit",
    "we re recruiting|currently hiring|currently recruiting|hiring for|recruiting for|i have an opening",
    "we have an opening|have an opportunity",
    "an opening for|an opening at|exciting opportunit*|amazing opportunit*|new opportunit* ~ you",
    "open to new opportunities|open to opportunities",
    "open to hearing about|open to exploring|open to a new role|job opportunit*|career opportunit*",
    "opportunity with my client|my client is",
    "our client is|for my client|for our client|perfect fit for|great fit for|good fit for|strong fit for",
    "ideal candidate|perfect candidate|perfect match for",
    "great match for|join our team|join our growing team|send ~ job description",
    "send me your cv|send me your resume",
    "updated resume|are you looking for a new|looking for a new challenge|interview for|apply now",
    "role that matches|position that matches",
    "role i think|role that might|role that would|role you might|a role at|position at our",
    "we offer a ~ position|we have a ~ position|we have a ~ role",
    "we re looking for|we are looking for|i m looking for someone|i am looking for someone",
    "ready for your next challenge",
    "ready for a new challenge|next challenge",
    "part time opportunity|remote opportunity",
    "opportunity which",
    "perfect for you",
    "competitive pay|competitive salary|benefits package",
    "have a role|have an open role|have a position|have a vacancy|building a team|growing our team",
    "i ve got a role|salary up to",
    "exciting ~ opportunity|exciting ~ opportunities|exciting ~ role|exciting ~ roles|multiple ~ roles|several ~ roles",
    "share your ~ cv|share your ~ resume|send your ~ cv|send your ~ resume|share ~ updated cv|share ~ updated resume",
    "confidential mandate*|i hire for|shifts available|immediate start",
    "suchen wir eine*|unser kunde sucht|einem unserer kunden|zu besetzen|ideale besetzung|spannende aufgabe",
    "spannenden aufgabe|vertrauliche aufgabe",
    "ich suche fur ~ kunden|ich suche fur mein*|ich suche fur unser*|ich suche fur eine*",
    "wir suchen|suche aktuell|suche fur meinen kunden|fur meinen kunden|fur unseren kunden",
    "offene stelle|offene position",
    "spannende position|spannende stelle|spannende herausforderung|neue herausforderung|stellenangebot",
    "jobangebot|karrierechance|wechselbereit",
    "offen fur neue|passt perfekt auf|festanstellung|vakanz",
    "nous recrutons|je recrute|nous recherchons|je recherche un|je recherche une|poste a pourvoir",
    "offre d emploi|opportunite de poste|opportunite de carriere",
    "pour mon client|pour notre client|a l ecoute du marche|a l ecoute d opportunites",
    "nouvelle opportunite professionnelle|votre cv",
    "estamos buscando|estoy buscando un|buscamos un|buscamos una|estamos contratando|oferta de trabajo",
    "oportunidad laboral|oportunidad de trabajo",
    "tenemos ~ vacante*|tengo ~ vacante*|hay una vacante|nueva vacante|vacante urgente|vacante* disponible*",
    "vacante* abierta*|comparto la vacante|buscamos comercial*|buscamos ingenier*|buscamos desarrollador*",
    "buscamos profesional*|buscamos talento|envieme su cv|enviame tu cv|para mi cliente",
    "abierto a nuevas oportunidades|abierta a nuevas oportunidades|encajas perfecto|tu cv",
    "estamos contratando|estamos procurando|buscamos profissional|temos ~ vaga*|tenho ~ vaga*|abrimos ~ vaga*",
    "surgiu ~ vaga|nova vaga|vagas abertas|vaga aberta|estamos com ~ vaga*|vaga que combina|vaga que acho",
    "oportunidade de trabalho|oportunidade profissional",
    "aberto a novas oportunidades|aberta a novas oportunidades|seu curriculo|para o meu cliente",
    "ricerchiamo|per importante azienda|si offre contratto|invii il suo cv|inviami il tuo cv",
    "stiamo cercando|cerchiamo un|cerchiamo una|siamo alla ricerca|posizione aperta|offerta di lavoro",
    "opportunita lavorativa|opportunita di lavoro|per un mio cliente",
    "tuo cv|suo cv|wij zoeken|we zoeken|ik zoek een|op zoek naar een|heb een ~ vacature|hebben een ~ vacature",
    "hebben vacature*",
    "heb vacature*|nieuwe vacature*|openstaande vacature*|mooie vacature|leuke vacature|vacature die|vacature voor je",
    "vacature voor jou|vacature voor u|open staan voor|openstaan voor",
    "nieuwe uitdaging|voor mijn opdrachtgever",
)
_CLIENT_HIRES = Phrases("our client is hiring|our client ~ is hiring|my client is hiring|my client ~ is hiring")
_PLACES = Phrases(
    "role|position|opening|vacancy|job|stelle|position|poste|puesto|vaga|posizione|baan|functie|opportunity"
)
_FITS = Phrases(
    "your profile|your background|your experience|your skills|you d be|you would be|you might be|interest you",
    "interested in|candidate|fit|match|ihr profil|dein profil|votre profil|tu perfil|seu perfil|tuo profilo",
    "je profiel",
)
_SEEKS = Phrases(
    "i applied|i ve applied|i have applied|i just applied|i m applying|i am applying|my application",
    "i d like to apply|i want to apply",
    "i m interested in the|i am interested in the|i m very interested in|interested in your|your opening",
    "your team is hiring|you re hiring|you are hiring",
    "i saw an opening|i saw the opening|you have an opening|you have a vacancy",
    *(
        f"your {who} {has} {what}"
        for who in ("team", "company", "client", "firm", "department")
        for has in ("has", "~ has")
        for what in ("an opening", "a vacancy", "an open role", "an open position", "a job", "a position", "a role")
    ),
    "is hiring|your job posting|your posting|the role you posted|the job you posted|the position you posted",
    "i m looking for a role|looking for a job",
    "ich habe mich beworben|meine bewerbung|ihre stelle|ihre ausschreibung|ma candidature|j ai postule",
    "votre offre|mi candidatura|he aplicado",
    "i m ~ open to ~ opportunit*|i am ~ open to ~ opportunit*|i m open to work|i am open to work|keep me in mind",
    "i m looking for a ~ role|i am looking for a ~ role|i m looking for a ~ position|i am looking for a ~ position",
    "i saw the ~ vacancy|i saw your ~ vacancy|i ve seen the ~ vacancy|i ve seen your ~ vacancy|i saw your ~ advert",
    "ich suche eine ~ stelle|suche eine neue stelle|suche ~ praktikum*|suche ~ lehrstelle|suche ~ ausbildungsplatz",
    "suche arbeit|mich ~ beworben|ich bewerbe mich|interesse an der stelle|ausschreibung gesehen|stelle gesehen",
    "auf der suche nach einer ~ herausforderung|auf der suche nach einer ~ stelle|meinen lebenslauf",
    "recherche ~ une alternance|recherche ~ un stage|recherche ~ un emploi|recherche d un stage|recherche d un emploi",
    "recherche d une alternance|je postule|je voudrais postuler|votre annonce|vu l annonce|vu l offre|mon cv",
    "vi la vacante|vi su vacante|vi tu vacante|vi la oferta|postularme|me postule|me postulo|me inscribi",
    "me he inscrito",
    "envie mi cv|mi cv|mi curriculum|estoy abiert* a ~ oportunidades|busco ~ trabajo|busco ~ empleo|alguna vacante",
    "cualquier vacante|me anote para",
    "me inscrevi|me candidat*|candidatei me|candidatar me|vi a vaga|vi sua vaga|vi a sua vaga|enviei ~ curriculo",
    "mandei ~ curriculo|meu curriculo|estou abert* a ~ oportunidades|em busca de ~ oportunidade|alguma vaga",
    "vorrei candidarmi|candidarmi|ho visto ~ annuncio|ho risposto ~ annuncio|ho inviato ~ curriculum|il mio cv",
    "il mio curriculum|sono apert* a ~ opportunita|cerco lavoro|cerco un lavoro",
    "op de vacature|over de vacature|de vacature gezien|vacature gezien|gereageerd op|stageplek|stageplaats",
    "stage lopen",
    "op zoek naar ~ baan|op zoek naar ~ werk|ik sta open voor|jullie vacature|jouw vacature|jullie hebben ~ vacature",
    "u heeft ~ vacature|je hebt ~ vacature|mijn cv",
    "me candidatei|minha candidatura|sua vaga|la mia candidatura|mi sono candidat*|mijn sollicitatie",
    "solliciteer*|gesolliciteerd|uw vacature",
)
_RECRUITS = Phrases(
    "recruit*|talent acquisition|talent partner|headhunt*|staffing|personalberat*|recruteur|reclutador*|sourcer"
)


def check(request: Request, facts: Facts) -> Finding | None:
    words = read(request.words)
    hires = find(words, _CLIENT_HIRES)
    theirs = {hit.last for hit in hires}
    if any(hit.last not in theirs for hit in find(words, _SEEKS)) or for_your_opening(words):
        return None
    hits = apart(tuple(sorted((*hires, *find(words, _OFFERS)))))
    if not hits:
        pair = near(words, find(words, _PLACES), find(words, _FITS), 12)
        recruiter = find(words, _RECRUITS) or find(read(request.notice.headline.value or ""), _RECRUITS)
        if pair is None or not recruiter:
            return None
        hits = pair[:1]
    return Finding(points=POINTS, evidence=said(words, *hits[:4]))
