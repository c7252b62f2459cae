"""What the default rules say about a request, with a signal and without it."""

from __future__ import annotations

import tomllib
from pathlib import Path

from stages.events import Decision, Finding, Request
from stages.route import decide
from stages.score import judge, observe
from stages.settings import Rules
from stages.signals import SIGNALS, Facts
from tests.builders.facts import enriched, facts

RULES = Path(__file__).resolve().parents[2] / "config" / "rules.toml"


def default_rules() -> Rules:
    return Rules.model_validate(tomllib.loads(RULES.read_text()))


def decision(request: Request, known: Facts | None = None, *, without: str | None = None) -> Decision:
    """The decision of the default rules, by all signals but `without`."""
    given = known or facts()
    speaking = {name: signal for name, signal in SIGNALS.items() if name != without}
    return decide(judge(request, given, speaking, {}), enriched(request, given=given), default_rules())


def with_and_without(signal: str, request: Request, known: Facts | None = None) -> tuple[str, str]:
    """The verdict with this signal, and the verdict if it alone had stayed silent."""
    assert signal in SIGNALS
    return decision(request, known).verdict, decision(request, known, without=signal).verdict


def finding(signal: str, request: Request, known: Facts | None = None) -> Finding | None:
    told, _ = observe(request, known or facts(), SIGNALS)
    return SIGNALS[signal].check(request, told)
