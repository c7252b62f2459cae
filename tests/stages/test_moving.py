"""What a move says, of every kind of mail and folder."""

from __future__ import annotations

import pytest

from stages.conversation import Conversation, Ordered, Phase, RejudgingWanted, ReplyWanted
from stages.events import FilingWanted, Moved, Notice, Verdict
from stages.follow_up import converse
from stages.moving import About, Move, said
from stages.settings import Settings

BOX = "maildir:/mail"


def move(folder: str, mail: str = "m1") -> Move:
    filing = FilingWanted(mail=mail, owner="amy", mailbox=BOX, folder="Ugly", fields=(("X-A", "b"),), verdict="ugly")
    return Move(mail, "amy", BOX, folder, filing, 7)


def talk(phase: Phase, resumes: Phase | None = None, said: Verdict | None = None) -> Conversation:
    return Conversation(
        request="r1", owner="amy", mail="m1", version=3, phase=phase, resumes=resumes, said=said, about=Notice(),
        mailbox=BOX, verdict="follow_up", came_at=1,
    )  # fmt: skip


@pytest.mark.parametrize("folder", ["Good", "Intriguing", "Ugly"])
def test_a_move_of_the_mail_with_one_request_is_a_verdict_on_it(folder: str) -> None:
    moved, order = said(move(folder), About(("r1",), "m1"))
    assert isinstance(moved, Moved)
    assert (moved.mail, moved.mailbox, moved.folder, moved.at) == ("m1", BOX, folder, 7)
    assert isinstance(order, Ordered)
    assert (order.mail, order.request, order.order, order.by) == ("m1", "r1", folder.lower(), "move")
    assert (order.always, order.span, order.mailbox) == (None, None, "")


def test_a_move_of_a_reminder_is_about_the_request_that_another_mail_brought() -> None:
    moved, order = said(move("Good", "m9"), About(("r1",), "m1"))
    assert (moved.mail, order.mail) == ("m9", "m1")


@pytest.mark.parametrize(
    ("button", "order", "span", "always"),
    [
        ("Asked", "asked", None, None),
        ("Snooze/3 days", "snooze", 3 * 86_400_000, None),
        ("Always good/This person", "good", None, "person"),
        ("Always good/This company", "good", None, "company"),
        ("Never again", "ugly", None, "person"),
    ],
)
def test_a_button_is_an_order(button: str, order: str, span: int | None, always: str | None) -> None:
    moved, told = said(move(button), About(("r1",), "m1"))
    assert isinstance(moved, Moved)
    assert moved.folder == button
    assert isinstance(told, Ordered)
    assert (told.order, told.span, told.always, told.by) == (order, span, always, "button")
    assert told.mailbox == BOX, "a refusal is told there"


@pytest.mark.parametrize(
    ("button", "known", "verdict"),
    [("Never again", None, "ugly"), ("Asked", "good", "good"), ("Snooze/1 day", None, None)],
)
def test_a_reminder_leaves_the_button_too(button: str, known: Verdict | None, verdict: Verdict | None) -> None:
    _, order, beside = said(move(button, "m9"), About(("r1",), "m1", talk("settled", said=known)))
    assert isinstance(beside, RejudgingWanted)
    assert (order.mail, beside.mail, beside.request, beside.firmly) == ("m1", "m9", "r1", True)
    assert beside.said == verdict


@pytest.mark.parametrize("folder", ["Good", "Intriguing", "Ugly"])
@pytest.mark.parametrize("about", [About(), About(("r1", "r2"))])
def test_of_a_mail_with_none_or_several_requests_a_move_says_nothing(folder: str, about: About) -> None:
    assert said(move(folder), about) == ()


@pytest.mark.parametrize(("about", "words"), [(About(), "no request"), (About(("r1", "r2", "r3")), "3 requests")])
def test_out_of_a_button_such_a_mail_goes_back_as_it_was_and_its_owner_is_told(about: About, words: str) -> None:
    moved, back, told = said(move("Asked"), about)
    assert isinstance(moved, Moved)
    assert moved.folder == "Asked"
    assert isinstance(back, FilingWanted)
    assert (back.folder, back.fields, back.verdict, back.firmly) == ("Ugly", (("X-A", "b"),), "ugly", True)
    assert isinstance(told, ReplyWanted)
    assert words in told.troubles[0]
    assert '"Asked"' in told.troubles[0]
    assert told.mailbox == BOX


@pytest.mark.parametrize("known", [talk("owed"), talk("snoozed", "owed")])
def test_where_the_owner_owes_an_answer_a_move_is_no_verdict_but_a_button_is_an_order(known: Conversation) -> None:
    assert said(move("Good"), About(("r1",), "m1", known)) == ()
    assert len(said(move("Snooze/1 day"), About(("r1",), "m1", known))) == 2


def test_where_what_was_put_off_is_a_question_of_the_owners_a_move_is_a_verdict() -> None:
    assert len(said(move("Good"), About(("r1",), "m1", talk("snoozed", "to_ask")))) == 2


def test_what_a_move_takes_back_leaves_the_mail_where_another_move_may_have_put_it() -> None:
    before = talk("to_ask")
    order = Ordered(
        mail="m1", owner="amy", request="r1", order="undo", by="move", at=9, before=before, version=3
    )  # fmt: skip
    for by, firmly in (("move", False), ("terminal", True)):
        told = converse(talk("settled", said="ugly"), order.model_copy(update={"by": by}), Settings())
        assert [each.firmly for each in told if isinstance(each, RejudgingWanted)] == [firmly]


@pytest.mark.parametrize("folder", ["Archive", "INBOX", "Trash", "Snooze/0 days", "good"])
def test_any_other_folder_says_nothing(folder: str) -> None:
    assert said(move(folder), About(("r1",), "m1")) == ()
