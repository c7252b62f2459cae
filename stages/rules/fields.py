"""(field name, Case) -> what a rule's condition is asked about: shown with its value, empty, or unknown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from stages.events import Enriched, Judgement, Notice, Seen, State
from stages.rules.conditions import CHOICE_FIELDS, NUMBER_FIELDS, TIME_FIELDS, FieldName
from stages.sources import SOURCES
from stages.wording import read


class Case(NamedTuple):
    """One request as it was judged, and how far the reading of the rules is."""

    judgement: Judgement
    enriched: Enriched
    spoke: Mapping[str, float]
    """the signals that spoke, and how many points each brought"""
    score: float
    """the points so far, those of rules that were read included"""

    @property
    def notice(self) -> Notice:
        return self.judgement.request.notice


class Asked(NamedTuple):
    """What a case says of one field."""

    state: State
    value: str | float | None = None
    """of a time: ms"""


class Field(NamedTuple):
    """A field that rules may ask about."""

    says: str
    read: Callable[[Case], Asked]
    example: str
    """a value, as it is written in a rules file"""


def kind_of(name: str) -> str:
    """What a field holds: text, choice, number or time."""
    kinds = {"choice": CHOICE_FIELDS, "number": NUMBER_FIELDS, "time": TIME_FIELDS}
    return next((kind for kind, names in kinds.items() if name in names), "text")


UNKNOWN = Asked("unknown")


def _known(value: str | float | None) -> Asked:
    return UNKNOWN if value is None else Asked("shown", value)


def _seen(name: str) -> Callable[[Case], Asked]:
    """A field of the notice."""

    def found(case: Case) -> Asked:
        seen: Seen[str] | Seen[int] = getattr(case.notice, name)
        return Asked(seen.state, seen.value)

    return found


def _yes(whether: bool) -> Asked:
    return Asked("shown", "yes" if whether else "no")


def _answer(case: Case) -> Asked:
    asked = case.judgement.request.asked
    return Asked("absent") if asked is None or not asked.answered else Asked(asked.answer.state, asked.answer.value)


def _conversation(case: Case) -> Asked:
    asked = case.judgement.request.asked
    return Asked("shown", "none" if asked is None else "answered" if asked.answered else "silent")


def _waited(case: Case) -> Asked:
    asked = case.judgement.request.asked
    return Asked("absent") if asked is None else Asked("shown", float(asked.waited))


def _asked_before(case: Case) -> Asked:
    at = case.judgement.request.past.asked_at
    return Asked("absent") if at is None else Asked("shown", float(max(0, case.enriched.parsed.received_at - at)))


def _written(case: Case) -> Asked:
    """What is shown of it. Only where nothing is hidden is there nothing."""
    words = case.judgement.request.words
    return Asked("shown", words) if words else Asked("unknown" if _hides_words(case) else "absent")


def _words(case: Case) -> Asked:
    if _hides_words(case):
        return UNKNOWN
    return Asked("shown", float(len(read(case.judgement.request.words).words)))


def _hides_words(case: Case) -> bool:
    """Whether they may have written something that no mail shows: neither note nor message has a place, or an answer
    came without its text."""
    notice, asked = case.notice, case.judgement.request.asked
    return (notice.note.state == notice.message.state == "unknown") or (
        asked is not None and asked.answered and asked.answer.state == "unknown"
    )


FIELDS: dict[FieldName, Field] = {
    "name": Field("name of the person", _seen("name"), '"Carla Nuñez"'),
    "headline": Field("line below the name", _seen("headline"), '"actuary"'),
    "title": Field("job title, as far as the mail tells it apart", _seen("title"), '"data engineer"'),
    "company": Field("company, as far as the mail tells it apart", _seen("company"), '"Northwind"'),
    "location": Field("where they live", _seen("location"), '"Lisbon"'),
    "note": Field(
        "the personal note; absent: the network's own sentence, or an empty place", _seen("note"), '"hiring"'
    ),
    "message": Field("the text of a direct message", _seen("message"), '"meeting"'),
    "answer": Field("what they answered when you asked why", _answer, '"conference"'),
    "written": Field("all they wrote: note or message, and answer", _written, '"climbing"'),
    "language": Field("of the mail's frame", lambda case: _known(case.enriched.parsed.language), '"en"'),
    "note_language": Field("of what they wrote", lambda case: _known(case.enriched.parsed.note_language), '"pt"'),
    "template": Field(
        "the network's name for such mails",
        lambda case: _known(case.enriched.parsed.template),
        '"email_m2m_invite_single_01"',
    ),
    "owner": Field("whose request it is, by id", lambda case: Asked("shown", case.enriched.owner), '"amy"'),
    "network": Field(
        "where it was sent", lambda case: _known(case.enriched.parsed.network), f'"{next(iter(SOURCES))}"'
    ),
    "kind": Field("what the mail is", lambda case: Asked("shown", case.enriched.kind), '"inmail"'),
    "authenticity": Field(
        "whether it comes from the network",
        lambda case: Asked("shown", case.enriched.authenticity.verdict),
        '"aligned"',
    ),
    "conversation": Field(
        "none: you did not ask why; answered: they answered; silent: they did not", _conversation, '"answered"'
    ),
    "acquaintance": Field(
        "how well you know somebody of this name: wrote to each other, address book, connected",
        lambda case: Asked("shown", case.judgement.request.past.tier or "none"),
        '"contact"',
    ),
    "accepted": Field(
        "they accepted an invitation of yours once, or were accepted",
        lambda case: _yes(case.judgement.request.past.accepted),
        '"yes"',
    ),
    "repeated": Field("the request came before", lambda case: _yes(case.judgement.request.joins), '"yes"'),
    "mutual_connections": Field("connections you share", _seen("mutual_connections"), "5"),
    "words": Field("words they wrote in all", _words, "12"),
    "requests_before": Field(
        "earlier requests of this person",
        lambda case: Asked("shown", float(case.judgement.request.past.requests_before)),
        "1",
    ),
    "messages_before": Field(
        "messages of this person before", lambda case: Asked("shown", float(case.judgement.request.past.messages)), "1"
    ),
    "echoes": Field(
        "other people who wrote nearly the same",
        lambda case: Asked("shown", float(case.judgement.request.past.echo.others)),
        "2",
    ),
    "requests": Field("people in the same mail", lambda case: Asked("shown", float(len(case.enriched.requests))), "2"),
    "waited": Field("from your question to their answer, or until now; absent: you did not ask", _waited, '"2d"'),
    "asked_before": Field(
        "how long ago an earlier question to this person was; absent: there was none", _asked_before, '"30d"'
    ),
}
"""In the order in which they are printed."""
