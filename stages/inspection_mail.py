"""InspectionWanted -> the mail that tells the owner that a network changed its mails: what is different, what to do."""

from __future__ import annotations

from stages import own_mail
from stages.alarm import date_of
from stages.asking import safe
from stages.blocks import Block, Items, Paragraph, part
from stages.fill_rates import LAYOUT, Doubt
from stages.inspecting import InspectionWanted
from stages.own_mail import Draft
from stages.reply_mail import greeting
from stages.settings import Owner, Settings
from stages.sources import title_of
from stages.texts import Texts, say


def compose(event: InspectionWanted, owner: Owner, settings: Settings) -> bytes:
    """The announcement as octets with CRLF line ends. Of the mail it names the template and the id, no more."""
    texts = settings.texts[owner.language]
    told = texts.inspection
    subject = say(told.subject, network=title_of(event.network))
    since, template = date_of(event.at, owner, texts), safe(event.template, 60, texts)
    blocks: tuple[Block, ...] = (
        Paragraph(greeting(owner, texts)),
        Paragraph(say(told.came, network=title_of(event.network), since=since, template=template)),
        *part(told.seen, Items(tuple(_sentence(doubt, event, texts) for doubt in event.doubts))),
        Paragraph(told.so),
        *part(told.todo, Items((say(told.fixture, mail=event.mail), told.update))),
        Paragraph(told.once),
        Paragraph(texts.common.signature),
    )
    return own_mail.whole(event, owner, Draft(subject, blocks, subject))


def _sentence(doubt: Doubt, event: InspectionWanted, texts: Texts) -> str:
    told = texts.inspection
    if doubt.what == LAYOUT:
        named = ", ".join(_called(field, texts) for field in event.lost)
        return say(told.layout, fields=named) if named else told.layout_alone
    numbers = {"read": doubt.read, "of": doubt.of, "before": doubt.before, "before_of": doubt.before_of}
    called = _called(doubt.what, texts)
    return say(told.fallen, field=called[:1].upper() + called[1:], **numbers)


def _called(field: str, texts: Texts) -> str:
    return texts.inspection.fields.get(field) or safe(field.replace("_", " "), 40, texts)
