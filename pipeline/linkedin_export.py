"""A member's own LinkedIn data export, a folder or its .zip -> what it says of them, and what is wrong with it.

The layouts are those that published exports and readers of them agree on: UTF-8 with or without a mark, a header line,
before it a few lines of notes (Connections.csv), months in English. What is unclear is left out and said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from pipeline.export_files import ExportError, Row, files, rows_of
from pipeline.person import Person
from pipeline.profile import language_code
from stages.settings import Profile, Published, Tenure

COLUMNS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "Profile.csv": (("First Name", "Last Name"), ("Headline", "Industry")),
    "Positions.csv": (("Company Name", "Title", "Started On", "Finished On"), ()),
    "Education.csv": (("School Name",), ()),
    "Languages.csv": (("Name",), ("Proficiency",)),
    "Publications.csv": (("Name",), ("Published On",)),
}
"""The files that a profile is made of: columns they must have, and columns we read if they are there."""

CONNECTIONS = "Connections.csv"
_EMAIL = "Email Address"


class Export(NamedTuple):
    """What an export says: a profile, what could not become part of it, and what was left out."""

    profile: Profile
    headline: str
    warnings: tuple[str, ...]


def read_export(path: Path) -> Export:
    """Reads what concerns a profile. Connections.csv does not, and is not opened.

    Raises ExportError for a mistake after which nothing sure can be said.
    """
    found = files(path, (*COLUMNS, "Groups.csv"))
    warnings: list[str] = []
    if not COLUMNS.keys() & found.keys():
        raise ExportError(f"{path}: none of {', '.join(COLUMNS)} is in it; is this the data export of LinkedIn?")
    if "Groups.csv" in found:
        warnings.append("Groups.csv: we do not know its layout, so it was left out; name your groups yourself")
    read = {
        name: tuple(rows_of(name, found[name], *columns, warnings)) if name in found else ()
        for name, columns in COLUMNS.items()
    }
    person = read["Profile.csv"][0].fields if read["Profile.csv"] else {}
    if "Profile.csv" in found and not person:
        warnings.append("Profile.csv: there is no row in it, so your name and industry are not known")
    warnings += [
        f"{row.file}, line {row.line}: left out; there is one profile already" for row in read["Profile.csv"][1:]
    ]
    tenures, roles = _positions(read["Positions.csv"])
    profile = Profile(
        name=_full_name(person),
        languages=_languages(read["Languages.csv"], warnings),
        industry=tuple(filter(None, (person.get("Industry", ""),))),
        roles=roles,
        employers=tenures,
        schools=_distinct(row.fields["School Name"] for row in read["Education.csv"]),
        published=_published(read["Publications.csv"]),
    )
    return Export(profile, person.get("Headline", ""), tuple(warnings))


def _distinct(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))


def _full_name(fields: dict[str, str]) -> str:
    return f"{fields.get('First Name', '')} {fields.get('Last Name', '')}".strip()


def _positions(rows: tuple[Row, ...]) -> tuple[tuple[Tenure, ...], tuple[str, ...]]:
    """Employers in the order of the file, and the titles held at present."""
    spans: dict[str, list[tuple[str, int | None, int | None]]] = {}
    for row in rows:
        first, last = row.day("Started On"), row.day("Finished On")
        start, end = first.year if first else None, last.year if last else None
        if start is not None and end is not None and end < start:
            raise ExportError(f"{row.at('Finished On')}: {end} lies before the year of Started On, {start}")
        if name := row.fields["Company Name"]:
            spans.setdefault(name.casefold(), []).append((name, start, end))
    tenures = [
        Tenure.model_validate({"name": name, "from": start, "to": end})
        for same in spans.values()
        for name, start, end in _joined(same)
    ]
    present = _distinct(row.fields["Title"] for row in rows if row.day("Started On") and not row.day("Finished On"))
    return tuple(tenures), present


def _joined(spans: list[tuple[str, int | None, int | None]]) -> list[tuple[str, int | None, int | None]]:
    """Several positions at one employer are one tenure where their years overlap or touch; a gap stays a gap."""
    joined: list[tuple[str, int | None, int | None]] = []
    for name, start, end in sorted(spans, key=lambda span: (span[1] is None, span[1] or 0)):
        if joined and start is not None:
            _, first, last = joined[-1]
            if first is not None and (last is None or start <= last):
                joined[-1] = (joined[-1][0], first, None if last is None or end is None else max(last, end))
                continue
        if (name, start, end) not in joined:
            joined.append((name, start, end))
    return joined


def _languages(rows: tuple[Row, ...], warnings: list[str]) -> tuple[str, ...]:
    codes = []
    for row in rows:
        name, proficiency = row.fields["Name"], row.fields["Proficiency"]
        code = language_code(name.split("(")[0].strip())
        if name and code is None:
            warnings.append(f'{row.at("Name")}: we know no code for "{name}"; add it to `languages` yourself')
        elif code and proficiency.casefold().startswith("elementary"):
            warnings.append(f'{row.at("Proficiency")}: {name} is elementary; add "{code}" if you read it')
        elif code:
            codes.append(code)
    return _distinct(codes)


def _published(rows: tuple[Row, ...]) -> tuple[Published, ...]:
    days = [(row.fields["Name"], row.day("Published On")) for row in rows]
    return tuple(dict.fromkeys(Published(title=title, year=day.year if day else None) for title, day in days if title))


def connections_of(path: Path) -> tuple[tuple[Person, ...], tuple[str, ...]]:
    """The people of Connections.csv in an export, and what was left out. Raises ExportError."""
    found = files(path, (CONNECTIONS,))
    if CONNECTIONS not in found:
        raise ExportError(f"{path}: there is no {CONNECTIONS} in it; ask LinkedIn for an export with your connections")
    warnings: list[str] = []
    columns = (("First Name", "Last Name"), (_EMAIL, "Connected On"))
    rows = tuple(rows_of(CONNECTIONS, found[CONNECTIONS], *columns, warnings))
    return people_of(rows, _EMAIL, warnings), tuple(warnings)


def people_of(rows: tuple[Row, ...], email: str, warnings: list[str]) -> tuple[Person, ...]:
    """Somebody a row. The date is of no use to us, so a wrong one is only warned about."""
    people = []
    nameless = []
    for row in rows:
        if "Connected On" in row.fields:
            try:
                row.day("Connected On")
            except ExportError as error:
                warnings.append(f"{error}; the person counts all the same")
        name, address = _full_name(row.fields), row.fields[email].lower()
        if not name:
            nameless.append(row)
            continue
        valid = re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", address) is not None
        if address and not valid:
            warnings.append(f"{row.at(email)}: left out, it is no e-mail address; the person counts all the same")
        people.append(Person((name,), (address,) if valid else ()))
    if nameless:
        more = f", and {len(nameless) - 1} like it" if len(nameless) > 1 else ""
        warnings.append(f"{nameless[0].at('First Name')}: left out, nobody is named{more} (members who left)")
    return tuple(people)
