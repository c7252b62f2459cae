"""What owners sign in with: hashes from the configuration, or passwords that we make once and keep in a file each."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import secrets
import subprocess
from pathlib import Path
from typing import NamedTuple

from pipeline.accounts.secrets import SecretError, keep, secret_of
from pipeline.dovecot.program import helper
from pipeline.dovecot.trouble import Trouble
from stages.settings import Owner

SCHEMES = ("ARGON2ID", "BLF-CRYPT", "SHA512-CRYPT")
"""Slow ones, the best first; what a system's Dovecot can do differs."""
LONGEST = 1_000
_HASH = re.compile(r"\{([A-Z0-9.-]+)\}[\x21-\x39\x3b-\x7e]+")
_READABLE = ("PLAIN", "CLEAR", "CLEARTEXT", "PLAIN-TRUNC")
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""None that looks like another: people type these into phones."""


class Known(NamedTuple):
    """How an owner signs in."""

    hash: str
    file: Path | None
    """where the password lies that we made; None: the owner's own"""
    fresh: str = ""
    """the password, where it was made just now"""


def known(owner: Owner, folder: Path) -> Known:
    """Of the configuration, else made once and kept in `folder`. Raises Trouble, which never tells a secret."""
    if owner.password:
        return Known(_told(owner), None)
    file = folder / f"imap-password-{owner.id}"
    fresh = ""
    try:
        if not file.exists():
            fresh = made()
            keep(f"file:{file}", fresh)
        return Known(_salted(fresh or secret_of(f"file:{file}")), file, fresh)
    except SecretError as error:
        raise Trouble(f"{owner.id} cannot sign in: {error}") from None


def _told(owner: Owner) -> str:
    hash = owner.password
    if not hash.startswith("{"):
        try:
            hash = secret_of(hash)
        except SecretError as error:
            raise Trouble(f"{owner.id} cannot sign in: {error}") from None
    return checked(hash, owner.id)


def checked(hash: str, owner: str) -> str:
    """Raises Trouble if it is no hash, without telling it."""
    found = _HASH.fullmatch(hash)
    do = f"write what `salver password {owner}` prints"
    if found is None:
        raise Trouble(f"{owner} cannot sign in: `password` is no hash such as {{ARGON2ID}}$argon2id$...; {do}")
    if found[1].partition(".")[0] in _READABLE:
        raise Trouble(f"{owner} cannot sign in: `password` is no hash, everybody could read it; {do}")
    return hash


def made() -> str:
    """A password of 99 bits, in groups that can be read out."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(4))


def _salted(password: str) -> str:
    """Quick to check, which is enough for a password that nobody can guess."""
    salt = os.urandom(16)
    return "{SSHA512}" + base64.b64encode(hashlib.sha512(password.encode() + salt).digest() + salt).decode()


def hashed(password: str, program: str) -> str:
    """A slow hash, made by doveadm, which is told the password by its standard input. Raises Trouble."""
    if not password or len(password) > LONGEST or "\n" in password or "\0" in password:
        raise Trouble(f"a password has at least one character, at most {LONGEST}, and is one line")
    doveadm, version = helper(program)
    plain = ("-O",) if version >= (2, 4) else ("-c", "/dev/null")
    can = _run((doveadm, *plain, "pw", "-l"), "").split()
    scheme = next((each for each in SCHEMES if each in can), SCHEMES[-1])
    return checked(_run((doveadm, *plain, "pw", "-s", scheme), f"{password}\n{password}\n").strip(), "OWNER")


def _run(command: tuple[str, ...], given: str) -> str:
    try:
        done = subprocess.run(command, input=given, capture_output=True, text=True, timeout=60)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        raise Trouble(f"{command[0]} does not answer; is Dovecot installed whole?") from None
    if done.returncode:
        raise Trouble(f"{command[0]} made no hash (exit code {done.returncode}); is Dovecot installed whole?")
    return done.stdout
