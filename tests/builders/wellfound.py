"""Mails of Wellfound and of AngelList Talent: sender shapes as attested, everything inside them invented."""

from __future__ import annotations

from email.utils import formatdate

from tests.builders.linkedin import NOON, address, assemble

TOKEN = "0f3b9a7c5d1e42608ab1c2d3e4f50617"
PITCH = "Hi Amy,\n\nI run product at Tern & Reed, and your post on hiring without puzzles stayed with me.\n\nJonna"


def conversation(number: str = "8814402", token: str = TOKEN, host: str = "remail.wellfound.com") -> str:
    return f"conversation-{number}_{token}@{host}"


def person_to_person(
    name: str = "Jonna K via Wellfound",
    words: str = PITCH,
    *,
    sender: str = "no-reply@remail.wellfound.com",
    reply_to: str | None = None,
    subject: str = "Tern & Reed is interested in talking",
    html: str | None = None,
    framed: bool = True,
    at: int = NOON,
    to: str = "Amy <amy@salver.test>",
) -> bytes:
    """What somebody wrote through Wellfound. Subject and frame are invented, for none is known."""
    fields = [
        ("Date", formatdate(at / 1000)),
        ("From", address(name, sender)),
        ("To", to),
        ("Subject", subject),
        ("Message-ID", f"<{at}.9921@remail.wellfound.com>"),
    ]
    answered = conversation() if reply_to is None else reply_to
    frame = (
        f"\n\nReply to this email to answer, or write to {answered}\nhttps://wellfound.com/messages/1\nUnsubscribe\n"
    )
    return assemble(
        [*fields, *([("Reply-To", answered)] if answered else [])], words + (frame if framed else "\n"), html
    )


def announcement(
    subject: str,
    sender: str = "Wellfound <team@hi.wellfound.com>",
    reply_to: str = "",
    words: str = "Three new jobs fit what you look for.\nhttps://wellfound.com/jobs\n",
) -> bytes:
    fields = [
        ("Date", formatdate(NOON / 1000)),
        ("From", sender),
        ("To", "Amy <amy@salver.test>"),
        ("Subject", subject),
        ("Message-ID", "<31.2207@hi.wellfound.com>"),
    ]
    return assemble([*fields, *([("Reply-To", reply_to)] if reply_to else [])], words)
