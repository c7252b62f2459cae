"""`lmtp://HOST:PORT/ADDRESS` or `lmtp:///SOCKET/ADDRESS` -> which server, for whom, how it is told of the folder."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple
from urllib.parse import parse_qsl

from stages.events import INBOX

LMTP = "lmtp://"
PORT = 24
"""What Dovecot and Postfix use for LMTP without being told."""
_FORM = "lmtp://HOST:PORT/ADDRESS, such as lmtp://127.0.0.1:24/amy@example.org, or lmtp:///run/dovecot/lmtp/ADDRESS"
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$&'*+=^_`{|}~-]{1,64}(?:@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,188}[A-Za-z0-9])?)?")
_DETAIL = re.compile(r"[A-Za-z0-9_-]+")
_LOCAL = 64
"""Octets before the at sign."""
_SERVER = re.compile(
    r"(?:\[(?P<six>[0-9A-Fa-f:.]{2,45})\]|(?P<host>[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?))"
    r"(?::(?P<port>[0-9]{1,5}))?"
)


class Place(NamedTuple):
    """One recipient of one server."""

    host: str
    """empty: a socket of this machine"""
    port: int
    socket: str
    """its path"""
    address: str
    detail: bool
    """the folder is told by +detail (RFC 5233), too"""
    tls: Literal["offered", "required"]

    @property
    def where(self) -> str:
        """The server, for a person."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.socket or f"{host}:{self.port}"

    @property
    def whose(self) -> str:
        """The same for two spellings of the same mailbox."""
        return f"{LMTP}{self.where}/{self.address.lower()}"

    def recipient(self, folder: str) -> str:
        """The address for a mail that belongs into this folder."""
        local, at, domain = self._parts
        return f"{local}+{folder}{at}{domain}" if self.by_detail(folder) else self.address

    def by_detail(self, folder: str) -> bool:
        """Whether the folder is told by +detail. Not where no address can hold its name (RFC 5321 4.1.2, 4.5.3.1.1):
        that is told by our field alone."""
        fits = _DETAIL.fullmatch(folder) is not None and len(self._parts[0]) + 1 + len(folder) <= _LOCAL
        return self.detail and folder != INBOX and fits

    @property
    def _parts(self) -> tuple[str, str, str]:
        """Local part, at sign, domain."""
        return self.address.rpartition("@") if "@" in self.address else (self.address, "", "")


def lmtp_place(target: str) -> Place | None:
    """None for a target of another kind. ValueError, with what to write instead; it repeats no password."""
    if not target.startswith(LMTP):
        return None
    server, question, more = target.removeprefix(LMTP).partition("?")
    server, slash, address = server.rpartition("/")
    if "@" in server:
        raise ValueError(f"lmtp:// takes no name and no password before the server; write {_FORM}")
    if not slash or not _ADDRESS.fullmatch(address) or (server.startswith("/") and address.endswith("lmtp")):
        raise ValueError(f'"{target}" does not say whose mailbox it is; write {_FORM}')
    detail, tls = _options(more, question)
    if detail and "+" in address:
        raise ValueError(f'"{address}" has a +detail already; leave it or `folder=detail` out')
    if server.startswith("/"):
        if tls == "required":
            raise ValueError("a socket of this machine has no TLS; leave `tls=required` out")
        if len(server.encode()) > 107:
            raise ValueError(f'the path "{server}" is too long for a socket; 107 octets are the most')
        return Place("", 0, server, address, detail, tls)
    match = _SERVER.fullmatch(server)
    port = int(match["port"] or PORT) if match else 0
    if match is None or not 0 < port < 65_536:
        raise ValueError(f'"{target}" names no server; write {_FORM}')
    return Place(match["six"] or match["host"].lower(), port, "", address, detail, tls)


def _options(more: str, question: str) -> tuple[bool, Literal["offered", "required"]]:
    """What stands behind the question mark."""
    known = {"folder": ("field", "detail"), "tls": ("offered", "required")}
    told = parse_qsl(more, keep_blank_values=True)
    for name, value in told:
        if name not in known or value not in known[name]:
            raise ValueError(f'"{name}={value}" is no option of lmtp://; there are ?folder=detail and ?tls=required')
    found = dict(told)
    if len(found) < len(told) or (question and not found):
        raise ValueError(f'"?{more}" is no option of lmtp://, or twice the same; leave it out')
    return found.get("folder") == "detail", "required" if found.get("tls") == "required" else "offered"
