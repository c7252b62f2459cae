"""What a mail means for conversations, from makers: matching, time, certainty, and the other direction."""

from __future__ import annotations

from typing import Any

import pytest

from stages.answers import meant
from stages.conversation import Accepted, Answered, Opened
from stages.events import Authenticity, Enriched, Notice, Seen, Talk, shown
from stages.values import UNKNOWN
from tests.builders.asking import DAY, HOUR
from tests.builders.facts import OWNER, parsed, settings

CAME = 1_750_000_000_000
ASKS = "Hello Robin, do we know each other?"
SAYS = "Your talk on crane maps made me curious."
AWAY = "I am out of the office until Monday and will get back to you."
PROFILE = "https://www.linkedin.com/in/tamsin-hale"
OTHER = "https://www.linkedin.com/in/tamsin-hale-of-leeds"


def talk(request: str = "r1", *, surely: bool = False, person: str = "", **given: Any) -> Talk:
    return Talk(
        **{"request": request, "mail": f"mail-of-{request}", "surely": surely, "person": person, "came_at": CAME - DAY,
           **given}
    )  # fmt: skip


def heard(
    *talks: Talk,
    kind: Any = "message",
    says: str | None = None,
    heard: bool = True,
    invited: tuple[int, ...] = (),
    trust: Any = "aligned",
    addressed: bool = True,
    people: int = 1,
    met: bool = True,
    **mail: Any,
) -> tuple[Any, ...]:
    message: Seen[str] = shown(says) if says is not None else UNKNOWN
    notices = tuple(Notice(name=shown(f"Tamsin Hale {n or ''}".strip()), message=message) for n in range(people))
    return meant(
        Enriched(
            mail="message-1",
            owner=OWNER,
            parsed=parsed(claims=kind, received_at=CAME, notices=notices, **mail),
            kind=kind,
            authenticity=Authenticity(verdict=trust, detail=""),
            addressed=addressed,
            heard=heard,
            met=notices[0] if heard and met and notices else None,
            invited=invited,
            talks=talks,
        ),
        settings(),
    )


def answers(*told: Any, **given: Any) -> list[tuple[str, bool]]:
    """(request, sure) of each."""
    made = heard(*told, **given)
    assert all(isinstance(each, Answered) for each in made)
    return [(each.request, each.sure) for each in made]


def test_an_answer_goes_to_the_mail_that_brought_the_request_and_names_its_own() -> None:
    (answer,) = heard(talk(surely=True, person=PROFILE), says=SAYS)
    assert (answer.mail, answer.message, answer.answer.value) == ("mail-of-r1", "message-1", SAYS)
    assert (answer.sure, answer.automatic, answer.at) == (True, False, CAME)


def test_a_mail_that_names_no_account_of_the_owner_answers_only_a_question_that_was_asked() -> None:
    """A message of theirs to somebody else can be sent on; where the accounts are not known, this may be one."""
    asked = talk("a", phase="asked", asked_at=CAME - HOUR)
    assert answers(asked, met=False) == [("a", True)]
    assert answers(talk("a", phase="to_ask", asked_at=None), met=False) == [("a", False)]


def test_text_that_no_mail_shows_is_unknown_and_an_automatic_text_is_marked() -> None:
    (unseen,) = heard(talk())
    (away,) = heard(talk(), says=AWAY)
    assert (unseen.answer.state, unseen.automatic) == ("unknown", False)
    assert away.automatic


def test_a_profile_counts_for_more_than_a_name() -> None:
    assert answers(talk("a"), talk("b", surely=True, person=PROFILE)) == [("b", True)]


def test_one_name_and_no_other_is_enough_and_two_are_asked_about() -> None:
    assert answers(talk("a")) == [("a", True)]
    assert answers(talk("a", person=PROFILE), talk("b", person=OTHER)) == [("a", False), ("b", False)]


@pytest.mark.parametrize("phase", ["settled", "none"])
def test_somebody_of_the_name_who_is_not_asked_may_have_written_it(phase: str) -> None:
    assert answers(talk("a", person=PROFILE), talk("b", person=OTHER, phase=phase)) == [("a", False)]
    assert answers(talk("b", surely=True, person=OTHER, phase=phase)) == []


@pytest.mark.parametrize("phase", ["dismissed", "withdrawn", "expired"])
def test_what_is_long_over_makes_no_answer_doubtful(phase: str) -> None:
    assert answers(talk("a", person=PROFILE), talk("b", person=OTHER, phase=phase)) == [("a", True)]


