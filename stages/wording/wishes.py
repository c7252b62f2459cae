"""(Words, the owner's own words) -> Hit: is this what the owner wrote down as wanted or unwanted?

An owner writes "bench sales" or "people who leave teaching"; strangers say it in words of their own order and form.
So what counts are the words that tell one wish from another, each in any form, and near each other.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache

from stages.wording import Hit, Words
from stages.wording.mentions import alike, content
from stages.wording.vocabulary import words_of

_WIDE = words_of(
    "people person someone somebody anyone named new old good real other open job jobs role roles position positions",
    "opportunity opportunities company companies firm firms business work working service services tool tools team",
    "teams founder looking entering wants offer offers kind sort things field area industry leute firma firmen stelle",
    "stellen gens entreprise entreprises poste postes empresa empresas puesto gente persone azienda mensen bedrijven",
)
"""Words that tell no wish from another; where a wish has no others, they have to do."""

_JOBS = words_of(
    "job jobs role roles position positions opening openings vacancy vacancies stelle stellen poste postes puesto",
    "vacante vacantes vaga vagas posizione posizioni vacature vacatures",
)

_REACH = 12
"""Words a wish may be spread over."""

_STEM = 6
"""Letters two words must begin with alike to be forms of one word ("recruiter", "recruiting")."""

_NOT = words_of("not no never without nor kein keine keinen nicht ohne pas sans sin nao sem non senza geen niet zonder")
_BEFORE = 3
"""Words in front of a wish in which a "no" denies it."""


@lru_cache(maxsize=20_000)
def same_word(one: str, other: str) -> bool:
    """Is it one word in two forms, or are both words for a job?"""
    if one in _JOBS and other in _JOBS:
        return True
    if alike(one, other):
        return True
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) >= 5 and longer.startswith(shorter):
        return True
    return len(shorter) > _STEM and one[:_STEM] == other[:_STEM] and abs(len(one) - len(other)) <= 4


@lru_cache(maxsize=4096)
def telling(wish: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(the words of a wish that tell it from others, its wide words); no word twice, not in another form either."""
    words: list[str] = []
    for word in content(wish):
        if not any(same_word(word, other) for other in words):
            words.append(word)
    narrow = tuple(word for word in words if word not in _WIDE)
    return (narrow, tuple(word for word in words if word in _WIDE)) if narrow else (tuple(words), ())


@lru_cache(maxsize=512)
def granted(words: Words, wish: str) -> Hit | None:
    """Where the text speaks of `wish`, or None, also where a "no" stands before it.

    One or two telling words must all be there, of more of them two thirds; beside a single one a wide one, if any.
    """
    narrow, wide = telling(wish)
    least = len(narrow) if len(narrow) <= 2 else -(-2 * len(narrow) // 3)
    places: list[tuple[int, str]] = []
    missing = 0
    for want in narrow:
        here = _places(words, want)
        missing += not here
        if missing > len(narrow) - max(1, least):  # mostly at the first word, so that most wishes cost little
            return None
        places += [(at, want) for at in here]
    places += [(at, want) for want in wide for at in _places(words, want)]
    places.sort()
    for begin, (first, _) in enumerate(places):
        end = bisect_left(places, (first + _REACH, ""))
        within = {want: at for at, want in places[begin:end]}
        enough = len(within.keys() & set(narrow)) >= max(1, least)
        if enough and (len(narrow) > 1 or not wide or within.keys() & set(wide)) and not _denied(words, first):
            return Hit(first, max(within.values()), wish)
    return None


@lru_cache(maxsize=64)
def _by_letter(words: Words) -> dict[str, dict[str, list[int]]]:
    """The words of a text by their first letter, and where they stand; words for a job once more, together."""
    found: dict[str, dict[str, list[int]]] = {}
    for at, word in enumerate(words.words[:400]):
        for group in (word.text[0], *(["a job"] if word.text in _JOBS else [])):
            found.setdefault(group, {}).setdefault(word.text, []).append(at)
    return found


def _places(words: Words, want: str) -> list[int]:
    """Where a word stands, in any form; forms begin with one letter."""
    near = _by_letter(words).get("a job" if want in _JOBS else want[0])
    return [at for text, places in near.items() if same_word(text, want) for at in places] if near else []


def _denied(words: Words, at: int) -> bool:
    before = words.words[max(0, at - _BEFORE) : at]
    return any(word.text in _NOT and word.sentence == words.words[at].sentence for word in before)
