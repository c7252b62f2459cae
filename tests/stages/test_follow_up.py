"""The state table of the conversation: every way through it that the owner can meet, and random histories."""

from __future__ import annotations

from collections import Counter
from typing import get_args

import pytest
from hypothesis import given, settings, strategies as st

from stages.conversation import (
    Advanced,
    Asking,
    Conversation,
    Elapsed,
    Listed,
    Opened,
    Ordered,
    Phase,
    Refused,
    RejudgingWanted,
    ReminderWanted,
)
from stages.events import Event, Order
from stages.follow_up import TABLE
from stages.standing import PHASES
from tests.builders.talk import (
    DAY,
    HOUR,
    MAIL,
    REQUEST,
    T0,
    Talk,
    accepted,
    answered,
    elapsed,
    listed,
    opened,
    ordered,
    rejudged,
    told,
)


def talk(*events: Event, **changes: object) -> Talk:
    made = Talk(told(**changes))
    made.hears(opened())
    for event in events:
        made.hears(event)
    return made


def only(kind: type[Event], events: tuple[Event, ...]) -> Event:
    (found,) = [event for event in events if isinstance(event, kind)]
    return found


def wanted(made: Talk) -> RejudgingWanted:
    found = only(RejudgingWanted, made.events)
    assert isinstance(found, RejudgingWanted)
    return found


def reminded(made: Talk) -> ReminderWanted:
    found = only(ReminderWanted, made.events)
    assert isinstance(found, ReminderWanted)
    return found


# --- the ways through it ------------------------------------------------------------------------------------------


def test_a_request_is_reminded_of_once_and_politely_once_more_and_never_again() -> None:
    made = talk()
    assert (made.now.phase, made.now.due_at, made.now.mails) == ("to_ask", T0, True)
    made.waits_until_due()
    assert reminded(made).asking == "ask"
    assert made.waits_until_due() == T0 + 3 * DAY
    assert reminded(made).asking == "second"
    assert (made.now.due_at, made.now.mails) == (T0 + 180 * DAY, False)
    made.waits_until_due()
    assert made.now.phase == "expired"
    assert made.now.due_at is None


def test_a_request_that_nobody_asked_about_is_never_called_silent() -> None:
    made = talk()
    while made.now.due_at is not None:
        made.waits_until_due()
        assert made.now.phase != "silent"
        assert not [event for event in made.events if isinstance(event, RejudgingWanted)]


def test_who_is_read_anew_as_good_before_anybody_asked_is_asked_nothing_more() -> None:
    made = talk()
    made.hears(rejudged("good", T0 + HOUR).model_copy(update={"why": ("4 points",), "anew": True}))
    assert (made.now.phase, made.now.verdict, made.now.due_at) == ("settled", "good", None)
    assert made.now.why == ("4 points",)


def test_a_judgement_of_before_that_comes_late_moves_nobody_who_is_to_be_asked() -> None:
    made = talk()
    made.hears(rejudged("ugly", T0 + HOUR))
    assert (made.now.phase, made.now.verdict) == ("to_ask", "follow_up")


def test_who_is_read_anew_and_still_gives_no_reason_is_reminded_of_as_before() -> None:
    made = talk()
    made.hears(rejudged("follow_up", T0 + HOUR).model_copy(update={"anew": True}))
    assert (made.now.phase, made.now.verdict, made.now.mails) == ("to_ask", "follow_up", True)


def test_without_a_second_reminder_there_is_one() -> None:
    made = talk(second_reminder_after="")
    made.waits_until_due()
    assert (made.now.mails, made.now.reminders) == (False, 1)


def test_asked_starts_the_clock_and_silence_stays_and_says_so() -> None:
    made = talk(ordered("asked", T0 + HOUR))
    assert (made.now.phase, made.now.due_at, made.now.mails) == ("asked", T0 + HOUR + 7 * DAY, False)
    made.waits_until_due()
    assert made.now.phase == "silent"
    assert made.now.due_at is None
    asked = wanted(made).asked
    assert asked is not None
    assert (asked.answered, asked.waited) == (False, 7 * DAY)
    made.hears(rejudged("intriguing", T0 + 8 * DAY).model_copy(update={"why": ("1 point",)}))
    assert (made.now.verdict, made.now.why) == ("intriguing", ("1 point",))
    made.hears(rejudged("intriguing", T0 + 8 * DAY))
    assert made.now.why == ("1 point",), "an event from before reasons were kept takes none away"


