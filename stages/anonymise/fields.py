"""A header block -> the same block with nobody in it: fields, order, folding and encodings as they came."""

from __future__ import annotations

import base64
import re
from datetime import timedelta
from email.utils import format_datetime, parsedate_to_datetime

from stages.anonymise.disguise import Disguise
from stages.anonymise.vocabulary import HEADER
from stages.fields import decode_words, known_charset
from stages.sources import SOURCES

_FIELD = re.compile(rb"([!-9;-~]+)([ \t]*:[ \t]*)(.*)", re.DOTALL)
_BREAK = re.compile(rb"(\r?\n)(?![ \t])")
_WORD = re.compile(r"=\?([^?\s]{1,80})\?([bBqQ])\?([^?]*)\?=")
DATE = re.compile(
    r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),?\s+)?\d{1,2}\s+(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}"
    r"\s+\d{4}\s+\d{1,2}:\d{2}(?::\d{2})?(?:\s+(?:[+-]\d{4}|GMT|UTC))?"
)
IPV4 = re.compile(r"(?<![\d.])\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?![\d.])")
_IPV6 = re.compile(r"(?<![0-9A-Za-z:])(?:[0-9A-Fa-f]{0,4}:){3,7}[0-9A-Fa-f]{1,4}(?![0-9A-Za-z:])")
_TAG = re.compile(r"(?:^|;)(\s*)([A-Za-z]{1,4})(\s*=\s*)([^;]*)")
_PARAMETER = re.compile(r";(\s*)([A-Za-z*0-9-]{1,30})(\s*=\s*)(\"[^\"]*\"|[^;]*)")
_SIGNATURES = frozenset(
    ["dkim-signature", "arc-seal", "arc-message-signature", "x-google-dkim-signature", "domainkey-signature"]
)
_VERBATIM = re.compile(r"\s*(?:1\.0|7bit|8bit|binary|base64|quoted-printable|x-uuencode)\s*", re.IGNORECASE)
_DESCRIBED = frozenset({"content-type", "content-disposition"})
_KEPT_PARAMETERS = frozenset({"charset", "format", "delsp", "type", "report-type", "protocol", "micalg", "method"})
_IDS = frozenset({"message-id", "in-reply-to", "references", "content-id", "x-google-original-message-id"})
STRUCTURAL = frozenset(name for source in SOURCES.values() for name in source.KIND_FIELDS if name.startswith("x-")) | {
    "feedback-id"
}
_TRACE = frozenset(
    """date received received-spf return-path mime-version precedence importance x-priority priority
    x-msmail-priority auto-submitted x-auto-response-suppress""".split()  # noqa: SIM905 - read as a list of words
)
_MACHINES = (
    "arc-",
    "authentication-",
    "list-",
    "content-",
    "dkim",
    "x-received",
    "x-google",
    *(f"x-{network}" for network in SOURCES),
)
"""Fields whose words and small numbers machines write and read."""
_SENT_AT = re.compile(r"(?<=\.)([12]\d{12})(?=\.|$)")
_CLASS = re.compile(r"[A-Z]{2,20}(?:[-_][A-Z]{2,20}){0,6}")


def rewritten(block: bytes, disguise: Disguise) -> bytes:
    """Every field of a header block, in place."""
    pieces = _BREAK.split(block)
    return b"".join(piece if number % 2 else _field(piece, disguise) for number, piece in enumerate(pieces))


def _field(field: bytes, disguise: Disguise) -> bytes:
    found = _FIELD.fullmatch(field)
    if found is None:
        text, codec = _text(field)
        return encoded(disguise.text(text, HEADER), codec)
    name, colon, octets = found[1], found[2], found[3]
    value, codec = _text(octets)
    return name + colon + encoded(_value(name.decode("ascii").lower(), value, disguise), codec)


def _text(octets: bytes) -> tuple[str, str]:
    try:
        return octets.decode("utf-8"), "utf-8"
    except ValueError:
        return octets.decode("latin-1"), "latin-1"


