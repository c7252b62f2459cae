"""Note -> Claims about what the reader does: "as Head of IT you ...", "you are now at ...".

Titles are said in many words, so one is false only where it belongs to a trade that the reader has nothing to do with,
and an employer only where it is named as the reader's own and near nothing in the profile. A bot knows both.
"""

from __future__ import annotations

from functools import lru_cache

from stages.claims.note import Claims, Note
from stages.wording import Hit, Phrases, apart, evidence
from stages.wording.mentions import content
from stages.wording.vocabulary import STOP, words_of

_AS = Phrases(
    "your role as|your position as|your work as|your job as|your experience as|your career as|your background as",
    "in your capacity as|you work as|you are working as|as a|as an|as the|as head|as director|as chief|as vp|as cto",
    "as cio|as ceo",
    "ihre rolle als|ihrer rolle als|ihre tatigkeit als|ihrer tatigkeit als|ihrer funktion als|ihre arbeit als",
    "ihre erfahrung als",
    "deine rolle als|deiner rolle als|deine arbeit als|deine erfahrung als|als|in ihrer position als",
    "votre role de|votre fonction de|votre travail de|votre metier de|en tant que|votre experience de",
    "votre role comme",
    "su rol como|su rol de|su cargo como|tu rol como|tu rol de|tu trabajo como",
    "su trabajo como|como",
    "tu experiencia como|su experiencia como|seu trabalho como|seu papel como|sua funcao de",
    "sua experiencia como",
    "tuo ruolo di|suo ruolo di|tuo lavoro come|suo lavoro come|tua esperienza come|sua esperienza come|in qualita di",
    "come",
    "uw rol als|je rol als|jouw rol als|uw werk als|je werk als|uw functie als|je functie als|uw ervaring als",
    "je ervaring als",
)
_AT = Phrases(
    "you are now at|you re now at|you are at|you work at|you work for|your job at|your new job at|your new role at",
    "your role at",
    "your position at|your new position at|your move to|your work at|you joined|you recently joined|you just joined",
    "sie arbeiten bei|sie sind jetzt bei|sie sind bei|sie nun bei|du bist jetzt bei|du arbeitest bei|ihre arbeit bei",
    "ihre position bei",
    "vous travaillez chez|vous etes chez|vous etes maintenant chez|votre poste chez|tu travailles chez",
    "votre arrivee chez|votre travail chez",
    "trabajas en|usted trabaja en|estas ahora en|tu puesto en|su puesto en|tu trabajo en|su trabajo en|su cargo en",
    "voce trabalha na|voce esta na|seu cargo na|seu trabalho na|trabalha agora na|lavora presso|lavori presso",
    "suo ruolo in|tuo ruolo in",
    "sei passato in|e passato in|je werkt bij|u werkt bij|je werkt nu bij|u werkt nu bij|uw functie bij",
    "je functie bij|je werk bij|uw werk bij",
)
_YOU = words_of(
    "you your sie ihr ihre ihnen du dein deine vous votre vos tu ton tes usted su sus te voce seu sua lei suo tuo u",
    "uw je jouw",
)
_ME = words_of(
    "i we my our me us ich wir mein meine uns je j nous mon ma mes notre yo mi nos nosotros eu meu minha io mio mia",
    "noi ik wij we mijn ons",
)
_TRADES = (
    words_of(
        "recruit talent headhunt sourcer personal rekrut recrut reclut selezione werving hr human people rh rrhh",
        "staffing",
        "ausbildung",
    ),
    words_of(
        "software developer engineer ingeni programm devops it informat entwickl develop desarroll sviluppat data",
        "daten",
        "backend frontend cloud cyber ontwikkel technolog techn automat digital platform",
    ),
    words_of("sales vertrieb account ventes ventas vendas vendite verkoop commercial kommerz revenue business"),
    words_of("marketing brand content seo growth publicit werbung advertis communicat kommunikat"),
    words_of("financ finanz account buchhalt comptab contab controller cfo treasur audit tax steuer fiscal"),
    words_of(
        "nurse nursing pflege krankenschwester krankenpfleg infirm enfermer infermier verpleeg doctor physician arzt",
        "medecin medico medic dental dentist zahn hygienist clinic klinik hospital health gesund sante salud saude",
        "salute",
        "zorg spital",
    ),
    words_of("lawyer attorney anwalt jurist avocat abogad advogad avvocat legal advocaat recht notar"),
    words_of(
        "teacher teach lehrer enseignant profesor professor insegnant leraar lecturer school schul academ research"
    ),
    words_of("architect architekt construct bau chantier obra cantiere bouw plumb electric"),
    words_of("logistic logist warehouse lager transport supply procure einkauf achat compras acquisti inkoop freight"),
    words_of("cook koch cuisin cocin cuoco kok restaurant hotel gastro"),
    words_of("design ux grafik graph"),
)
"""Stems of the words of a trade; a title may belong to several."""


