"""Figures, held against sums done by hand."""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from pipeline import figures as measured
from pipeline.figures import CLASSES, Figures, Outcome, figures, weighted
from stages.events import Verdict


def outcomes(*told: tuple[Verdict, Verdict, int], accepted: bool = False, scam: bool = False) -> list[Outcome]:
    """(label, verdict, how many); a verdict that differs counts leniently only if `accepted`."""
    return [
        Outcome(f"{label}-{verdict}-{number}", label, verdict, accepted or label == verdict, scam)
        for label, verdict, count in told
        for number in range(count)
    ]


EIGHT = [
    *outcomes(("good", "good", 2), ("good", "ugly", 1), ("ugly", "ugly", 3), ("intriguing", "ugly", 1)),
    *outcomes(("ugly", "good", 1), accepted=True, scam=True),
]
"""Nobody is labelled, or called, follow_up."""


def of(some: list[Outcome]) -> Figures:
    found = figures(some)
    assert found is not None
    return found


def test_strict_figures_equal_those_done_by_hand() -> None:
    found = of(EIGHT)
    assert found.notes == 8
    assert found.strict.accuracy.value == pytest.approx(5 / 8)
    # good: 3 labels, 3 verdicts, 2 right: 4/6. ugly: 4, 5, 3: 6/9. intriguing: 1, 0, 0: 0. follow_up does not occur.
    assert found.strict.macro_f1.value == pytest.approx((4 / 6 + 6 / 9 + 0) / 3)


def test_lenient_figures_put_the_accepted_alternative_in_the_labels_place() -> None:
    found = of(EIGHT)
    assert found.lenient.accuracy.value == pytest.approx(6 / 8)
    # good: 4 labels, 3 verdicts, 3 right: 6/7. ugly: 3, 5, 3: 6/8.
    assert found.lenient.macro_f1.value == pytest.approx((6 / 7 + 6 / 8 + 0) / 3)


def test_recall_precision_and_confusion_are_strict_and_say_where_there_is_nothing_to_tell() -> None:
    found = of(EIGHT)
    good, absent, silent = found.classes["good"], found.classes["follow_up"], found.classes["intriguing"]
    assert (good.labels, good.verdicts, good.right) == (3, 3, 2)
    assert good.recall == good.precision == pytest.approx(2 / 3)
    assert (silent.recall, silent.precision, silent.f1) == (0, None, 0)
    assert (absent.recall, absent.precision, absent.f1) == (None, None, None)
    assert found.confusion["ugly"] == {"good": 1, "intriguing": 0, "ugly": 3, "follow_up": 0}
    assert sum(sum(row.values()) for row in found.confusion.values()) == 8


def test_a_good_request_lost_in_ugly_and_a_scam_let_in_are_counted_by_name() -> None:
    found = of(EIGHT)
    assert (found.good_as_ugly.count, found.good_as_ugly.of, found.good_as_ugly.ids) == (1, 3, ("good-ugly-0",))
    assert (found.scam_as_good.count, found.scam_as_good.of, found.scam_as_good.ids) == (1, 1, ("ugly-good-0",))


def test_a_stated_mix_weighs_every_class_by_its_share_and_leaves_out_the_others() -> None:
    found = weighted(EIGHT, {"good": 1, "ugly": 3})
    assert found.mix == {"good": 25, "intriguing": 0, "ugly": 75, "follow_up": 0}
    assert found.strict.accuracy.value == pytest.approx(0.25 * 2 / 3 + 0.75 * 3 / 4)
    assert found.lenient.accuracy.value == pytest.approx(0.25 * 2 / 3 + 0.75)
    good, ugly = 2 * (50 / 3) / (25 + 50 / 3 + 18.75), 2 * 56.25 / (75 + 56.25 + 25 / 3)
    assert found.strict.macro_f1.value == pytest.approx((good + ugly) / 2)
    assert found.confusion["ugly"]["good"] == pytest.approx(18.75)
    assert found.classes["good"].precision == pytest.approx((50 / 3) / (50 / 3 + 18.75))
    assert sum(sum(row.values()) for row in found.confusion.values()) == pytest.approx(100)


def test_a_mix_like_the_notes_own_changes_no_figure() -> None:
    found = weighted(EIGHT, {"good": 3, "ugly": 4, "intriguing": 1})
    assert found.strict.accuracy.value == pytest.approx(of(EIGHT).strict.accuracy.value)
    assert found.lenient.macro_f1.value == pytest.approx(of(EIGHT).lenient.macro_f1.value)


def test_a_mix_with_a_class_that_no_note_has_is_refused() -> None:
    with pytest.raises(ValueError, match="no note is labelled follow_up"):
        weighted(EIGHT, {"good": 1, "follow_up": 1})


def test_an_interval_is_about_as_wide_as_theory_has_it_and_narrows_with_more_notes() -> None:
    found = of(outcomes(("good", "good", 80), ("good", "ugly", 20))).strict.accuracy
    assert found.value == 0.8
    assert found.low == pytest.approx(0.8 - 1.96 * 0.04, abs=0.015)  # sqrt(0.8 * 0.2 / 100) = 0.04
    assert found.high == pytest.approx(0.8 + 1.96 * 0.04, abs=0.015)
    more = of(outcomes(("good", "good", 800), ("good", "ugly", 200))).strict.accuracy
    assert more.high - more.low < 0.5 * (found.high - found.low)


def test_where_all_is_right_the_interval_has_no_width() -> None:
    found = of(outcomes(("good", "good", 5), ("ugly", "ugly", 5)))
    for figure in (found.strict.accuracy, found.strict.macro_f1, found.lenient.macro_f1):
        assert (figure.low, figure.value, figure.high) == (1, 1, 1)


verdicts = st.sampled_from(CLASSES)
some_outcomes = st.lists(st.tuples(verdicts, verdicts, st.booleans()), min_size=1, max_size=30).map(
    lambda told: [Outcome(str(n), label, said, label == said or alt) for n, (label, said, alt) in enumerate(told)]
)


@given(some=some_outcomes, data=st.data())
@settings(max_examples=40, deadline=None)
def test_intervals_hold_the_figure_and_nothing_depends_on_the_order_of_the_notes(
    some: list[Outcome], data: st.DataObject
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(measured, "RESAMPLES", 200)
        found = of(some)
        for score in (found.strict, found.lenient):
            for figure in (score.accuracy, score.macro_f1):
                assert 0 <= figure.low <= figure.value <= figure.high <= 1
        assert found.lenient.accuracy.value >= found.strict.accuracy.value
        assert of(data.draw(st.permutations(some))) == found


def test_of_no_notes_there_are_no_figures() -> None:
    assert figures([]) is None
