"""ARC-Authentication-Results -> the signatures its writer found to hold: RFC 8601 read strictly, in linear time.

What a receiver writes there holds words of strangers: reverse-paths, hosts, local parts. So comments and quoted strings
count for nothing, and a field that leaves any doubt how it is to be read says nothing at all. Whoever gets out of a
comment must begin another one before the rest of the true one, and that rest goes on with `smtp.mailfrom=`: as only one
result may have that, no way out leaves a field that is read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from stages.urls import within

LONGEST = 16 * 1024
"""octets of the field"""
DEEPEST = 20
"""comments inside each other"""

_WORD = re.compile(r"[^\s\x00-\x20\x7f;()\"\\]+")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*+)"', re.DOTALL)
_MARK = re.compile(r"[()\"\\]")
_INSTANCE = re.compile(r"i=([1-9][0-9]?)", re.IGNORECASE)
_METHOD = re.compile(r"([a-z][a-z0-9-]{0,30})(?:/[0-9]{1,3})?", re.IGNORECASE)
_PROPERTIES = {
    "dkim": re.compile(r"header\.[disba]"),
    "spf": re.compile(r"smtp\.(?:mailfrom|helo|rcpttodomain)"),
    "dmarc": re.compile(r"header\.from|action|policy\.[a-z.-]{1,40}"),
}
"""What a result may have beside it; Microsoft's `action=none` has no type before its name"""
_OTHERS = re.compile(r"(?:header|policy|body|dns)\.[a-z0-9.-]{1,40}|smtp\.remote-ip")
"""and what the result of any other method may"""
_NAME = re.compile(r"(?!.{254})[a-z0-9_][a-z0-9_-]{0,62}(?:\.[a-z0-9_][a-z0-9_-]{0,62})+")
_AGREES = frozenset({"pass", "none", "bestguesspass"})
"""What a receiver may say of DMARC (RFC 7489) without contradicting a signature of the sender's domain. `none`: the
domain publishes no policy."""


class Unreadable(ValueError):
    """The field says nothing that could be relied on; the text says why, for a person."""


class Held(NamedTuple):
    """One signature that held."""

    domain: str
    """of header.d; where only header.i is told, the domain in it, which is d= or lies below it (RFC 6376 3.5)"""
    below: bool
    """d= may be a domain above it"""
    selector: str
    begins: str
    """how b= begins (RFC 6008); like the selector empty where it is not told"""


@dataclass(frozen=True)
class _Result:
    """One result: `dkim=pass header.d=...`."""

    method: str
    result: str
    properties: dict[str, str]


def held(value: bytes, instance: int, sealer: str) -> tuple[Held, ...]:
    """The signatures that the sealer found to hold. A policy for From (DMARC) proves none, and may contradict one.

    `value` is all after the colon of the field of this instance, still folded; its writer's name (authserv-id) must be
    `sealer` or lie below it. Raises Unreadable.
    """
    if len(value) > LONGEST:
        raise Unreadable("it is far too long")
    number, writer, *entries = _entries(value.decode("latin-1"))
    told = _INSTANCE.fullmatch(number[0]) if len(number) == 1 else None
    if told is None or int(told[1]) != instance:
        raise Unreadable("it does not say which seal it belongs to")
    name = writer[0].lower() if writer else ""
    if len(writer) > 2 or (len(writer) == 2 and not writer[1].isdecimal()) or not _NAME.fullmatch(name):
        raise Unreadable("it does not say whose it is")
    if not within(name, (sealer,)):
        raise Unreadable("another server wrote it than the one that sealed it")
    if entries and not entries[-1]:
        entries.pop()  # a semicolon at the end
    if [entry for entry in entries if entry != ["none"]]:
        return _held(tuple(_result(entry) for entry in entries))
    return ()


def _held(results: tuple[_Result, ...]) -> tuple[Held, ...]:
    once = [result.method for result in results if result.method != "dkim"]
    if len(set(once)) < len(once):
        raise Unreadable("it says the same thing twice")
    if any(result.method == "dmarc" and result.result not in _AGREES for result in results):
        # Where a signature of the sender's domain holds, so does its policy: a text that says both was tampered with.
        raise Unreadable("it says that the mail breaks its sender's policy")
    told = [(_signature(result.properties), result.result == "pass") for result in results if result.method == "dkim"]
    broken = {signature.domain for signature, holds in told if not holds}
    found = dict.fromkeys(signature for signature, holds in told if holds and signature.domain)
    if any(signature.domain in broken for signature in found):
        raise Unreadable("it contradicts itself")
    return tuple(found)


def _signature(properties: dict[str, str]) -> Held:
    domain = _domain(properties.get("header.d", ""))
    user = _domain(properties.get("header.i", "").rpartition("@")[2])
    if domain and user and not within(user, (domain,)):
        raise Unreadable("it contradicts itself")
    selector = properties.get("header.s", "").lower()
    return Held(domain or user, not domain, selector, properties.get("header.b", ""))


def _domain(text: str) -> str:
    name = text.lower().rstrip(".")
    return name if _NAME.fullmatch(name) else ""


def _result(entry: list[str]) -> _Result:
    """`method=result`, perhaps its reason, and properties that this method has, each once."""
    pairs = [word.partition("=") for word in entry]
    method = _METHOD.fullmatch(pairs[0][0]) if pairs else None
    if method is None or not pairs[0][2] or not all(equals for _, equals, _ in pairs):
        raise Unreadable("it is malformed")
    name, told = method[1].lower(), pairs[1:]
    if told and told[0][0].lower() == "reason":
        del told[0]
    properties = {of.lower(): value for of, _, value in told}
    may = _PROPERTIES.get(name, _OTHERS)
    if len(properties) < len(told) or not all(may.fullmatch(of) for of in properties):
        raise Unreadable("it is malformed")
    return _Result(name, pairs[0][2].lower(), properties)


def _entries(text: str) -> list[list[str]]:
    """Words between semicolons, without comments; what was quoted stands, whole, in the word it belongs to."""
    entries: list[list[str]] = [[]]
    at, glued = 0, False  # glued: the next word goes on with the last
    while at < len(text):
        word = _WORD.match(text, at)
        quoted = _QUOTED.match(text, at) if text[at] == '"' else None
        if word is not None and (not glued or word[0].startswith("@")):
            if glued:
                entries[-1][-1] += word[0]
            else:
                entries[-1].append(word[0])
            at, glued = word.end(), False
        elif quoted is not None and at and text[at - 1] == "=" and entries[-1]:
            entries[-1][-1] += quoted[1]
            at, glued = quoted.end(), True
        elif text[at] in " \t\r\n":
            at, glued = at + 1, False
        elif text[at] == "(":
            at, glued = _past_comment(text, at), False
        elif text[at] == ";":
            entries.append([])
            at, glued = at + 1, False
        else:
            raise Unreadable("it is malformed")
    return entries if len(entries) > 1 else [*entries, []]


def _past_comment(text: str, at: int) -> int:
    """Where the comment at `at` ends (RFC 5322 3.2.2); they nest. No receiver quotes or escapes in one of its own."""
    depth = 0
    for mark in _MARK.finditer(text, at):
        depth += {"(": 1, ")": -1}.get(mark[0], DEEPEST)
        if depth == 0:
            return mark.end()
        if depth > DEEPEST:
            break
    raise Unreadable("it is malformed")
