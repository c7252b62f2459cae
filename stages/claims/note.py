"""(Request, Facts) -> Note: what every reader of claims is given, and the questions they all ask of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stages.claims.denial import denied
from stages.events import Claim, ClaimKind, Request, Truth
from stages.language import detect
from stages.settings import Profile
from stages.wording import Hit, Phrases, Words, evidence, find, read
from stages.wording.mentions import Item, Memory, Spoken, alike, bare, named, remember, spoken
from stages.wording.quoting import breaks
from stages.wording.vocabulary import STOP, words_of

if TYPE_CHECKING:
    from stages.signals import Facts

_LONGEST = 16
"""Words of a claim that are quoted."""

_STEM = 4
"""Letters that longer words begin with alike, or more that stand inside another, to be near."""

_TURNS = words_of(
    "i im we my our ours ich wir mein meine unser unsere habe je nous notre mon yo nosotros mi eu minha meu io noi mio",
    "mia ik wij we mijn onze and but so because which und aber weil et mais pero y mas e ma perche maar omdat dat",
)
"""Words at which a subject ends, for the sender begins to speak of something else."""

_LINKS = words_of("of de di da do del della des du la le the und and for fur van voor et y e at & der den dei")
"""Small words inside a name."""

_CALENDAR = words_of(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august",
    "september october november december montag dienstag mittwoch donnerstag freitag samstag sonntag januar februar",
    "marz mai juni juli oktober dezember lundi mardi mercredi jeudi vendredi samedi dimanche janvier fevrier mars",
    "avril",
    "juin juillet aout septembre octobre novembre decembre lunes martes miercoles jueves viernes enero febrero marzo",
    "abril mayo junio julio agosto septiembre octubre noviembre diciembre segunda terca quarta quinta sexta janeiro",
    "fevereiro maio junho julho setembro outubro novembro dezembro lunedi martedi mercoledi giovedi venerdi gennaio",
    "febbraio aprile maggio giugno luglio settembre ottobre novembre dicembre maandag dinsdag woensdag donderdag",
    "vrijdag januari februari maart mei augustus i dr mr mrs ms herr frau linkedin",
)
"""Words with a capital that name nothing of the owner's."""


_READ = 400
_BETWEEN = 5
"""Words that may stand between "your" and what is the reader's."""

_WITH = words_of(
    "through at in on from via to with and or about that which bei auf mit im am von und oder dans sur chez avec et",
    "que en",
    "con desde em com no na op met bij uit als wie comme come como for fur pour para per voor",
)
"""Words at which what is "your" ends."""

_COMPOUNDS = ("artikel", "beitrag", "vortrag")
"""Ends of German and Dutch words for what somebody published."""

_KINDS = words_of("group gruppe groupe grupo gruppo gmbh ag inc ltd bv sa srl bank co company university trust the")
"""Words that tell no employer from another."""

_BRACKETS = frozenset("[{<%")

_WITH_TITLES: frozenset[ClaimKind] = frozenset({"published"})
"""Kinds whose words hold a title, in which a "not" or "without" takes nothing back."""

_DENIED = "it is denied, or not said plainly"


