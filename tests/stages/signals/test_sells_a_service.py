"""When `sells_a_service` speaks, and when it stays silent."""

from __future__ import annotations

import pytest

from tests.builders.facts import request
from tests.builders.verdicts import decision, finding, with_and_without

SIGNAL = "sells_a_service"


def test_it_alone_changes_the_verdict() -> None:
    asked = request("We help harbours with cranes; your pier in Kiel has four old ones.")
    assert with_and_without(SIGNAL, asked) == ("ugly", "intriguing")


@pytest.mark.parametrize(
    "note",
    [
        "Our platform finds berths. Book a demo.",
        "Wir helfen Häfen.",
        "Notre solution range les bateaux.",
        "Ofrecemos grúas.",
        "Oferecemos guindastes.",
        "Offriamo gru.",
        "Wij bieden kranen.",
    ],
)
def test_it_speaks(note: str) -> None:
    found = finding(SIGNAL, request(note))
    assert found is not None
    assert 0 < len(found.evidence) <= 200


@pytest.mark.parametrize(
    "note",
    [
        "Could you help me find the tide table?",
        "I bought the crane you described and it holds.",
    ],
)
def test_a_near_miss_leaves_it_silent(note: str) -> None:
    assert finding(SIGNAL, request(note)) is None


@pytest.mark.parametrize(
    "note",
    [
        "For my dissertation on tide gauges I need half an hour of your time; my results go to you first. 20 minutes?",
        "Ich schreibe meine Masterarbeit über Seilwinden. Hätten Sie 15 Minuten? Ergebnisse (Kunden) teile ich.",
        "May I send you a photo of the hinge we mended after your talk?",
        "We build boats in Bergen and your talk about varnish saved us a summer.",
    ],
)
def test_asking_sending_and_building_are_no_sale_by_themselves(note: str) -> None:
    assert finding(SIGNAL, request(note)) is None


@pytest.mark.parametrize(
    "note",
    [
        "We build winches that call the skipper when a rope chafes. Would you try one on a pilot?",
        "We sell buoys that blink when a line is fouled.",
        "Our winches spare ropes. May I send you a brochure?",
        "Our customers double their revenue. 20 minutes this week?",
    ],
)
def test_wares_with_an_offer_to_show_or_send_them_are(note: str) -> None:
    assert finding(SIGNAL, request(note)) is not None


def test_who_studies_and_asks_is_not_filed_as_a_pitch() -> None:
    note = "I am a student at the naval school in Kiel. Our workshop opens in May. How do you keep ropes dry in storms?"
    studies = decision(request(note))
    assert any(reason.signal == SIGNAL for reason in studies.judgement.reasons)
    assert studies.verdict == "intriguing"
    assert decision(request(note), without="wants_to_learn").verdict == "ugly"


@pytest.mark.parametrize(
    "note",
    [
        "I help at the lifeboat house on Sundays.",
        "Ich helfe bei der Seenotrettung mit.",
        "Our clients are puzzled by the new tide table.",
        "Keine Sorge, ich verkaufe nichts.",
        "Non vendo niente.",
        "Ask the pilot whether we can offer you a berth.",
        "Since we sell ropes the returns have doubled; is that normal?",
        "Vendo anch'io da voi, cordami.",
    ],
)
def test_help_clients_and_trade_are_no_offer_by_themselves(note: str) -> None:
    assert finding(SIGNAL, request(note)) is None


@pytest.mark.parametrize(
    "note",
    [
        "I help companies like yours to find berths.",
        "Ich helfe Reedereien, leere Liegeplätze zu füllen.",
        "Our clients save two berths a season.",
        "Ich verkaufe Winschen.",
        "Non solo: vendo gru.",
        "We can offer a berth at half the price.",
        "Unsere KI findet Liegeplätze.",
        "Notre outil range les cordages.",
        "Somos fabricantes de grúas.",
        "Onze app telt de bolders.",
    ],
)
def test_help_clients_and_trade_that_are_offered_are(note: str) -> None:
    assert finding(SIGNAL, request(note)) is not None
