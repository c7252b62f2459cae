"""An answer by mail about proposed lessons: what is wanted of it, and what is told instead. Pure."""

from __future__ import annotations

import pytest

from stages.conversation import Ordered, ReplyWanted
from stages.events import Enriched, Event, Instruction, Reply, Standing, Token
from stages.learning import LearningWanted
from stages.lessons_answered import ALONE, WHY_NOT, refusal
from stages.orders import LATE, ordered, reasons
from stages.settings import Owner, Settings
from stages.tokens import LessonSaid, Proposed
from tests.builders.events import enriched

AT = 1_790_000_000_000
SETTINGS = Settings(owners=(Owner(id="amy", addresses=("amy@salver.test",)),))


def answer(*said: tuple[str, str], states: dict[str, str], expires: int = AT + 1, **more: object) -> Enriched:
    lessons = tuple(LessonSaid.model_validate({"lesson": lesson, "answer": answer}) for lesson, answer in said)
    event = enriched("m1", kind="other", at=AT)
    reply = Reply(token="t", lessons=lessons).model_copy(update=more)
    token = Token(
        hash="t", owner="amy", requests=("r1", "r2"), mails=("m8", "m9"), expires_at=expires, room=5,
        standing=(Standing(name="Nora Quill", phase="to_ask"), Standing(phase="to_ask")),
        proposals=tuple(Proposed(lesson=lesson, state=state) for lesson, state in states.items()),
    )  # fmt: skip
    parsed = event.parsed.model_copy(update={"reply": reply, "received_at": AT})
    return event.model_copy(update={"parsed": parsed, "token": token})


def wanted(events: tuple[Event, ...]) -> list[tuple[str, str, str]]:
    return [(each.lesson, each.answer, each.by) for each in events if isinstance(each, LearningWanted)]


def troubles(events: tuple[Event, ...]) -> str:
    return " ".join(" ".join(each.troubles) for each in events if isinstance(each, ReplyWanted))


def test_an_open_proposal_is_answered_and_nothing_more_is_said() -> None:
    events = ordered(
        answer(("k000001", "accept"), ("k000002", "decline"), states={"k000001": "open", "k000002": "open"}), SETTINGS
    )
    assert wanted(events) == [("k000001", "accept", "mail"), ("k000002", "decline", "mail")]
    assert len(events) == 2
    assert all(
        isinstance(each, LearningWanted) and (each.owner, each.at, each.mail) == ("amy", AT, "m1") for each in events
    )


@pytest.mark.parametrize("state", sorted(WHY_NOT))
def test_what_is_not_open_any_more_is_told_with_what_to_do(state: str) -> None:
    events = ordered(answer(("k000001", "accept"), states={"k000001": state}), SETTINGS)
    assert wanted(events) == []
    assert troubles(events).startswith("k000001: ")
    assert "{" not in troubles(events)


def test_a_code_that_nobody_proposed_to_this_owner_is_told() -> None:
    events = ordered(answer(("k999999", "accept"), states={}), SETTINGS)
    assert wanted(events) == []
    assert "k999999: no lesson of this name" in troubles(events)


def test_both_words_about_one_lesson_do_nothing() -> None:
    events = ordered(answer(("k000001", "accept"), ("k000001", "decline"), states={"k000001": "open"}), SETTINGS)
    assert wanted(events) == []
    assert "different things" in troubles(events)


def test_the_same_word_twice_is_one_answer() -> None:
    events = ordered(answer(("k000001", "accept"), ("k000001", "accept"), states={"k000001": "open"}), SETTINGS)
    assert wanted(events) == [("k000001", "accept", "mail")]


def test_an_answer_to_a_mail_that_is_too_old_counts_for_lessons_as_little_as_for_requests() -> None:
    events = ordered(answer(("k000001", "accept"), states={"k000001": "open"}, expires=AT - 1), SETTINGS)
    assert wanted(events) == []
    assert LATE in troubles(events)


def test_what_a_machine_wrote_and_what_came_with_the_token_of_another_owner_teaches_nothing() -> None:
    machine = answer(("k000001", "accept"), states={"k000001": "open"}, automatic=True)
    assert ordered(machine, SETTINGS) == ()
    assert machine.token is not None
    other = machine.token.model_copy(update={"owner": "bob"})
    event = answer(("k000001", "accept"), states={"k000001": "open"}).model_copy(update={"token": other})
    assert ordered(event, SETTINGS) == ()
    assert ordered(event.model_copy(update={"token": None}), SETTINGS) == ()


def test_requests_and_lessons_are_answered_in_one_mail_and_its_header_tells_both() -> None:
    event = answer(
        ("k000001", "accept"), states={"k000001": "open"}, instructions=(Instruction(number=1, order="asked"),)
    )
    events = ordered(event, SETTINGS)
    assert [type(each) for each in events] == [Ordered, LearningWanted]
    ((_, told),) = reasons(event)
    assert "k000001: accept" in told
    assert "Nora Quill" in told


def test_what_was_not_understood_beside_it_is_told_and_it_counts_all_the_same() -> None:
    events = ordered(answer(("k000001", "accept"), states={"k000001": "open"}, unclear="qwertz"), SETTINGS)
    assert wanted(events) == [("k000001", "accept", "mail")]
    (told,) = [each for each in events if isinstance(each, ReplyWanted)]
    assert (told.said, told.done) == ("qwertz", ("k000001: accept",))


def test_a_code_beside_what_was_not_understood_is_told_with_the_way_to_say_it() -> None:
    told = troubles(ordered(answer(states={"k000001": "open"}, unclear="accept k000001"), SETTINGS))
    assert ALONE in told
    assert ALONE not in troubles(ordered(answer(states={"k000001": "open"}, unclear="accept that"), SETTINGS))


def test_why_an_answer_by_mail_changed_nothing_is_told_by_mail_and_an_answer_that_counts_is_not() -> None:
    (wanted,) = (
        each
        for each in ordered(answer(("k000001", "accept"), states={"k000001": "open"}), SETTINGS)
        if isinstance(each, LearningWanted)
    )
    there = wanted.model_copy(update={"mailbox": "maildir:amy"})
    (told,) = refusal(there, "your corrections no longer say so", AT + 9)
    assert (told.mailbox, told.troubles, told.requests) == (
        "maildir:amy",
        ("k000001: your corrections no longer say so.",),
        (),
    )
    assert refusal(there, "", AT) == ()
    assert refusal(there.model_copy(update={"by": "terminal"}), "it is so", AT) == ()