def test_a_time_that_came_too_early_changes_nothing_that_is_final() -> None:
    made = talk(ordered("asked", T0))
    made.hears(elapsed(made.now, T0 + 7 * DAY - 1))
    assert made.now.phase == "asked"


def test_the_wait_may_start_at_the_reminder() -> None:
    made = talk(asked_when_reminded=True)
    made.waits_until_due()
    assert (made.now.phase, made.now.asked_at, made.now.due_at) == ("asked", T0, T0 + 7 * DAY)
    again = talk(asked_when_reminded=True, digest="daily")
    again.hears(listed(again.now, T0 + HOUR))
    assert (again.now.phase, again.now.asked_at) == ("asked", T0 + HOUR)


@pytest.mark.parametrize(
    ("asked", "at", "pace", "waited"),
    [
        (True, T0 + 4 * HOUR, "quickly", 3 * HOUR),
        (True, T0 + HOUR + 48 * HOUR, "quickly", 48 * HOUR),
        (True, T0 + HOUR + 48 * HOUR + 1, "late", 48 * HOUR + 1),
        (False, T0 + 4 * HOUR, "quickly", 4 * HOUR),
        (False, T0 + 3 * DAY, "late", 3 * DAY),
    ],
)
def test_an_answer_is_quick_from_the_question_or_else_from_the_request(
    asked: bool, at: int, pace: str, waited: int
) -> None:
    made = talk(*([ordered("asked", T0 + HOUR)] if asked else []), answered(at))
    assert (made.now.phase, made.now.pace, made.now.unseen) == ("answered", pace, True)
    told_of = wanted(made).asked
    assert told_of is not None
    assert (told_of.waited, told_of.answered, told_of.quick) == (waited, True, pace == "quickly")
    assert told_of.answer.state == "unknown"
    assert "text not shown" in made.steps[-1].reason
    assert ("you asked" in made.steps[-1].reason) is asked


def test_an_unseen_answer_is_told_of_once_and_rests_when_nobody_objects() -> None:
    made = talk(ordered("asked", T0), answered(T0 + HOUR), rejudged("good", T0 + HOUR))
    made.waits_until_due()
    assert (reminded(made).asking, reminded(made).reason) == ("unseen", "1 h after you asked")
    assert made.waits_until_due() == T0 + HOUR + 7 * DAY
    assert (made.now.phase, made.now.verdict) == ("settled", "good")


def test_an_unseen_answer_is_told_of_when_it_was_judged_so_that_the_mail_says_where_it_lies() -> None:
    made = talk(ordered("asked", T0), answered(T0 + HOUR))
    assert made.now.due_at == T0 + 2 * HOUR, "at the latest, should it never be judged"
    made.hears(rejudged("good", T0 + HOUR + 1000))
    assert made.waits_until_due() == T0 + HOUR
    assert reminded(made).verdict == "good"


def test_nobody_is_told_of_an_answer_that_they_told_of_themselves() -> None:
    made = talk(ordered("asked", T0), ordered("answered", T0 + HOUR), rejudged("good", T0 + HOUR))
    assert (made.now.unseen, made.now.mails, made.now.tell_at) == (True, False, None)
    made.hears(answered(T0 + 2 * HOUR))
    made.hears(rejudged("good", T0 + 2 * HOUR))
    assert made.now.mails, "but of a mail that came after it"


def test_whom_the_owner_was_reminded_of_before_is_as_reminded_once() -> None:
    made = Talk(told())
    made.hears(opened(T0, reminded_at=T0 + 20 * DAY))
    assert (made.now.phase, made.now.reminders, made.now.came_at) == ("to_ask", 1, T0)
    assert made.waits_until_due() == T0 + 23 * DAY
    assert reminded(made).asking == "second"


