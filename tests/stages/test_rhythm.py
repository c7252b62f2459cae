"""Is a silence unlike the rhythm of a source? Never for few mails, weekends or bursts; in time for a real end."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings, strategies as st

from stages.rhythm import DAY, HOUR, LONGER, TOGETHER, YEARS, Rhythm, likelihood, rhythm_of, span

NOW = 1_764_150_000_000


def at_random(a_day: float, days: int = 365, seed: int = 1) -> list[int]:
    """Mails that come by chance, `a_day` of them on average."""
    dice, at, came = random.Random(seed), 0.0, []
    while at < days * DAY:
        at += dice.expovariate(a_day) * DAY
        came.append(NOW + int(at))
    return came


def on_working_days(a_day: float, days: int = 365, seed: int = 1) -> list[int]:
    """Mails of office hours, and hardly any besides."""
    dice = random.Random(seed)
    return [
        at
        for at in at_random(a_day * 3, days, seed)
        if ((at - NOW) // DAY % 7 < 5 and 8 <= (at - NOW) % DAY // HOUR < 20) or dice.random() < 0.02
    ]


def in_bursts(days: int = 365, seed: int = 1) -> list[int]:
    """Thirty mails within a few hours, then nothing for about a week."""
    dice = random.Random(seed)
    return sorted(at + dice.randrange(8 * HOUR) for at in at_random(1 / 7, days, seed) for _ in range(30))


def once_a_week(days: int = 365, seed: int = 1) -> list[int]:
    dice = random.Random(seed)
    return [NOW + week * 7 * DAY + int(dice.gauss(0, 6) * HOUR) for week in range(days // 7)]


def known(times: list[int]) -> Rhythm:
    found = rhythm_of(times)
    assert found is not None
    return found


def days_until_quiet(times: list[int]) -> float:
    rhythm = known(times)
    return next(hours / 24 for hours in range(1, 400 * 24) if rhythm.is_quiet(hours * HOUR))


def false_alarms(times: list[int]) -> int:
    """How often a watchman who looks before every mail would have cried, though another mail came."""
    cried = 0
    for number, (earlier, later) in enumerate(pairwise(times), 1):
        rhythm = rhythm_of(times[:number]) if later - earlier > 12 * HOUR else None
        cried += rhythm is not None and rhythm.is_quiet(later - earlier)
    return cried


@pytest.mark.parametrize(
    "source",
    [
        lambda seed: at_random(20, 365, seed),
        lambda seed: at_random(5, 365, seed),
        lambda seed: at_random(1, 730, seed),
        lambda seed: at_random(0.3, 730, seed),
        lambda seed: at_random(0.1, 730, seed),
        lambda seed: on_working_days(10, 365, seed),
        lambda seed: on_working_days(1, 365, seed),
        lambda seed: in_bursts(730, seed),
        lambda seed: once_a_week(365, seed),
    ],
    ids=["20 a day", "5 a day", "1 a day", "2 a week", "3 a month", "office", "quiet office", "bursts", "weekly"],
)
def test_a_healthy_source_is_hardly_ever_called_quiet(source: object) -> None:
    assert callable(source)
    assert sum(false_alarms(source(seed)) for seed in range(12)) <= 1


@pytest.mark.parametrize(
    ("times", "soonest", "latest"),
    [
        (at_random(20), 2, 2.1),
        (at_random(5), 2, 4),
        (at_random(1), 6, 16),
        (on_working_days(10), 3.5, 9),
        (once_a_week(), 14, 35),
    ],
    ids=["20 a day", "5 a day", "1 a day", "office", "weekly"],
)
def test_a_source_that_ends_is_noticed_in_a_time_that_fits_it(times: list[int], soonest: float, latest: float) -> None:
    assert soonest <= days_until_quiet(times) <= latest


def test_weekends_are_no_silence_after_three_weeks_of_them() -> None:
    office = [NOW + day * DAY + hour * HOUR for day in range(26) if day % 7 < 5 for hour in (9, 12, 15, 18)]
    assert not known(office).is_quiet(3 * DAY)


def test_an_outage_in_the_past_does_not_hide_the_next_one() -> None:
    before = at_random(5, 90)
    shifted = [at + (30 * DAY if at > NOW + 60 * DAY else 0) for at in before]
    assert days_until_quiet(shifted) <= 2 * days_until_quiet(before)


def test_a_source_that_became_rare_is_called_quiet_a_few_times_and_then_known_as_rare() -> None:
    busy, rare = at_random(5, 90), at_random(0.15, 365, seed=3)
    end = busy[-1]
    both = busy + [end + at - NOW for at in rare]
    assert 1 <= false_alarms(both) <= 6


@pytest.mark.parametrize(
    "times",
    [[], [NOW], [NOW] * 500, [NOW + n * HOUR for n in range(400)], [NOW + n * 7 * DAY for n in range(10)]],
    ids=["none", "one", "one burst", "two weeks", "too few"],
)
def test_what_is_too_little_to_tell_tells_nothing(times: list[int]) -> None:
    assert rhythm_of(times) is None


any_times = st.lists(st.integers(0, 200 * DAY), max_size=60).map(lambda spans: [NOW + each for each in spans])


@given(any_times)
def test_no_silence_of_less_than_two_days_is_called_quiet(times: list[int]) -> None:
    rhythm = rhythm_of(times + [NOW + 200 * DAY + hour * TOGETHER for hour in range(100)])
    assert rhythm is not None
    assert not rhythm.is_quiet(2 * DAY)


@given(any_times, st.randoms())
def test_the_order_of_the_times_does_not_matter(times: list[int], dice: random.Random) -> None:
    mixed = list(times)
    dice.shuffle(mixed)
    assert rhythm_of(mixed) == rhythm_of(times)


@given(any_times, st.integers(-NOW, 10 * NOW))
def test_only_the_distances_of_the_times_matter(times: list[int], later: int) -> None:
    one, other = rhythm_of(times), rhythm_of([at + later for at in times])
    assert (one and one._replace(heard_at=0)) == (other and other._replace(heard_at=0))


@given(any_times, st.integers(0, 400 * DAY), st.integers(0, 400 * DAY))
def test_the_longer_the_silence_the_surer(times: list[int], one: int, other: int) -> None:
    rhythm = rhythm_of(times)
    if rhythm is None:
        return
    shorter, longer = sorted((one, other))
    assert 0 <= rhythm.chance(longer) <= rhythm.chance(shorter) + 1e-12 <= 1 + 1e-9
    assert rhythm.chance(0) == 1
    assert rhythm.is_quiet(longer) or not rhythm.is_quiet(shorter)


@given(any_times)
def test_no_silence_is_called_quiet_that_is_hardly_longer_than_two_before(times: list[int]) -> None:
    rhythm = rhythm_of(times)
    if rhythm is None:
        return
    assert not rhythm.is_quiet(int(LONGER * rhythm.longest))
    assert rhythm.usual <= rhythm.longest
    assert not rhythm.is_quiet(0)


@given(any_times, st.data())
def test_a_burst_counts_as_the_mail_it_began_with(times: list[int], data: st.DataObject) -> None:
    times = sorted(times)
    apart = [at for at, later in pairwise([*times, 2 * NOW]) if later - at >= TOGETHER]
    more = [at + data.draw(st.integers(0, TOGETHER - 1)) for at in apart[:-1]]
    one, other = rhythm_of(apart), rhythm_of(apart + more)
    assert one == other


@settings(max_examples=30)
@given(st.integers(0, 10**6))
def test_what_is_called_quiet_would_come_by_chance_less_than_once_in_fifty_years(seed: int) -> None:
    rhythm = known(at_random(1, 100, seed))
    silence = next(hours * HOUR for hours in range(1, 10_000) if rhythm.is_quiet(hours * HOUR))
    assert rhythm.years(silence) > YEARS


@pytest.mark.parametrize(
    ("milliseconds", "told"),
    [
        (0, "0 minutes"), (60_000, "1 minute"), (100 * 60_000, "100 minutes"), (2 * HOUR, "2 hours"),
        (47 * HOUR, "47 hours"), (2 * DAY, "2 days"), (2.6 * DAY, "3 days"),
    ],
)  # fmt: skip
def test_a_span_is_told_in_the_unit_that_fits(milliseconds: int, told: str) -> None:
    assert span(milliseconds) == told


def test_a_likelihood_is_told_in_years() -> None:
    assert likelihood(57.3) == "about once in 60 years"
    assert likelihood(123_456) == "less than once in a thousand years"
