"""Parsed -> LookupWanted; LookedUp -> Enriched: ask, then use the answers."""

from __future__ import annotations

import hashlib

from stages.authenticity import judge
from stages.events import (
    JUDGED,
    Authenticity,
    Enriched,
    History,
    Kind,
    LookedUp,
    LookupWanted,
    Notice,
    Parsed,
    Past,
    Request,
)
from stages.settings import Settings
from stages.sources import SOURCES, domains_of


def ask(event: Parsed, settings: Settings) -> tuple[LookupWanted]:
    """Ask for all that can be known of this mail: its signatures if a network is named, and its people's past."""
    wanted = LookupWanted(
        mail=event.mail,
        owner=event.owner,
        parsed=event,
        signatures=bool(event.signed_by) and event.network is not None,
        histories=bool(event.notices),
    )
    return (wanted,)


def enrich(event: LookedUp, settings: Settings) -> tuple[Enriched]:
    """Decide what the mail really is. What it claims counts unless it is shown to be forged."""
    parsed = event.parsed
    authenticity = _authenticity(event)
    kind: Kind = "spoof" if authenticity.verdict == "forged" else parsed.claims
    proven = authenticity.verdict == "aligned"
    enriched = Enriched(
        mail=event.mail,
        owner=event.owner,
        parsed=parsed,
        kind=kind,
        authenticity=authenticity,
        requests=_requests(event, kind, proven),
        met=_met(event, kind, proven, settings),
    )
    return (enriched,)


def _authenticity(event: LookedUp) -> Authenticity:
    parsed = event.parsed
    if parsed.unread is not None:
        return Authenticity(verdict="unverified", detail=f"the mail was not read: {parsed.unread}")
    return judge(parsed, event.signatures, domains_of(parsed.network))


def _requests(event: LookedUp, kind: Kind, proven: bool) -> tuple[Request, ...]:
    """One request a notice for what is judged or collects invitations.

    A spoof has exactly one, with whatever it claims, and joins none: nothing in it may touch a real request.
    """
    notices = event.parsed.notices
    if kind == "spoof":
        return (Request(id=event.mail, notice=notices[0] if notices else Notice()),)
    if kind not in JUDGED and kind != "digest":
        return ()
    if kind in JUDGED and not notices:
        notices = (Notice(),)
    return tuple(_request(event, index, notice, proven) for index, notice in enumerate(notices))


def _request(event: LookedUp, index: int, notice: Notice, proven: bool) -> Request:
    """Join a known request, or open one.

    Anything in a mail can be forged, or sent again by who wrote it. So a proven mail joins only what a proven one
    opened, and an unproven mail only what an unproven one did: neither can spoil or borrow the other's verdict.
    """
    history = event.histories[index] if index < len(event.histories) else History()
    past = Past(requests_before=history.requests_before, accepted=history.accepted, messages=history.messages)
    known = next((known for known in history.known if known.proven == proven), None)
    if known is None:
        return Request(id=event.mail if index == 0 else f"{event.mail}-{index}", notice=notice, past=past)
    told = {
        "request": known.request,
        "folder": known.folder,
        "verdict": known.verdict,
        "says_more": bool(notice.words) and words_id(notice) != known.words,
    }
    return Request(id=known.request, joins=True, notice=notice, past=past.model_copy(update=told))


def words_id(notice: Notice) -> str:
    """Names what a person wrote, without keeping it: 16 hex digits, alike for texts that differ in white space only."""
    words = " ".join(notice.words.casefold().split())
    return hashlib.sha256(words.encode()).hexdigest()[:16] if words else ""


def _met(event: LookedUp, kind: Kind, proven: bool, settings: Settings) -> Notice | None:
    """Who accepted, or wrote to, the owner: only if the network says so for certain, and says it to the owner.

    A genuine mail to somebody else can be sent on by anybody, so To must name an account of the owner. And what tells
    the kind must be signed: on top of a genuine invitation anybody can write that it was accepted.
    """
    parsed = event.parsed
    if not proven or kind not in ("invitation_accepted", "message") or not parsed.notices:
        return None
    tell_kind = SOURCES[parsed.network].KIND_FIELDS if parsed.network else frozenset()
    if not any(signature.result == "pass" and tell_kind <= set(signature.signed) for signature in event.signatures):
        return None
    owner = settings.owner(parsed.owner)
    return parsed.notices[0] if set(parsed.to) & {*owner.accounts, *owner.addresses} else None
