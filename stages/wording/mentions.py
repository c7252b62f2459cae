"""(Words, Profile) -> Mentions: which of the owner's facts a note really names."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rapidfuzz import fuzz

from stages.settings import Job, Profile
from stages.wording import Hit, Words, evidence, read
from stages.wording.vocabulary import STOP, words_of

Fact = Literal["point", "title", "school", "employer", "event", "group", "tool", "job", "person", "first name"]

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
"""Words for a job, one of which must stand in the note for a job to be named."""

_ALIKE = 86
"""Ratio from which two words of five letters and more count as the same word, otherwise inflected or misspelt."""


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


def content(text: str) -> tuple[str, ...]:
    """The folded words of `text` that carry content."""
    return tuple(dict.fromkeys(w.text for w in read(text).words if w.text not in STOP and len(w.text) > 1))


@lru_cache(maxsize=50_000)
def alike(one: str, other: str) -> bool:
    """Is it the same word, up to inflection and a slip?"""
    if one == other:
        return True
    if min(len(one), len(other)) < 5:
        return min(len(one), len(other)) >= 3 and abs(len(one) - len(other)) == 1 and one[:-1] == other[: len(one) - 1]
    return fuzz.ratio(one, other) >= _ALIKE


def spots(words: Words, text: str) -> tuple[int, ...]:
    """Indexes of the words of a note that say the content words of `text`, one for each that is found."""
    found: list[int] = []
    for wanted in content(text):
        at = next((i for i, word in enumerate(words.words[:_READ]) if alike(word.text, wanted)), None)
        if at is not None:
            found.append(at)
    return tuple(found)


def named(words: Words, name: str) -> Hit | None:
    """Where the note spells the whole `name`, in order, or None."""
    parts = read(name).words
    for at in words.starts.get(parts[0].key, ()) if parts else ():
        spoken = words.words[at : at + len(parts)]
        if tuple(word.text for word in spoken) == tuple(part.text for part in parts):
            return Hit(at, at + len(parts) - 1, name)
    return None


def told(words: Words, text: str, share: float) -> Hit | None:
    """Where the note says at least `share` of the content words of `text` (two at least), close together."""
    wanted = content(text)
    found = spots(words, text)
    if len(found) < max(min(2, len(wanted)), share * len(wanted)) or not found:
        return None
    first, last = min(found), max(found)
    return Hit(first, last if last - first <= 30 else first, text)


def mentions(words: Words, profile: Profile) -> tuple[Mention, ...]:
    """Every fact of the owner the note names."""
    found: list[Mention] = []
    for published in profile.published:
        called = f"your {published.kind}" if published.kind else "what you published,"
        for point in published.points:
            if hit := told(words, point, 0.6):
                found.append(Mention("point", point, "your point", hit))
        if hit := told(words, _bare(published.title), 0.6):
            found.append(Mention("title", published.title, called, hit))
    named_facts: tuple[tuple[Fact, str, tuple[str, ...]], ...] = (
        ("school", "your school", profile.schools),
        ("event", "an event of yours,", profile.events),
        ("group", "your group", profile.groups),
        ("tool", "a tool you use,", profile.tools_used),
        ("person", "somebody you know,", profile.known_people),
    )
    for kind, called, facts in named_facts:
        for fact in facts:
            if hit := named(words, _bare(fact)):
                found.append(Mention(kind, fact, called, hit))
    for tenure in profile.employers:
        if tenure.name and (hit := named(words, tenure.name)):
            found.append(Mention("employer", tenure.name, "where you work or worked,", hit))
    found += [Mention("job", job.title, "your open job", hit) for job, hit in jobs(words, profile)]
    return tuple(found)


def jobs(words: Words, profile: Profile) -> tuple[tuple[Job, Hit], ...]:
    """Each open job the note names, and where.

    A job is named by all words of its title that tell it from others, or by a keyword, beside a word for a job.
    """
    posts = any(word.text in _POSTS for word in words.words[:_READ])
    found: list[tuple[Job, Hit]] = []
    for job in profile.open_jobs:
        telling = " ".join(word for word in content(_bare(job.title)) if word not in _RANKS)
        hits = [told(words, telling, 1.0), *(named(words, keyword) for keyword in job.keywords)]
        hit = next((found for found in hits if found is not None), None)
        if hit is not None and posts:
            found.append((job, hit))
    return tuple(found)


def _bare(name: str) -> str:
    """A name without its remark in brackets."""
    return name.split("(")[0].strip() or name
