"""Cases for rules: one request as it was judged, made of whatever a test wants to be so; and all combinations of it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from stages.events import Asked, Claim, Judgement, Past, Reason, Seen
from stages.rules.fields import Case
from stages.settings import Condition, Rules
from tests.builders.facts import enriched, facts, request, seen

UNSHOWN = None
"""The mail says nothing of it; False: it shows that there is none."""


def case(**given: Any) -> Case:
    """`spoke`: signal -> points; `score`; `claims`: kind and truth; `conversation`, `kind`, what the notice shows."""
    talked = {
        "none": None,
        "silent": Asked(waited=5_000),
        "answered": Asked(waited=5_000, answered=True, answer=seen("because of the fair")),
    }[given.get("conversation", "none")]
    asked = request(
        given.get("note"), headline=given.get("headline"), past=Past(requests_before=given.get("before", 0))
    )
    notice = asked.notice.model_copy(update={"mutual_connections": counted(given.get("mutual"))})
    asked = asked.model_copy(update={"notice": notice, "asked": talked})
    spoke = {name: points for name, points in given.get("spoke", {}).items() if points is not None}
    reasons = tuple(Reason(signal=name, points=points, evidence="e") for name, points in spoke.items())
    judgement = Judgement(
        request=asked,
        reasons=reasons,
        score=sum(spoke.values()),
        claims=tuple(Claim(kind=kind, truth=truth, words="w") for kind, truth in given.get("claims", ())),
    )
    event = enriched(asked, given=facts(kind=given.get("kind", "invitation")))
    return Case(judgement, event, spoke, given.get("score", 0.0))


def counted(value: int | bool | None) -> Seen[int]:
    if value is None or value is False:
        return Seen[int](state="unknown" if value is None else "absent")
    return Seen[int](state="shown", value=value)


def every(**dimensions: tuple[Any, ...]) -> Iterator[Case]:
    """One case for each combination; `signal_NAME` is the points that it brings, None: it is silent."""
    for values in itertools.product(*dimensions.values()):
        given = dict(zip(dimensions, values, strict=True))
        spoke = {name.removeprefix("signal_"): given.pop(name) for name in list(given) if name.startswith("signal_")}
        yield case(spoke=spoke, **given)


def condition(**given: Any) -> Condition:
    """As in a rules file; `is_` is its `is`."""
    return Condition.model_validate({key.rstrip("_"): value for key, value in given.items()})


def rules(*given: dict[str, Any]) -> Rules:
    """Rules as in a file; a name and a verdict are given where they are missing."""
    whole = [{"name": f"rule-{at}", **({} if "points" in rule else {"verdict": "good"}), **rule} for at, rule in
             enumerate(given)]  # fmt: skip
    return Rules.model_validate({"rule": whole})