def test_a_shown_answer_is_judged_by_its_text_and_brings_no_mail() -> None:
    made = talk(ordered("asked", T0), answered(T0 + HOUR, "I read your talk on ropes."))
    told_of = wanted(made).asked
    assert told_of is not None
    assert told_of.answer.value == "I read your talk on ropes."
    assert (made.now.unseen, made.now.mails) == (False, False)
    made.hears(rejudged("ugly", T0 + HOUR, pitch=True))
    assert (made.now.verdict, made.now.pitch) == ("ugly", True)
    assert "sells" in made.steps[-1].reason


def test_further_answers_are_judged_together_and_the_first_one_counts_for_the_pace() -> None:
    made = talk(ordered("asked", T0), answered(T0 + HOUR, "Hi"), answered(T0 + 5 * DAY, "Here is my calendar."))
    told_of = wanted(made).asked
    assert told_of is not None
    assert told_of.answer.value == "Hi\n\nHere is my calendar."
    assert (told_of.waited, told_of.quick) == (HOUR, True)
    made.hears(answered(T0 + 6 * DAY))
    assert (made.now.unseen, made.now.words) == (False, "Hi\n\nHere is my calendar.")


def test_an_automatic_reply_is_no_answer() -> None:
    made = talk(ordered("asked", T0), answered(T0 + 1000, "Out of office.", automatic=True))
    assert (made.now.phase, made.now.answered_at, made.now.due_at) == ("asked", None, T0 + 7 * DAY)
    assert len(made.events) == 1


def test_a_message_that_may_be_theirs_is_asked_about_and_not_guessed() -> None:
    made = talk(ordered("asked", T0), answered(T0 + HOUR, sure=False))
    assert (made.now.phase, made.now.answered_at) == ("asked", None)
    assert made.waits_until_due() == T0 + HOUR
    assert reminded(made).asking == "maybe"
    assert made.now.due_at == T0 + 7 * DAY
    made.hears(ordered("answered", T0 + 2 * HOUR))
    assert (made.now.phase, made.now.maybe_at, made.now.pace) == ("answered", None, "quickly")


def test_an_answer_counts_however_late_it_comes() -> None:
    made = talk(ordered("asked", T0))
    made.waits_until_due()
    made.hears(answered(T0 + 30 * DAY, "Sorry!"))
    assert (made.now.phase, made.now.pace) == ("answered", "late")


def test_being_connected_ends_the_question_and_settles_nothing() -> None:
    made = talk(accepted(T0 + HOUR))
    assert (made.now.phase, made.now.due_at, made.now.verdict) == ("accepted", None, "follow_up")
    assert len(made.events) == 1
    made.hears(answered(T0 + 2 * HOUR))
    assert made.now.phase == "answered"
    asked = talk(ordered("asked", T0), accepted(T0 + HOUR))
    assert (asked.now.phase, asked.now.due_at) == ("asked", T0 + 7 * DAY)


def test_a_snooze_keeps_quiet_and_comes_back_as_it_was() -> None:
    made = talk()
    made.waits_until_due()
    made.hears(ordered("snooze", T0 + HOUR, span=3 * DAY))
    assert (made.now.phase, made.now.due_at, made.now.mails) == ("snoozed", T0 + HOUR + 3 * DAY, False)
    made.hears(ordered("snooze", T0 + 2 * HOUR, span=5 * DAY))
    assert (made.now.due_at, made.now.resumes) == (T0 + 2 * HOUR + 5 * DAY, "to_ask")
    at = made.waits_until_due()
    assert (made.now.phase, made.now.due_at, made.now.mails) == ("to_ask", at, True)
    made.waits_until_due()
    assert reminded(made).asking == "ask"


@pytest.mark.parametrize("phase", ["to_ask", "silent", "accepted", "expired"])
def test_whether_a_message_is_theirs_is_asked_once_however_many_come(phase: str) -> None:
    made = at_phase(phase)
    made.hears(answered(T0 + 200 * DAY if phase == "expired" else T0 + 8 * DAY, sure=False))
    at = made.waits_until_due()
    assert (reminded(made).asking, made.now.phase) == ("maybe", phase)
    due = made.now.due_at
    made.hears(answered(at + HOUR, sure=False))
    assert made.now.due_at == due, "it brings no mail"
    made.hears(ordered("answered", at + 2 * HOUR))
    assert (made.now.phase, made.now.unseen) == ("answered", True)


