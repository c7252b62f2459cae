"""(a mail that its owner moved, what it is about) -> Moved, Ordered and what else is wanted: a move is their verdict.

A mail that holds exactly one request speaks of it: in a folder of a verdict it is a verdict, in a button
(`stages/buttons.py`) an order. A folder that rules file into has no verdict of its own: to move a mail there says
nothing, unless we had filed it there ourselves, before its owner moved it; then it takes their word back. Of any other
mail, and where the owner is the one who owes an answer, a move says nothing, and the mail stays where they put it. Only
out of a button it is put back, and they are told why.
"""

from __future__ import annotations

from typing import NamedTuple

from stages.buttons import Button, button_of
from stages.conversation import Conversation, Ordered, RejudgingWanted, ReplyWanted
from stages.events import Event, FilingWanted, Moved, Order, Verdict
from stages.standing import asked_of

ORDERS: dict[str, Order] = {"Good": "good", "Intriguing": "intriguing", "Ugly": "ugly"}
"""What moving a mail into a folder says."""
SEVERAL = (
    'The mail that you dropped into "{folder}" holds {count} requests, and it cannot be known which of them you mean. '
    "Nothing was done, and the mail is back where it lay."
)
NONE = (
    'The mail that you dropped into "{folder}" holds no request. Nothing was done, and the mail is back where it lay.'
)
_VERDICTS: dict[Order, Verdict] = {"good": "good", "intriguing": "intriguing", "ugly": "ugly"}


class About(NamedTuple):
    """What a mail is about."""

    requests: tuple[str, ...] = ()
    brought_by: str = ""
    """the mail that brought its only request: another one, where this is a reminder or a repeat"""
    known: Conversation | None = None
    """the conversation about its only request"""


class Move(NamedTuple):
    """A mail that lies in `folder` alone, where we did not put it."""

    mail: str
    owner: str
    mailbox: str
    folder: str
    filing: FilingWanted | None
    """what was asked for last in this mailbox"""
    at: int
    back: bool = False
    """we had filed it into this folder before"""


def said(move: Move, about: About) -> tuple[Event, ...]:
    """Nothing; or the Moved and what it says, or asks for."""
    button = button_of(move.folder)
    back = move.back and about.known is not None and about.known.said is not None
    if move.folder not in ORDERS and button is None and not back:
        return ()
    if len(about.requests) != 1:
        return _put_back(move, about) if button is not None else ()
    if button is None and _owed(about.known):
        return ()
    does = button or Button(ORDERS.get(move.folder, "forget"))
    order = Ordered(
        mail=about.brought_by or move.mail,
        owner=move.owner,
        request=about.requests[0],
        order=does.order,
        span=does.span,
        always=does.always,
        by="move" if button is None else "button",
        mailbox="" if button is None else move.mailbox,
        at=move.at,
    )
    if button is None or order.mail == move.mail:
        return (_moved(move), order)
    return (_moved(move), order, _beside(move, order, about.known))


def _moved(move: Move) -> Moved:
    return Moved(mail=move.mail, owner=move.owner, mailbox=move.mailbox, folder=move.folder, at=move.at)


def _owed(known: Conversation | None) -> bool:
    """Whether somebody waits for the owner's answer: of that no verdict is asked."""
    return known is not None and (known.phase == "owed" or (known.phase == "snoozed" and known.resumes == "owed"))


def _beside(move: Move, order: Ordered, known: Conversation | None) -> RejudgingWanted:
    """That a mail which joined its request leaves the button too: the order is about the mail that brought it."""
    before = known.said if known is not None else None
    return RejudgingWanted(
        mail=move.mail,
        owner=move.owner,
        request=order.request,
        asked=asked_of(known, move.at) if known is not None else None,
        said=_VERDICTS.get(order.order, before),
        firmly=True,
        at=move.at,
    )


def _put_back(move: Move, about: About) -> tuple[Event, ...]:
    """Out of the button, to where it was to lie before, with the fields that it had."""
    if move.filing is None:
        return ()
    text = (SEVERAL if about.requests else NONE).format(folder=move.folder, count=len(about.requests))
    told = ReplyWanted(mail=move.mail, owner=move.owner, mailbox=move.mailbox, troubles=(text,), at=move.at)
    return (_moved(move), move.filing.model_copy(update={"firmly": True}), told)
