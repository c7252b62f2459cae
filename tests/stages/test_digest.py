"""What a digest holds, in which order, and when there is none."""

from __future__ import annotations

from stages.calm import FollowUp
from stages.conversation import Conversation, Line, Week
from stages.digest import Waiting, listed, plan, sampled
from stages.estimate import estimate
from stages.events import Decision, Enriched, Judgement, Reason, shown
from stages.settings import Owner
from tests.builders.events import enriched, notice
from tests.builders.own_mails import goes
from tests.builders.talk import DAY, HOUR, T0, ZOE

OWNER = Owner(addresses=("amy@salver.test",), mailbox="maildir:mail/amy")
NOW = T0 + 10 * DAY
TOLD = FollowUp.model_validate({})
WEEK = Week(requests=312, needed=19)


def conversation(request: str, phase: str = "to_ask", **changes: object) -> Conversation:
    given = {
        "request": request, "owner": "amy", "mail": f"mail-{request}", "version": 3, "phase": phase, "about": ZOE,
        "mailbox": "maildir:mail/amy", "verdict": "follow_up", "came_at": T0, "tell_at": T0,
    }  # fmt: skip
    return Conversation.model_validate({**given, **changes})


def waiting(
    *asks: Conversation,
    owed: tuple[Conversation, ...] = (),
    changed: tuple[Conversation, ...] = (),
    sample: tuple[Line, ...] = (),
    more: int = 0,
    **changes: object,
) -> Waiting:
    return Waiting(asks, more, owed, changed, WEEK, sample)._replace(**changes)  # type: ignore[arg-type]


def ugly(request: str = "u1") -> Line:
    return Line(number=0, request=request, mail="m", about=ZOE, verdict="ugly", at=T0)


def names(lines: tuple[Line, ...]) -> list[str]:
    return [line.request for line in lines]


# --- whether there is one -----------------------------------------------------------------------------------------


def test_where_nothing_is_to_be_told_there_is_no_digest() -> None:
    assert plan(OWNER, "d", waiting(), TOLD, NOW) is None
    known = estimate(300, 9, 9, 1)
    assert plan(OWNER, "d", waiting(estimate=known), TOLD, NOW) is None, "a week and an estimate are no news"


def test_a_sample_alone_is_worth_a_digest_only_when_it_is_time_for_one() -> None:
    assert plan(OWNER, "d", waiting(sample=(ugly(),)), TOLD, NOW, alone=False) is None
    made = plan(OWNER, "d", waiting(sample=(ugly(),)), TOLD, NOW, alone=True)
    assert made is not None
    assert names(made.lines) == ["u1"]
    beside = plan(OWNER, "d", waiting(conversation("a"), sample=(ugly(),)), TOLD, NOW, alone=False)
    assert beside is not None
    assert names(beside.lines) == ["a", "u1"]


def test_that_mail_is_to_go_is_worth_a_digest_even_alone() -> None:
    made = plan(OWNER, "d", waiting(going=(goes(1), goes(2))), TOLD, NOW, alone=False)
    assert made is not None
    assert [one.mail[-1] for one in made.going] == ["1", "2"]
    assert made.lines == ()
    assert made.mailbox == "maildir:mail/amy"


# --- whom to ask --------------------------------------------------------------------------------------------------


def test_those_to_ask_are_ranked_by_score_then_by_proof_then_the_newest_first() -> None:
    made = plan(
        OWNER,
        "d",
        waiting(
            conversation("old", score=1.0, came_at=T0),
            conversation("new", score=1.0, came_at=T0 + DAY),
            conversation("proven", score=1.0, proven=True, came_at=T0 - DAY),
            conversation("best", score=2.5, came_at=T0 - 2 * DAY),
            conversation("worst", score=-1.0, proven=True, came_at=T0 + 2 * DAY),
        ),
        TOLD,
        NOW,
    )
    assert made is not None
    assert names(made.asks) == ["best", "proven", "new", "old", "worst"]


def test_a_digest_has_its_size_and_says_how_many_more_wait() -> None:
    asks = [conversation(f"r{number}", score=float(number)) for number in range(5)]
    made = plan(OWNER, "d", waiting(*asks, more=40), FollowUp.model_validate({"digest_size": 3}), NOW)
    assert made is not None
    assert names(made.asks) == ["r4", "r3", "r2"]
    assert made.unlisted == 42


def test_who_was_not_listed_is_not_marked_as_told() -> None:
    asks = [conversation(f"r{number}", score=float(number)) for number in range(5)]
    found = waiting(*asks)
    made = plan(OWNER, "d", found, FollowUp.model_validate({"digest_size": 2}), NOW)
    assert made is not None
    marks = listed(made, found)
    assert [(mark.request, mark.version, mark.at, mark.mail) for mark in marks] == [
        ("r3", 3, NOW, "mail-r3"), ("r4", 3, NOW, "mail-r4"),
    ]  # fmt: skip


def test_the_second_mention_says_so_and_comes_after_those_that_are_new() -> None:
    found = waiting(conversation("b", reminders=1, score=2.0), conversation("a", score=1.0))
    made = plan(OWNER, "d", found, TOLD, NOW)
    assert made is not None
    assert [(line.request, line.asking) for line in made.asks] == [("a", "ask"), ("b", "second")]


