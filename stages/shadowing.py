"""(Routed) -> what the live rules and those in the shadow said of each request, side by side.

What is decided before all rules (by the owner's word, by a veto, with the request that a mail only repeats) is the same
under any rules; it is told apart, or it would look as if the two agreed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pydantic import Field

from stages.events import Decision, Routed, Shadow, Value, Verdict


class Compared(NamedTuple):
    """One request, as it was decided and as the rules in the shadow would have decided."""

    request: str
    decision: Decision
    shadow: Shadow
    agrees: bool
    """same verdict, same folder"""
    foregone: bool
    """decided before all rules"""


class Otherwise(Value):
    """A request that the rules in the shadow would have decided otherwise, in a digest."""

    name: str = Field(default="", description="of the person, as shown")
    verdict: Verdict
    folder: str
    shadow_verdict: Verdict
    shadow_folder: str


class ShadowWeek(Value):
    """What the rules in the shadow would have decided in the last seven days."""

    file: str = Field(description="as the owner named it")
    requests: int
    differ: int = Field(description="how many of them they would have decided otherwise")
    named: tuple[Otherwise, ...] = Field(default=(), description="the last of these")


def compared(routed: Routed) -> Iterator[Compared]:
    """Of each request that Salver itself decided on; where the owner had said what it is, there is nothing to compare.

    Their own word would hide what the rules said before it, and it is what the two are measured by.
    """
    for decision in routed.decisions:
        shadow, request = decision.shadow, decision.judgement.request
        if shadow is not None and request.said is None:
            agrees = _place(decision) == _place(shadow)
            yield Compared(request.id, decision, shadow, agrees, agrees and _foregone(decision, shadow))


def _place(said: Decision | Shadow) -> tuple[Verdict, str]:
    return said.verdict, said.folder


def _foregone(decision: Decision, shadow: Shadow) -> bool:
    """Whether no rules were asked. A rule may be called like what comes before all rules, but it has a line."""
    if decision.rule != shadow.rule or (decision.rule_at is not None and decision.rule_at.line is not None):
        return False
    return decision.rule in ("spoof", "joins-request", "never-again", "always-good") or (
        decision.judgement.veto is not None and decision.rule.startswith("veto-")
    )
