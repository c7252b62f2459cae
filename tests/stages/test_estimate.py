"""The interval for missed good requests, against tables, counting and chance; and the draw."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import combinations

import pytest

from stages.estimate import draw, estimate


def bounds(ugly: int, shown: int, looked: int, good: int) -> tuple[int, int]:
    found = estimate(ugly, shown, looked, good)
    assert found is not None
    assert (found.ugly, found.shown, found.looked, found.good) == (ugly, shown, looked, good)
    return found.least, found.most


def test_where_nobody_looked_nothing_is_estimated() -> None:
    assert estimate(300, 9, 0, 0) is None
    assert estimate(0, 0, 0, 0) is None


def test_whoever_looked_at_all_of_them_knows() -> None:
    assert bounds(7, 7, 7, 2) == (2, 2)


@pytest.mark.parametrize(
    ("good", "lower", "upper"),
    [(0, 0.0, 0.1391), (1, 0.0026, 0.2161), (2, 0.0181, 0.2826), (10, 0.3020, 0.6980), (20, 0.8609, 1.0)],
)
def test_of_very_many_the_bounds_are_those_of_clopper_and_pearson(good: int, lower: float, upper: float) -> None:
    """Their 90 % bounds for a share of which 20 were looked at."""
    least, most = bounds(1_000_000, 20, 20, good)
    assert abs(least / 1_000_000 - lower) < 0.0001
    assert abs(most / 1_000_000 - upper) < 0.0001


def chance(ugly: int, good: int, sample: int) -> list[Fraction]:
    """How likely each number of good ones in a sample is: by making every sample there is."""
    counts = [0] * (sample + 1)
    for each in combinations(range(ugly), sample):
        counts[sum(index < good for index in each)] += 1
    return [Fraction(count, sum(counts)) for count in counts]


@pytest.mark.parametrize(("ugly", "looked"), [(12, 4), (10, 5), (9, 1)])
def test_of_few_the_bounds_are_those_that_counting_gives(ugly: int, looked: int) -> None:
    table = {good: chance(ugly, good, looked) for good in range(ugly + 1)}
    for seen in range(looked + 1):
        possible = [
            good
            for good, shares in table.items()
            if sum(shares[seen:]) > Fraction(1, 20) and sum(shares[: seen + 1]) > Fraction(1, 20)
        ]
        assert bounds(ugly, looked, looked, seen) == (min(possible), max(possible))


def test_the_truth_lies_between_the_bounds_at_least_nine_times_in_ten() -> None:
    chosen = random.Random(5)
    for ugly, good, looked in [(300, 6, 30), (40, 0, 10), (2000, 400, 25)]:
        hits = 0
        for _ in range(400):
            seen = sum(each < good for each in chosen.sample(range(ugly), looked))
            least, most = bounds(ugly, looked, looked, seen)
            hits += least <= good <= most
        assert hits >= 350


def test_an_owner_who_answers_only_where_they_find_a_good_one_makes_the_lower_bound_no_higher() -> None:
    least, most = bounds(300, 30, 2, 2)
    assert least == bounds(300, 30, 30, 2)[0]
    assert most == bounds(300, 2, 2, 2)[1]
    assert least < most


def test_a_sample_that_is_no_part_of_the_whole_is_a_bug() -> None:
    for given in [(5, 6, 6, 1), (10, 5, 6, 1), (10, 5, 5, 6)]:
        with pytest.raises(ValueError, match="part"):
            estimate(*given)


def test_each_is_drawn_as_often_as_any_other() -> None:
    people = [f"r{number}" for number in range(20)]
    drawn = [each for seed in range(2000) for each in draw(people, 3, str(seed))]
    counts = [drawn.count(each) for each in people]
    assert sum(counts) == 6000
    assert min(counts) > 230
    assert max(counts) < 370


def test_a_draw_is_without_doubles_the_same_for_its_seed_and_takes_no_more_than_there_are() -> None:
    people = [f"r{number}" for number in range(20)]
    assert len(set(draw(people, 5, "a"))) == 5
    assert draw(people, 5, "a") == draw(reversed(people), 5, "a")
    assert draw(people, 5, "a") != draw(people, 5, "b")
    assert sorted(draw(["x", "y"], 5, "a")) == ["x", "y"]
    assert draw([], 3, "a") == ()
