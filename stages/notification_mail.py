"""NotificationWanted -> the mail that tells the owner of one request at once: who, how it was judged, where it lies."""

from __future__ import annotations

from stages import own_mail
from stages.asking import facts, link_of, name_of, on, person
from stages.blocks import Block, Command, Items, Link, Paragraph, part
from stages.header import clean
from stages.notifying import NotificationWanted
from stages.own_mail import Draft
from stages.reminder import SHORT
from stages.settings import Owner, Settings
from stages.texts import Notification, Texts, say


def compose(event: NotificationWanted, owner: Owner, settings: Settings) -> bytes:
    """The news as octets with CRLF line ends. Never raises, whatever a stranger wrote into the event."""
    texts = settings.texts[owner.language]
    told, somebody = texts.notification, texts.common.somebody
    verdict = _verdict(event, told)
    draft = Draft(
        subject=say(told.subject, who=name_of(event.about, texts) or somebody, verdict=verdict),
        blocks=_blocks(event, texts, verdict),
        otherwise=say(told.subject, who=somebody, verdict=verdict),
        answers=event.message_id or "",
    )
    return own_mail.whole(event, owner, draft)


def _verdict(event: NotificationWanted, told: Notification) -> str:
    return {
        "good": told.good,
        "intriguing": told.intriguing,
        "follow_up": told.follow_up,
        "ugly": told.ugly,
    }[event.verdict]


def _blocks(event: NotificationWanted, texts: Texts, verdict: str) -> tuple[Block, ...]:
    """The profile first, as in a reminder: to look at it is what the owner will want to do."""
    told, link = texts.notification, link_of(event.about, event.network)
    name, where = name_of(event.about, texts) or texts.common.somebody, on(link, event.network, texts)
    folder, rule = clean(event.folder, 64), clean(event.rule, 64)
    other = "ugly" if event.verdict == "good" else "good"
    return (
        Link(link),
        Paragraph(say(told.opening, who=name, on=where, rule=rule)),
        Paragraph(say(told.filed, verdict=verdict, folder=folder)),
        *part(told.person, Items(person(event.about, texts))),
        *part(told.why, Items(facts(event.known, texts))),
        Paragraph(told.wrong),
        Command(f"salver {other} {clean(event.request)[-SHORT:]}"),
        Paragraph(say(told.once, rule=rule)),
        Paragraph(texts.common.signature),
    )