def encoded(text: str, codec: str) -> bytes:
    """In this character set; a letter that it does not hold becomes an `x`."""
    try:
        return text.encode(codec)
    except ValueError:
        return b"".join(_one(char, codec) for char in text)


def _one(char: str, codec: str) -> bytes:
    try:
        return char.encode(codec)
    except ValueError:
        return b"x"


def _value(name: str, value: str, disguise: Disguise) -> str:
    if _VERBATIM.fullmatch(value):
        return value
    if name in _SIGNATURES:
        return _signature(value, disguise)
    if name in _DESCRIBED:
        return _described(value, disguise)
    if name in STRUCTURAL:
        return value if _CLASS.fullmatch(value.strip()) else disguise.structure(value)
    if name in _IDS:
        return re.sub(r"[^<>\s]+", lambda found: _id(found[0], disguise), value)
    return _words(_traced(value, disguise), disguise, HEADER if of_machines(name) else None)


def of_machines(name: str) -> bool:
    """Whether only machines write and read a field: then words and small numbers stay in it for themselves."""
    return name in _TRACE or name.startswith(_MACHINES)


# --- words, encoded or not ----------------------------------------------------------------------------------------


def _words(parts: list[str | tuple[str]], disguise: Disguise, also: frozenset[str] | None = HEADER) -> str:
    """Text and encoded words, as one text; what stands in a tuple is done already. `also`: as of Disguise.texts."""
    out: list[str] = []
    for part in parts:
        if isinstance(part, tuple):
            out.append(part[0])
            continue
        texts: list[str] = []
        runs: list[list[re.Match[str]]] = []
        at = 0
        for found in _WORD.finditer(part):
            between = part[at : found.start()]
            if runs and at and not between.strip() and runs[-1][-1][1].lower() == found[1].lower():
                runs[-1].append(found)
            else:
                texts.append(between)
                runs.append([found])
            at = found.end()
        texts.append(part[at:])
        decoded = [decode_words(" ".join(word[0] for word in run)) for run in runs]
        whole = [text for pair in zip(texts, [*decoded, ""], strict=True) for text in pair]
        made = disguise.texts(whole, also)
        for number, text in enumerate(made):
            if not number % 2:
                out.append(text)
            elif number // 2 < len(runs):
                out.append(_encoded_run(text, runs[number // 2]))
    return "".join(out)


def _encoded_run(text: str, run: list[re.Match[str]]) -> str:
    """As many encoded words as there were, each with its character set and encoding."""
    lengths = [max(1, len(decode_words(word[0]))) for word in run]
    whole, at, out = sum(lengths), 0, []
    for number, word in enumerate(run):
        end = len(text) if number == len(run) - 1 else sum(lengths[: number + 1]) * len(text) // whole
        octets = encoded(text[at:end], known_charset(word[1]) or "utf-8")
        at = end
        if word[2] in "bB":
            told = base64.b64encode(octets).decode("ascii")
        else:
            told = "".join(
                "_" if octet == 32 else chr(octet) if chr(octet).isascii() and chr(octet).isalnum() else f"={octet:02X}"
                for octet in octets
            )
        between = run[number + 1].string[word.end() : run[number + 1].start()] if number + 1 < len(run) else ""
        out.append(f"=?{word[1]}?{word[2]}?{told}?={between}")
    return "".join(out)


# --- dates, hosts and numbers -------------------------------------------------------------------------------------


def _traced(value: str, disguise: Disguise) -> list[str | tuple[str]]:
    """Dates and network addresses replaced (in tuples); the rest still to be done."""
    found = sorted(
        (*DATE.finditer(value), *IPV4.finditer(value), *_IPV6.finditer(value)), key=lambda match: match.start()
    )
    parts: list[str | tuple[str]] = []
    at = 0
    for match in found:
        if match.start() < at:
            continue
        parts += [value[at : match.start()], (_moved(match[0], disguise),)]
        at = match.end()
    return [*parts, value[at:]]


def _moved(text: str, disguise: Disguise) -> str:
    if IPV4.fullmatch(text):
        return f"192.0.2.{int(disguise.stand_ins.number(text.replace('.', ''))[:6]) % 250 + 1}"
    if _IPV6.fullmatch(text):
        return f"2001:db8::{int(disguise.stand_ins.number(str(int.from_bytes(text.encode(), 'big'))[:9])):x}"[:40]
    try:
        when = parsedate_to_datetime(text)
        later = when + timedelta(milliseconds=disguise.stand_ins.shift)
        zoned = re.search(r"[+-]\d{4}$|GMT$|UTC$", text)
        said = format_datetime(later) if zoned else later.strftime("%a, %d %b %Y %H:%M:%S")
    except (TypeError, ValueError, OverflowError):
        return re.sub(r"\d", "1", text)
    if text.endswith(("GMT", "UTC")):
        said = said.rpartition(" ")[0] + text[-4:]
    return said if re.match(r"[A-Z]", text) else said.partition(", ")[2]


def _id(text: str, disguise: Disguise) -> str:
    """A Message-ID, or the like."""
    local, at, domain = text.rpartition("@")
    if not at:
        return text if disguise.stays(text) or text in ("text-body", "html-body") else disguise.stand_ins.code(text)
    told = _SENT_AT.split(local)  # a time, however far from the date: that may be what shows a forgery
    made = "".join(
        str(int(piece) + disguise.stand_ins.shift) if number % 2 else _local(piece, disguise)
        for number, piece in enumerate(told)
    )
    return f"{made}@{disguise.host(domain)}"


def _local(text: str, disguise: Disguise) -> str:
    return "".join(
        word if word == "." or (word.isalpha() and disguise.stays(word)) else disguise.stand_ins.code(word)
        for word in re.split(r"(\.)", text)
    )


# --- parameters ---------------------------------------------------------------------------------------------------


def _signature(value: str, disguise: Disguise) -> str:
    """The tags stay; what was signed or sealed becomes noise (RFC 6376 3.5)."""

    def tag(found: re.Match[str]) -> str:
        name, said = found[2].lower(), found[4]
        if name in ("b", "bh"):
            said = disguise.stand_ins.noise(said)
        elif name in ("d", "i"):
            said = disguise.text(said) if "@" in said else said.replace(said.strip(), disguise.host(said.strip()))
            said = said if name == "d" or not found[4].strip().isdigit() else found[4]
        elif name in ("t", "x"):
            said = re.sub(r"\d{9,}", lambda digits: disguise.stand_ins.number(digits[0]), said)
        elif name == "s":
            said = said if disguise.stays(said.strip()) else disguise.stand_ins.code(said)
        elif name not in ("v", "a", "c", "q", "l", "h", "cv"):
            said = disguise.text(said) if "." in said or "@" in said else disguise.stand_ins.noise(said)
        return f"{found[0][0] if found[0].startswith(';') else ''}{found[1]}{found[2]}{found[3]}{said}"

    return _TAG.sub(tag, value)


def _described(value: str, disguise: Disguise) -> str:
    """A MIME field: its type and what readers need stay, boundaries and names of files are replaced."""
    head, semicolon, _ = value.partition(";")
    if not semicolon:
        return value if re.fullmatch(r"[\w.+-]{1,40}(?:/[\w.+-]{1,80})?\s*", value) else disguise.text(value, HEADER)

    def parameter(found: re.Match[str]) -> str:
        name, said = found[2].lower(), found[4]
        if name == "boundary":
            said = boundary_like(said, disguise)
        elif name not in _KEPT_PARAMETERS:
            said = _words([said], disguise)
        return f";{found[1]}{found[2]}{found[3]}{said}"

    kept = head if re.fullmatch(r"\s*[\w.+-]{1,40}(?:/[\w.+-]{1,80})?\s*", head) else disguise.text(head, HEADER)
    return kept + _PARAMETER.sub(parameter, semicolon + value.partition(";")[2])


def boundary_like(said: str, disguise: Disguise) -> str:
    """A boundary, with its quotes where it has any."""
    bare = said.strip().strip('"')
    return said.replace(bare, disguise.stand_ins.code(bare)) if bare else said
