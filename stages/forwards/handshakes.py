"""Letter -> a provider's request to confirm that mail may be forwarded here, recognised by facts that can be signed."""

from __future__ import annotations

import re

from stages.events import Confirmation
from stages.fields import mailboxes
from stages.forwards import gmail
from stages.forwards.askers import Asker, asker_of
from stages.forwards.mentioned import addresses, labelled_code, urls
from stages.language import detect
from stages.letter import Letter
from stages.recipients import owner_of
from stages.settings import Owner
from stages.urls import host_of, within

_DOMAIN_TAG = re.compile(r"(?:^|;)\s*d\s*=\s*([^;\s]+)")
_MOST = 100
_WORDS = 3_000
"""characters within which a question says what it asks"""
_FORWARDING = (
    "forward", "email routing", "weiterleit", "rediriger", "transfert automatique", "reenv", "encaminh", "redirecion",
    "inoltr", "doorst", "vidaresänd", "vidarebefor", "videresend", "przekaz", "przekier", "переадрес", "пересыл",
    "転送", "转发", "轉寄", "전달",
)  # fmt: skip
_CONFIRMING = (
    "verif", "vérif", "confirm", "accept", "approve", "bestätig", "akzept", "conferm", "bevestig", "bekräft",
    "bekræft", "bekreft", "potwierd", "подтверд", "確認", "确认", "確定", "확인",
)  # fmt: skip
_ASKS = re.compile(r"verif|confirm|accept|approve|activate|opt-?in|forward|fwd", re.IGNORECASE)
_UNASKS = re.compile(
    r"cancel|deny|denied|reject|declin|unsub|revok|report|disable|delet|remov|abuse|help|support", re.IGNORECASE
)
_LINK = re.compile(r"https://[A-Za-z0-9.-]{1,253}([/?][!-~]{1,2000})")
"""No port, no name before the host, nothing but ASCII: such a mail needs none of them."""
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


def confirmation(letter: Letter, owners: tuple[Owner, ...] = ()) -> Confirmation | None:
    """A provider's question, from the provider or handed on; None if it is none."""
    return asked(letter, owners) or handed_on(letter)


def asked(letter: Letter, owners: tuple[Owner, ...] = ()) -> Confirmation | None:
    """The question of a provider that the mail names as its sender. Whether it really is, is for `enrich` to say.

    Its links are shown and never opened. What comes from Google's address for this is never anything else.
    """
    if gmail.from_google(letter):
        return gmail.read(letter, _to(letter))
    asker = asker_of(letter.from_address)
    return _question(letter, asker, owners) if asker else None


def handed_on(letter: Letter) -> Confirmation | None:
    """Gmail's question as a mailing list or a person passes it on. It proves nothing, and is not lost either."""
    return gmail.read(letter, _to(letter)) if gmail.handed_on(letter) else None


def _to(letter: Letter) -> tuple[str, ...]:
    """Whom it was written to, without those in copy, whom anybody can add."""
    named = {address for _, address in mailboxes(letter.last("to"))}
    return tuple(address for address in letter.to if address in named)


def _question(letter: Letter, asker: Asker, owners: tuple[Owner, ...]) -> Confirmation | None:
    """Of a provider whose wording we do not know: only if sender, recipient, signature, words and links all fit."""
    ours = tuple(address for address in _to(letter) if _is_ours(address, letter, owners))
    confirms = _links(letter, asker)
    if letter.from_count != 1 or not ours or not confirms or not _signed(letter, asker) or not _is_about_it(letter):
        return None
    words = f"{letter.subject}\n{letter.words[:_WORDS]}"
    others = {each for each in addresses(words) if not asker.writes(each) and not _is_ours(each, letter, owners)}
    known = asker.names_account and len(others) == 1
    return Confirmation(
        provider=asker.name,
        requester=others.pop() if known else None,
        destination=ours[0],
        code=labelled_code(words),
        confirm_url=confirms[0] if len(confirms) == 1 else None,
    )


def _is_ours(address: str, letter: Letter, owners: tuple[Owner, ...]) -> bool:
    return owner_of(address, owners) is not None or address in (each.lower() for each in letter.rcpt_to)


def _signed(letter: Letter, asker: Asker) -> bool:
    """Whether it says that the provider signed it."""
    claimed = (_DOMAIN_TAG.search(value) for value in letter.every("dkim-signature")[:_MOST])
    return any(asker.may_sign(found[1].lower(), letter.from_address) for found in claimed if found)


def _is_about_it(letter: Letter) -> bool:
    """It speaks of forwarding and of confirming, and its subject of one of them at least."""
    subject = letter.subject[:_WORDS].casefold()
    words = f"{subject}\n{letter.words[:_WORDS].casefold()}"
    told = [any(word in where for word in said) for said in (_FORWARDING, _CONFIRMING) for where in (words, subject)]
    return told[0] and told[2] and (told[1] or told[3])


def _links(letter: Letter, asker: Asker) -> tuple[str, ...]:
    """Links that seem to say yes at the provider, each once."""
    found = dict.fromkeys((*urls(letter.words)[:_MOST], *letter.page.hrefs[:_MOST]))
    return tuple(link for link in found if _says_yes(link, asker))


def _says_yes(link: str, asker: Asker) -> bool:
    found = _LINK.fullmatch(link)
    if found is None or not within(host_of(link), asker.links):
        return False
    return bool(_ASKS.search(found[1])) and not _UNASKS.search(found[1])


def language_of(letter: Letter) -> str | None:
    """The language of a confirmation, with its region where Gmail's wording shows one."""
    shown = f"{letter.subject}\n{letter.text}"
    for language, words in _SPOKEN:
        if re.search(words, shown, re.IGNORECASE):
            return language
    return detect(letter.text) or detect(letter.subject)
