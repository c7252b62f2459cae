"""Arguments of MAIL and RCPT -> address and parameters (RFC 5321 4.1.2, RFC 6531 3.3), strictly."""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST = 512
"""Octets of an address. RFC 5321 4.5.3.1.3 asks for 256; return paths written by forwarders are longer."""

_ATOM = r"[^\s<>\"@,:;()\[\]\\]"
_PATH = re.compile(
    rf"<(?:@[^\s<>@,:]+(?:,@[^\s<>@,:]+)*:)?"  # a source route, which we must take and ignore
    rf"(?P<address>(?:{_ATOM}+|\"(?:[^\"\\]|\\.)*\")@(?:{_ATOM}+|\[[0-9A-Za-z:.-]+\])|postmaster|)>"
    rf"(?P<parameters>(?: +\S+)*) *",
    re.IGNORECASE,
)
_PARAMETER = re.compile(r"([A-Za-z0-9][A-Za-z0-9-]*)(?:=([!-<>-~]+))?")


class BadPath(Exception):
    """Not a path. The text is an enhanced status and a word for people, never the input."""


@dataclass(frozen=True)
class Path:
    """A reverse-path or forward-path with its parameters; names in upper case, a value may be absent."""

    address: str
    parameters: dict[str, str | None]


def path(keyword: str, argument: str) -> Path:
    """`path("FROM:", "FROM:<a@b> SIZE=3")`. BadPath on anything that could mean two things."""
    if argument[: len(keyword)].upper() != keyword:
        raise BadPath("5.5.4 Syntax error")
    bad = BadPath("5.1.7 Bad sender address" if keyword == "FROM:" else "5.1.3 Bad recipient address")
    match = _PATH.fullmatch(argument[len(keyword) :].lstrip(" "))
    if match is None:
        raise bad
    address = match["address"]
    # isprintable is false for controls, for what is invisible or turns text around, and for the lone
    # surrogates that stand for invalid UTF-8.
    if not argument.isprintable() or len(address.encode()) > LONGEST:
        raise bad
    parameters: dict[str, str | None] = {}
    for word in match["parameters"].split():
        parameter = _PARAMETER.fullmatch(word)
        if parameter is None or parameter[1].upper() in parameters:
            raise BadPath("5.5.4 Bad parameter")
        parameters[parameter[1].upper()] = parameter[2]
    return Path(address, parameters)
