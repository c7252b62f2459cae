"""The owner's word: taken back, said of all requests of somebody, and said by dropping a mail into a folder."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given, settings, strategies as st

from stages.conversation import Advanced, Conversation, Ordered, Refused, RejudgingWanted, ReplyWanted
from stages.events import Event, Notice, Order, shown
from stages.keeping import Forgotten, Remembered
from stages.said import folded
from stages.steps import last_step, last_words
from tests.builders.talk import DAY, HOUR, T0, ZOE, Talk, answered, opened, ordered, rejudged, told

MORE = ZOE.model_copy(update={"company": shown("Tidewater  Ropé")})
NAMED = Notice(name=shown("Zoë Okonjo"))


def talk(*events: Event, about: Notice = MORE) -> Talk:
    made = Talk(told())
    made.hears(opened(about=about, proven=True))
    for event in events:
        made.hears(event)
    return made


def forget(made: Talk, at: int = T0 + 9 * HOUR) -> tuple[Event, ...]:
    """As the log tells how it was before."""
    last = last_words(made.steps)
    return made.hears(ordered("forget", at, before=last.before if last is not None else None))


def undo(made: Talk, at: int = T0 + 9 * HOUR) -> tuple[Event, ...]:
    last = last_step(made.steps)
    assert last is not None
    return made.hears(ordered("undo", at, before=last.before, version=last.version))


def standing(known: Conversation) -> tuple[object, ...]:
    return known.phase, known.said, known.always, known.ours, known.verdict, known.asked_at, known.answered_at


def kinds(events: tuple[Event, ...]) -> list[str]:
    return [type(event).__name__ for event in events]


def rejudging(events: tuple[Event, ...]) -> RejudgingWanted:
    (found,) = [event for event in events if isinstance(event, RejudgingWanted)]
    return found


# --- forget -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("orders", [["good"], ["ugly", "good"], ["good", "ugly", "intriguing"]])
def test_a_word_that_came_last_is_forgotten_as_if_it_had_never_been_said(orders: list[str]) -> None:
    made = talk()
    before = standing(made.now)
    for order in orders:
        made.hears(ordered(order, T0 + HOUR))
        made.hears(rejudged(order, T0 + HOUR))
    events = forget(made)
    assert standing(made.now) == before
    assert (rejudging(events).said, rejudging(events).firmly) == (None, True)
    assert made.now.due_at is not None, "the question is open again"


def test_a_word_with_something_after_it_is_forgotten_and_the_rest_stays() -> None:
    made = talk(ordered("good", T0 + HOUR), rejudged("good", T0 + HOUR), ordered("asked", T0 + 2 * HOUR))
    forget(made)
    assert standing(made.now) == ("asked", None, None, None, "follow_up", T0 + 2 * HOUR, None)
    undo(made)
    assert (made.now.phase, made.now.said) == ("settled", None), "what is forgotten stays so"
    undo(made)
    assert (made.now.phase, made.now.said) == ("to_ask", None)


def test_a_word_on_a_request_that_nobody_talked_of_leaves_it_at_rest() -> None:
    made = Talk(told())
    made.hears(ordered("good", T0, opens=opened(verdict="ugly")))
    assert (made.now.ours, made.now.said) == ("ugly", "good")
    forget(made)
    assert (made.now.phase, made.now.said, made.now.verdict, made.now.due_at) == ("settled", None, "ugly", None)


def test_where_nothing_was_said_there_is_nothing_to_forget() -> None:
    for made in (talk(), talk(ordered("asked", T0)), talk(answered(T0 + HOUR))):
        (fact,) = forget(made)
        assert isinstance(fact, Refused)
        assert "you said nothing" in fact.why
    made = Talk(told())
    (fact,) = made.hears(ordered("forget", T0, opens=opened()))
    assert isinstance(fact, Refused)
    assert "you said nothing" in fact.why
    twice = talk(ordered("good", T0))
    forget(twice)
    assert isinstance(forget(twice)[0], Refused)


def test_what_salver_had_said_is_kept_however_often_the_owner_speaks() -> None:
    made = talk(ordered("good", T0), rejudged("good", T0), ordered("ugly", T0 + HOUR), rejudged("ugly", T0 + HOUR))
    assert (made.now.ours, made.now.verdict) == ("follow_up", "ugly")


# --- of all requests ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("order", "scope", "key", "name"),
    [
        ("good", "person", "https://www.linkedin.com/in/zoe-okonjo", "Zoë Okonjo"),
        ("ugly", "person", "https://www.linkedin.com/in/zoe-okonjo", "Zoë Okonjo"),
        ("good", "company", "tidewater rope", "Tidewater  Ropé"),
        ("ugly", "company", "tidewater rope", "Tidewater  Ropé"),
    ],
)
def test_what_is_said_of_all_requests_is_remembered_by_what_is_shown(
    order: str, scope: str, key: str, name: str
) -> None:
    made = talk()
    events = made.hears(ordered(order, T0 + HOUR, always=scope))
    assert kinds(events) == ["Advanced", "Remembered", "RejudgingWanted"]
    word = events[1]
    assert isinstance(word, Remembered)
    assert (word.scope, word.key, word.name, word.verdict, word.network, word.at, word.proven) == (
        scope, key, name, order, "linkedin", T0 + HOUR, True,
    )  # fmt: skip
    assert (made.now.said, made.now.always) == (order, scope)
    assert name in made.steps[-1].reason
    assert kinds(forget(made)) == ["Advanced", "Forgotten", "RejudgingWanted"]
    assert made.now.always is None


@pytest.mark.parametrize(
    ("about", "scope", "words"), [(NAMED, "person", "their profile"), (ZOE, "company", "their company")]
)
@pytest.mark.parametrize("first", [False, True])
def test_nobody_is_known_again_by_a_name_alone(about: Notice, scope: str, words: str, first: bool) -> None:
    made = Talk(told())
    if not first:
        made.hears(opened(about=about))
    (fact,) = made.hears(ordered("good", T0, always=scope, opens=opened(about=about)))
    assert isinstance(fact, Refused)
    assert words in fact.why
    assert "`good` is all that can be said" in fact.why
    assert made.known is None or made.now.said is None


def test_only_good_and_ugly_can_be_said_of_all() -> None:
    for order in ("intriguing", "asked", "dismiss"):
        (fact,) = talk().hears(ordered(order, T0, always="person"))
        assert isinstance(fact, Refused)
        assert "only `good` and `ugly`" in fact.why


def test_said_otherwise_of_the_request_the_word_about_all_ends_and_said_again_it_stays() -> None:
    made = talk(ordered("ugly", T0, always="person"))
    assert kinds(made.hears(ordered("ugly", T0 + HOUR))) == ["Advanced", "RejudgingWanted"]
    assert made.now.always == "person"
    assert kinds(made.hears(ordered("good", T0 + HOUR))) == ["Advanced", "Forgotten", "RejudgingWanted"]
    assert "counts no more" in made.steps[-1].reason
    events = undo(made)
    assert kinds(events)[:2] == ["Advanced", "Remembered"]
    word = events[1]
    assert isinstance(word, Remembered)
    assert (word.verdict, made.now.always) == ("ugly", "person")
    assert kinds(undo(made))[:2] == ["Advanced", "Forgotten"], "said twice, it is one step"
    assert standing(made.now) == ("to_ask", None, None, None, "follow_up", None, None)


def test_from_the_person_to_their_company_the_word_is_replaced() -> None:
    made = talk(ordered("good", T0, always="person"))
    events = made.hears(ordered("good", T0 + HOUR, always="company"))
    (word,) = [event for event in events if isinstance(event, Remembered | Forgotten)]
    assert isinstance(word, Remembered)
    assert (word.scope, word.request) == ("company", made.now.request)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Tidewater Rope", "  TIDEWATER\trope "),
        ("Société Générale", "societe generale"),
        ("Acme", "Ac\u200bme\u00ad"),
        ("Acme", "\u0301A\u034fcme\ufe0f"),
        ("Acme", "𝐀ｃｍｅ"),
        ("バンダイ", "ﾊﾞﾝﾀﾞｲ"),
        ("Ἀθῆναι Άλφα", "ΑΘΗΝΑΙ ΑΛΦΑ"),
    ],
)
def test_a_company_is_the_same_in_any_case_with_any_accents_and_white_space(one: str, other: str) -> None:
    assert folded(one) == folded(other) != ""
    assert folded(one) != folded(f"{one} GmbH")


@pytest.mark.parametrize(
    ("one", "other"),
    [("バンダイ", "ハンタイ"), ("ガード", "カート"), ("हिन्दी", "हनद"), ("ที่", "ท"), ("حَسَن", "حسن"), ("Аcme", "Acme")],
)
def test_what_is_another_letter_makes_another_company(one: str, other: str) -> None:
    assert folded(one) != folded(other)


def test_what_is_not_seen_names_no_company() -> None:
    assert folded("\u200b \u0301\u2060") == ""


# --- by a button --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("phase", ["none", "to_ask", "asked", "answered", "settled"])
@pytest.mark.parametrize("order", get_args(Order))
def test_whatever_a_button_says_its_mail_goes_back_once_and_firmly(order: str, phase: str) -> None:
    ways: dict[str, list[Event]] = {
        "asked": [ordered("asked", T0)], "answered": [answered(T0 + HOUR)], "settled": [ordered("ugly", T0)],
    }  # fmt: skip
    made = Talk(told()) if phase == "none" else talk(*ways.get(phase, []))
    events = made.hears(
        ordered(order, T0 + 2 * HOUR, by="button", span=DAY, opens=opened(about=MORE), mailbox="maildir:mail")
    )
    back = rejudging(events)
    assert (back.firmly, events[-1]) == (True, back)
    if made.known is not None:
        assert (back.said, back.request) == (made.now.said, made.now.request)
    assert isinstance(events[0], Advanced | Refused)
    assert kinds(events).count("ReplyWanted") == isinstance(events[0], Refused)


def test_a_button_for_a_request_that_nobody_knows_still_wants_the_mail_back() -> None:
    events = Talk(told()).hears(ordered("asked", T0, by="button"))
    assert kinds(events) == ["Refused", "RejudgingWanted"], "there is no mailbox to reply to"


def test_what_a_button_could_not_do_is_told_in_words() -> None:
    made = talk(about=NAMED)
    events = made.hears(ordered("good", T0, by="button", always="person", mailbox="maildir:mail"))
    assert kinds(events) == ["Refused", "ReplyWanted", "RejudgingWanted"]
    reply = events[1]
    assert isinstance(reply, ReplyWanted)
    assert "does not show their profile" in reply.troubles[0]
    assert made.now.said is None


# --- any history --------------------------------------------------------------------------------------------------

words = st.one_of(
    st.sampled_from(["good", "intriguing", "ugly", "asked", "answered", "dismiss", "undo", "forget", "snooze"]),
    st.sampled_from(["good person", "ugly person", "good company", "ugly company", "answer", "rejudged"]),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(words, max_size=14), st.sampled_from(["terminal", "button", "move"]))
def test_after_any_history_what_is_remembered_is_what_the_conversation_says(history: list[str], by: str) -> None:
    made = talk()
    remembered: Remembered | None = None
    for count, name in enumerate(history):
        at = T0 + count * HOUR
        if name in ("undo", "forget"):
            last = last_step(made.steps) if name == "undo" else last_words(made.steps)
            event: Event = ordered(name, at, by=by, before=last.before if last is not None else None)
        elif name == "answer":
            event = answered(at)
        elif name == "rejudged":  # as the flow would: the owner's word, else something of our own
            event = rejudged(made.now.said or "intriguing", at)
        else:
            order, _, scope = name.partition(" ")
            event = ordered(order, at, by=by, always=scope or None)
        events = made.hears(event)
        for each in events:
            if isinstance(each, Remembered | Forgotten):
                remembered = each if isinstance(each, Remembered) else None
        if isinstance(event, Ordered) and by == "button":
            assert rejudging(events) is events[-1]
            assert rejudging(events).firmly
    now = made.now
    held = None if remembered is None else (remembered.scope, remembered.verdict)
    assert held == (None if now.always is None else (now.always, now.said))
    assert (now.ours is None) == (now.said is None)
    if now.said is not None:
        forget(made)
        assert (made.now.said, made.now.always, made.now.ours) == (None, None, None)
        assert all(step.before.said is None for step in [last_step(made.steps)] if step is not None)