@dataclass(frozen=True, eq=False)
class Note:
    """What the person wrote, and what is known of the reader. Without a profile nothing can be checked."""

    words: Words
    request: Request
    profile: Profile
    memory: Memory
    said: Spoken
    owner: tuple[str, ...]
    """the owner's names, as they are told in several places"""
    texts: tuple[str, ...]
    """the words as folded"""

    def found(self, phrases: Phrases) -> tuple[Hit, ...]:
        """Every place where one of these phrases begins, in order."""
        return find(self.words, phrases)

    def claim(self, kind: ClaimKind, hit: Hit, truth: Truth, fact: str = "", *, quotes: bool = False) -> Claim:
        """A claim in the person's own words, from the first to the last of `hit`; unknown where it is denied.

        `quotes`: its words show by themselves that they are known, whether the sender agrees with them or not.
        """
        if truth != "unknown" and not quotes and denied(self.words, hit, inside=kind not in _WITH_TITLES):
            truth, fact = "unknown", _DENIED
        return Claim(
            kind=kind,
            truth=truth,
            words=self.words.quote(hit.first, min(hit.last, hit.first + _LONGEST - 1)),
            fact=fact,
        )

    def text(self, at: int) -> str:
        return self.texts[at]

    def sentence(self, at: int, more: int = 0) -> range:
        """The words of the sentence of word `at`, and of `more` sentences behind it."""
        words, number = self.words.words, self.words.words[at].sentence
        first = last = at
        while first and words[first - 1].sentence == number:
            first -= 1
        while last + 1 < len(words) and words[last + 1].sentence <= number + more:
            last += 1
        return range(first, last + 1)

    def clause(self, at: int, most: int) -> range:
        """Up to `most` words from word `at` on, as far as its clause goes and the sender speaks of one thing."""
        words, last = self.words.words, at
        if at >= len(words):
            return range(at, at)
        while last < len(words) and last < at + most and words[last].text not in _TURNS:
            if last > at and (words[last].sentence != words[at].sentence or breaks(self.words, last)):
                break
            last += 1
        return range(at, last)

    def says(self, at: int, most: int) -> range:
        """`clause`, where word `at` belongs to the sentence and clause of the word before it; else nothing."""
        words = self.words.words
        if at >= len(words) or words[at].sentence != words[at - 1].sentence or breaks(self.words, at):
            return range(at, at)
        return self.clause(at, most)

    def telling(self, within: range) -> tuple[int, ...]:
        """The words that carry content."""
        return tuple(at for at in within if self.text(at) not in STOP and len(self.text(at)) > 1)

    def capital(self, at: int) -> bool:
        word = self.words.words[at]
        return self.words.source[word.start].isupper()

    def name(self, at: int, most: int = 5) -> Hit | None:
        """Words with capitals from word `at` on, an article before them aside: what looks like a name."""
        within = self.says(at, most)
        if within and self.words.source[: self.words.words[at].start][-1:] in _BRACKETS:
            return None
        begin = next((i for i in within[:2] if self.capital(i) and self.text(i) not in _CALENDAR), None)
        if begin is None:
            return None
        last = begin
        for i in range(begin + 1, within.stop):
            if self.capital(i):
                last = i
            elif self.text(i) not in _LINKS:
                break
        return Hit(begin, last, "") if self.text(begin) not in STOP or last > begin else None

    def yours(self, whose: Mapping[str, frozenset[str]]) -> Iterator[Hit]:
        """From each "your" to the first of the things behind it, which `whose` gives by "your" in any language."""
        words = self.words.words
        for at, text in enumerate(self.texts[:_READ]):
            things = whose.get(text)
            if things is None:
                continue
            for last in range(at + 1, min(at + 1 + _BETWEEN, len(words))):
                thing = self.texts[last]
                if words[last].sentence != words[at].sentence or thing in _WITH:
                    break
                if thing in things or thing.endswith(_COMPOUNDS):
                    yield Hit(at, last, thing)
                    break

    def called(self, items: tuple[Item, ...], within: range) -> tuple[Item, Hit] | None:
        """The first of these names that is spelled there whole, or in the greater part and from its first word on."""
        if found := self.fact(items, within):
            return found
        for item in items:
            telling = [word for word in item.content if word not in _KINDS]
            spoken = [at for word in telling for at in self.said.get(word, ()) if at in within and self.capital(at)]
            if spoken and 2 * len(spoken) >= len(telling) and any(at in spoken for at in self.said.get(telling[0], ())):
                return item, Hit(min(spoken), min(max(spoken), min(spoken) + 4), "")
        return None

    def fact(self, items: tuple[Item, ...], within: range) -> tuple[Item, Hit] | None:
        """The first of these facts that is spelled whole in these words, in order."""
        for item in items:
            if item.content and item.content[0] in self.said:
                hit = named(self.words, bare(item.fact))
                if hit and hit.first in within:
                    return item, hit
        return None

    def known(self, kind: str) -> tuple[Item, ...]:
        """The owner's facts of one kind of name."""
        return tuple(item for item in self.memory.names if item.kind == kind)

    def listed(self, names: Iterable[str]) -> str:
        """What the owner listed instead."""
        return "you listed " + ", ".join(f'"{evidence(name)}"' for name in sorted(names)[:3])

    def near_anything(self, within: Sequence[int]) -> bool:
        """May one of these words be about anything in the profile? Generous: what is near is never called false."""
        spoken_of = [self.text(at) for at in within if self.text(at) not in STOP]
        known = tuple(self.memory.vocabulary)
        return any(near(word, other) for word in spoken_of for other in known)

    def comparable(self) -> bool:
        """Do note and profile speak one language? Else words that differ prove nothing."""
        return self.memory.language is not None and detect(self.words.source) == self.memory.language


def near(one: str, other: str) -> bool:
    """May the two be one word: forms of it, or one inside the other?"""
    shorter, longer = sorted((one, other), key=len)
    if alike(one, other) or (len(shorter) > _STEM and (shorter in longer or one[:_STEM] == other[:_STEM])):
        return True
    return len(shorter) >= 3 and longer.startswith(shorter)


def note_of(request: Request, facts: Facts) -> Note:
    """What the readers of claims are given."""
    words, profile = read(request.words), facts.profile or Profile()
    memory = remember(profile)
    owner = tuple(filter(None, (profile.name, facts.owner.name, facts.parsed.recipient_first_name)))
    texts = tuple(word.text for word in words.words)
    return Note(words, request, profile, memory, spoken(words, memory), owner, texts)


Claims = Iterator[Claim]