@pytest.mark.parametrize("phase", ["to_ask", "asked", "silent", "snoozed", "accepted", "expired"])
def test_a_message_that_was_not_theirs_is_forgotten_and_all_goes_on_as_before(phase: str) -> None:
    made = at_phase(phase)
    before, at = made.now, T0 + 200 * DAY if phase == "expired" else T0 + 8 * DAY if phase == "silent" else T0 + HOUR
    made.hears(answered(at, sure=False))
    made.hears(ordered("not_theirs", at + HOUR))
    due = at + HOUR if phase == "to_ask" else before.due_at
    assert (made.now.phase, made.now.maybe_at, made.now.due_at) == (phase, None, due)
    assert isinstance(made.hears(ordered("not_theirs", at + HOUR))[0], Refused), "no message waits for an answer"


@pytest.mark.parametrize("phase", sorted(set(get_args(Phase))))
def test_where_no_message_may_be_theirs_nobody_can_say_that_it_was_not(phase: str) -> None:
    assert isinstance(at_phase(phase).hears(ordered("not_theirs", T0 + 300 * DAY))[0], Refused)


def test_a_message_that_may_be_theirs_is_no_answer_when_the_wait_is_over() -> None:
    made = talk(ordered("asked", T0), answered(T0 + HOUR, sure=False))
    made.waits_until_due()
    made.waits_until_due()
    assert (made.now.phase, made.now.maybe_at, made.now.due_at) == ("silent", None, None)


@pytest.mark.parametrize("order", ["good", "intriguing", "ugly"])
def test_the_owner_has_the_last_word_in_every_phase_that_is_about_a_verdict(order: str) -> None:
    for phase in set(get_args(Phase)) - {"owed"}:
        made = at_phase(phase)
        made.hears(ordered(order, T0 + 200 * DAY))
        assert (made.now.phase, made.now.said) == ("settled", order), phase
        assert wanted(made).said == order
        assert made.now.due_at is None


def test_what_was_never_talked_of_can_be_judged_and_asked_about_by_the_owner() -> None:
    made = Talk(told())
    made.hears(ordered("asked", T0 + HOUR, opens=opened(verdict="intriguing")))
    assert (made.now.phase, made.now.asked_at, made.now.version) == ("asked", T0 + HOUR, 1)
    made = Talk(told())
    made.hears(ordered("good", T0, opens=opened(verdict="ugly")))
    assert (made.now.phase, made.now.said) == ("settled", "good")
    made = Talk(told())
    assert isinstance(made.hears(ordered("snooze", T0, opens=opened()))[0], Refused)
    assert isinstance(made.hears(ordered("good", T0))[0], Refused)
    assert made.known is None


def test_nobody_is_asked_twice() -> None:
    made = talk(ordered("asked", T0), ordered("asked", T0 + HOUR))
    refused = only(Refused, made.events)
    assert isinstance(refused, Refused)
    assert "already" in refused.why
    for order in ("good", "dismiss", "withdrawn"):
        closed = talk(ordered("asked", T0), ordered(order, T0 + HOUR))
        assert isinstance(closed.hears(ordered("asked", T0 + DAY))[0], Refused)
        assert closed.now.asked_at == T0
    again = Talk(told())
    again.hears(opened(asked_before=T0 - DAY))
    assert (again.now.phase, again.now.due_at) == ("settled", None)


def test_an_owed_answer_is_reminded_of_until_it_is_done_or_dismissed() -> None:
    made = Talk(told())
    made.hears(opened(owed=True))
    for count in range(4):
        assert made.waits_until_due() == T0 + count * 3 * DAY
        assert reminded(made).asking == "owed"
    made.hears(answered(T0 + 13 * DAY))
    assert made.now.phase == "owed"
    made.hears(ordered("done", T0 + 14 * DAY))
    assert (made.now.phase, made.now.due_at) == ("settled", None)


def test_what_is_undone_is_as_it_was_and_judged_so() -> None:
    made = talk()
    before = made.now
    made.hears(ordered("good", T0 + HOUR))
    made.hears(ordered("undo", T0 + 2 * HOUR, before=before))
    times = {"version": before.version, "due_at": before.due_at, "tell_at": before.tell_at}
    assert made.now.model_copy(update=times) == before
    assert (wanted(made).said, wanted(made).asked) == (None, None)
    assert isinstance(made.hears(ordered("undo", T0 + 3 * HOUR))[0], Refused), "nothing is known to take back"


