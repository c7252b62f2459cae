"""FLOW: event -> stage. The order of the program, readable from top to bottom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from stages.enrich import ask, enrich
from stages.events import Enriched, Event, LookedUp, Parsed, Scored
from stages.route import route
from stages.score import score

Stage = Callable[[Any, Any], tuple[Event, ...]]
"""(event, settings) -> events. Pure: the same event and settings always give the same events."""

FLOW: dict[type[Event], Stage] = {
    Parsed: ask,
    LookedUp: enrich,
    Enriched: score,
    Scored: route,
}
