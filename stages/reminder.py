"""ReminderWanted -> the mail about one request: whom to ask why, what came back, or whom to answer."""

from __future__ import annotations

from stages import own_mail
from stages.asking import facts, link_of, name_of, on, person, question
from stages.blocks import Block, Items, Link, Paragraph, part
from stages.conversation import Asking, ReminderWanted
from stages.header import clean
from stages.names import FOLDERS
from stages.own_mail import Draft
from stages.settings import Owner, Settings
from stages.standing import span
from stages.texts import Reminder, Texts, say

SHORT = 8
"""As many characters of a request's id name it in the terminal."""


def compose(event: ReminderWanted, owner: Owner, settings: Settings, answer_to: str = "") -> bytes:
    """The reminder as octets with CRLF line ends. Never raises, whatever a stranger wrote into the event."""
    texts = settings.texts[owner.language]
    subject, somebody = _subject(event.asking, texts.reminder), texts.common.somebody
    draft = Draft(
        subject=say(subject, who=name_of(event.about, texts) or somebody),
        blocks=_blocks(event, owner, settings, texts, bool(answer_to)),
        otherwise=say(subject, who=somebody),
        answers=event.message_id or "",
    )
    return own_mail.whole(event, owner, draft, answer_to)


def _subject(asking: Asking, texts: Reminder) -> str:
    return {
        "ask": texts.subject_ask,
        "second": texts.subject_second,
        "maybe": texts.subject_maybe,
        "unseen": texts.subject_unseen,
        "owed": texts.subject_owed,
    }[asking]


def _blocks(event: ReminderWanted, owner: Owner, settings: Settings, texts: Texts, by_mail: bool) -> tuple[Block, ...]:
    """The profile first: to look at it is what the owner will want to do, and with one tap."""
    told, common = texts.reminder, texts.common
    link = link_of(event.about, event.network)
    asks = event.asking in ("ask", "second")
    known, who = facts(event.known, texts), person(event.about, texts)
    return (
        Link(link),
        Paragraph(_opening(event, link, texts)),
        Paragraph(_filed(event, told)),
        *part(told.person, Items(who)),
        *part(told.known, Items(known)),
        *(part(told.question, question(event.about, event.language, owner, settings)) if asks else ()),
        *part(told.answer, *map(Paragraph, _answer(event, told, by_mail))),
        *part(told.next, Paragraph(_next(event.asking, settings, texts))),
        Paragraph(common.signature),
    )


def _opening(event: ReminderWanted, link: str, texts: Texts) -> str:
    told, name = texts.reminder, name_of(event.about, texts) or texts.common.somebody
    where = on(link, event.network, texts)
    if event.asking == "unseen":
        when = texts.sentence(clean(event.reason, 100))
        return say(told.opening_unseen, who=name, on=where, when=f", {when}" if when else "")
    opening = {
        "ask": told.opening_ask,
        "second": told.opening_second,
        "maybe": told.opening_maybe,
        "owed": told.opening_owed,
    }[event.asking]
    return say(opening, who=name, on=where)


def _filed(event: ReminderWanted, told: Reminder) -> str:
    """What an answer that no mail shows made of the request, and where it lies."""
    if event.asking != "unseen" or event.verdict is None:
        return ""
    text = told.unseen_good if event.verdict == "good" else told.unseen_filed
    return say(text, folder=event.folder or FOLDERS[event.verdict])


def _answer(event: ReminderWanted, told: Reminder, by_mail: bool) -> tuple[str, ...]:
    """By mail where it can be answered; else in the terminal. To move the request says the same as a word."""
    mail, terminal = {
        "ask": (told.mail_ask, told.terminal_ask),
        "second": (told.mail_ask, told.terminal_ask),
        "maybe": (told.mail_maybe, told.terminal_maybe),
        "unseen": (told.mail_unseen, told.terminal_unseen),
        "owed": (told.mail_owed, told.terminal_owed),
    }[event.asking]
    first = mail if by_mail else say(terminal, id=clean(event.request)[-SHORT:])
    return (first,) if event.asking in ("owed", "maybe") else (first, told.move)


def _next(asking: Asking, settings: Settings, texts: Texts) -> str:
    told, wait = texts.reminder, texts.sentence(span(settings.follow_up.answer_within))
    if asking == "ask" and settings.follow_up.asked_when_reminded:
        return say(told.next_ask_at_once, span=wait)
    return {
        "ask": say(told.next_ask, span=wait),
        "second": say(told.next_second, span=wait),
        "maybe": told.next_maybe,
        "unseen": told.next_unseen,
        "owed": told.next_owed,
    }[asking]
