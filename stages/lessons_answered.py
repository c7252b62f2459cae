"""(Enriched, Reply, Token) -> LearningWanted: what an answer by mail says of proposed lessons, and what is not done."""

from __future__ import annotations

from typing import NamedTuple

from stages.conversation import ReplyWanted
from stages.events import Enriched, Reply, Token
from stages.learning import LearningWanted, Teaching

UNKNOWN = "{lesson}: no lesson of this name was proposed to you."
TWICE = "{lesson}: you wrote different things about it, so nothing was done."
ALONE = (
    "Write of a lesson only, such as `accept k204981` or `no k204981`, and nothing beside it that is no such answer."
)
WHY_NOT = {
    "accepted": "you accepted it already; `salver lessons forget {lesson}` takes it back",
    "declined": "you declined it already; `salver lessons` lists what counts",
    "outdated": "your corrections no longer say so, and it was taken back",
    "forgotten": "you accepted it and took it back; it is proposed again if more corrections say so",
}
"""Why a proposal that is not open any more cannot be answered."""


class LessonsAnswered(NamedTuple):
    """What is wanted, what that is in words, and what cannot be done."""

    wanted: tuple[LearningWanted, ...] = ()
    done: tuple[str, ...] = ()
    troubles: tuple[str, ...] = ()


def why_not(lesson: str, state: str) -> str:
    """Why it can be neither accepted nor declined; empty: it can."""
    return WHY_NOT.get(state, "").format(lesson=lesson)


def answered(event: Enriched, reply: Reply, token: Token) -> LessonsAnswered:
    """Each lesson once: what is said of it counts while it is open."""
    states = {each.lesson: each.state for each in token.proposals}
    said: dict[str, set[Teaching]] = {}
    for each in reply.lessons:
        said.setdefault(each.lesson, set()).add(each.answer)
    wanted: list[LearningWanted] = []
    troubles: list[str] = []
    for lesson, answers in said.items():
        if lesson not in states:
            troubles.append(UNKNOWN.format(lesson=lesson))
        elif len(answers) > 1:
            troubles.append(TWICE.format(lesson=lesson))
        elif why := why_not(lesson, states[lesson]):
            troubles.append(f"{lesson}: {why}.")
        else:
            wanted.append(_wanted(event, lesson, *answers))
    done = tuple(f"{each.lesson}: {each.answer}" for each in wanted)
    return LessonsAnswered(tuple(wanted), done, tuple(troubles))


def _wanted(event: Enriched, lesson: str, answer: Teaching) -> LearningWanted:
    return LearningWanted(
        mail=event.mail,
        owner=event.owner,
        lesson=lesson,
        answer=answer,
        by="mail",
        answers=event.parsed.message_id,
        at=event.parsed.received_at,
    )


def refusal(wanted: LearningWanted, why: str, at: int) -> tuple[ReplyWanted, ...]:
    """The mail that tells why an answer by mail changed nothing; none where it did, or was given in the terminal.

    It cannot be answered itself: it is about no request.
    """
    if not why or wanted.by != "mail" or not wanted.mailbox:
        return ()
    told = ReplyWanted(
        mail=wanted.mail,
        owner=wanted.owner,
        mailbox=wanted.mailbox,
        troubles=(f"{wanted.lesson}: {why}.",),
        answers=wanted.answers,
        at=at,
    )
    return (told,)