# --- what else ----------------------------------------------------------------------------------------------------


def answered(request: str, **changes: object) -> Conversation:
    given = {"answered_at": T0 + 4 * HOUR, "asked_at": T0, "pace": "quickly", "tell_at": None, "verdict": "good"}
    return conversation(request, "answered", **{**given, **changes})


def test_numbers_run_over_all_parts_and_every_part_is_in_its_order() -> None:
    found = waiting(
        conversation("a"),
        conversation("b"),
        owed=(conversation("later", "owed", came_at=T0 + HOUR), conversation("sooner", "owed")),
        changed=(conversation("silent", "silent", tell_at=None), answered("yes")),
        sample=(ugly("u1"), ugly("u2")),
    )
    made = plan(OWNER, "d", found, TOLD, NOW)
    assert made is not None
    assert [line.number for line in made.lines] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert names(made.lines) == ["a", "b", "sooner", "later", "yes", "silent", "u1", "u2"]
    assert [line.asking for line in made.lines] == ["ask", "ask", "owed", "owed", None, None, None, None]


def test_an_unseen_answer_is_told_once_with_a_question_and_an_uncertain_message_is_asked_about() -> None:
    found = waiting(
        changed=(
            answered("seen"),
            answered("unseen", unseen=True, tell_at=T0),
            answered("told before", unseen=True, reminders=1),
            conversation("maybe", "asked", maybe_at=T0, tell_at=T0),
        )
    )
    made = plan(OWNER, "d", found, TOLD, NOW)
    assert made is not None
    said = {line.request: line.asking for line in made.changed}
    assert said == {"unseen": "unseen", "maybe": "maybe", "seen": None, "told before": None}
    assert {mark.request for mark in listed(made, found)} == {"unseen", "maybe"}


def test_a_line_says_how_long_they_took_and_what_came_of_it() -> None:
    made = plan(OWNER, "d", waiting(changed=(answered("a", pitch=True, unseen=True),)), TOLD, NOW)
    assert made is not None
    (line,) = made.changed
    assert (line.waited, line.pace, line.pitch, line.unseen) == (4 * HOUR, "quickly", True, True)
    assert (line.phase, line.verdict, line.at) == ("answered", "good", T0)
    unasked = plan(OWNER, "d", waiting(changed=(answered("a", asked_at=None, came_at=T0 + HOUR),)), TOLD, NOW)
    assert unasked is not None
    assert unasked.changed[0].waited == 3 * HOUR


def test_it_can_be_answered_as_long_as_the_settings_say_and_lies_where_the_owner_reads() -> None:
    elsewhere = {"mailbox": "account:work"}
    found = waiting(conversation("a", **elsewhere), conversation("b", **elsewhere), conversation("c"))
    made = plan(OWNER, "d", found, TOLD, NOW, overflow=True)
    assert made is not None
    assert (made.mail, made.owner, made.overflow, made.week) == ("d", "amy", True, WEEK)
    assert (made.at, made.answer_until) == (NOW, NOW + 30 * DAY)
    assert made.mailbox == "account:work"
    alone = plan(OWNER, "d", waiting(sample=(ugly(),)), TOLD, NOW)
    assert alone is not None
    assert alone.mailbox == "maildir:mail/amy"


# --- the sample ---------------------------------------------------------------------------------------------------


def judged(event: Enriched) -> Decision:
    reasons = (
        Reason(signal="shares_connections", points=1.0, evidence="2"),
        Reason(signal="sells_a_service", points=-2.5, evidence="payroll"),
        Reason(signal="asks_for_money", points=-8.0, evidence="wire", veto=True),
    )
    judgement = Judgement(request=event.requests[0], reasons=reasons, score=-9.5, veto="asks_for_money")
    return Decision(judgement=judgement, verdict="ugly", rule="veto", folder="Ugly")


def test_an_ugly_one_says_why_it_is_ugly_the_gravest_first() -> None:
    event = enriched("m1", notice(profile="https://www.linkedin.com/in/nora"))
    line = sampled(judged(event), event)
    assert (line.request, line.mail, line.score, line.verdict) == ("m1", "m1", -9.5, "ugly")
    assert line.about.profile_url.value == "https://www.linkedin.com/in/nora"
    assert len(line.known) == 3, "what speaks for them is no reason"
    assert line.known[0] == "-9.5 points"
    assert "money" in line.known[1]
    assert (line.asking, line.phase) == (None, None)


def test_what_changed_says_how_it_was_judged_last_and_what_is_to_be_asked_says_what_is_known() -> None:
    told = {"why": ("4.5 points", "the note is personal"), "known": ("Photo: yes",)}
    made = plan(OWNER, "d", waiting(conversation("a", **told), changed=(answered("b", **told),)), TOLD, NOW)
    assert made is not None
    assert made.changed[0].known == ("4.5 points", "the note is personal", "Photo: yes")
    assert made.asks[0].known == ("Photo: yes",)


def test_a_forged_mail_is_shown_without_its_links() -> None:
    event = enriched("m1", notice(profile="https://evil.test/in/nora"), kind="spoof", trust="forged")
    about = sampled(judged(event), event).about
    assert about.profile_url.value is None
    assert about.name == shown("Nora Quill")
