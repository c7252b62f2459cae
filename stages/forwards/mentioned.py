"""A provider's words -> the addresses, codes and links in them; what can be read in two ways is not read at all."""

from __future__ import annotations

import re

SEARCHED = 20_000
"""characters of a text that are looked at"""
_LOCAL = r"A-Za-z0-9.!#$%&'*+/=?^_`{|}~-"
_ADDRESS = re.compile(
    rf"(?<![\w{_LOCAL}])[{_LOCAL}]{{1,64}}@[A-Za-z0-9-]{{1,63}}(?:\.[A-Za-z0-9-]{{1,63}}){{1,9}}(?!\w)"
)
"""Whole addresses only: the end of `x'amy@home.test` is somebody else's (RFC 5322 3.2.3 allows nearly every sign)."""
_URL = re.compile(r"(?<![\w/=?&%.@-])https://[!#-;=?-~]{1,2000}")
"""White space, quotes, angle brackets and what is not ASCII end it."""
_SUBJECT_CODE = re.compile(r"\(\s{0,9}(?:#|n°|nº|no\.?)\s{0,9}([0-9]{6,12})\)", re.IGNORECASE)
_LABEL = (
    r"(?:code|código|codi|codice|cod|kode|koden|koodi|kodu|kod|kód|kódja|код|κωδικός|コード|代码|代碼|確認碼|코드|mã|รหัส"
    r"|קוד|رمز|कोड)"
)
_LABELLED_CODE = re.compile(
    rf"{_LABEL}(?:[^0-9\n:：]{{0,30}}[:：]|\s{{0,9}})\s{{0,9}}([0-9]{{6,12}})(?![\w@])", re.IGNORECASE
)
_LONE_CODE = re.compile(r"(?<![\w@.+/=#%-])([0-9]{6,12})(?![\w@/%-])")
_ANY_URL = re.compile(r"https?://\S+")


def addresses(text: str) -> tuple[str, ...]:
    """Every address in the text, lower case, in order; those inside of URLs are none."""
    found = _ADDRESS.findall(without_urls(text))
    return tuple(address.rstrip(".-").lower() for address in found)


def urls(text: str) -> tuple[str, ...]:
    """The https URLs in the text that stand for themselves, without the stop of a sentence."""
    return tuple(found.rstrip(".,;:!?)") for found in _URL.findall(text[:SEARCHED]))


def without_urls(text: str) -> str:
    return _ANY_URL.sub(" ", text[:SEARCHED])


def code_in_subject(subject: str) -> str | None:
    """`(#123456) ...` -> 123456"""
    found = _SUBJECT_CODE.search(subject[:SEARCHED])
    return found[1] if found else None


def labelled_code(text: str) -> str | None:
    """The digits behind a word for code."""
    found = _LABELLED_CODE.search(without_urls(text))
    return found[1] if found else None


def lone_code(text: str) -> str | None:
    """The one number of 6 to 12 digits in the text; of two, neither."""
    found = set(_LONE_CODE.findall(without_urls(text)))
    return found.pop() if len(found) == 1 else None
