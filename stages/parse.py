"""(raw, envelope) -> Parsed: read the letter, see how it was forwarded, let the first source that knows it read it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from stages.drift import REWRITTEN
from stages.events import JUDGED, Confirmation, Forwarded, Notice, Parsed, Received, Reply, Slice
from stages.forwards import forwarded, handshakes, inline, rewritten_by
from stages.forwards.way import original
from stages.language import detect
from stages.letter import Letter, read_letter
from stages.recipients import without_token
from stages.reply import reply_of
from stages.secrets import without_secrets
from stages.settings import Limits, Settings
from stages.sources import SOURCES, Reading, Source
from stages.urls import within

_DOMAIN_TAG = re.compile(r"(?:^|;)\s*d\s*=\s*([^;\s]+)")
_SAID_LANGUAGE = re.compile(r"\bLANG:([a-z]{2})\b")
_LINE = 998
"""Longest line of RFC 5322 2.1.1: no name, subject or id in an event is longer."""
_MANY = 100


def parse(raw: bytes, received: Received, settings: Settings) -> Parsed:
    """What a mail claims. Mails beyond the limits and unreadable ones come back with `unread`, never as an error."""
    letter = read_letter(raw, received.mail_from, received.rcpt_to, settings.limits)
    reply = reply_of(letter, received, settings)
    if letter.unread is not None:
        return _parsed(received, _Told(letter, forwarded(letter)), reply)
    confirmation = handshakes.asked(letter, settings.owners)
    if confirmation is None or (not _answerable(confirmation) and _source_of(letter) is not None):
        told = _recognised(raw, letter, settings.limits)
        confirmation = None if told.source or reply or told.letter.unread else handshakes.handed_on(letter)
        if confirmation is None:
            return _parsed(received, told, reply)
    return _parsed(received, _Told(letter, source=_imitated(letter), confirmation=confirmation))


def _answerable(confirmation: Confirmation) -> bool:
    """A provider asks for something: with a code, or a link. One without both may be a network's mail in disguise."""
    return bool(confirmation.code or confirmation.confirm_url)


def _imitated(letter: Letter) -> Source | None:
    """The network that a provider's question imitates: unless the provider signed it, it is none."""
    source = _source_of(letter)
    reading = source.read(letter) if source else Reading(claims="other")
    return source if reading.imitates or reading.links.imitating else None


@dataclass(frozen=True)
class _Told:
    """The letter that counts (the forwarded one, where there is one), and who can read it."""

    letter: Letter
    forwarded: Forwarded | None = None
    source: Source | None = None
    reading: Reading | None = None
    rewritten_by: str | None = None
    confirmation: Confirmation | None = None
    slices: tuple[Slice, ...] = ()
    depth: int = 0


def _source_of(letter: Letter) -> Source | None:
    """Whose own domain it comes from, else the first that knows it: in one network's mail another's name may stand."""
    domain = letter.from_address.lower().rpartition("@")[2]
    own_first = sorted(SOURCES.values(), key=lambda source: not within(domain, source.DOMAINS))
    return next((source for source in own_first if source.recognise(letter)), None)


def _read(letter: Letter) -> tuple[Source, Reading] | None:
    source = _source_of(letter)
    return (source, source.read(letter)) if source else None


def _matters(reader: tuple[Source, Reading]) -> bool:
    """It tells of somebody, or asks something, or may: who may be lost with a mail that is not read."""
    _, reading = reader
    return bool(reading.notices) or reading.claims in JUDGED or not reading.layout_known


def _recognised(raw: bytes, letter: Letter, limits: Limits) -> _Told:
    """The mail itself if a network sent it, else the one forwarded inside it, attached or inline."""
    search = original(raw, letter, _read, _matters, limits)
    found = search.original
    if found is not None:
        source, reading = found.reader
        return _Told(
            found.letter, found.forwarded, source, reading, found.rewritten_by, None, found.slices, found.depth
        )
    how = forwarded(letter)
    if how is None and inline.quoted(letter) is not None:
        how = Forwarded(by=letter.from_address or None, how="inline")
    return _Told(replace(letter, unread=search.unread), how, rewritten_by=rewritten_by(letter))


def _parsed(received: Received, told: _Told, reply: Reply | None = None) -> Parsed:
    letter, source = told.letter, told.source
    reading = told.reading or (source.read(letter) if source else Reading(claims="other"))
    if told.confirmation:
        reading = Reading(
            claims="forwarding_confirmation",
            language=handshakes.language_of(letter),
            imitates=reading.imitates,
            links=reading.links,
        )
    parsed = Parsed(
        mail=received.mail,
        owner=received.owner,
        received_at=received.received_at,
        account=received.account,
        imported=received.imported,
        network=source.NETWORK if source else None,
        claims=reading.claims,
        template=reading.template,
        from_name=letter.from_name[:_LINE],
        from_address=letter.from_address[:_LINE],
        from_count=letter.from_count,
        reply_to=letter.reply_to_address[:_LINE],
        to=tuple(without_token(address)[:_LINE] for address in letter.to[:_MANY]),
        subject=letter.subject[:_LINE],
        message_id=letter.message_id[:_LINE] if letter.message_id else None,
        date=letter.date,
        mail_time=reading.mail_time,
        signed_by=_domains(letter, "dkim-signature"),
        sealed_by=_domains(letter, "arc-seal"),
        original=told.slices,
        imitates=reading.imitates,
        rewritten_by=told.rewritten_by,
        language=reading.language or (None if source or letter.unread else _language(letter)),
        note_language=_note_language(reading.notices),
        recipient_first_name=reading.recipient_first_name,
        forwarded=told.forwarded,
        depth=told.depth,
        confirmation=told.confirmation,
        reply=None if source else reply,  # what a network wrote is no answer of the owner's
        links=reading.links,
        notices=reading.notices,
        layout="" if told.forwarded and told.forwarded.how in REWRITTEN else reading.layout,
        layout_known=reading.layout_known,
        told_by=reading.told_by,
        unread=letter.unread,
    )
    return without_secrets(parsed)


def _domains(letter: Letter, field: str) -> tuple[str, ...]:
    """d= of every such field (RFC 6376 3.5, RFC 8617 4.1), lower case, each once."""
    found = (_DOMAIN_TAG.search(value) for value in letter.every(field)[:_MANY])
    return tuple(dict.fromkeys(match[1].lower()[:253] for match in found if match))


def _language(letter: Letter) -> str | None:
    """The language of a mail that no source reads: of an inline forward's block, or of the words.

    Where neither shows one, as its page or a server on the way says.
    """
    said = _SAID_LANGUAGE.search(letter.first("x-forefront-antispam-report"))
    page = letter.page.lang if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]+)*", letter.page.lang) else ""
    spoken = inline.language_of(letter) or detect(f"{letter.subject}\n{letter.words}")
    return spoken or page or (said[1] if said else None)


def _note_language(notices: tuple[Notice, ...]) -> str | None:
    return next((found for notice in notices if (found := detect(notice.words))), None)
