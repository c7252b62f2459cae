"""Makers of events for tests of the machinery."""

from __future__ import annotations

from stages.events import (
    Enriched,
    Notice,
    Parsed,
    Past,
    Received,
    Request,
    counted,
    shown,
)
from stages.wording.shingles import sketch_of

OWNER = "amy"
MEETS = ("invitation_accepted", "message")


def received(mail: str = "m1", owner: str = OWNER, blob: str = "b1", at: int = 1_700_000_000_000) -> Received:
    return Received(
        mail=mail, owner=owner, blob=blob, size=3, mail_from="a@b.test", rcpt_to=("amy@salver.test",), received_at=at
    )


def notice(
    name: str = "Nora Quill",
    headline: str = "",
    invitation: str = "",
    profile: str = "",
    note: str = "",
    mutual: int | None = None,
) -> Notice:
    told: dict[str, object] = {"name": shown(name)}
    if headline:
        told["headline"] = shown(headline)
    if invitation:
        told["invitation_id"] = shown(invitation)
    if profile:
        told["profile_url"] = shown(profile)
    if note:
        told["note"] = shown(note)
    if mutual is not None:
        told["mutual_connections"] = counted(mutual)
    return Notice.model_validate(told)


def parsed(mail: str = "m1", *notices: Notice, claims: str = "invitation", at: int = 1_700_000_000_000) -> Parsed:
    return Parsed.model_validate(
        {
            "mail": mail,
            "owner": OWNER,
            "received_at": at,
            "network": "linkedin",
            "claims": claims,
            "notices": notices,
        }
    )


def enriched(
    mail: str = "m1",
    *notices: Notice,
    kind: str = "invitation",
    joins: str | None = None,
    at: int = 1_700_000_000_000,
    trust: str = "unverified",
) -> Enriched:
    requests = tuple(
        Request(
            id=joins or (mail if index == 0 else f"{mail}-{index}"),
            joins=joins is not None,
            notice=each,
            past=Past(request=joins),
            sketch=sketch_of(each, parsed(mail)),
        )
        for index, each in enumerate(notices)
    )
    return Enriched.model_validate(
        {
            "mail": mail,
            "owner": OWNER,
            "parsed": parsed(mail, *notices, claims=kind if kind != "spoof" else "invitation", at=at),
            "kind": kind,
            "authenticity": {"verdict": trust, "detail": "made for a test"},
            "met": notices[0] if trust == "aligned" and kind in MEETS else None,
            "requests": requests if kind not in MEETS else (),
        }
    )
