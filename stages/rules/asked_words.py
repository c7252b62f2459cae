"""What rules may ask about, in English: each field, each value of those that have few, each kind of claim."""

from __future__ import annotations

from typing import NamedTuple

from stages.rules.conditions import FieldName
from stages.values import ClaimKind, Truth


class Subject(NamedTuple):
    """A field, as it is spoken of."""

    called: str
    """to stand before "is": `the headline`"""
    shown: str
    absent: str
    unknown: str
    single: bool = True
    choosing: str = ""
    """what all of its values begin with"""


def _shown(called: str, single: bool = True, choosing: str = "") -> Subject:
    """Of something that a mail shows, leaves empty, or says nothing of."""
    return Subject(
        called,
        f"the mail shows {called}",
        f"the mail shows an empty place for {called}",
        f"the mail says nothing about {called}",
        single,
        choosing,
    )


def _always(called: str, single: bool = True, choosing: str = "") -> Subject:
    """Of something that is known of every request, or not known at all."""
    be = "is" if single else "are"
    return Subject(called, f"{called} {be} known", f"{called} {be} empty", f"{called} {be} not known", single, choosing)


SUBJECTS: dict[FieldName, Subject] = {
    "name": _shown("their name"),
    "headline": _shown("the headline"),
    "title": _shown("the job title"),
    "company": _shown("the company"),
    "location": _shown("the place where they live"),
    "note": Subject(
        "the note",
        "the mail shows a note of their own",
        "there is no note of their own",
        "the mail says nothing about a note",
    ),
    "message": Subject(
        "the message", "the mail shows a message", "there is no message", "the mail says nothing about a message"
    ),
    "answer": Subject(
        "their answer",
        "they answered when you asked why, and the mail shows it",
        "they gave no answer",
        "they answered when you asked why, and the mail hides what",
    ),
    "written": Subject(
        "what they wrote", "they wrote something", "they wrote nothing", "it is not shown whether they wrote anything"
    ),
    "language": Subject(
        "the language of the mail around their words",
        "the language of the mail around their words is known",
        "the mail around their words has no language",
        "it cannot be told in which language the mail around their words is",
    ),
    "note_language": Subject(
        "the language that they wrote in",
        "the language that they wrote in is known",
        "what they wrote has no language",
        "it cannot be told which language they wrote in",
    ),
    "template": Subject(
        "the network's name for such mails",
        "the network's name for such mails is known",
        "the network has no name for such mails",
        "the network's name for such mails is not known",
    ),
    "owner": _always("the owner"),
    "network": _always("the network", choosing="it comes from"),
    "kind": _always("the kind of mail", choosing="the mail is"),
    "authenticity": _always("whether it is genuine", choosing="the mail"),
    "conversation": _always("what came of asking them why"),
    "acquaintance": _always("how well you know them"),
    "accepted": _always("whether you were connected before"),
    "repeated": _always("whether it came before", choosing="the request"),
    "mutual_connections": Subject(
        "the connections you share",
        "the mail shows how many connections you share",
        "the mail shows an empty place for the connections you share",
        "the mail says nothing about connections you share",
        single=False,
    ),
    "words": Subject(
        "the words they wrote",
        "it is known how many words they wrote",
        "they wrote no words",
        "it is not shown how many words they wrote",
        single=False,
    ),
    "requests_before": _always("their earlier requests", single=False),
    "messages_before": _always("their earlier messages", single=False),
    "echoes": _always("the other people who wrote nearly the same", single=False),
    "requests": _always("the people in the same mail", single=False),
    "waited": Subject(
        "the time from your question to their answer, or until now,",
        "you asked them why",
        "you did not ask them why",
        "it is not known whether you asked them why",
    ),
    "asked_before": Subject(
        "the time since you asked them before",
        "you asked them about an earlier request",
        "you never asked them about an earlier request",
        "it is not known whether you asked them before",
    ),
}

CHOSEN: dict[str, dict[str, str]] = {
    "kind": {
        "invitation": "an invitation",
        "invitation_reminder": "a reminder of an invitation",
        "inmail": "a direct message (InMail)",
        "spoof": "an imitation of a network's mail",
        "digest": "a summary of several requests",
        "invitation_accepted": "news that an invitation was accepted",
        "message": "a message",
        "suggestion": "a suggestion by the network",
        "forwarding_confirmation": "a mail provider's question whether to forward here",
        "other": "anything else",
    },
    "authenticity": {
        "aligned": "is surely from its network",
        "forged": "is forged",
        "unverified": "proves nothing about its sender",
        "temporary": "could not be checked, since the network's keys could not be looked up",
    },
    "conversation": {
        "none": "you did not ask them why",
        "answered": "they answered when you asked why",
        "silent": "they have not answered since you asked why",
    },
    "acquaintance": {
        "none": "you know nobody of this name",
        "connection": "somebody of this name is among your connections",
        "contact": "somebody of this name is in your address book",
        "correspondent": "you have written more than once to somebody of this name",
    },
    "accepted": {
        "no": "no invitation between you was accepted before",
        "yes": "an invitation between you was accepted before",
    },
    "repeated": {"no": "comes for the first time", "yes": "came before"},
}
"""Every value of the fields that have few."""

CLAIMED: dict[ClaimKind, str] = {
    "published": "what you published",
    "met": "where you met",
    "sent": "who sent them",
    "connections": "connections you share",
    "school": "a school of yours",
    "employer": "an employer of yours",
    "group": "a group you are in",
    "job": "a job you are filling",
    "application": "their application to you",
    "role": "your role",
    "tool": "a tool you use",
    "language": "a language you speak",
    "name": "your name",
    "contact": "earlier contact between you",
}
TRUTHS: dict[Truth, str] = {"true": "is true", "false": "is not true", "unknown": "cannot be checked"}
