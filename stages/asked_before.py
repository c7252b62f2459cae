"""(recorded decisions, what other rules make of them) -> when an earlier question to a person was, by those rules.

A recorded request knows when the owner was to ask its person before (`Past.asked_at`). Other rules ask other people why
they want to connect. Who would never have been asked was not asked before; when the owner would have put a question
that Salver never came up with, nobody knows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from stages.events import Enriched, Past, Request
from stages.rules.conditions import Condition
from stages.rules.language import Rules
from stages.wording.people import full_name

_Key = tuple[str, ...]


class _Question(NamedTuple):
    """That somebody was, or would have been, to be asked about a request."""

    at: int
    """when the request came, ms"""
    profile: str | None
    recorded: bool
    made: bool | None
    """by the other rules; None: nobody knows"""


def asks(rules: Rules) -> bool:
    """Whether rules ask for it at all."""
    return any(_asks(rule.conditions) for rule in rules.in_order)


def _asks(conditions: Iterable[Condition]) -> bool:
    return any(each.field == "asked_before" or _asks(each.parts) for each in conditions)


class Questions:
    """Those that came up so far, by person. It keeps a few words of each."""

    def __init__(self) -> None:
        self._of: dict[_Key, list[_Question]] = defaultdict(list)

    def came(self, request: Request, enriched: Enriched, recorded: bool, made: bool | None) -> None:
        """A request was decided for the first time: whether it was to be asked about, and is by the other rules.

        What was imported, and what anybody may have written, opens no question that is known of the person.
        """
        if (recorded or made is not False) and _proven(enriched) and not enriched.parsed.imported:
            profile = request.notice.profile_url.value
            question = _Question(enriched.parsed.received_at, profile, recorded, made)
            for key in _keys(request, enriched):
                self._of[key].append(question)

    def past(self, request: Request, enriched: Enriched) -> Past | None:
        """What is known of the person, with their earlier question by the other rules. None: nobody knows that."""
        past, at = request.past, enriched.parsed.received_at
        if not _proven(enriched):  # of whom it is not certain who they are, no earlier question is known
            return past
        earlier = [each for each in self._about(request, enriched) if each.at < at]
        if any(each.made is None or (each.made and not each.recorded) for each in earlier):
            return None
        gone = [each.at for each in earlier if not each.made]
        if not gone or past.asked_at is None or past.asked_at < min(gone):  # it is another question
            return past
        kept = [each.at for each in earlier if each.made]
        if kept:  # which of them it was is known as long as it was not put: then it counts from its request
            return past if past.asked_at in kept else None
        return past.model_copy(update={"asked_at": None})

    def _about(self, request: Request, enriched: Enriched) -> Iterator[_Question]:
        """By their profile; where one of two mails shows none, by name and headline: as the store looks it up."""
        profile = request.notice.profile_url.value
        for key in _keys(request, enriched):
            for each in self._of.get(key, ()):
                if key[0] == "profile" or profile is None or each.profile is None:
                    yield each


def _proven(enriched: Enriched) -> bool:
    return enriched.authenticity.verdict == "aligned"


def _keys(request: Request, enriched: Enriched) -> Iterator[_Key]:
    notice, whose = request.notice, (enriched.owner, enriched.parsed.network or "")
    if notice.profile_url.value is not None:
        yield ("profile", *whose, notice.profile_url.value)
    if name := full_name(notice.name.value or ""):
        yield ("name", *whose, name, notice.headline.value or "")
