"""Letter -> a provider's request to confirm that mail may be forwarded here, recognised by facts that can be signed."""

from __future__ import annotations

import re

from stages.events import Confirmation
from stages.language import detect
from stages.letter import Letter

_ADDRESS = re.compile(r"[A-Za-z0-9._%+/=-]{1,128}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_SEARCHED = 20_000
_GOOGLE = "forwarding-noreply@google.com"
_CONFIRM = re.compile(
    r"https://(?:mail-settings|mail|isolated\.mail)\.google\.com/mail/(?:[\w.-]+/){0,4}vf-[^\s<>\"'\\]+"
)
_SUBJECT_CODE = re.compile(r"\(\s*(?:#|n°|nº|no\.?)\s*(\d{6,12})\)", re.IGNORECASE)
_LABELLED_CODE = re.compile(
    r"(?:code|código|codice|koodi|kod|код|コード|代码|代碼|코드)\s*[:：]?\s*(\d{6,12})(?!\d)", re.IGNORECASE
)
_LONE_CODE = re.compile(r"(?<![\w@.+/=-])(\d{6,12})(?![\w@])")
_SPOKEN = (
    ("en-GB", r"Receive Emails from|Google\.co\.uk"),
    ("zh-CN", r"转发确认|确认代码"),
    ("zh-TW", r"轉寄確認|確認碼"),
    ("ja", r"転送の確認|確認コード"),
    ("ko", r"전달 확인|확인 코드"),
    ("fr", r"Confirmation de transfert"),
    ("es", r"Confirmación de reenvío"),
    ("pt-BR", r"Confirmação de encaminhamento"),
    ("de", r"Weiterleitungsbestätigung"),
    ("it", r"Conferma (?:di|dell')\s?inoltro"),
    ("en", r"Forwarding Confirmation"),
)


def confirmation(letter: Letter) -> Confirmation | None:
    """A provider's request to confirm that mail may be forwarded here (FORWARDING guide, section 2), or None.

    Its link is shown and never opened; whether Google really sent it is for `enrich` to say.
    """
    text = letter.words[:_SEARCHED]
    targets = (*_CONFIRM.findall(text), *(h for h in letter.page.hrefs if _CONFIRM.match(h)))
    from_google = _GOOGLE in (letter.from_address, letter.reply_to_address)
    marked = bool(letter.first("x-google-address-confirmation"))
    # The mark and Reply-To are unsigned: neither alone may send a mail past every judgement.
    shown = (bool(targets), marked, from_google, bool(_SUBJECT_CODE.search(letter.subject)))
    if letter.fields and letter.from_address != _GOOGLE and sum(shown) < 2:
        return None
    if not letter.fields and not targets:
        return None
    plain = re.sub(r"https?://\S+", " ", text)
    mentioned = [address.rstrip(".").lower() for address in _ADDRESS.findall(plain)]
    requester = next(iter(mentioned), None) or next(reversed(_ADDRESS.findall(letter.subject)), None)
    others = [address for address in mentioned if address not in (requester, _GOOGLE)]
    return Confirmation(
        requester=requester,
        destination=next(iter(others), None) or next(iter(letter.to), None),
        code=_code(letter.subject, plain),
        confirm_url=targets[0] if targets else None,
    )


def _code(subject: str, text: str) -> str | None:
    """The code a person may be asked for. None is normal: since 2025 there is only a link."""
    found = _SUBJECT_CODE.search(subject) or _LABELLED_CODE.search(text)
    if found:
        return found[1]
    lone = set(_LONE_CODE.findall(text))
    return lone.pop() if len(lone) == 1 else None


def language_of(letter: Letter) -> str | None:
    """The language of a Gmail confirmation, with its region where the wording shows one."""
    shown = f"{letter.subject}\n{letter.text}"
    for language, words in _SPOKEN:
        if re.search(words, shown, re.IGNORECASE):
            return language
    return detect(letter.text) or detect(letter.subject)
