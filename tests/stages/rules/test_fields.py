"""What each field of a condition reads of a request: what is shown, what is empty, and what nobody knows."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from stages.events import ABSENT, UNKNOWN, Asked, Echo, Past, shown
from stages.rules.asked_words import CHOSEN, SUBJECTS
from stages.rules.conditions import CHOICES, Condition, FieldName
from stages.rules.fields import FIELDS, kind_of
from stages.rules.matching import holds
from tests.builders.asked_about import case

DAY = 86_400_000
RECEIVED = 1_750_000_000_000
ANSWERED = Asked(waited=2 * DAY, answered=True, answer=shown("We met at a fair"))
HIDDEN = Asked(waited=2 * DAY, answered=True, answer=UNKNOWN)
EMPTY = Asked(waited=2 * DAY, answered=True, answer=ABSENT)
SILENT = Asked(waited=9 * DAY)
ASKED_MAY = Past(asked_at=RECEIVED - 30 * DAY)

READ: list[tuple[str, dict[str, Any], str, str | float | None]] = [
    *((name, {name: "Ångström"}, "shown", "Ångström") for name in ("name", "headline", "title", "company", "location")),
    *((name, {name: False}, "absent", None) for name in ("name", "headline", "title", "company", "location", "note")),
    *((name, {}, "unknown", None) for name in ("name", "headline", "title", "company", "location", "note", "message")),
    ("note", {"note": "Hello there"}, "shown", "Hello there"),
    ("message", {"message": "Hello there"}, "shown", "Hello there"),
    ("answer", {}, "absent", None),
    ("answer", {"asked": SILENT}, "absent", None),
    ("answer", {"asked": HIDDEN}, "unknown", None),
    ("answer", {"asked": EMPTY}, "absent", None),
    ("answer", {"asked": ANSWERED}, "shown", "We met at a fair"),
    ("written", {"note": "Hello", "asked": ANSWERED}, "shown", "Hello\n\nWe met at a fair"),
    ("written", {"note": "Hello", "asked": HIDDEN}, "shown", "Hello"),
    ("written", {"message": "Hello"}, "shown", "Hello"),
    ("written", {"note": False}, "absent", None),
    ("written", {"message": False}, "absent", None),
    ("written", {}, "unknown", None),
    ("written", {"note": False, "asked": HIDDEN}, "unknown", None),
    ("words", {"note": "one two three"}, "shown", 3),
    ("words", {"note": "one", "asked": ANSWERED}, "shown", 6),
    ("words", {"note": False}, "shown", 0),
    ("words", {}, "unknown", None),
    ("words", {"note": "one two", "asked": HIDDEN}, "unknown", None),
    ("mutual_connections", {"mutual_connections": 12}, "shown", 12),
    ("mutual_connections", {"mutual_connections": 0}, "shown", 0),
    ("mutual_connections", {"mutual_connections": False}, "absent", None),
    ("mutual_connections", {}, "unknown", None),
    ("language", {"mail": {"language": "sv"}}, "shown", "sv"),
    ("language", {}, "unknown", None),
    ("note_language", {"mail": {"note_language": "pt"}}, "shown", "pt"),
    ("note_language", {}, "unknown", None),
    ("template", {"mail": {"template": "email_of_theirs"}}, "shown", "email_of_theirs"),
    ("template", {}, "unknown", None),
    ("owner", {}, "shown", "robin"),
    ("network", {}, "shown", "linkedin"),
    ("network", {"mail": {"network": None}}, "unknown", None),
    ("kind", {"mail": {"kind": "inmail"}}, "shown", "inmail"),
    ("authenticity", {"mail": {"trust": "unverified"}}, "shown", "unverified"),
    ("conversation", {}, "shown", "none"),
    ("conversation", {"asked": SILENT}, "shown", "silent"),
    ("conversation", {"asked": HIDDEN}, "shown", "answered"),
    ("acquaintance", {}, "shown", "none"),
    ("acquaintance", {"past": Past(tier="contact")}, "shown", "contact"),
    ("accepted", {}, "shown", "no"),
    ("accepted", {"past": Past(accepted=True)}, "shown", "yes"),
    ("repeated", {}, "shown", "no"),
    ("repeated", {"joins": True}, "shown", "yes"),
    ("requests_before", {"past": Past(requests_before=3)}, "shown", 3),
    ("messages_before", {"past": Past(messages=4)}, "shown", 4),
    ("echoes", {"past": Past(echo=Echo(others=5))}, "shown", 5),
    ("requests", {"others": 2}, "shown", 3),
    ("waited", {}, "absent", None),
    ("waited", {"asked": SILENT}, "shown", 9 * DAY),
    ("asked_before", {}, "absent", None),
    ("asked_before", {"past": ASKED_MAY}, "shown", 30 * DAY),
    ("asked_before", {"past": Past(asked_at=RECEIVED + DAY)}, "shown", 0),
]


@pytest.mark.parametrize(("name", "given", "state", "value"), READ)
def test_a_field_is_shown_empty_or_unknown_and_these_are_three_things(
    name: FieldName, given: dict[str, Any], state: str, value: str | float | None
) -> None:
    of = case(**given)
    assert FIELDS[name].read(of) == (state, value)
    for each in ("shown", "absent", "unknown"):
        asked = Condition.model_validate({"field": name, "state": each})
        assert holds(asked, of) is (each == state)


def test_every_field_is_read_spoken_of_and_tested_here_as_shown() -> None:
    assert list(FIELDS) == list(get_args(FieldName))
    assert set(SUBJECTS) == set(FIELDS)
    assert {name for name, _, state, _ in READ if state == "shown"} == set(FIELDS)


def test_every_value_of_a_choice_has_words() -> None:
    assert {name: set(values) for name, values in CHOICES.items()} == {name: set(said) for name, said in CHOSEN.items()}


@pytest.mark.parametrize("name", [name for name in FIELDS if kind_of(name) in ("number", "time")])
def test_a_number_or_time_is_compared_and_what_is_not_shown_is_neither_more_nor_less(name: FieldName) -> None:
    unit = "d" if kind_of(name) == "time" else ""
    bounds: list[Any] = [f"{each}{unit}" if unit else each for each in (0, 1000)]
    low, high = ({"field": name, "at_least": bounds[0]}, {"field": name, "below": bounds[1]})
    for field, given, state, _ in READ:
        if field == name:
            for tree in (low, high):
                assert holds(Condition.model_validate(tree), case(**given)) is (state == "shown")
