"""(Conversation, Ordered) -> Step: the owner's own verdict, on one request or on all of somebody's, and taking it back.

What they say of all requests is kept apart from conversations (`Remembered`), under the request of which they said it:
it ends when that is forgotten, undone, or when they say otherwise of that request.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from stages.calm import FollowUp
from stages.conversation import Conversation, Ordered, RejudgingWanted
from stages.events import Notice, Order, Verdict
from stages.keeping import Forgotten, Remembered, Scope
from stages.standing import asked_of
from stages.stepping import UNSAID, Step, entering, rejudging

_VERDICTS: dict[Order, Verdict] = {"good": "good", "intriguing": "intriguing", "ugly": "ugly"}
_ACCENTED = ("LATIN ", "GREEK ", "CYRILLIC ")
_SELECTORS = frozenset(map(chr, (0x034F, 0x115F, 0x1160, 0x3164, *range(0x180B, 0x180E), *range(0xFE00, 0xFE10))))
"""Invisible, though not by their category."""
OF_ALL: frozenset[Order] = frozenset({"good", "ugly"})
"""What can be said of all requests of a person or a company."""
_NOT_OF_ALL = "of all requests of somebody only `good` and `ugly` can be said"
_UNSHOWN: dict[Scope, str] = {
    "person": "this mail does not show their profile, so `{order}` is all that can be said",
    "company": "this mail does not show their company, so `{order}` is all that can be said",
}


def say(known: Conversation, event: Ordered, told: FollowUp) -> Step:
    """The owner's own verdict. Said again, it is still of all requests if it was."""
    said = _VERDICTS[event.order]
    always = event.always or (known.always if known.said == said else None)
    after = entering(known, "settled").model_copy(update={"said": said, "always": always, "ours": _ours(known)})
    firmly = event.by != "move"  # where they moved it to, it lies already; another move may be on its way
    reason = f"you said {event.order}"
    if event.always is not None:
        reason += f", and so of all requests of {_whose(after.about, event.always)}"
    elif known.always is not None and always is None:
        reason += f"; what you said of all requests of {_whose(known.about, known.always)} counts no more"
    return Step(after, reason, (rejudging(after, event.at, firmly),))


def forget(known: Conversation, event: Ordered, told: FollowUp) -> Step:
    """What they said is taken back. If that was the last that happened, it stands as before; else it stays settled."""
    if event.before is not None and event.before.said is None:
        after = event.before
    else:
        after = known.model_copy(update=dict(UNSAID, verdict=_ours(known)))
    return Step(after, "you took back what you said of it", (rejudging(after, event.at, firmly=True),))


def undo(known: Conversation, event: Ordered, told: FollowUp) -> Step:
    """As it was before its last step; the mail goes back with it."""
    assert event.before is not None
    before = event.before
    judged = (before.said, before.verdict) != (known.said, known.verdict)
    # What was asked to be judged with, and may not be yet, counts too.
    judged = judged or asked_of(before, event.at) != asked_of(known, event.at)
    firmly = event.by != "move"  # where they moved it back to, it lies already; another move may be on its way
    wanted = (rejudging(before, event.at, firmly),) if judged else ()
    return Step(before, "you took the last step back", wanted)


def _ours(known: Conversation) -> Verdict:
    """What Salver said, before its owner spoke."""
    return known.verdict if known.said is None else known.ours or known.verdict


# --- of all requests ----------------------------------------------------------------------------------------------


def why_not_of_all(about: Notice, event: Ordered) -> str:
    """Why it cannot be said of all requests of somebody; empty: it can, or was not."""
    if event.always is None:
        return ""
    if event.order not in OF_ALL:
        return _NOT_OF_ALL
    return "" if key_of(about, event.always) else _UNSHOWN[event.always].format(order=event.order)


def key_of(about: Notice, scope: Scope) -> str:
    """By what the person, or the company, is known again; empty: the mail does not show it. Never a name alone."""
    return about.profile_url.value or "" if scope == "person" else folded(about.company.value or "")


def folded(text: str) -> str:
    """A company's name without what writers differ in: case, width, accents, white space, invisible characters.

    Accents go where they are accents: in other scripts such a mark makes another letter (ハ is not バ).
    """
    kept: list[str] = []
    accented = True  # a mark on nothing
    for char in unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold()):
        if unicodedata.combining(char):
            if not accented:
                kept.append(char)
        elif unicodedata.category(char) != "Cf" and char not in _SELECTORS:
            accented = char.isspace() or unicodedata.name(char, "").startswith(_ACCENTED)
            kept.append(char)
    return " ".join(unicodedata.normalize("NFC", "".join(kept)).split())


def remembering(was: Conversation | None, now: Conversation, at: int) -> tuple[Remembered | Forgotten, ...]:
    """What a step changes in what is remembered of all requests of somebody."""
    before = (was.always, was.said) if was is not None else (None, None)
    if before == (now.always, now.said) or (before[0] is None and now.always is None):
        return ()
    if now.always is None or now.said is None:
        return (Forgotten(mail=now.mail, owner=now.owner, request=now.request, at=at),)
    return (
        Remembered(
            mail=now.mail,
            owner=now.owner,
            request=now.request,
            network=now.network,
            scope=now.always,
            key=key_of(now.about, now.always),
            name=_name(now.about, now.always),
            verdict=now.said,
            proven=now.proven,
            at=at,
        ),
    )


def _name(about: Notice, scope: Scope) -> str:
    return (about.name.value if scope == "person" else about.company.value) or ""


def _whose(about: Notice, scope: Scope) -> str:
    return _name(about, scope) or "this person"


# --- by a button --------------------------------------------------------------------------------------------------


def put_back(known: Conversation | None, event: Ordered, wanted: Iterable[RejudgingWanted]) -> RejudgingWanted:
    """That the request be judged, firmly and once: its mail lies in a button, and belongs elsewhere.

    `known`: how the conversation stands now, None where nobody talks of that request; `wanted`: what is asked for.
    """
    for each in wanted:
        return each.model_copy(update={"firmly": True})
    if known is not None:
        return rejudging(known, event.at, firmly=True)
    return RejudgingWanted(mail=event.mail, owner=event.owner, request=event.request, firmly=True, at=event.at)
