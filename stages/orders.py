"""(Enriched, Settings) -> Ordered, ReplyWanted: what the owner orders in answer to a mail of ours.

Who holds the token speaks for its owner; nobody else gets a mail of ours out of it. What is clear is done, the rest is
told in one reply, with a new token for the same numbers. To replies that were of no use there are only a few replies,
so that two machines that answer each other soon fall silent.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from stages.conversation import Asking, Ordered, Phase, ReplyWanted
from stages.events import Enriched, Instruction, Order, Reply, Token
from stages.follow_up import TABLE
from stages.header import REASON, clean
from stages.instructions import meant_by
from stages.learning import LearningWanted
from stages.lesson_words import CODE
from stages.lessons_answered import ALONE, answered
from stages.refusing import FIRST, NOT_FOLLOWED, UNKNOWN_REQUEST, which
from stages.settings import Settings
from stages.standing import PHASES, span, why_not_in
from stages.targets import targets_of

TURNS = 3
"""Replies of ours, one after the other, to answers of which something was not done."""
_TOLD = 100
"""characters of what is told in a header field"""

NOT_UNDERSTOOD = "Nothing of it was understood."
PARTLY = "This part was not understood, and nothing was done about it."
LATE = "The mail that you answered is too old by now. Nothing was done; you can answer this one."
NO_NUMBER = "It does not say which request is meant. Write its number first, such as `2 asked`."
NO_SAMPLE = "`fine` is for requests that were shown for a second look, and there is none here."


def ordered(event: Enriched, settings: Settings) -> tuple[Ordered | LearningWanted | ReplyWanted, ...]:
    """What is to be done of a mail to an address for answers. Nothing for any other mail."""
    reply, token = event.parsed.reply, event.token
    if reply is None or token is None or _deaf_to(event):
        return ()
    answer = _answer(reply, token, event)
    mailbox = next(iter(targets_of(event, settings)), "")
    if token.room <= 0 or (answer.troubles and token.turn >= TURNS):
        mailbox = ""
    by_number = (order.model_copy(update={"mailbox": mailbox}) for order in answer.orders)
    lessons = (each.model_copy(update={"mailbox": mailbox}) for each in answer.lessons)
    orders: tuple[Ordered | LearningWanted, ...] = (*by_number, *lessons)
    if not answer.troubles or not mailbox:
        return orders
    at = event.parsed.received_at
    told = ReplyWanted(
        mail=event.mail,
        owner=event.owner,
        mailbox=mailbox,
        said=answer.unclear,
        meant=meant_by(answer.unclear),
        name=_standing(token, 1)[0] if len(token.requests) == 1 else "",
        asking=_asking(token),
        troubles=tuple(dict.fromkeys(answer.troubles)),
        done=answer.done,
        requests=token.requests,
        sample=token.sample,
        token=token.hash,
        turn=token.turn + 1,
        answers=event.parsed.message_id,
        answer_until=at + settings.follow_up.answers,
        at=at,
    )
    return (*orders, told)


def reasons(event: Enriched) -> tuple[tuple[str, str], ...]:
    """The header field that tells, in the filed mail, what came of it as an answer. None for any other mail."""
    reply, token = event.parsed.reply, event.token
    if reply is None:
        return ()
    said = _deaf_to(event)
    if not said and token is not None:
        answer = _answer(reply, token, event)
        said = ", ".join(answer.done) or "nothing was done"
        said += f"; {answer.troubles[0]}" if answer.troubles else ""
    return ((REASON, f"answer_by_mail; points=0; {clean(said, 2 * _TOLD)}"),)


def _deaf_to(event: Enriched) -> str:
    """Why nothing that this mail says is listened to, or answered; empty: it is."""
    reply, token = event.parsed.reply, event.token
    if reply is not None and reply.automatic:
        return "nothing was done: a machine wrote it"
    if token is None or token.owner != event.owner:
        return "nothing was done: Salver made no such address for an answer of yours"
    return ""


# --- what is said -------------------------------------------------------------------------------------------------


class _Answer(NamedTuple):
    """What comes of an answer."""

    orders: tuple[Ordered, ...] = ()
    done: tuple[str, ...] = ()
    troubles: tuple[str, ...] = ()
    unclear: str = ""
    """what was not understood, and is to be shown"""
    lessons: tuple[LearningWanted, ...] = ()


class _Told(NamedTuple):
    """The instructions for each number, and what cannot be assigned to any."""

    by_number: dict[int, list[Instruction]]
    troubles: list[str]
    odd: list[str]
    """answers to a question that was not asked"""


def _answer(reply: Reply, token: Token, event: Enriched) -> _Answer:
    if event.parsed.received_at > token.expires_at:
        return _Answer(troubles=(LATE,))
    told, taught = _by_number(reply.instructions, token), answered(event, reply, token)
    orders: list[Ordered] = []
    done = list(taught.done)
    troubles = [*told.troubles, *taught.troubles]
    wanted: dict[str, set[tuple[Order, int | None]]] = {}
    for number, instructions in told.by_number.items():
        meant = {(_meant(each, token, number), each.span) for each in instructions}
        wanted.setdefault(token.requests[number - 1], set()).update(meant)
    for number in sorted(told.by_number):
        name = which(number, len(token.requests), _standing(token, number)[0])
        meant = wanted.pop(token.requests[number - 1], set())
        if len(meant) > 1:
            troubles.append(f"{name}: you wrote different things about it, so nothing was done.")
            continue
        for order, rest in meant:  # one, or none where another number was of the same request
            if why := _why_not(order, number, token):
                troubles.append(f"{name}: {why}.")
                continue
            orders.append(_ordered(event, token, number, order, rest))
            done.append(f"{name}: {order.replace('_', ' ')}" + (f" {span(rest)}" if rest is not None else ""))
    unclear = reply.unclear or next(iter(told.odd), "")
    if not done and not troubles:
        troubles.append(NOT_UNDERSTOOD)
    elif unclear:
        troubles.append(PARTLY)
    if CODE.search(unclear.casefold()):
        troubles.append(ALONE)
    return _Answer(tuple(orders), tuple(done), tuple(troubles), unclear, taught.wanted)


def _by_number(instructions: Iterable[Instruction], token: Token) -> _Told:
    """Named numbers first; then `all` that it may mean, and `rest` and `fine` for what was not named otherwise."""
    numbers = range(1, len(token.requests) + 1)
    told = _Told({}, [], [])

    def tell(number: int, instruction: Instruction) -> None:
        if instruction.order in ("yes", "no") and not _is_asked_whether(token, number):
            told.odd.append(instruction.order)
        else:
            told.by_number.setdefault(number, []).append(instruction)

    instructions = tuple(instructions)
    for each in instructions:
        if each.every or (each.order == "fine" and each.number is None):
            continue
        number = 1 if each.number is None and len(numbers) == 1 else each.number
        if number is None:
            told.troubles.append(NO_NUMBER)
        elif number not in numbers:
            told.troubles.append(f"There is no number {number} in the mail that you answered.")
        elif each.order == "fine" and number not in token.sample:
            told.troubles.append(NO_SAMPLE)
        else:
            tell(number, each)
    named = frozenset(told.by_number)
    for each in instructions:
        if each.order == "fine" and each.number is None:
            meant = [number for number in token.sample if number in numbers and number not in named]
            if not meant:
                told.troubles.append(NO_SAMPLE)
        elif each.every:
            meant = [number for number in numbers if each.every == "all" or number not in named]
            meant = [number for number in meant if number in named or _may_be_meant(each, token, number)]
            if not meant:
                told.troubles.append(f"There is none here of which `{each.order}` could be said now.")
        else:
            continue
        for number in meant:
            tell(number, each)
    return told


def _may_be_meant(each: Instruction, token: Token, number: int) -> bool:
    """Whether `all` means this one too: not what was drawn at random, and nothing of which it cannot be said."""
    if each.order in ("yes", "no") and not _is_asked_whether(token, number):
        return False
    return number not in token.sample and not _why_not(_meant(each, token, number), number, token)


def _meant(each: Instruction, token: Token, number: int) -> Order:
    """The order for this number: `fine` is ugly; who says `answered` where they owed an answer gave it."""
    if each.order == "fine":
        return "ugly"
    if each.order == "yes":
        return "answered"
    if each.order == "no":
        return "not_theirs"
    if each.order == "answered" and _standing(token, number)[1] == "owed":
        return "done"
    return each.order


def _why_not(order: Order, number: int, token: Token) -> str:
    """Why an order cannot be followed, as things stand; empty: it can."""
    _, phase, asked = _standing(token, number)
    if number in token.used:
        how = f"; {PHASES[phase]}" if phase else ""
        return f"you answered about it with that mail already{how}"
    if not token.mails[number - 1]:
        return UNKNOWN_REQUEST
    if phase is None:
        return "" if order in FIRST else NOT_FOLLOWED
    if order not in TABLE[phase] or (order == "asked" and asked):
        return why_not_in(phase, asked, order)
    return ""


def _is_asked_whether(token: Token, number: int) -> bool:
    """Whether it waits to be said of a message whether it was theirs."""
    return number <= len(token.standing) and token.standing[number - 1].maybe


def _asking(token: Token) -> Asking:
    """What the owner can say now, in the words of the mails that ask it; of several requests: anything."""
    if len(token.requests) != 1:
        return "ask"
    if _is_asked_whether(token, 1):
        return "maybe"
    phase = _standing(token, 1)[1]
    return "owed" if phase == "owed" else "unseen" if phase == "answered" else "ask"


def _standing(token: Token, number: int) -> tuple[str, Phase | None, bool]:
    """(name, phase, whether the owner asked)."""
    if number > len(token.standing):
        return "", None, False
    known = token.standing[number - 1]
    return known.name, next((phase for phase in PHASES if phase == known.phase), None), known.asked


def _ordered(event: Enriched, token: Token, number: int, order: Order, rest: int | None) -> Ordered:
    return Ordered(
        mail=token.mails[number - 1],
        owner=event.owner,
        request=token.requests[number - 1],
        order=order,
        span=rest,
        by="mail",
        at=event.parsed.received_at,
        token=token.hash,
        number=number,
        answers=event.parsed.message_id,
    )
