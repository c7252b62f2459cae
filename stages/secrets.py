"""Parsed -> the same without what lets whoever has it in, or answer in the owner's name: that stays in the mail alone.

The one place where this is done, whatever source read the mail and wherever in it the secret stood. In links of the
networks everything behind the path goes, for no shape of theirs is known to be complete; elsewhere what the sources
know as `SECRETS`. A profile's and a picture's address is made by the sources, out of parts that are none.
"""

from __future__ import annotations

import re

from stages.events import JUDGED, Notice, Parsed, shown
from stages.recipients import masked
from stages.sources import SOURCES, secrets_of_all
from stages.urls import host_of, within

_HOSTS = tuple(domain for source in SOURCES.values() for domain in source.DOMAINS)
_MARKS = ("_", "=", "%", "://")
"""No secret is without one of these, and hardly a name or a sentence has one."""
_URL = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_BEHIND = re.compile(r"[?#]")
_WORDS = ("name", "headline", "title", "company", "location", "note", "message")
_TEXTS = ("from_name", "from_address", "reply_to", "subject", "template", "imitates", "recipient_first_name")

_LONG_CODE = re.compile(r"(?<!\d)(\d{5,12}|\d{3}[ -]\d{3})(?!\d)")
"""Six digits where one was seen."""
_SHORT_CODE = re.compile(r"(?<![^\W_])(?=[A-Z0-9]{0,11}\d)([A-Z0-9]{4,12})(?![^\W_])")
_SAYS_CODE = re.compile(
    r"code|c[oó]d[ií]g|codice|k[oó]d|koodi|\bpin\b|passw|\botp\b|verif|vérif|confirm|bestätig|log ?in|sign ?in|security"
    "|код|парол|رمز|码|碼|コード|코드|कोड",
    re.IGNORECASE,
)
"""A subject of login codes, in the languages we know the word of."""


def without_secrets(parsed: Parsed) -> Parsed:
    """The same event, mostly the very same object."""
    changed: dict[str, object] = {}
    for field in _TEXTS:
        text = getattr(parsed, field) or ""
        if (clean := clean_text(text)) != text:
            changed[field] = clean
    if parsed.network is not None and parsed.claims not in JUDGED:
        subject = str(changed.get("subject", parsed.subject))
        if (clean := without_codes(subject)) != parsed.subject:
            changed["subject"] = clean
    if parsed.message_id and (clean := clean_text(parsed.message_id)) != parsed.message_id:
        changed["message_id"] = clean
    if (to := tuple(map(clean_text, parsed.to))) != parsed.to:
        changed["to"] = to
    if (notices := tuple(map(_notice, parsed.notices))) != parsed.notices:
        changed["notices"] = notices
    by = parsed.forwarded.by if parsed.forwarded is not None else None
    if parsed.forwarded is not None and by and (clean := clean_text(by)) != by:
        changed["forwarded"] = parsed.forwarded.model_copy(update={"by": clean})
    return parsed.model_copy(update=changed) if changed else parsed


def clean_text(text: str) -> str:
    """Words or an address without secrets; linear in its length."""
    if not any(mark in text for mark in _MARKS):
        return text
    return _URL.sub(_cut, masked(text, secrets_of_all()))


def without_codes(subject: str) -> str:
    """A subject without login codes; a short one counts where the subject speaks of codes."""
    clean = masked(subject, (_LONG_CODE,))
    return masked(clean, (_SHORT_CODE,)) if _SAYS_CODE.search(clean) else clean


def _cut(found: re.Match[str]) -> str:
    url = found[0]
    behind = _BEHIND.search(url)
    return url[: behind.start()] if behind and within(host_of(url), _HOSTS) else url


def _notice(notice: Notice) -> Notice:
    changed = {}
    for field in _WORDS:
        text = getattr(notice, field).value
        if text and (clean := clean_text(text)) != text:
            changed[field] = shown(clean)
    return notice.model_copy(update=changed) if changed else notice
