"""Makers of decisions that were made, of what their owner said of them, and of a past that was left as it was."""

from __future__ import annotations

from typing import Any

from stages.decide import decide
from stages.events import Judgement, Kind, Reason, Verdict, shown
from stages.proposals import Correction
from stages.replay import Recorded
from stages.settings import Rules
from stages.signals import SIGNALS
from tests.builders.facts import enriched, facts, request

RULES = Rules.model_validate(
    {
        "rule": [{"name": "blank-ask-why", "verdict": "follow_up", "any": [{"signal": "note_is_blank"}]}],
        "thresholds": {"good": 3.0, "intriguing": -0.75},
    }
)
DAY = 86_400_000
PEOPLE = ("Ida Storm", "Bo Lindt", "Cem Aksoy", "Dora Finch", "Eli Marr", "Fay Quist", "Gus Holt", "Hal Oster")


def decided(
    id: str,
    reasons: dict[str, float],
    *,
    name: str | None = None,
    company: str | None = None,
    language: str | None = None,
    kind: Kind = "invitation",
    rules: Rules = RULES,
    **shows: Any,
) -> Recorded:
    """A request with these signals and points, as these rules decide it."""
    asked = request(shows.pop("note", None), name=name or f"Person {id}", id=id, **shows)
    if company:
        notice = asked.notice.model_copy(update={"company": shown(company)})
        asked = asked.model_copy(update={"notice": notice})
    given = tuple(
        Reason(signal=signal, points=points, evidence="e", veto=signal in SIGNALS and SIGNALS[signal].veto)
        for signal, points in reasons.items()
    )
    veto = min((each.signal for each in given if each.veto), default=None)
    judgement = Judgement(request=asked, reasons=given, score=sum(each.points for each in given), veto=veto)
    mail = enriched(asked, given=facts(kind=kind, mail=id, note_language=language))
    made = decide(judgement, mail, rules)
    return Recorded(mail, judgement, made.verdict, made.rule, made.folder)


def said(each: Recorded, verdict: Verdict, day: float = 0.0) -> Correction:
    return Correction(f"{each.request}/1", each, verdict, int(day * DAY))


def all_said(some: list[Recorded], verdict: Verdict, apart: float = 1.0) -> list[Correction]:
    """One after the other, so many days apart."""
    return [said(each, verdict, at * apart) for at, each in enumerate(some)]


def left(count: int = 40, **given: Any) -> list[Recorded]:
    """Requests that the owner left where they were: some good, some intriguing, some ugly."""
    kinds = ({"note_is_personal": 4.0}, {"flatters": -0.5}, {"wording_is_canned": -3.0})
    return [decided(f"left-{at}", kinds[at % 3], **given) for at in range(count)]


def past(*some: list[Recorded]) -> list[Recorded]:
    return [each for group in some for each in group]
