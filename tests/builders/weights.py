"""Small weights made by hand, the weights that are shipped, and facts that carry them."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from stages.decide import decide
from stages.events import Decision, Finding, Request
from stages.readings import Readings
from stages.score import observe
from stages.settings import Settings
from stages.signals import SIGNALS, Facts
from stages.weights import Weights
from tests.builders.facts import enriched, facts, scored, settings as plain_settings
from tests.builders.verdicts import default_rules

SHIPPED = Path(__file__).resolve().parents[2] / "config" / "weights.toml"


@cache
def shipped() -> Weights:
    return Weights.model_validate(tomllib.loads(SHIPPED.read_text("utf-8")))


@cache
def shipped_settings() -> Settings:
    """The default rules and the shipped weights."""
    return plain_settings(rules=default_rules()).model_copy(update={"weights": shipped()})


def weighing(known: Facts | None = None, *, silence: dict[str, float] | None = None, **readings: Any) -> Facts:
    """Facts with weights of the test's own: `weighing(offer={"we sell": 9.0})`."""
    return replace(known or facts(), weights=Weights(readings=readings, silence=silence or {}))


def as_shipped(known: Facts | None = None) -> Facts:
    return replace(known or facts(), weights=shipped())


def readings(asked: Request, known: Facts) -> Readings:
    """What signals that read are told."""
    return observe(asked, known, SIGNALS)[0].readings


def spoken(asked: Request, known: Facts) -> dict[str, Finding]:
    """Every signal that speaks, and what it found."""
    return observe(asked, known, SIGNALS)[1]


def decided_as_shipped(asked: Request, known: Facts | None = None) -> Decision:
    """What Salver says out of the box."""
    mail = enriched(asked, given=known)
    return decide(scored(mail, shipped_settings()).judgements[0], mail, default_rules())
