"""ARC-Authentication-Results -> the domains its writer found to hold: RFC 8601 read strictly, in linear time.

What a receiver writes there holds words of strangers: reverse-paths, hosts, local parts. So comments and quoted strings
count for nothing, and a field that leaves any doubt how it is to be read says nothing at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from stages.urls import within

LONGEST = 16 * 1024
"""octets of the field"""
DEEPEST = 20
"""comments inside each other"""

_WORD = re.compile(r"[^\s\x00-\x20\x7f;()\"\\]+")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*+)"', re.DOTALL)
_MARK = re.compile(r"[()]|\\.", re.DOTALL)
_INSTANCE = re.compile(r"i=([1-9][0-9]?)", re.IGNORECASE)
_METHOD = re.compile(r"([a-z][a-z0-9-]{0,30})(?:/[0-9]{1,3})?", re.IGNORECASE)
_NAME = re.compile(r"(?!.{254})[a-z0-9_][a-z0-9_-]{0,62}(?:\.[a-z0-9_][a-z0-9_-]{0,62})+")
_AGREES = frozenset({"pass", "none", "bestguesspass"})
"""What a receiver may say of DMARC (RFC 7489) without contradicting a signature of the sender's domain. `none`: the
domain publishes no policy."""


class Unreadable(ValueError):
    """The field says nothing that could be relied on; the text says why, for a person."""


@dataclass(frozen=True)
class _Result:
    """One result: `dkim=pass header.d=...`."""

    method: str
    result: str
    properties: dict[str, str]


def passed_domains(value: bytes, instance: int, sealer: str) -> tuple[str, ...]:
    """Domains whose signature (header.d, header.i), or whose policy for From, the sealer found to hold; each once.

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
        return _passed(tuple(_result(entry) for entry in entries))
    return ()


def _passed(results: tuple[_Result, ...]) -> tuple[str, ...]:
    policies = [result for result in results if result.method == "dmarc"]
    if len(policies) > 1 or any(result.result not in _AGREES for result in policies):
        # Where a signature of the sender's domain holds, so does its policy: a text that says both was tampered with.
        raise Unreadable("it says that the mail breaks its sender's policy")
    found = []
    for result in results:
        if result.result != "pass":
            continue
        if result.method == "dkim":
            found.append(_signer(result.properties))
        elif result.method == "dmarc":
            found.append(_domain(result.properties.get("header.from", "")))
    return tuple(dict.fromkeys(domain for domain in found if domain))


def _signer(properties: dict[str, str]) -> str:
    """d= of the signature; where only i= is told, the domain in it, which is d= or lies below it (RFC 6376 3.5)."""
    domain = _domain(properties.get("header.d", ""))
    user = _domain(properties.get("header.i", "").rpartition("@")[2])
    if domain and user and not within(user, (domain,)):
        raise Unreadable("it contradicts itself")
    return domain or user


def _domain(text: str) -> str:
    name = text.lower().rstrip(".")
    return name if _NAME.fullmatch(name) else ""


def _result(entry: list[str]) -> _Result:
    """`method=result` and properties, each once. Microsoft's `action=none` has no type before its name, and may."""
    pairs = [word.partition("=") for word in entry]
    method = _METHOD.fullmatch(pairs[0][0]) if pairs else None
    if method is None or not pairs[0][2] or not all(equals for _, equals, _ in pairs):
        raise Unreadable("it is malformed")
    properties = {name.lower(): value for name, _, value in pairs[1:]}
    if len(properties) < len(pairs) - 1:
        raise Unreadable("it is malformed")
    return _Result(method[1].lower(), pairs[0][2].lower(), properties)


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
    """Where the comment at `at` ends (RFC 5322 3.2.2); they nest."""
    depth = 0
    for mark in _MARK.finditer(text, at):
        depth += {"(": 1, ")": -1}.get(mark[0], 0)
        if depth == 0:
            return mark.end()
        if depth > DEEPEST:
            break
    raise Unreadable("it is malformed")
