"""Recorded -> the traits of a request that a lesson may ask about: each is one condition that a person understands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from stages.header import clean
from stages.replay import Recorded
from stages.rules.comparing import words_of
from stages.rules.conditions import Condition
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
QUOTED = 40
"""characters that are shown of a stranger's text"""
_QUOTES = str.maketrans(dict.fromkeys('"`\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\u300c\u300d\uff02', "'"))
MUTUAL = (1, 3, 5, 10)
"""connections in common, from which on a lesson may ask"""
_WORDS = ("headline", "title", "written")
_IS = ("company", "location", "network", "kind", "note_language")
FAIR = frozenset(
    """answer_is_missing asks_for_private_friendship asks_for_something_risky claim_is_false claim_is_true flatters
    hides_its_purpose is_unwanted mentions_owners_facts note_fits_anybody note_is_blank note_is_personal
    note_says_nothing offers_referral_or_fits_open_job pitches_a_job reason_is_missing seems_to_offer_something
    seems_to_want_nothing seems_written_for_anybody seems_written_for_you sells_a_service sends_a_hotlist
    template_is_showing tempts_with_easy_money wants_to_learn wording_came_before wording_is_canned""".split()  # noqa: SIM905
)
"""Signals that may speak against somebody: about what they wrote, asked or offered. Who somebody is, whom they know,
how their profile looks and what they are called may not; nor may any word, for too many stand for a group."""
_COMMON = frozenset(
    """about after also avec because been before being best between bonjour both come como connect connection dans
    dear does doing done each eine einen esta este forward from glad good gostaria graag great haben hallo
    happy have hello here hola hope into just know like look looking love made make mein meine mich
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
        """Whether it may stand in a rule against somebody: a signal that is fair, or the kind of the mail."""
        return self.value in FAIR if self.kind == "signal" else self.field == "kind"

    @property
    def broad(self) -> int:
        """How sweeping it is, or how easily planted, so how many more people it takes to believe it: 0, 1 or 2."""
        if self.field in ("network", "kind", "note_language"):
            return 2
        return int(self.kind != "signal")

    @property
    def planted(self) -> bool:
        """Whether a stranger can plant it at will: any word, and a company."""
        return self.kind == "word" or self.field == "company"

    @property
    def key(self) -> str:
        return self.value if self.kind == "signal" else f"{self.field} {self.kind} {self.value}"

    @property
    def says(self) -> str:
        """Behind `requests where`."""
        value = quoted(self.value)
        if self.kind == "signal":
            return says(self.value).split(":")[0]
        if self.kind == "word":
            where = {"written": "their text", "title": "their job title"}.get(self.field, f"their {self.field}")
            return f"{where} has the word {value}"
        if self.kind == "from":
            return f"you share {self.value} connections or more" if self.value != "1" else "you share a connection"
        whose = {"company": "their company", "location": "the place they live in", "note_language": "their language"}
        return f"{whose.get(self.field, f'the {self.field}')} is {value}"


def quoted(text: str) -> str:
    """A stranger's text, short and always in quotes of ours, which it cannot end: it never reads as said by us."""
    return f'"{clean(text.translate(_QUOTES), QUOTED)}"'


def trait_of(asked: Condition) -> Trait | None:
    """The trait whose condition this is; None: no trait asks so."""
    if asked.signal is not None:
        found = Trait("signal", "", asked.signal)
    elif asked.field is None:
        return None
    elif asked.word is not None or asked.is_ is not None:
        kind, sought = ("word", asked.word) if asked.word is not None else ("is", asked.is_)
        found = Trait(kind, asked.field, sought.texts[0] if sought is not None and sought.texts else "")
    else:
        found = Trait("from", asked.field, f"{asked.at_least:g}" if asked.at_least is not None else "")
    return found if found.value and found.condition == asked else None


def names_in(history: Iterable[Recorded]) -> frozenset[str]:
    """Words of the names of all people: somebody's name is no lesson in another's headline either."""
    names = (each.judgement.request.notice.name.value for each in history)
    return frozenset(word for name in names if name for word in words_of(name[: LONGEST_WORD * 10]))


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
            for word in words_of(value[: MOST_WORDS * LONGEST_WORD])[:MOST_WORDS]:
                if SHORTEST <= len(word) <= LONGEST_WORD and not word.isdigit() and word not in _COMMON | names:
                    yield Trait("word", name, word)


def _names(each: Recorded) -> frozenset[str]:
    """Words that name the person, where they live, or the reader: what is learned is never about a name."""
    notice, parsed = each.judgement.request.notice, each.enriched.parsed
    told = (notice.name.value, notice.location.value, parsed.from_name, parsed.recipient_first_name)
    return frozenset(word for text in told if text for word in words_of(text[: LONGEST_WORD * 10]))
