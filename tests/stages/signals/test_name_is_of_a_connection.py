"""When `name_is_of_a_connection` speaks, and when it stays silent."""

from __future__ import annotations

from stages.events import Past
from tests.builders.facts import request
from tests.builders.verdicts import decision, finding, with_and_without

SIGNAL = "name_is_of_a_connection"
NOTE = "We help firms to hire welders in half the time. Could we find ten minutes this week?"


def test_it_alone_changes_the_verdict() -> None:
    asked = request("Hi! Long time no see, we should talk again.", past=Past(tier="connection"))
    with_it, without = with_and_without(SIGNAL, asked)
    assert (with_it, without) == ("intriguing", "ugly")


def test_a_connections_name_alone_makes_nothing_good() -> None:
    blank = request(False, default_text="attested", past=Past(tier="connection"))
    assert decision(blank).verdict == "follow_up", "a namesake, or a copied profile: ask them"
    assert decision(request(NOTE, past=Past(tier="connection"))).verdict == "ugly"


def test_better_tiers_and_real_connections_are_another_signals() -> None:
    for past in (Past(), Past(tier="contact"), Past(tier="correspondent"), Past(tier="connection", accepted=True)):
        assert finding(SIGNAL, request(past=past)) is None
