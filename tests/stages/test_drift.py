"""Drift: a layout that reads in full is learned silently; one that reads less is unknown; a rate that falls is told."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings, strategies as st

from stages.drift import certain, drift, is_counted, shown_and_absent, template_of, way_of
from stages.durations import DAY
from stages.events import ABSENT, Notice, counted, shown
from stages.fill_rates import LAYOUT, LayoutPasts
from tests.builders.drifting import AT, KNOWN, OTHER, WHOLE, Kept, after, known, mail

# --- an unknown layout


@pytest.mark.parametrize(
    ("before", "layout", "without", "unknown", "told"),
    [
        (30, KNOWN, (), False, False),
        (30, OTHER, (), False, False),  # a variant that is read in full is learned silently
        (30, OTHER, ("headline", "location"), True, True),
        (30, OTHER, ("headline",), True, False),  # one field in thirty mails may be chance: first the second mail tells
        (400, OTHER, ("headline",), True, False),
        (500, OTHER, ("headline",), True, True),
        (30, OTHER, ("layout_known", "profile_url"), True, True),  # the source says so itself
        (29, OTHER, ("headline", "location"), False, False),  # the template is not well known
        (0, OTHER, ("headline", "location"), False, False),
        (30, KNOWN, ("headline", "location"), False, False),  # a known layout: people leave fields empty
        (30, "", ("headline", "location"), False, False),  # no fingerprint
        (30, OTHER, ("default_text",), False, False),  # somebody wrote a note
    ],
)
def test_a_layout_is_unknown_if_it_is_new_and_reads_less(
    before: int, layout: str, without: tuple[str, ...], unknown: bool, told: bool
) -> None:
    found = after(before).read(mail(layout, without))
    assert bool(found and found.unknown_layout) is unknown
    assert bool(found and found.tell) is told
    if found and unknown:
        assert set(found.lost) == set(without)


def test_a_field_that_people_often_leave_out_is_not_missed_in_a_new_layout() -> None:
    kept = Kept()
    for number in range(60):
        kept.read(mail(without=("photo_url",) if number % 12 == 0 else ()))
    assert kept.read(mail(OTHER, ("photo_url",))) is None


def test_it_stays_unknown_and_is_told_once_until_it_is_read_in_full() -> None:
    kept = after(40)
    odd = [kept.read(mail(OTHER, ("headline", "location"))) for _ in range(10)]
    assert all(found and found.unknown_layout for found in odd)
    assert [bool(found and found.tell) for found in odd] == [True] + [False] * 9
    assert kept.read(mail(OTHER)) is None  # as after an update
    assert kept.read(mail(OTHER, ("headline",))) is None


def test_what_comes_fifty_times_alike_is_the_layout_now_and_what_it_lacks_stays_unknown() -> None:
    kept = after(100)
    odd = [kept.read(mail(OTHER, ("location",))) for _ in range(90)]
    assert [bool(found and found.unknown_layout) for found in odd] == [True] * 50 + [False] * 40
    assert all("location" in (found.lost + found.fallen if found else ()) for found in odd)
    assert sum(1 for found in odd if found and found.tell) == 1


def test_a_layout_that_was_there_from_the_beginning_is_known_whatever_it_lacks() -> None:
    kept = after(20, layout=OTHER, without=("location",))
    for _ in range(60):
        kept.read(mail())
    found = kept.read(mail(OTHER, ("location",)))
    assert found is not None
    assert (found.unknown_layout, found.lost, found.tell) == (False, ("location",), ())


def test_another_unknown_layout_is_told_of_after_a_month_and_not_before() -> None:
    kept = after(40)
    third = "p" + "3" * 15
    lost = ("headline", "location")
    assert kept.read(mail(OTHER, lost)).tell  # type: ignore[union-attr]
    assert not kept.read(mail(third, lost, received_at=AT + 29 * DAY)).tell  # type: ignore[union-attr]
    assert not kept.read(mail(OTHER, lost, received_at=AT + 40 * DAY)).tell  # type: ignore[union-attr]
    (doubt,) = kept.read(mail(third, lost, received_at=AT + 31 * DAY)).tell  # type: ignore[union-attr]
    assert (doubt.what, doubt.number, doubt.layout) == (LAYOUT, 1, third)


# --- a rate that falls


@pytest.mark.parametrize(
    ("share", "within"), [(1.0, 8), (0.98, 9), (0.9, 13), (0.7, 24)], ids=["always", "98 %", "90 %", "70 %"]
)
@pytest.mark.parametrize("seed", range(3))
def test_a_field_that_vanishes_is_told_of_within_few_mails_and_once(share: float, within: int, seed: int) -> None:
    chance, kept = Random(seed), Kept()
    for _ in range(200):
        assert kept.read(mail(without=() if chance.random() < share else ("location",))) is None
    told = [found.tell for _ in range(300) if (found := kept.read(mail(without=("location",)))) and found.tell]
    at = next(n for n, (_, _, fields) in enumerate(kept.rows[200:], 1) if n >= within or "location" in fields)
    assert len(told) == 1
    ((doubt,),) = told
    assert (doubt.what, doubt.number) == ("location", 0)
    assert doubt.of - doubt.read <= within + 24 * (1 - share) + 1
    assert at == within


def test_how_many_mails_it_takes_is_known() -> None:
    kept = after(200)
    told = [bool((found := kept.read(mail(without=("headline",)))) and found.tell) for _ in range(12)]
    assert told.index(True) + 1 == 7
    assert sum(told) == 1


def test_with_few_mails_before_or_lately_nothing_is_said() -> None:
    kept = after(40)
    assert [kept.read(mail(without=("headline",))) for _ in range(12)] == [None] * 12
    assert after(200, without=("location",)).read(mail()) is None  # a rate that rises is no fall


def test_a_field_that_was_rare_may_vanish() -> None:
    kept = Kept()
    for number in range(300):
        kept.read(mail(without=("location",) if number % 2 else ()))
    assert all(kept.read(mail(without=("location",))) is None for _ in range(100))


def test_a_note_is_the_persons_choice_but_its_place_is_not() -> None:
    kept = Kept()
    with_note = Notice.model_validate({**WHOLE, "note": shown("Hello"), "default_text": None})
    for number in range(200):
        kept.read(mail(notices=(with_note,)) if number % 3 else mail())
    assert all(kept.read(mail()) is None for _ in range(60))  # nobody writes notes any more
    found = [kept.read(mail(without=("note",))) for _ in range(12)]
    assert [each.fallen for each in found if each][-1] == ("note",)


def test_a_sentence_of_the_network_with_new_words_is_no_note() -> None:
    kept = after(200)
    reworded = Notice.model_validate({**WHOLE, "note": shown("Let us stay in touch here."), "default_text": None})
    found = [kept.read(mail(notices=(reworded,))) for _ in range(12)]
    drifted = [each for each in found if each]
    assert [doubt.what for each in drifted for doubt in each.tell] == ["default_text"]
    assert certain(reworded, drifted[-1], True, alike=3).note.state == "unknown"
    assert certain(reworded, drifted[-1], True, alike=3).headline == WHOLE["headline"]
    assert certain(reworded, drifted[-1], True, alike=2) == reworded  # what one person says is no network's sentence
    assert certain(reworded, drifted[-1], False, alike=9) == reworded  # and of what proves nothing all is free


def test_a_rate_that_is_up_again_is_believed_and_told_of_again_after_a_month_at_the_earliest() -> None:
    kept = after(200)
    first = [kept.read(mail(without=("headline",))) for _ in range(20)]
    assert sum(bool(each and each.tell) for each in first) == 1
    again = [kept.read(mail(received_at=AT + DAY)) for _ in range(60)]
    assert again[0] is not None
    assert again[2] is not None
    assert again[3:] == [None] * 57
    soon = [kept.read(mail(without=("headline",), received_at=AT + 2 * DAY)) for _ in range(30)]
    assert not any(each and each.tell for each in soon)
    assert any(each and each.fallen == ("headline",) for each in soon)
    for _ in range(100):
        kept.read(mail(received_at=AT + 3 * DAY))
    later = [kept.read(mail(without=("headline",), received_at=AT + 40 * DAY)) for _ in range(30)]
    assert [doubt.number for each in later if each for doubt in each.tell] == [1]


@pytest.mark.parametrize(
    ("seed", "mails"), [(0, 1_200), *(pytest.param(seed, 5_000, marks=pytest.mark.nightly) for seed in range(1, 5))]
)
def test_healthy_mail_is_never_told_of(seed: int, mails: int) -> None:
    """Every field is as likely as people like it, and the page has variants; twenty thousand mails in all, by night."""
    chance, kept = Random(seed), Kept()
    shares = {name: chance.choice([0.2, 0.5, 0.62, 0.8, 0.9, 0.96, 0.99]) for name in WHOLE}
    certainly = {"name": 1.0, "profile_url": 1.0, "invitation_id": 1.0, "layout_known": 1.0}
    strange = 0
    for number in range(mails):
        variant = f"p{number // 700:015d}" if chance.random() < 0.3 else KNOWN
        without = tuple(name for name, share in {**shares, **certainly}.items() if chance.random() > share)
        found = kept.read(mail(variant, without))
        kept.rows = kept.rows[-300:]
        assert found is None or found.tell == (), (number, found)
        strange += bool(found and found.unknown_layout)
    assert strange <= 20


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.sampled_from([(), ("headline",), ("location",), ("headline", "photo_url")]), max_size=40), st.randoms()
)
def test_what_came_before_counts_the_same_in_any_order(rows: list[tuple[str, ...]], chance: Random) -> None:
    rows = [*rows, *[()] * 40]
    shuffled = list(rows)
    chance.shuffle(shuffled)
    found = []
    for each in (rows, shuffled):
        kept = Kept()
        kept.rows = [
            (KNOWN, False, frozenset(shown_and_absent(mail(without=without))[0]) | {"note"}) for without in each
        ]
        found.append(drift(mail(OTHER, ("profile_url", "headline")), LayoutPasts(proven=kept.past(OTHER)), True))
    assert found[0] == found[1]


# --- who may be told what


@pytest.mark.parametrize(
    ("proven", "pasts", "tells"),
    [
        (True, LayoutPasts(proven=known()), True),
        (True, LayoutPasts(unproven=known()), False),  # what proves nothing says nothing of what is proven
        (False, LayoutPasts(proven=known()), False),
        (False, LayoutPasts(unproven=known()), True),  # none of this network was ever proven
        (False, LayoutPasts(unproven=known(), ever_proven=True), False),
        (False, LayoutPasts(unproven=known(), told_at=AT - 29 * DAY), False),
        (False, LayoutPasts(unproven=known(), told_at=AT - 31 * DAY), True),
    ],
)
def test_a_forger_neither_announces_nor_spoils_what_is_proven(proven: bool, pasts: LayoutPasts, tells: bool) -> None:
    found = drift(mail(OTHER, ("headline", "location")), pasts, proven)
    assert bool(found and found.tell) is tells


def test_what_was_sent_to_somebody_else_announces_nothing() -> None:
    found = drift(mail(OTHER, ("headline", "location")), LayoutPasts(proven=known()), True, addressed=False)
    assert found is not None
    assert (found.unknown_layout, found.tell) == (True, ())


def test_what_was_imported_is_doubted_and_not_told_of() -> None:
    found = drift(mail(OTHER, ("headline", "location"), imported="judge"), LayoutPasts(proven=known()), True)
    assert found is not None
    assert (found.unknown_layout, found.tell) == (True, ())


@pytest.mark.parametrize(
    "changes",
    [
        {"forwarded": {"how": "inline"}},
        {"forwarded": {"how": "rule"}},
        {"unread": "too large"},
        {"network": None},
        {"claims": "digest", "notices": ()},
    ],
)
def test_what_says_nothing_of_the_networks_layout_does_not_count(changes: dict[str, object]) -> None:
    odd = mail(OTHER, ("headline", "location"), **changes)
    assert not is_counted(odd)
    assert drift(odd, LayoutPasts(proven=known()), True) is None


def test_mails_are_told_apart_by_template_and_by_what_was_read() -> None:
    assert template_of(mail()) == "single"
    assert template_of(mail(template=None)) == "invitation"
    assert len(template_of(mail(template="x" * 1000))) == 100
    assert [way_of(mail(each)) for each in (KNOWN, "t" + "1" * 15, "")] == ["p", "t", ""]


def test_a_list_shows_a_field_if_it_shows_it_of_anybody() -> None:
    bare = Notice(name=shown("B"), headline=ABSENT, mutual_connections=counted(3))
    fields, absent = shown_and_absent(mail(notices=(bare, Notice.model_validate({**WHOLE, "location": ABSENT}))))
    assert {"headline", "mutual_connections", "name"} <= set(fields)
    assert absent == ("location", "note")
