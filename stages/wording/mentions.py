"""(Words, Profile) -> Mentions: which of the owner's facts a note really names.

A profile is cut into words once (`remember`), and a note is looked up in it once (`spoken`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rapidfuzz import fuzz, process

from stages.language import detect
from stages.settings import Job, Profile, Published
from stages.wording import Hit, Words, evidence, read
from stages.wording.vocabulary import STOP, words_of

Fact = Literal["point", "title", "school", "employer", "event", "group", "tool", "job", "person", "first name"]
Spoken = Mapping[str, tuple[int, ...]]
"""Words of the owner's facts that a note says, and where."""

_REMARK = re.compile(r"\([^()]*\)")
_READ = 400
"""Words of a note that are compared; far more than a note can hold."""

_RANKS = words_of(
    "senior junior mid head lead staff principal chief engineer developer manager executive director specialist",
    "consultant analyst assistant associate internship intern praktikum stage chef projet responsable leiter",
    "jefe gerente",
)
"""Words of a job title that do not tell one job from another."""

_POSTS = _RANKS | words_of(
    "job role position opening vacancy posting stelle ausschreibung poste offre puesto vacante empleo vaga cargo posto",
    "posizione lavoro ruolo vacature functie baan candidate candidates kandidat candidato referral search hiring",
)
"""Words for a job; in its title they tell nothing."""

_FOR_A_JOB = _POSTS | words_of(
    "advert advertisement inserat anzeige stellenanzeige bewerbung beworben bewerbe annonce candidature postule",
    "postuler",
    "anuncio aviso candidatura curriculo curriculum anote postulo postule annuncio bando sollicitatie gereageerd apply",
    "applied applying application cv resume concorrer inscrevi",
)
"""Words one of which must stand in the note for a job to be named: for the job, or for applying."""

_ALIKE = 86
"""Ratio from which two words of _COMPARED letters and more count as the same word, inflected or misspelt."""

_COMPARED = 5

_ENDINGS = frozenset("aeimnors")
"""Letters by which a short word is another form of the same."""

_GENDERS = frozenset("ao")
"""Letters by which a long word is the same for a man and a woman ("noturno", "noturna")."""

_GENDERED = 6
"""Letters from which it is: "banco" and "banca" are two."""

_FAR = 30
"""Words a fact may be spread over; of one spread wider only the first word is shown."""


@dataclass(frozen=True)
class Mention:
    """A fact of the owner, as the owner wrote it, what it is to the owner, and the words that name it."""

    kind: Fact
    fact: str
    called: str
    hit: Hit

    @property
    def about(self) -> str:
        """The fact in words, such as `your open job "Data Engineer"`."""
        return f'{self.called} "{evidence(self.fact)}"'


@dataclass(frozen=True)
class Item:
    """A fact as `Mention` tells it, and the words by which it is known: those with content, in the order written."""

    kind: Fact
    fact: str
    called: str
    content: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Memory:
    """The facts of one owner, cut into words. Compared by identity: `remember` gives one object for one profile."""

    works: tuple[tuple[Published, tuple[Item, ...]], ...]
    names: tuple[Item, ...]
    employers: tuple[Item, ...]
    jobs: tuple[tuple[Job, Item], ...]
    letters: Mapping[str, Known]
    """every word of every fact, by its first letter"""
    trade: frozenset[str]
    """words of the owner's industry and roles, which anybody can find out"""
    language: str | None
    """that the owner writes, as far as the profile tells"""

    @property
    def vocabulary(self) -> Iterable[str]:
        """Every word of the profile that carries content."""
        return (word for known in self.letters.values() for word in known.words)