def test_an_expired_question_can_still_be_answered_if_no_other_can() -> None:
    assert answers(talk("a", phase="expired")) == [("a", True)]


def test_of_one_persons_questions_the_one_asked_last_is_answered() -> None:
    theirs = {"surely": True, "person": PROFILE}
    asked = [
        talk("a", **theirs, asked_at=CAME - 3 * HOUR, came_at=CAME - 9 * DAY),
        talk("b", **theirs, asked_at=CAME - HOUR, came_at=CAME - 30 * DAY),
        talk("c", **theirs, phase="to_ask", came_at=CAME - 2 * DAY),
        talk("d", **theirs, phase="expired", asked_at=CAME),
    ]
    assert answers(*asked) == [("b", True)]
    assert answers(*asked[2:]) == [("c", True)]


def test_a_message_from_before_the_request_is_no_answer_to_it() -> None:
    assert answers(talk(came_at=CAME + 1)) == []
    assert answers(talk(came_at=CAME)) == [("r1", True)]


def test_what_the_network_does_not_say_for_certain_is_asked_about() -> None:
    assert answers(talk(surely=True, person=PROFILE), heard=False, trust="unverified") == [("r1", False)]


@pytest.mark.parametrize(
    "given", [{"trust": "forged"}, {"addressed": False}, {"imported": "judge"}, {"kind": "invitation"}, {"people": 0}]
)
def test_other_mails_mean_nothing(given: dict[str, Any]) -> None:
    assert heard(talk(surely=True, person=PROFILE), **given) == ()


def test_each_person_of_a_notice_answers_their_own_question() -> None:
    both = (talk("a", surely=True, person=PROFILE), talk("b", surely=True, person=OTHER, of=1))
    assert answers(*both, people=2) == [("a", True), ("b", True)]


def test_a_connection_closes_all_that_is_open_with_the_person_and_nothing_if_it_may_be_another() -> None:
    theirs = {"surely": True, "person": PROFILE}
    made = heard(talk("a", **theirs), talk("b", **theirs, phase="settled"), kind="invitation_accepted")
    assert [(type(each), each.request) for each in made] == [(Accepted, "a")]
    doubtful = (talk("a", person=PROFILE), talk("b", person=OTHER))
    assert heard(*doubtful, kind="invitation_accepted") == ()
    assert heard(talk(**theirs), kind="invitation_accepted", heard=False, trust="unverified") == ()


# --- the other direction ------------------------------------------------------------------------------------------


def owed(*told: Talk, **given: Any) -> list[str]:
    made = heard(*told, **given)
    return [each.request for each in made if isinstance(each, Opened) and each.owed]


@pytest.mark.parametrize(
    ("says", "invited", "expected"),
    [
        (None, (0,), ["message-1"]),
        (None, (), []),
        (ASKS, (), ["message-1"]),
        (ASKS, (0,), ["message-1"]),
        (SAYS, (0,), []),
        (AWAY, (0,), []),
    ],
)
def test_who_asks_the_owner_or_was_invited_and_may_is_to_be_answered(
    says: str | None, invited: tuple[int, ...], expected: list[str]
) -> None:
    assert owed(says=says, invited=invited) == expected
    assert owed(says=says, invited=invited, heard=False, trust="unverified") == []


def test_a_second_message_adds_nothing_and_after_the_answer_only_words_that_ask_again_do() -> None:
    for phase in ("owed", "snoozed"):
        waiting = talk(surely=True, person=PROFILE, owed=True, phase=phase)
        assert heard(waiting, invited=(0,)) == heard(waiting, says=ASKS) == ()
    for phase in ("settled", "dismissed"):
        over = talk(surely=True, person=PROFILE, owed=True, phase=phase)
        assert heard(over, invited=(0,)) == ()
        assert owed(over, invited=(0,), says=ASKS) == ["message-1"]


def test_who_was_asked_answers_and_only_if_invited_too_is_owed_for_asking_back() -> None:
    asked = talk(surely=True, person=PROFILE)
    assert [type(each) for each in heard(asked, says=ASKS)] == [Answered]
    assert [type(each) for each in heard(asked, invited=(0,))] == [Answered]
    assert [type(each) for each in heard(asked, says=ASKS, invited=(0,))] == [Answered, Opened]


def test_an_old_request_that_nobody_asked_about_does_not_hide_that_an_answer_is_owed() -> None:
    old = talk(surely=True, person=PROFILE, phase="expired")
    assert owed(old, invited=(0,)) == ["message-1"]


def test_of_several_people_in_one_notice_each_is_told_apart() -> None:
    assert owed(invited=(1,), people=2) == ["message-1-1"]
