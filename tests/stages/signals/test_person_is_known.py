"""When `person_is_known` speaks, and when it stays silent."""

from __future__ import annotations

from stages.events import Past
from tests.builders.facts import facts, profile, request
from tests.builders.verdicts import finding, with_and_without

SIGNAL = "person_is_known"


def test_it_alone_changes_the_verdict() -> None:
    asked = request(False, default_text="attested", past=Past(accepted=True))
    assert with_and_without(SIGNAL, asked) == ("good", "follow_up")


def test_a_name_in_the_owners_profile_is_known() -> None:
    known = facts(about=profile(known_people=["Jörg  Ahrens"]))
    assert finding(SIGNAL, request(name="jorg ahrens"), known) is not None


def test_a_part_of_a_name_is_somebody_else() -> None:
    known = facts(about=profile(known_people=["Jörg Ahrens"]))
    assert finding(SIGNAL, request(name="Jörg Ahrensburg"), known) is None
    assert finding(SIGNAL, request(name=None), known) is None


def test_a_first_name_alone_is_nobodys_whoever_wrote_it_down() -> None:
    assert finding(SIGNAL, request(name="Mira"), facts(about=profile(known_people=["Mira"]))) is None


def test_whom_the_owner_wrote_to_is_known_better_than_a_contact() -> None:
    correspondent = finding(SIGNAL, request(past=Past(tier="correspondent")))
    contact = finding(SIGNAL, request(past=Past(tier="contact")))
    assert correspondent is not None
    assert contact is not None
    assert (correspondent.points, contact.points) == (3.0, 2.0)


def test_a_contact_who_writes_nothing_is_good_for_this_reason_alone() -> None:
    asked = request(False, default_text="attested", past=Past(tier="contact"))
    assert with_and_without(SIGNAL, asked) == ("good", "follow_up")


def test_a_connection_is_another_signals() -> None:
    assert finding(SIGNAL, request(past=Past(tier="connection"))) is None


def test_earlier_messages_count_and_earlier_requests_do_not() -> None:
    assert finding(SIGNAL, request(past=Past(messages=2))) is not None
    assert finding(SIGNAL, request(past=Past(requests_before=2))) is None