@lru_cache(maxsize=64)
def remember(profile: Profile) -> Memory:
    """Cut the facts of a profile into words, once. In the order of the alphabet: that of the profile says nothing."""
    works = []
    for published in sorted(profile.published, key=lambda each: (each.title, each.kind)):
        called = f"your {published.kind}" if published.kind else "what you published,"
        points = tuple(Item("point", point, "your point", content(point)) for point in sorted(published.points))
        works.append((published, (*points, Item("title", published.title, called, content(bare(published.title))))))
    named_facts: tuple[tuple[Fact, str, tuple[str, ...]], ...] = (
        ("school", "your school", profile.schools),
        ("event", "an event of yours,", profile.events),
        ("group", "your group", profile.groups),
        ("tool", "a tool you use,", profile.tools_used),
        ("person", "somebody you know,", profile.known_people),
    )
    names = [
        Item(kind, fact, called, content(bare(fact)))
        for kind, called, facts in named_facts
        for fact in sorted(facts)
        if read(fact).words
    ]
    employers = tuple(
        Item("employer", tenure.name, "where you work or worked,", content(tenure.name))
        for tenure in sorted(profile.employers, key=lambda each: each.name)
        if tenure.name
    )
    jobs = tuple(
        (job, Item("job", job.title, "your open job", tuple(w for w in content(bare(job.title)) if w not in _POSTS)))
        for job in sorted(profile.open_jobs, key=lambda each: (each.title, each.employer))
    )
    texts = tuple(_texts(profile))
    return Memory(
        works=tuple(works),
        names=tuple(names),
        employers=employers,
        jobs=jobs,
        letters=_by_letter(word for text in texts for word in content(text)),
        trade=frozenset(word for name in (*profile.industry, *profile.roles) for word in content(name)),
        language=detect(". ".join(texts)),
    )


def _texts(profile: Profile) -> Iterable[str]:
    """Everything the owner wrote down about themselves, what is unwanted aside."""
    yield from (*profile.industry, *profile.roles, *profile.schools, *profile.events, *profile.groups)
    yield from (*profile.known_people, *profile.tools_used, *profile.wants)
    yield from (tenure.name for tenure in profile.employers)
    for job in profile.open_jobs:
        yield from (job.title, job.place, job.employer, *job.keywords)
    for published in profile.published:
        yield from (published.title, *published.points)


def _by_letter(words: Iterable[str]) -> dict[str, Known]:
    found: dict[str, list[str]] = {}
    for word in words:
        found.setdefault(word[0], []).append(word)
    return {letter: Known(of_it) for letter, of_it in found.items()}


@lru_cache(maxsize=20_000)
def content(text: str) -> tuple[str, ...]:
    """The folded words of `text` that carry content."""
    return tuple(dict.fromkeys(w.text for w in read(text).words if w.text not in STOP and len(w.text) > 1))


@lru_cache(maxsize=50_000)
def alike(one: str, other: str) -> bool:
    """Is it the same word, up to inflection and a slip?"""
    if one == other:
        return True
    if min(len(one), len(other)) < _COMPARED:
        shorter, longer = sorted((one, other), key=len)
        return len(shorter) >= 3 and longer[:-1] == shorter and longer[-1] in _ENDINGS
    if len(one) >= _GENDERED and one[:-1] == other[:-1] and one[-1] in _GENDERS and other[-1] in _GENDERS:
        return True
    return fuzz.ratio(one, other, score_cutoff=_ALIKE) > 0


class Known:
    """Words that others are compared with, prepared once: whether any is `alike`, without a look at each."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = tuple(dict.fromkeys(words))
        self._exact = frozenset(self.words)
        self._stems = frozenset(word[:-1] for word in self.words if word[-1:] in _ENDINGS)
        self._either = frozenset(word[:-1] for word in self.words if len(word) >= _GENDERED and word[-1] in _GENDERS)
        self._long = tuple(word for word in self.words if len(word) >= _COMPARED)

    def has(self, word: str) -> bool:
        """Is it one of these words, up to inflection and a slip?"""
        if word in self._exact:
            return True
        size = len(word)
        if 3 <= size < _COMPARED and word in self._stems:
            return True
        if 3 < size <= _COMPARED and word[-1] in _ENDINGS and word[:-1] in self._exact:
            return True
        if size < _COMPARED or not self._long:
            return False
        if word[-1] in _GENDERS and word[:-1] in self._either:
            return True
        return process.extractOne(word, self._long, scorer=fuzz.ratio, score_cutoff=_ALIKE) is not None


_NOTHING = Known(())


@lru_cache(maxsize=50_000)
def _forms(word: str, memory: Memory) -> tuple[str, ...]:
    """The owner's words that `word` is a form of; they begin with the same letter."""
    near = memory.letters.get(word[0], _NOTHING)
    return tuple(known for known in near.words if alike(word, known)) if near.has(word) else ()


