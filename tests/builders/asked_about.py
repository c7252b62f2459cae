"""Cases for conditions: one request as it was judged, made of what matters to a test. All else is unknown."""

from __future__ import annotations

from typing import Any

from stages.events import Asked, Claim, Judgement, Notice, Past, Reason, Request, Seen, counted, shown
from stages.rules.fields import Case
from tests.builders.facts import OWNER, enriched, facts


def notice(**given: Any) -> Notice:
    """A text or number is shown, False is absent."""
    seen: dict[str, Any] = {}
    for name, value in given.items():
        if value is False:
            seen[name] = Seen[int](state="absent") if name == "mutual_connections" else Seen[str](state="absent")
        else:
            seen[name] = counted(value) if isinstance(value, int) else shown(value)
    return Notice(**seen)


def case(
    *,
    spoke: dict[str, float] | None = None,
    claims: tuple[Claim, ...] = (),
    past: Past | None = None,
    asked: Asked | None = None,
    joins: bool = False,
    mail: dict[str, Any] | None = None,
    others: int = 0,
    **shows: Any,
) -> Case:
    """`shows`: fields of the notice; `mail`: of the mail; `others`: further people in it."""
    speaks = spoke or {}
    request = Request(id="r", notice=notice(**shows), past=past or Past(), asked=asked, joins=joins)
    reasons = tuple(Reason(signal=name, points=points, evidence="e") for name, points in speaks.items())
    judged = Judgement(request=request, claims=claims, reasons=reasons, score=sum(speaks.values()))
    mail_of = enriched(
        request, *[Request(id=f"o{at}", notice=Notice()) for at in range(others)], given=facts(**(mail or {}))
    )
    assert mail_of.owner == OWNER
    return Case(judged, mail_of, speaks, judged.score)
