"""One `[[account]]` of the configuration: a mail account elsewhere."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import Field, field_validator, model_validator

from stages.events import Value
from stages.settings import Duration

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
LOOPBACK = ("127.0.0.1", "::1", "localhost")


def reference(value: str) -> str:
    """A secret's reference, as it is. ValueError: it is none; and what stands there may be the password itself, so that
    it is never repeated."""
    kind, _, where = value.partition(":")
    if kind not in ("env", "file", "keyring") or not where:
        raise ValueError("a secret is named, not written here; write env:NAME, file:PATH or keyring:SERVICE/USER")
    return value


class Account(Value):
    """A mail account that Salver may sign in to: to sort what lies there, or to file into it."""

    name: str = Field(description="what you call it: small letters, digits, dashes; imap://NAME is a mailbox target")
    owner: str = Field(default="", description="id of the owner whose requests lie there; empty: the first owner")
    host: str = Field(description='host of the IMAP server, with a port if it is another: "imap.example.org:993"')
    tls: Literal["implicit", "starttls", "none"] = Field(
        default="implicit", description="implicit (port 993), starttls (port 143); none for a server on loopback only"
    )
    ca: str = Field(
        default="", description="a PEM file of certificates to trust, in place of the system's, for a CA of your own"
    )
    user: str = Field(description="the name you sign in with, most often the address")
    sign_in: Literal["password", "xoauth2"] = Field(
        default="password", description="password (or app password), or xoauth2: the token `salver connect` got"
    )
    secret: str = Field(
        description="where the password or token lies: env:NAME, file:PATH or keyring:SERVICE/USER; never itself"
    )
    inbox: str = Field(default="INBOX", description="the folder whose requests are sorted")
    folders: str = Field(default="Salver", description="under this folder lie Good, Intriguing and Ugly")
    since: Duration = Field(
        default="30d", validate_default=True, description="mails that came longer ago are not looked at"
    )
    sort: bool = Field(
        default=False,
        description="`salver serve` moves requests in this account; false: only `salver pull` looks, when you call it",
    )
    copies: bool = Field(
        default=False,
        description="add a copy that bears the X-Salver fields, and move the untouched mail to the folder Originals",
    )

    @field_validator("name")
    @classmethod
    def _plain_name(cls, value: str) -> str:
        if not NAME.fullmatch(value):
            raise ValueError(f'"{value}" is no account name; use small letters, digits and dashes, such as "work"')
        return value

    @field_validator("inbox", "folders", "user")
    @classmethod
    def _one_line(cls, value: str) -> str:
        if not value.strip("/ ") or not value.isprintable():
            raise ValueError("this is one line of letters; write it without control characters")
        return value

    @field_validator("secret")
    @classmethod
    def _reference(cls, value: str) -> str:
        return reference(value)

    @model_validator(mode="after")
    def _safe_on_the_way(self) -> Account:
        host, port = self.endpoint
        if not host or not 0 < port < 65536:
            raise ValueError(f'"{self.host}" is no server; write a host, such as "imap.example.org"')
        if self.tls == "none" and host not in LOOPBACK:
            raise ValueError('tls = "none" would send the password in the clear; it is for a server on loopback only')
        return self

    @property
    def endpoint(self) -> tuple[str, int]:
        """Host and port; 993, or 143 without implicit TLS. Port 0 where what stands there is none."""
        match = re.fullmatch(r"\[?([^\[\]\s/]+?)\]?(?::(\d{1,5}))?", self.host)
        if match is None:
            return "", 0
        return match[1], int(match[2]) if match[2] else (993 if self.tls == "implicit" else 143)
