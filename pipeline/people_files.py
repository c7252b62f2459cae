"""A file of people -> the people in it, and how well the owner knows them. Its content says of what kind it is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from pipeline.export_files import ExportError, rows_of
from pipeline.linkedin_export import connections_of, people_of
from pipeline.person import PeopleError, Person
from pipeline.sent_mail import is_mail, read_sent
from pipeline.vcards import read_vcards
from stages.events import Tier
from stages.settings import Owner

SAID: dict[str, Tier] = {"connections": "connection", "contacts": "contact", "correspondents": "correspondent"}
"""What `--as` may say."""

MOST_BYTES = 256 * 1024 * 1024
"""Of one address book; photos make them large. Sent mail is not held in memory, and may be larger."""

_HEAD = 8_192
_ADDRESS = ("Email Address", "E-mail Address", "E-mail 1 - Value", "Email")
"""What the column of addresses is called: by LinkedIn, Outlook, Google."""


class People(NamedTuple):
    """What a file says. Without a `tier` the mails of each person decide."""

    people: tuple[Person, ...]
    tier: Tier | None
    source: str
    warnings: tuple[str, ...] = ()


def read_people(path: Path, said: str, owner: Owner) -> People:
    """Reads one file or folder. `said` is what `--as` says, or empty. Raises PeopleError and ExportError."""
    if path.is_dir():
        found = _mails(path, owner) if (path / "cur").is_dir() else _export(path)
    elif path.is_file():
        found = _file(path, said, owner)
    else:
        raise PeopleError(f"{path}: there is no such file or folder")
    if said and found.tier != SAID[said] and not (found.tier is None and said == "correspondents"):
        raise PeopleError(f"{path} is {found.source}, which --as {said} cannot change; leave --as out")
    return found


def _file(path: Path, said: str, owner: Owner) -> People:
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
            if head.startswith(b"PK\x03\x04"):
                return _export(path)
            if is_mail(head):
                return _mails(path, owner)
            raw = head + file.read(MOST_BYTES)
    except OSError as error:
        raise PeopleError(f"{path} cannot be read: {error.strerror or error}") from None
    if len(raw) > MOST_BYTES:
        raise PeopleError(f"{path} is larger than {MOST_BYTES // 1024**2} MB; split it, and name the parts")
    if not raw.strip():
        raise PeopleError(f"{path} is empty")
    if re.match(rb"[\xef\xbb\xbf\xff\xfe\s\0]*b\0?e\0?g\0?i\0?n\0?:", head, re.IGNORECASE):
        people, warnings = read_vcards(path.name, raw)
        return People(people, "contact", "vCard", warnings)
    return _table(path, raw, head.decode("utf-16" if b"\0" in head[:4] else "utf-8", "ignore").casefold(), said)


def _mails(path: Path, owner: Owner) -> People:
    own = frozenset(re.sub(r"\+[^@]*@", "@", address) for address in (*owner.accounts, *owner.addresses))
    people, warnings = read_sent(path, own | {*owner.accounts, *owner.addresses}, sure=bool(owner.accounts))
    return People(people, None, "sent mail", warnings)


def _export(path: Path) -> People:
    people, warnings = connections_of(path)
    return People(people, "connection", "Connections.csv", warnings)


def _table(path: Path, raw: bytes, head: str, said: str) -> People:
    """A table of people. Only LinkedIn's says by a column of its own what it is."""
    linkedin = "connected on" in head
    if not linkedin and not said:
        if "first name" not in head:
            raise PeopleError(
                f"{path}: we know no such file; add a data export of LinkedIn, vCards, an mbox or Maildir of sent "
                'mail, or a table (CSV) with columns "First Name" and "Last Name"'
            )
        raise PeopleError(f"{path}: it does not say how well you know them; add --as contacts, or --as connections")
    warnings: list[str] = []
    column = next((name for name in _ADDRESS if name.casefold() in head), _ADDRESS[0])
    optional = (column, "Connected On") if linkedin else (column,)
    rows = tuple(rows_of(path.name, raw, ("First Name", "Last Name"), optional, warnings))
    people = people_of(rows, column, warnings)
    if linkedin:
        return People(people, "connection", "Connections.csv", tuple(warnings))
    return People(people, SAID[said], "table", tuple(warnings))


Broken = (PeopleError, ExportError)
"""What a file that cannot be used raises."""
