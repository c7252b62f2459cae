"""The weights that are shipped fit the signals and readings there are."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from math import isfinite
from typing import Any

from stages.readings import READINGS
from stages.signals import SIGNALS
from stages.weights import Weights
from stages.wording.tone import LONGEST
from tests.builders.weights import SHIPPED, shipped


def tables(given: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every table of a file, the outer ones first."""
    for value in given.values():
        if isinstance(value, dict):
            yield value
            yield from tables(value)


def test_they_name_only_signals_that_exist() -> None:
    assert set(shipped().points) <= set(SIGNALS)


def test_they_name_every_reading_and_no_other() -> None:
    assert set(shipped().readings) == set(READINGS)
    assert set(shipped().silence) <= {"base", *READINGS}


def test_what_was_learned_never_turns_the_sign_of_a_signal() -> None:
    turned = {name for name, points in shipped().points.items() if points * SIGNALS[name].points < 0}
    assert not turned


def test_learned_points_go_in_quarter_steps() -> None:
    assert all(points * 4 == int(points * 4) for points in shipped().points.values())


def test_no_safety_signal_has_learned_points() -> None:
    assert not {name for name in shipped().points if SIGNALS[name].veto}


def test_every_weight_is_a_number_and_none_is_idle() -> None:
    weights = [weight for table in shipped().readings.values() for weight in table.values()]
    assert all(isfinite(weight) and weight for weight in weights)
    assert all(isfinite(weight) for weight in shipped().silence.values())


def test_no_turn_of_phrase_is_longer_than_what_is_looked_at() -> None:
    spoken = {name for table in shipped().readings.values() for name in table if not _is_trait(name)}
    assert all(len(name.split()) <= LONGEST for name in spoken)


def _is_trait(name: str) -> bool:
    return name.startswith("<") and name.endswith(">") and name.count("<") == 1


def test_an_observation_that_is_weighed_is_one_of_a_signal_that_does_not_read() -> None:
    observed = {name.strip("<>") for table in shipped().readings.values() for name in table if _is_trait(name)}
    assert not {name for name in observed & set(SIGNALS) if SIGNALS[name].reads}


def test_the_file_is_sorted_so_that_two_trainings_can_be_compared() -> None:
    found = tomllib.loads(SHIPPED.read_text("utf-8"))
    for table in tables(found):
        plain = [name for name, value in table.items() if not isinstance(value, dict)]
        assert plain == sorted(plain)
        nested = [name for name, value in table.items() if isinstance(value, dict)]
        assert nested == sorted(nested)


def test_the_file_is_small_enough_to_be_read_and_sent() -> None:
    assert SHIPPED.stat().st_size < 400_000


def test_without_a_file_nothing_was_learned() -> None:
    assert Weights() == Weights(made_from="", points={}, silence={}, readings={})
