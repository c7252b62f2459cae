"""AlarmWanted -> the mail that tells the owner that a source went quiet: since when, how sure, what to check."""

from __future__ import annotations

from stages import own_mail
from stages.asking import safe
from stages.blocks import Block, Items, Paragraph, part
from stages.events import AlarmWanted
from stages.header import when
from stages.own_mail import Draft
from stages.reply_mail import greeting
from stages.rhythm import likelihood, span
from stages.settings import Owner, Settings
from stages.sources import title_of
from stages.texts import Texts, say


def compose(event: AlarmWanted, owner: Owner, settings: Settings) -> bytes:
    """The alarm as octets with CRLF line ends."""
    texts = settings.texts[owner.language]
    told, since = texts.alarm, date_of(event.heard_at, owner, texts)
    network = title_of(event.network) if event.network else told.network
    if event.account:
        account = safe(event.account, 100, texts)
        subject = say(told.subject_account, account=account, since=since)
        came = say(told.came_account, account=account, since=since)
    else:
        subject = say(told.subject, network=network, since=since)
        came = say(told.came, network=network, since=since)
    silence = say(
        told.silence,
        silence=texts.sentence(span(event.silence)),
        usual=texts.sentence(span(event.usual)),
        longest=texts.sentence(span(event.longest)),
        likelihood=texts.sentence(likelihood(event.years)),
    )
    checks = _checks_of_account(texts) if event.account else _checks_of_forward(event, network, texts)
    blocks: tuple[Block, ...] = (
        Paragraph(greeting(owner, texts)),
        Paragraph(f"{came} {silence}"),
        *part(told.check, Items(checks)),
        Paragraph(told.doctor),
        Paragraph(told.all_is_well),
        Paragraph(texts.common.signature),
    )
    return own_mail.whole(event, owner, Draft(subject, blocks, subject))


def date_of(at: int, owner: Owner, texts: Texts) -> str:
    """`Thursday, 26 November 2026`, in the owner's language and time zone."""
    there, common = when(at).astimezone(owner.zone), texts.common
    return say(
        common.date,
        weekday=common.weekdays[there.weekday()],
        day=there.day,
        month=common.months[there.month - 1],
        year=there.year,
    )


def _checks_of_forward(event: AlarmWanted, network: str, texts: Texts) -> tuple[str, ...]:
    told = texts.alarm
    forward, settings = say(told.check_forward, network=network), say(told.check_settings, network=network)
    if event.others:  # the way in is open, so the network comes first
        still = title_of(event.others[0])
        for other in event.others[1:]:
            still = say(texts.common.both, one=still, other=title_of(other))
        return (settings, f"{forward} {say(told.check_open, networks=still)}")
    return (forward, settings, say(told.check_port, port=safe(event.port, 80, texts)))


def _checks_of_account(texts: Texts) -> tuple[str, ...]:
    told = texts.alarm
    return (told.check_account_settings, told.check_account_filter, told.check_account_others)
