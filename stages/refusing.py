"""An order that the state table does not allow -> Refused; and, by mail or button, the reply that says so."""

from __future__ import annotations

from stages.calm import FollowUp
from stages.conversation import Ordered, Phase, Refused, ReplyWanted
from stages.header import clean

UNKNOWN_REQUEST = "nothing is known of that request"
NOT_FOLLOWED = "Salver does not follow this request up; say `asked`, `good`, `intriguing` or `ugly`"
NOTHING_SAID = "you said nothing of it that could be taken back"
FIRST = frozenset({"asked", "good", "intriguing", "ugly"})
"""What can be said about a request that nobody talked of yet."""


def refused(
    phase: Phase | None, event: Ordered, why: str, name: str | None, told: FollowUp
) -> tuple[Refused | ReplyWanted, ...]:
    """`name`: of the person, as far as it is known."""
    fact = Refused(
        mail=event.mail,
        owner=event.owner,
        request=event.request,
        order=event.order,
        phase=phase,
        why=why,
        by=event.by,
        at=event.at,
    )
    if event.by not in ("mail", "button") or not event.mailbox:
        return (fact,)
    reply = ReplyWanted(
        mail=event.mail,
        owner=event.owner,
        mailbox=event.mailbox,
        troubles=(f"{which(1, 1, name or '')}: {why}.",),
        requests=(event.request,),
        answers=event.answers,
        answer_until=event.at + told.answers,
        at=event.at,
    )
    return (fact, reply)


def which(number: int, of: int, name: str) -> str:
    """What a request in a mail of ours is called: `2 (Jane Roe)`, or just `Jane Roe` where it is the only one."""
    who = clean(name, 60)
    if of == 1:
        return who or "This request"
    return f"{number} ({who})" if who else f"Number {number}"
