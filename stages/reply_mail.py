"""ReplyWanted -> the mail that tells the owner what of their answer was not done, and why."""

from __future__ import annotations

from stages import own_mail
from stages.asking import safe
from stages.blocks import Items, Paragraph, part
from stages.conversation import ReplyWanted
from stages.header import clean
from stages.own_mail import Draft
from stages.settings import Owner, Settings
from stages.texts import Reply, Texts, say

MOST = 50
"""Sentences of one kind that are told; who writes more into one answer sees the first of them."""


def compose(event: ReplyWanted, owner: Owner, settings: Settings, answer_to: str = "") -> bytes:
    """The mail as octets with CRLF line ends. Never raises, whatever was written to us."""
    texts = settings.texts[owner.language]
    told, said = texts.reply, safe(event.said, 200, texts)
    troubles, done = (tuple(_sentences(each, texts)) for each in (event.troubles, event.done))
    who, subject = safe(clean(event.name, 60), 60, texts), told.subject
    if who:
        subject = say(told.subject_about, who=who)
    draft = Draft(
        subject=subject,
        blocks=(
            Paragraph(greeting(owner, texts)),
            Paragraph(say(told.said, words=said) if said else ""),
            Paragraph(say(told.meant, word=event.meant) if event.meant else ""),
            *part(told.troubles, Items(troubles)),
            *part(told.done, Items(done)),
            Paragraph(_again(event, told) if answer_to else told.terminal),
            Paragraph(texts.common.signature),
        ),
        otherwise=told.subject,
        answers=event.answers or "",
    )
    return own_mail.whole(event, owner, draft, answer_to)


def _again(event: ReplyWanted, told: Reply) -> str:
    """The words of the mail that was answered."""
    if len(event.requests) > 1:
        return told.again_many
    return {"maybe": told.again_maybe, "unseen": told.again_unseen, "owed": told.again_owed}.get(
        event.asking, told.again_one
    )


def _sentences(given: tuple[str, ...], texts: Texts) -> list[str]:
    return [safe(texts.sentence(clean(sentence, 400)), 400, texts) for sentence in given[:MOST]]


def greeting(owner: Owner, texts: Texts) -> str:
    name = clean(owner.name, 60)
    return say(texts.common.greeting, owner=name) if name else texts.common.greeting_unnamed
