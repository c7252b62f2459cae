"""What published things are called, and what words say nothing of which is meant. A book is no talk."""

from __future__ import annotations

from stages.wording.vocabulary import words_of

_GROUPS = (
    words_of(
        "talk talks keynote presentation webinar lecture speech panel workshop session vortrag vortrage rede "
        "intervention conference charla platica ponencia presentacion conferencia palestra apresentacao intervento "
        "presentazione relazione presentatie lezing praatje video"
    ),
    words_of(
        "article articles post posts blog blogpost paper essay newsletter column tutorial writeup artikel artikelen "
        "beitrag beitrage kolumne publication billet tribune chronique articulo articulos publicacion entrada columna "
        "artigo artigos publicacao articolo articoli pubblicazione nieuwsbrief thread report whitepaper"
    ),
    words_of("book books buch livre libro livro boek ebook"),
    words_of("podcast podcasts episode folge"),
)
"""What is one kind of thing. A word in none of them ("text", "piece") may be any."""

REACTIONS = words_of(
    "resonated resonates resonate really total totally loved love great good best amazing insightful helpful",
    "enjoyed impressed impressive inspiring fantastic brilliant excellent wonderful touched struck thanks recent",
    "resoniert beeindruckt begeistert angesprochen gefallen toll super spannend wirklich sehr klasse inspiriert",
    "touche parle plu inspire interessant passionnant vraiment excellent formidable bravo",
    "encanto gusto impacto parecio brillante interesante inspirador excelente realmente genial",
    "adorei gostei tocou incrivel sensacional brilhante interessante inspirador otimo",
    "colpito piaciuto interessante bellissimo ottimo davvero illuminante geraakt geweldig goed heel mooi inspirerend",
)
"""What is said of a subject, and is none."""

COMMON = words_of(
    "without off never not no ohne nie nicht kein sans jamais sin nunca nao sem senza mai non zonder nooit niet geen",
    "own question questions point points minute minutes minuten four five six seven eight nine ten eleven twelve cinco",
    "seis siete ocho nueve diez once vier funf sechs sieben acht neun zehn quatre cinq sept huit neuf dix onze",
    "quattro cinque sei sette otto nove dieci vijf zes zeven acht negen tien seis sete oito dez fragen questions",
    "preguntas perguntas domande vragen",
    "nobody everybody everyone says say said keep kept before after two three ask asks asked call calls stop really",
    "know",
    "niemand jeder sagt vor nach zwei drei personne dit parler avant apres deux trois nadie dice antes despues dos",
    "tres",
    "ninguem diz depois dois nessuno dice prima dopo due zegt voor na twee drie iedereen month problem problems lot",
    "people first work working works team teams company companies day days week weeks month months year years way",
    "time thing things made make makes help better best right never always every need needs part real read reading",
    "use used using costs cost business market customer customers client clients job jobs menschen arbeit woche wochen",
    "tage jahr jahre zeit leute immer gens travail semaine semaines jours ans mois temps toujours gente trabajo semana",
    "semanas dias anos meses tiempo trabalho pessoas tempo clientes lavoro persone settimana settimane giorni anni",
    "mesi",
    "sempre mensen werk weken dagen jaar tijd altijd eerste primera primeira premier premiere erste ersten prima primo",
)
"""Words of a published thing that many texts share."""

GUESSED = words_of(
    "hiring hire hires recruiting recruitment recruiter recruiters talent talents leadership leader leaders management",
    "manager managers sales selling marketing brand branding growth strategy innovation culture diversity inclusion",
    "remote career careers interview interviews candidate candidates salary salaries pay wages money finance budget",
    "data software engineering developers development product products design security cloud digital transformation",
    "automation startup startups technology tech ai agile scrum health learning training education school teaching",
    "project projects quality safety change future success productivity burnout feedback meetings teamwork network",
    "networking content social media customer service support procurement logistics energy climate sustainability",
    "personal personalsuche einstellung einstellungen fuhrung bewerber gehalt gehalter vertrieb verkauf daten",
    "sicherheit fuhrungskrafte karriere kultur wandel zukunft digitalisierung gesundheit bildung nachhaltigkeit",
    "recrutement recruteur candidats salaire salaires ventes vente donnees securite carriere gestion formation sante",
    "contratacion reclutamiento candidatos salario salarios ventas datos seguridad liderazgo cultura gestion formacion",
    "contratacao recrutamento salarios vendas dados seguranca lideranca carreira gestao saude futuro",
    "assunzioni reclutamento selezione candidati stipendio stipendi vendite dati sicurezza carriera gestione salute",
    "werving selectie kandidaten salaris verkoop data veiligheid leiderschap loopbaan zorg toekomst cultuur",
    "publish read write writing book talk start stop keep lose last dernier derniere letzter letzte",
)
"""Subjects that many people publish about: to name one alone is to guess."""


def may_be(thing: str, kind: str) -> bool:
    """May what a note calls `thing` be of this kind? Where either is not known, it may."""
    called, listed = _groups(thing.split()), _groups(kind.casefold().split())
    return not called or not listed or bool(called & listed)


def _groups(words: list[str]) -> set[int]:
    ends = ("artikel", "beitrag", "vortrag")
    known = {next((end for end in ends if word.endswith(end)), word) for word in words}
    return {number for number, group in enumerate(_GROUPS) if known & group}
