"""Recorded -> the traits of a request that a lesson may ask about: each is one condition that a person understands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from stages.header import clean
from stages.replay import Recorded
from stages.rules.conditions import Condition, in_words
from stages.rules.fields import FIELDS, Case
from stages.rules.matching import ADDED
from stages.saying import says
from stages.wording import fold

MOST_WORDS = 400
"""of one text that are looked at"""
LONGEST = 60
"""characters of a company or place"""
SHORTEST, LONGEST_WORD = 4, 30
"""characters of a word"""
MUTUAL = (1, 3, 5, 10)
"""connections in common, from which on a lesson may ask"""
_WORDS = ("headline", "title", "written")
_IS = ("company", "location", "network", "kind", "note_language")
_FAIR = frozenset({"written", "title", "headline", "company", "network", "kind"})
"""Fields that may speak against somebody. Where people live, what language they write and whom they know may not."""
_OF_PEOPLE = frozenset(
    """african asian black catholic christian disabled father female hers hindu husband indian islam jewish lady madam
    male mama miss mother muslim papa pronouns theirs veteran white widow wife woman women young""".split()  # noqa: SIM905
)
"""Words of a headline that tell what somebody is rather than what they do: they speak against nobody either."""
_COMMON = frozenset(
    """about after also avec because been before being best between bonjour both come como connect connection dans
    dear does doing done each eine einen esta este forward from glad good gostaria graag great haben hallo
    happy have hello here hola hope into just know like linkedin look looking love made make mein meine mich
    might more much muito network nous only other over para pero please plus pour regards shall should since
    some such than thank thanks that their them then there these they this those through very voor votre vous
    want well were what when where which while will with within without would wurde your""".split()  # noqa: SIM905
)
"""Words that any note may have, folded."""


class Trait(NamedTuple):
    """What a request has: `signal`: this one spoke; `word`: in that field; `is`: the field; `from`: so many or more."""

    kind: str
    field: str
    value: str

    @property
    def condition(self) -> Condition:
        match self.kind:
            case "signal":
                return Condition(signal=self.value)
            case "word":
                return Condition.model_validate({"field": self.field, "word": self.value})
            case "is":
                return Condition.model_validate({"field": self.field, "is": self.value})
        return Condition.model_validate({"field": self.field, "at_least": float(self.value)})

    @property
    def accuses(self) -> bool:
        """Whether it may stand in a rule against somebody."""
        if self.kind == "word" and self.field != "written" and self.value in _OF_PEOPLE:
            return False
        return self.kind == "signal" or self.field in _FAIR

    @property
    def broad(self) -> int:
        """How sweeping it is, so how many more people it takes to believe it: 0, 1 or 2 (`WIDER`)."""
        if self.field in ("network", "kind", "note_language"):
            return 2
        return int(self.field in ("written", "location", "mutual_connections"))

    @property
    def key(self) -> str:
        return self.value if self.kind == "signal" else f"{self.field} {self.kind} {self.value}"

    @property
    def says(self) -> str:
        """Behind `requests where`."""
        value = clean(self.value, 60)
        if self.kind == "signal":
            return says(self.value).split(":")[0]
        if self.kind == "word":
            where = {"written": "their text", "title": "their job title"}.get(self.field, f"their {self.field}")
            return f'{where} has the word "{value}"'
        if self.kind == "from":
            return f"you share {value} connections or more" if value != "1" else "you share a connection"
        whose = {"company": "their company", "location": "the place they live in", "note_language": "their language"}
        return f'{whose.get(self.field, f"the {self.field}")} is "{value}"'


def traits_of(each: Recorded, names: frozenset[str] = frozenset()) -> frozenset[Trait]:
    """All of them. What the mail does not show is no trait; nor are names of people, and its reader's (`names`)."""
    return frozenset(_traits(each, names))


def _traits(each: Recorded, names: frozenset[str]) -> Iterator[Trait]:
    judgement = each.judgement
    for reason in judgement.reasons:
        if not reason.veto and not reason.signal.startswith(ADDED):
            yield Trait("signal", "", reason.signal)
    case = Case(judgement, each.enriched, {}, judgement.score)
    for name in _IS:
        value = FIELDS[name].read(case).value  # type: ignore[index]
        if isinstance(value, str) and value.strip() and len(value) <= LONGEST:
            yield Trait("is", name, fold(value))
    shared = judgement.request.notice.mutual_connections.value
    for bound in MUTUAL:
        if shared is not None and shared >= bound:
            yield Trait("from", "mutual_connections", str(bound))
    names |= _names(each)
    for name in _WORDS:
        value = FIELDS[name].read(case).value  # type: ignore[index]
        if isinstance(value, str):
            for word in in_words(value[: MOST_WORDS * LONGEST_WORD]).split()[:MOST_WORDS]:
                if SHORTEST <= len(word) <= LONGEST_WORD and not word.isdigit() and word not in _COMMON | names:
                    yield Trait("word", name, word)


def _names(each: Recorded) -> frozenset[str]:
    """Words that name the person, where they live, or the reader: what is learned is never about a name."""
    notice, parsed = each.judgement.request.notice, each.enriched.parsed
    told = (notice.name.value, notice.location.value, parsed.from_name, parsed.recipient_first_name)
    return frozenset(word for text in told if text for word in in_words(text[: LONGEST_WORD * 10]).split())