def test_opened_again_by_a_repeat_changes_nothing() -> None:
    made = talk(ordered("asked", T0 + HOUR))
    assert made.hears(opened(at=T0 + DAY)) == ()


def test_with_digests_no_mail_of_its_own_is_due() -> None:
    made = talk(digest="daily")
    assert (made.now.mails, made.now.due_at) == (False, T0 + 180 * DAY)
    made.hears(listed(made.now, T0 + HOUR))
    assert (made.now.reminders, made.now.reminded_at) == (1, T0 + HOUR)


def test_what_was_due_of_an_earlier_step_is_not_due_any_more() -> None:
    made = talk()
    stale = elapsed(made.now, T0 + HOUR), listed(made.now, T0 + HOUR)
    made.hears(ordered("asked", T0))
    for event in stale:
        assert made.hears(event) == ()


def test_every_phase_has_words_and_a_row() -> None:
    assert set(PHASES) == set(TABLE) == set(get_args(Phase))


def at_phase(phase: str) -> Talk:
    """A conversation in this phase, by a way that the table allows."""
    late = T0 + 190 * DAY
    ways: dict[str, list[Event]] = {
        "to_ask": [],
        "asked": [ordered("asked", T0)],
        "answered": [answered(T0 + HOUR)],
        "snoozed": [ordered("snooze", T0, span=DAY)],
        "settled": [ordered("intriguing", T0)],
        "accepted": [accepted(T0)],
        "withdrawn": [ordered("withdrawn", T0)],
        "dismissed": [ordered("dismiss", T0)],
    }
    made = talk(*ways.get(phase, []))
    if phase == "silent":
        made = talk(ordered("asked", T0))
        made.waits_until_due()
    elif phase == "expired":
        made.hears(elapsed(made.now, late))
    elif phase == "owed":
        made = Talk(told())
        made.hears(opened(owed=True))
    assert made.now.phase == phase
    return made


# --- random histories ---------------------------------------------------------------------------------------------

NEXT: dict[str, set[str]] = {
    "to_ask": {"to_ask", "asked", "answered", "snoozed", "accepted", "expired", "withdrawn", "dismissed", "settled"},
    "asked": {"asked", "answered", "silent", "withdrawn", "dismissed", "settled"},
    "answered": {"answered", "settled", "withdrawn", "dismissed"},
    "silent": {"silent", "answered", "withdrawn", "dismissed", "settled"},
    "snoozed": {"snoozed", "to_ask", "owed", "asked", "answered", "accepted", "withdrawn", "dismissed", "settled"},
    "owed": {"owed", "snoozed", "settled", "dismissed"},
    "settled": {"settled", "asked"},
    "accepted": {"accepted", "asked", "answered", "withdrawn", "dismissed", "settled"},
    "expired": {"expired", "asked", "answered", "withdrawn", "dismissed", "settled"},
    "withdrawn": {"withdrawn", "asked", "settled"},
    "dismissed": {"dismissed", "asked", "settled"},
}
"""Where each phase may go, undo apart."""

CLOSED = {"settled", "accepted", "expired", "withdrawn", "dismissed", "silent"}
MAYBE = {"accepted", "expired", "silent"}
"""Of these, what is due is to ask once whether a message is theirs."""
gaps = st.sampled_from([0, 1, HOUR, DAY, 3 * DAY, 7 * DAY, 60 * DAY, 200 * DAY])
happenings = st.one_of(
    st.sampled_from(["due", "due", "due", "stale", "listed", "accepted", "opened", "automatic", "maybe", "rejudged"]),
    st.sampled_from(["answer", "answer shown"]),
    st.sampled_from(get_args(Order)),
)
configurations = st.fixed_dictionaries(
    {},
    optional={
        "digest": st.sampled_from(["off", "daily", "weekly"]),
        "second_reminder_after": st.sampled_from(["", "1h", "3d"]),
        "asked_when_reminded": st.booleans(),
        "answer_within": st.sampled_from(["1h", "7d"]),
        "expire_after": st.sampled_from(["1d", "180d"]),
    },
)