@lru_cache(maxsize=64)
def spoken(words: Words, memory: Memory) -> Spoken:
    """Which of the owner's words the note says, and where."""
    found: dict[str, list[int]] = {}
    for at, word in enumerate(words.words[:_READ]):
        if word.text not in STOP:
            for known in _forms(word.text, memory):
                found.setdefault(known, []).append(at)
    return {word: tuple(places) for word, places in found.items()}


@lru_cache(maxsize=20_000)
def _parts(name: str) -> tuple[str, tuple[str, ...]]:
    """The key of the first word of a name, and all its words."""
    parts = read(name)
    return (parts.words[0].key if parts.words else "", parts.texts)


def named(words: Words, name: str) -> Hit | None:
    """Where the note spells the whole `name`, in order, or None."""
    key, parts = _parts(name)
    for at in words.starts.get(key, ()) if parts else ():
        if words.texts[at : at + len(parts)] == parts:
            return Hit(at, at + len(parts) - 1, name)
    return None


def told(said: Spoken, item: Item, share: float) -> Hit | None:
    """Where the note says at least `share` of the words of a fact (two at least), close together."""
    if said.keys().isdisjoint(item.content):
        return None
    found = [said[word][0] for word in item.content if word in said]
    if len(found) < max(min(2, len(item.content)), share * len(item.content)):
        return None
    first, last = min(found), max(found)
    return Hit(first, last if last - first <= _FAR else first, item.fact)


def mentions(words: Words, profile: Profile) -> tuple[Mention, ...]:
    """Every fact of the owner the note names."""
    return _mentions(words, remember(profile))


@lru_cache(maxsize=64)
def _mentions(words: Words, memory: Memory) -> tuple[Mention, ...]:
    said = spoken(words, memory)
    if not said:
        return ()
    found: list[Mention] = []
    for _, items in memory.works:
        found += [Mention(i.kind, i.fact, i.called, hit) for i in items if (hit := told(said, i, 0.6))]
    for item in (*memory.names, *memory.employers):
        if (not item.content or item.content[0] in said) and (hit := named(words, bare(item.fact))):
            found.append(Mention(item.kind, item.fact, item.called, hit))
    first: dict[Job, Hit] = {}
    for job, hit in _jobs(words, memory):
        first.setdefault(job, hit)
    return (*found, *(Mention("job", job.title, "your open job", hit) for job, hit in first.items()))


def jobs(words: Words, profile: Profile) -> tuple[tuple[Job, Hit], ...]:
    """Each open job the note names, at every place where it does.

    A job is named by all words of its title that tell it from others, or by a keyword, beside a word for a job.
    """
    return _jobs(words, remember(profile))


@lru_cache(maxsize=64)
def _jobs(words: Words, memory: Memory) -> tuple[tuple[Job, Hit], ...]:
    if not memory.jobs or _FOR_A_JOB.isdisjoint(words.texts[:_READ]):
        return ()
    said = spoken(words, memory)
    found: list[tuple[Job, Hit]] = []
    for job, item in memory.jobs:
        hits = _places(said, item) or tuple(hit for word in job.keywords if (hit := named(words, word)))[:1]
        found += [(job, hit) for hit in hits]
    return tuple(found)


def _places(said: Spoken, item: Item) -> tuple[Hit, ...]:
    """Every place where the note says all words of a title: each of its first word with the nearest of the others."""
    if told(said, item, 1.0) is None:
        return ()
    found: list[Hit] = []
    for at in said[item.content[0]]:
        near = [min(said[word], key=lambda place: (abs(place - at), place)) for word in item.content]
        first, last = min(near), max(near)
        found.append(Hit(first, last if last - first <= _FAR else first, item.fact))
    return tuple(dict.fromkeys(found))


def bare(name: str) -> str:
    """A name without its remarks in brackets."""
    return " ".join(_REMARK.sub("", name).split()) or name
