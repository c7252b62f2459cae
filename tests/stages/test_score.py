"""Points add up exactly, whatever the signals and their order."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from stages.events import Finding, Request
from stages.score import judge, score, weighed
from stages.signals import SIGNALS, Check, Facts, Signal
from tests.builders.facts import enriched, facts, request, settings

QUARTERS = st.integers(-400, 400).map(lambda n: n / 4)


def saying(points: float | None, words: str = "because") -> Check:
    def check(request: Request, facts: Facts) -> Finding | None:
        return None if points is None else Finding(points=points, evidence=words)

    return check


def signal(name: str, points: float | None, *, default: float | None = None, veto: bool = False) -> Signal:
    return Signal(name, f"It says {name}", points or 0.0 if default is None else default, veto, saying(points))


def table(*signals: Signal) -> dict[str, Signal]:
    return {one.name: one for one in signals}


@given(st.lists(QUARTERS, max_size=30), st.randoms(use_true_random=False))
def test_the_points_always_add_up_and_order_does_not_matter(points: list[float], rng: random.Random) -> None:
    signals = [signal(f"s{i}", value, veto=i % 7 == 0) for i, value in enumerate(points)]
    mixed = list(signals)
    rng.shuffle(mixed)
    one, other = (judge(request(), facts(), table(*some), {}) for some in (signals, mixed))
    assert one == other
    assert one.score == sum(points)
    assert sum(reason.points for reason in one.reasons) == one.score


@given(QUARTERS, QUARTERS.filter(bool), st.floats(-100, 100))
def test_an_override_stays_in_quarter_steps(found: float, default: float, override: float) -> None:
    points = weighed(Finding(points=found, evidence=""), default, override)
    assert points * 4 == int(points * 4)


def test_an_override_takes_the_place_of_the_default() -> None:
    told = judge(request(), facts(), table(signal("a", 2.0)), {"a": 5.0})
    assert (told.score, told.reasons[0].points) == (5.0, 5.0)


def test_graded_points_scale_in_proportion() -> None:
    told = judge(request(), facts(), table(signal("a", 1.0, default=2.0)), {"a": 5.0})
    assert told.score == 2.5


def test_a_signal_without_points_of_its_own_takes_the_override() -> None:
    assert judge(request(), facts(), table(signal("a", 0.0)), {"a": -1.5}).score == -1.5


def test_a_signal_worth_nothing_is_no_reason_unless_it_is_a_veto() -> None:
    signals = table(signal("a", 2.0), signal("b", -8.0, veto=True), signal("c", 1.0), signal("d", 0.0))
    told = judge(request(), facts(), signals, {"a": 0.0, "b": 0.0})
    assert [reason.signal for reason in told.reasons] == ["c", "b"]
    assert (told.score, told.veto) == (1.0, "b")


def test_a_share_too_small_for_a_quarter_point_is_no_reason() -> None:
    told = judge(request(), facts(), table(signal("a", 0.25, default=4.0)), {"a": 1.0})
    assert (told.reasons, told.score) == ((), 0.0)


def test_reasons_come_heaviest_first_and_equal_ones_by_name() -> None:
    told = judge(
        request(), facts(), table(signal("c", 1.0), signal("b", -1.0), signal("a", 0.5), signal("d", -4.0)), {}
    )
    assert [reason.signal for reason in told.reasons] == ["d", "b", "c", "a"]


def test_the_veto_is_the_first_by_name() -> None:
    told = judge(request(), facts(), table(signal("z", -1.0, veto=True), signal("m", -9.0, veto=True)), {})
    assert told.veto == "m"


def test_a_veto_that_stays_silent_is_none() -> None:
    assert judge(request(), facts(), table(signal("z", None, veto=True)), {}).veto is None


def test_every_request_of_a_mail_is_judged_and_none_without_requests() -> None:
    told = settings()
    both = score(enriched(request("Hello"), request(False, id="request-2")), told)[0]
    assert [judgement.request.id for judgement in both.judgements] == ["request-1", "request-2"]
    assert score(enriched(), told)[0].judgements == ()


def test_a_spoofs_request_is_judged_too() -> None:
    spoof = facts(kind="spoof", trust="forged", detail="look-alike domain")
    assert score(enriched(request(), given=spoof), settings())[0].judgements[0].veto == "sender_is_forged"


def test_the_decision_names_the_settings_it_was_made_with() -> None:
    one, other = settings(), settings(points={"flatters": -2.0})
    name = score(enriched(), one)[0].settings_hash
    assert name == score(enriched(), settings())[0].settings_hash
    assert name != score(enriched(), other)[0].settings_hash


def test_a_signal_with_other_points_of_its_own_makes_another_name() -> None:
    heavier = {**SIGNALS, "flatters": replace(SIGNALS["flatters"], points=-7.0)}
    assert score(enriched(), settings())[0].settings_hash != score(enriched(), settings(), heavier)[0].settings_hash


def test_an_owner_who_is_not_configured_is_an_error() -> None:
    with pytest.raises(KeyError):
        score(enriched().model_copy(update={"owner": "nobody"}), settings())


@given(st.text(max_size=300), st.sampled_from(["shown", "absent", "unknown"]), st.one_of(st.none(), st.integers(0, 50)))
def test_every_signal_bears_any_note(note: str, headline: str, mutual: int | None) -> None:
    shown: dict[str, str | bool | None] = {"shown": "Rope maker", "absent": False, "unknown": None}
    asked = request(note or None, headline=shown[headline], mutual=mutual)
    told = judge(asked, facts(), SIGNALS, {})
    assert sum(reason.points for reason in told.reasons) == told.score
    assert all(len(reason.evidence) <= 200 for reason in told.reasons)


def test_every_signal_says_what_it_sees_and_its_default_goes_in_quarter_steps() -> None:
    for one in SIGNALS.values():
        assert one.says
        assert one.points * 4 == int(one.points * 4)
