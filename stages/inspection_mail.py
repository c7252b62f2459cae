"""InspectionWanted -> the mail that tells the owner that a network's mails look different: in what, and what to do.

Anybody can write mails that prove nothing: of those it only says what they claim to be.
"""

from __future__ import annotations

from datetime import UTC

from stages import own_mail
from stages.alarm import date_of
from stages.asking import safe
from stages.blocks import Block, Command, Items, Paragraph, Section, part
from stages.field_words import worth_naming
from stages.fill_rates import LAYOUT, Doubt
from stages.header import when
from stages.inspecting import InspectionWanted
from stages.own_mail import Draft
from stages.reply_mail import greeting
from stages.settings import Owner, Settings
from stages.sources import title_of
from stages.texts import Texts, say


def compose(event: InspectionWanted, owner: Owner, settings: Settings) -> bytes:
    """The announcement as octets with CRLF line ends. Of the mail it names the template and the id, no more."""
    texts = settings.texts[owner.language]
    told, network = texts.inspection, title_of(event.network)
    subject = say(told.subject if event.proven else told.subject_unproven, network=network)
    came = told.came if event.proven else told.came_unproven
    doubts = {doubt.what: doubt for doubt in event.doubts}
    since, template = date_of(event.at, owner, texts), safe(event.template, 60, texts)
    blocks: tuple[Block, ...] = (
        Paragraph(greeting(owner, texts)),
        Paragraph(say(came, network=network, since=since, template=template)),
        Paragraph("" if event.proven else say(told.unproven, network=network)),
        *part(told.seen, Items(tuple(_sentence(doubts[what], event, texts) for what in worth_naming(doubts)))),
        Paragraph(told.so),
        Section(told.todo),
        Paragraph(told.fixture),
        Command(f"salver fixture make {event.mail}"),
        Paragraph(told.update),
        Command(f"salver reparse --since {when(event.since or event.at).astimezone(UTC):%Y-%m-%d}"),
        Paragraph(told.apply),
        Paragraph(told.once),
        Command("salver status"),
        Paragraph(texts.common.signature),
    )
    return own_mail.whole(event, owner, Draft(subject, blocks, subject))


def _sentence(doubt: Doubt, event: InspectionWanted, texts: Texts) -> str:
    told = texts.inspection
    if doubt.what == LAYOUT:
        named = ", ".join(_called(field, texts) for field in worth_naming(event.lost))
        return say(told.layout, fields=named) if named else told.layout_alone
    numbers = {"read": doubt.read, "of": doubt.of, "before": doubt.before, "before_of": doubt.before_of}
    called = _called(doubt.what, texts)
    return say(told.fallen, field=called[:1].upper() + called[1:], **numbers)


def _called(field: str, texts: Texts) -> str:
    return texts.inspection.fields.get(field) or safe(field.replace("_", " "), 40, texts)