def read(note: Note) -> Claims:
    for hit in apart(note.found(_AS)):
        behind = note.says(hit.last + 1, 8)
        title = [at for at in behind[:5] if note.text(at) not in STOP or _is_it(note, at)]
        if not title or not _of_reader(note, hit, behind):
            continue
        claimed = Hit(hit.first, title[min(2, len(title) - 1)], hit.phrase)
        held = next((role for role in sorted(note.profile.roles) if _is_held(note, role, behind)), None)
        if held:
            yield note.claim("role", claimed, "true", f'your role "{evidence(held)}"')
        elif _is_another_trade(note, tuple(note.text(at) for at in title[:2])):
            yield note.claim("role", claimed, "false", f'your role "{evidence(sorted(note.profile.roles)[0])}"')
        return
    for hit in apart(note.found(_AT)):
        name = note.name(hit.last + 1)
        if name is None:
            continue
        claimed = Hit(hit.first, name.last, hit.phrase)
        if found := note.called(note.memory.employers, range(hit.last + 1, name.last + 1)):
            yield note.claim("role", claimed, "true", f'where you work or worked, "{evidence(found[0].fact)}"')
        elif note.profile.employers and not note.near_anything(range(name.first, name.last + 1)):
            listed = note.listed(tenure.name for tenure in note.profile.employers)
            yield note.claim("role", claimed, "false", listed)
        else:
            yield note.claim("role", claimed, "unknown", "it may be a place that you did not list")
        return


def _of_reader(note: Note, hit: Hit, behind: range) -> bool:
    """Is the title the reader's? It says so ("your role as"), or goes on with "you" before any "I"."""
    said = {note.text(at) for at in range(hit.first, hit.last + 1)}
    if said & _YOU:
        return True
    before = note.text(hit.first - 1) if hit.first and hit.first in note.sentence(hit.first - 1) else ""
    if before in _ME or before in _YOU:  # "I write to you as a lawyer"
        return False
    for at in range(behind.start, note.sentence(hit.first).stop):
        if note.text(at) in _ME:
            return False
        if note.text(at) in _YOU:
            return True
    return False


def _is_it(note: Note, at: int) -> bool:
    """ "IT" is a trade, "it" is none."""
    word = note.words.words[at]
    return note.words.source[word.start : word.end] == "IT"


def _is_held(note: Note, role: str, behind: range) -> bool:
    telling = content(role)
    spoken = [word for word in telling if any(at in behind for at in note.said.get(word, ()))]
    return bool(spoken) and 2 * len(spoken) >= len(telling)


@lru_cache(maxsize=256)
def _trades(words: tuple[str, ...]) -> frozenset[int]:
    return frozenset(at for at, stems in enumerate(_TRADES) for word in words if word.startswith(tuple(stems)))


def _is_another_trade(note: Note, title: tuple[str, ...]) -> bool:
    """Of a trade that no word of the profile touches, where the profile's own are known."""
    claimed, ours = _trades(title), _trades(tuple(sorted(note.memory.vocabulary)))
    return bool(note.profile.roles and claimed and ours) and not claimed & ours