def happening(name: str, made: Talk, at: int) -> Event:
    known = made.known
    before = next((step.conversation for step in reversed(made.steps[:-1])), None)
    simple: dict[str, Event] = {
        "accepted": accepted(at),
        "opened": opened(at=at),
        "automatic": answered(at, "I am away.", automatic=True),
        "maybe": answered(at, sure=False),
        "answer": answered(at),
        "answer shown": answered(at, "Because of ropes."),
        "rejudged": rejudged("good", at),
    }
    if name in simple:
        return simple[name]
    if name in ("due", "listed", "stale"):
        version = known.version if known else 1
        stale = version - 1 if name == "stale" else version
        kind = Listed if name == "listed" else Elapsed
        return kind(mail=MAIL, owner="amy", request=REQUEST, version=stale, at=at)
    return ordered(name, at, before=before, opens=opened(at=T0))


@settings(max_examples=400, deadline=None)
@given(st.booleans(), st.lists(st.tuples(happenings, gaps), max_size=25), configurations)
def test_random_histories_keep_to_the_table(
    owed: bool, history: list[tuple[str, int]], changes: dict[str, object]
) -> None:
    made, at = Talk(told(**changes)), T0
    made.hears(opened(owed=owed))
    mails: Counter[tuple[Asking, int]] = Counter()
    for name, gap in history:
        at += gap
        before, event = made.now, happening(name, made, at)
        events = made.hears(event)
        assert events == Talk_again(before, event, made), "the same always comes of the same"
        check(before, made, event, events, name)
        for each in events:
            if isinstance(each, ReminderWanted):
                mails[each.asking, each.version] += 1
                assert made.settings.follow_up.digest == "off" or name == "due"
    assert max(mails.values(), default=1) == 1, "no reminder is wanted twice"


def Talk_again(before: Conversation, event: Event, made: Talk) -> tuple[Event, ...]:
    again = Talk(made.settings)
    again.known = before
    return again.hears(event)


def check(before: Conversation, made: Talk, event: Event, events: tuple[Event, ...], name: str) -> None:
    after, told_of = made.now, made.settings.follow_up
    advanced = [each for each in events if isinstance(each, Advanced)]
    refused = [each for each in events if isinstance(each, Refused)]
    assert len(advanced) + len(refused) <= 1
    assert all(each.mail == MAIL and each.owner == "amy" for each in events)
    if not advanced:
        assert after == before
        assert bool(refused) == isinstance(event, Ordered), "what the owner says is done or refused, never ignored"
        assert all(each.why and "_" not in each.why for each in refused)
        return
    assert events[0] is advanced[0]
    assert name != "stale"
    assert not isinstance(event, Opened)
    assert advanced[0].reason
    assert after.version == before.version + 1
    assert (after.request, after.mail, after.about, after.came_at) == (REQUEST, MAIL, before.about, before.came_at)
    if name == "undo":
        return
    if name == "forget":
        assert before.said is not None
        assert (after.said, after.always, after.ours) == (None, None, None)
        assert after.phase == before.phase or before.phase == "settled", "it stays, or stands as before the word"
        assert [each.firmly for each in events if isinstance(each, RejudgingWanted)] == [True]
        return
    assert after.phase in NEXT[before.phase]
    if after.asked_at != before.asked_at:
        assert before.asked_at is None, "nobody is asked twice"
        assert name == "asked" or told_of.asked_when_reminded
    if after.phase == "silent" and before.phase != "silent":
        assert after.asked_at is not None
        assert isinstance(event, Elapsed)
        assert event.at >= after.asked_at + told_of.answer_within
    if name == "not_theirs":
        assert (before.maybe_at is not None, after.maybe_at, after.phase) == (True, None, before.phase)
    if after.said != before.said:
        assert name in ("good", "intriguing", "ugly")
    if (after.said, after.answered_at) != (before.said, before.answered_at):
        assert [each for each in events if isinstance(each, RejudgingWanted)]
    if after.phase in CLOSED:
        assert after.due_at is None or (after.phase in MAYBE and after.maybe_at is not None and not after.reminders)
    else:
        assert after.due_at is not None or after.phase == "owed"
    assert after.phase == "owed" or after.reminders <= 2 or name == "listed"
