"""What an answer by mail orders, what is told of the rest, and who gets nothing at all."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest
from hypothesis import given, strategies as st

from stages.conversation import Conversation, Ordered, Refused, ReplyWanted
from stages.events import Authenticity, Enriched, Notice, Parsed, Reply, Standing, Token, shown
from stages.follow_up import converse
from stages.instructions import instructions_in
from stages.orders import TURNS, ordered, reasons
from stages.own_mail import own_id
from stages.settings import Settings
from tests.conftest import ROOT

SETTINGS = Settings.model_validate(
    {"owners": [{"addresses": ["amy@salver.test"], "mailbox": "maildir:x"}], "follow_up": {"answers": "30d"}}
)
DAY = 86_400_000
NOW = 1_800_000_000_000
HASH = "f" * 64
PEOPLE = (
    Standing(name="Ann Lee", phase="to_ask"),
    Standing(name="Bo Diaz", phase="to_ask"),
    Standing(name="Cy Roe", phase="asked", asked=True),
    Standing(name="Di Fox", phase="owed"),
    Standing(name="Ed Kay"),
)
"""Two to ask, one asked, one who waits for the owner, one whom nobody talks of: drawn at random."""


def token(**changes: Any) -> Token:
    told = {
        "hash": HASH,
        "owner": "amy",
        "requests": ("r1", "r2", "r3", "r4", "r5"),
        "mails": ("m1", "m2", "m3", "m4", "m5"),
        "standing": PEOPLE,
        "sample": (5,),
        "expires_at": NOW + DAY,
        "room": 9,
    }
    return Token.model_validate(told | changes)


ONE = token(requests=("r1",), mails=("m1",), standing=PEOPLE[:1], sample=())


def answer(text: str, known: Token | None = None, automatic: bool = False, at: int = NOW) -> Enriched:
    told = instructions_in(text.split("\n"))
    reply = Reply(token="t", instructions=told.instructions, unclear=told.unclear, automatic=automatic)
    parsed = Parsed(mail="m9", owner="amy", received_at=at, reply=reply, message_id="<a@b.test>")
    trust = Authenticity(verdict="unverified", detail="")
    return Enriched(mail="m9", owner="amy", parsed=parsed, kind="other", authenticity=trust, token=known or token())


def done(events: tuple[Ordered | ReplyWanted, ...]) -> str:
    return " ".join(f"{event.number}{event.order}" for event in events if isinstance(event, Ordered))


def told(events: tuple[Ordered | ReplyWanted, ...]) -> ReplyWanted | None:
    replies = [event for event in events if isinstance(event, ReplyWanted)]
    assert len(replies) <= 1
    return replies[0] if replies else None


def troubles(text: str, known: Token | None = None) -> str:
    reply = told(ordered(answer(text, known), SETTINGS))
    assert reply is not None
    return " ".join(reply.troubles)


def test_an_order_names_its_request_its_token_and_the_time_that_counts() -> None:
    (event,) = ordered(answer("2 snooze 3 days"), SETTINGS)
    assert event == Ordered(
        mail="m2", owner="amy", request="r2", order="snooze", span=3 * DAY, by="mail", at=NOW, token=HASH, number=2,
        answers="<a@b.test>", mailbox="maildir:x",
    )  # fmt: skip


def test_about_one_request_no_number_is_needed() -> None:
    assert done(ordered(answer("asked", ONE), SETTINGS)) == "1asked"
    assert done(ordered(answer("1 asked", ONE), SETTINGS)) == "1asked"


def test_about_several_without_a_number_nothing_is_guessed() -> None:
    assert done(ordered(answer("asked"), SETTINGS)) == ""
    assert "number" in troubles("asked")


def test_several_orders_are_as_many_events_and_the_rest_is_told_in_one_reply() -> None:
    events = ordered(answer("1 good, 2 asked, 8 never\nwhat else can I say"), SETTINGS)
    assert done(events) == "1good 2asked"
    reply = told(events)
    assert reply is not None
    assert reply.said == "what else can I say"
    assert reply.done == ("1 (Ann Lee): good", "2 (Bo Diaz): asked")
    assert any("number 8" in each for each in reply.troubles)
    assert reply.requests == token().requests, "the numbers stay what they were"
    assert reply.sample == (5,)
    assert reply.answers == "<a@b.test>"
    assert reply.answer_until == NOW + 30 * DAY


def test_what_is_all_clear_is_done_without_a_word() -> None:
    assert told(ordered(answer("1 good, 2 asked"), SETTINGS)) is None


def test_two_orders_for_one_request_cancel_each_other_and_spare_the_others() -> None:
    events = ordered(answer("1 good, 1 ugly, 2 asked"), SETTINGS)
    assert done(events) == "2asked"
    assert "different" in troubles("1 good, 1 ugly, 2 asked")
    same = token(requests=("r1", "r1"), mails=("m1", "m1"), standing=PEOPLE[:2], sample=())
    assert done(ordered(answer("1 good, 2 ugly", same), SETTINGS)) == ""
    assert done(ordered(answer("1 good, 2 good", same), SETTINGS)) == "1good"
    assert done(ordered(answer("1 good, 1 good"), SETTINGS)) == "1good"


def test_all_means_those_of_whom_it_can_be_said_and_never_what_was_drawn_at_random() -> None:
    assert done(ordered(answer("all asked"), SETTINGS)) == "1asked 2asked"
    assert done(ordered(answer("2 good, the rest never"), SETTINGS)) == "1dismiss 2good 3dismiss 4dismiss"
    assert done(ordered(answer("all asked", token(used=(1,))), SETTINGS)) == "2asked"
    assert "asked" in troubles("all asked", token(used=(1, 2)))


def test_fine_means_what_was_drawn_at_random_and_not_named_otherwise() -> None:
    assert done(ordered(answer("1 asked\nfine"), SETTINGS)) == "1asked 5ugly"
    assert done(ordered(answer("5 good, fine", token(sample=(4, 5), standing=PEOPLE)), SETTINGS)) == "5good"
    assert done(ordered(answer("5 fine"), SETTINGS)) == "5ugly"
    assert done(ordered(answer("1 fine"), SETTINGS)) == ""
    assert "second look" in troubles("fine", ONE)


def test_what_the_state_table_does_not_allow_is_told_at_once_and_uses_nothing_up() -> None:
    assert done(ordered(answer("3 asked, 1 asked"), SETTINGS)) == "1asked"
    assert "3 (Cy Roe): you said that you asked already" in troubles("3 asked, 1 asked")
    assert "5 (Ed Kay)" in troubles("5 snooze")
    assert done(ordered(answer("5 asked"), SETTINGS)) == "5asked"


def test_who_owed_an_answer_and_says_answered_has_given_it() -> None:
    assert done(ordered(answer("4 answered"), SETTINGS)) == "4done"
    assert done(ordered(answer("3 answered"), SETTINGS)) == "3answered"


def test_a_number_that_was_answered_is_told_with_how_it_stands() -> None:
    assert done(ordered(answer("3 good", token(used=(3,))), SETTINGS)) == ""
    said = troubles("3 good", token(used=(3,)))
    assert "already" in said
    assert "their answer is waited for" in said


def test_a_late_answer_does_nothing_and_gets_a_mail_that_can_be_answered() -> None:
    events = ordered(answer("1 good", at=NOW + DAY + 1), SETTINGS)
    assert done(events) == ""
    reply = told(events)
    assert reply is not None
    assert "too old" in reply.troubles[0]
    assert reply.requests == token().requests
    assert done(ordered(answer("1 good", at=NOW + DAY), SETTINGS)) == "1good"


def test_who_was_given_no_token_of_this_owner_gets_nothing_and_the_mail_says_so() -> None:
    unknown = answer("asked").model_copy(update={"token": None})
    foreign = answer("asked", ONE.model_copy(update={"owner": "bob"}))
    for event in (unknown, foreign):
        assert ordered(event, SETTINGS) == ()
        ((name, value),) = reasons(event)
        assert name == "X-Salver-Reason"
        assert "nothing was done" in value
    assert reasons(unknown) == reasons(foreign), "whose it is, is nobody's business"


def test_a_machines_answer_gets_nothing_and_the_mail_says_so() -> None:
    event = answer("asked", ONE, automatic=True)
    assert ordered(event, SETTINGS) == ()
    assert "a machine wrote it" in reasons(event)[0][1]


def test_the_filed_mail_says_what_was_done() -> None:
    ((_, value),) = reasons(answer("1 good, 2 asked"))
    assert value == "answer_by_mail; points=0; 1 (Ann Lee): good, 2 (Bo Diaz): asked"
    assert reasons(Enriched.model_validate({**answer("x").model_dump(), "parsed": parsed_without_reply()})) == ()


def parsed_without_reply() -> dict[str, Any]:
    return {"mail": "m9", "owner": "amy", "received_at": NOW}


def test_two_machines_that_answer_each_other_soon_fall_silent() -> None:
    """A vacation responder that marks nothing answers each reply of ours; each has a token that knows its turn."""
    known, replies = ONE, 0
    while (reply := told(ordered(answer("I am at the sea and read no mail", known), SETTINGS))) is not None:
        replies += 1
        assert reply.token == known.hash
        assert reply.turn > known.turn
        known = known.model_copy(update={"turn": reply.turn})
        assert replies < 10
    assert replies == TURNS


def test_who_answers_the_same_mail_again_and_again_is_answered_a_few_times_only() -> None:
    reply = told(ordered(answer("what?", token(turn=TURNS - 1)), SETTINGS))
    assert reply is not None
    assert reply.turn == TURNS, "it counts for the token that was answered, too"
    assert told(ordered(answer("what?", token(turn=TURNS)), SETTINGS)) is None


def test_a_reply_is_a_turn_though_something_was_done() -> None:
    reply = told(ordered(answer("1 good, 2 huh", token(turn=TURNS - 1)), SETTINGS))
    assert reply is not None
    assert (reply.turn, reply.token) == (TURNS, HASH)
    events = ordered(answer("1 good, 2 huh", token(turn=TURNS)), SETTINGS)
    assert (done(events), told(events)) == ("1good", None)


def test_a_machine_whose_words_order_something_each_time_falls_silent_too() -> None:
    turn = replies = 0
    while (reply := told(ordered(answer("1 snooze\n\n2 huh", token(turn=turn)), SETTINGS))) is not None:
        turn, replies = reply.turn, replies + 1
        assert replies < 10
    assert replies == TURNS


WHETHER = token(
    requests=("r1",),
    mails=("m1",),
    standing=(Standing(name="Ann Lee", phase="asked", asked=True, maybe=True),),
    sample=(),
)


@pytest.mark.parametrize(
    ("text", "order"),
    [("yes", "answered"), ("ja", "answered"), ("yes, it was", "answered"), ("yes, they answered", "answered"),
     ("no", "not_theirs"), ("Nein.", "not_theirs"), ("no, that was somebody else", "not_theirs")],
)  # fmt: skip
def test_yes_and_no_answer_whether_a_message_was_theirs(text: str, order: str) -> None:
    events = ordered(answer(text, WHETHER), SETTINGS)
    assert (done(events), told(events)) == (f"1{order}", None)


@pytest.mark.parametrize("text", ["yes", "no", "nein", "all yes"])
@pytest.mark.parametrize("standing", PEOPLE[:4])
def test_where_that_is_not_asked_yes_and_no_say_nothing(text: str, standing: Standing) -> None:
    known = token(requests=("r1",), mails=("m1",), standing=(standing,), sample=())
    events = ordered(answer(text, known), SETTINGS)
    assert done(events) == ""
    assert told(events) is not None


def test_yes_and_no_at_once_do_nothing() -> None:
    assert done(ordered(answer("yes\n\nno", WHETHER), SETTINGS)) == ""


def test_the_reply_tells_who_it_was_about_what_was_not_understood_and_what_can_be_said() -> None:
    one = told(ordered(answer("dismis", ONE), SETTINGS))
    assert one is not None
    assert (one.name, one.said, one.meant, one.asking) == ("Ann Lee", "dismis", "dismiss", "ask")
    several = told(ordered(answer("1 good, 3 dismis, 2 asked"), SETTINGS))
    assert several is not None
    assert (several.name, several.said, several.meant) == ("", "3 dismis", "dismiss")
    whether = told(ordered(answer("perhaps", WHETHER), SETTINGS))
    assert whether is not None
    assert (whether.name, whether.meant, whether.asking) == ("Ann Lee", "", "maybe")
    owed = told(
        ordered(answer("yes", token(requests=("r4",), mails=("m4",), standing=PEOPLE[3:4], sample=())), SETTINGS)
    )
    assert owed is not None
    assert (owed.said, owed.asking) == ("yes", "owed")


def test_no_reply_goes_over_the_owners_measure_but_what_is_clear_is_done() -> None:
    full = token(room=0)
    events = ordered(answer("1 good, 2 huh", full), SETTINGS)
    assert done(events) == "1good"
    assert told(events) is None
    assert [event.mailbox for event in events if isinstance(event, Ordered)] == [""]


def test_what_a_name_may_hold_does_not_reach_the_reply_whole() -> None:
    named = ONE.model_copy(update={"standing": (Standing(name="A\r\nBcc: x\u202e" + "y" * 500, phase="to_ask"),)})
    reply = told(ordered(answer("done", named), SETTINGS))
    assert reply is not None
    assert "\n" not in reply.troubles[0]
    assert "\u202e" not in reply.troubles[0]
    assert len(reply.troubles[0]) < 300


def conversation(**changes: Any) -> Conversation:
    told = {
        "request": "r1", "owner": "amy", "mail": "m1", "version": 3, "phase": "asked", "verdict": "follow_up",
        "about": Notice(name=shown("Ann Lee")), "mailbox": "maildir:x", "came_at": NOW - DAY, "asked_at": NOW - 5,
    }  # fmt: skip
    return Conversation.model_validate(told | changes)


def test_an_order_by_mail_that_the_table_refuses_in_the_end_is_told_with_a_new_token() -> None:
    """Two answers came at once: when the second was read, the first was not done yet."""
    (order,) = ordered(answer("asked", ONE), SETTINGS)
    assert isinstance(order, Ordered)
    refused, reply = converse(conversation(), order, SETTINGS)
    assert isinstance(refused, Refused)
    assert isinstance(reply, ReplyWanted)
    assert reply.troubles == ("Ann Lee: you said that you asked already; an answer counts whenever it comes.",)
    assert (reply.requests, reply.mailbox, reply.answers) == (("r1",), "maildir:x", "<a@b.test>")
    assert reply.answer_until == NOW + 30 * DAY
    assert converse(conversation(), order.model_copy(update={"by": "terminal"}), SETTINGS) == (
        refused.model_copy(update={"by": "terminal"}),
    )
    assert converse(conversation(), order.model_copy(update={"mailbox": ""}), SETTINGS) == (refused,)


def test_two_refusals_of_one_request_are_two_mails() -> None:
    (order,) = ordered(answer("asked", ONE), SETTINGS)
    assert isinstance(order, Ordered)
    mails = {
        own_id(converse(conversation(), each, SETTINGS)[1]) for each in (order, order.model_copy(update={"at": 7}))
    }
    assert len(mails) == 2


PIECES = ["1 ", "2 ", "5 ", "9 ", "1-3 ", "all ", "rest ", "good", "asked", "fine", "snooze 3d", ", ", "\n", "huh", " "]


@given(st.lists(st.sampled_from(PIECES), max_size=20), st.sets(st.integers(1, 5)))
def test_whatever_is_said_each_request_gets_one_order_at_most_and_none_twice(pieces: list[str], used: set[int]) -> None:
    events = ordered(answer("".join(pieces), token(used=tuple(used))), SETTINGS)
    orders = [event for event in events if isinstance(event, Ordered)]
    assert len({order.request for order in orders}) == len(orders)
    assert not {order.number for order in orders} & used
    assert events, "whoever holds a token is told something, or something is done"


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_word_that_our_mails_propose_is_understood(language: str) -> None:
    texts = tomllib.loads((ROOT / "config" / "mails" / f"{language}.toml").read_text("utf-8"))
    told = [*texts["reminder"].items(), *texts["digest"].items(), *texts["reply"].items()]
    said = [text for name, text in told if name.startswith(("mail_", "again_"))]
    proposed = [word for text in said for word in re.findall(r"[\"„“]([^\"„“”]{2,40})[\"“”]", text)]
    assert len(proposed) > 15
    for word in proposed:
        found = instructions_in([word])
        assert found.instructions, word
        assert not found.unclear, word
