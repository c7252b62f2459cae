"""Enriched -> how a mail was read: one row for each person and template, in names of fields and keyed hashes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pipeline.store.identities import people_of
from pipeline.store.key import Key
from pipeline.store.writer import Statement
from stages.drift import frame_of, is_counted, shown_and_absent, template_of, way_of
from stages.events import Enriched, Notice, Parsed

OF_TEMPLATE = "owner = ? AND network = ? AND template = ? AND proven = ? AND way = ?"

_KEPT = 250
"""people of a layout"""
_OF_TEMPLATES = 2_500
"""people of a template"""
_UNPROVEN = 5_000
"""mails of an owner that prove nothing, in all: their senders choose what they call their template"""


class Template(NamedTuple):
    """Whose mails, and which, are counted together."""

    owner: str
    network: str
    template: str
    proven: bool
    way: str


def counted_with(parsed: Parsed, network: str, proven: bool) -> Template:
    """What the mail is counted with."""
    return Template(parsed.owner, network, template_of(parsed), proven, way_of(parsed))


def person_of(key: Key, parsed: Parsed) -> int:
    """Whom the mail is about, by which one person counts once; where it names nobody, when it was written."""
    people = people_of(parsed.notices[0]) if parsed.notices else ()
    return key.number("reading", parsed.owner, people[0] if people else f"date:{parsed.date}")


def wording_of(key: Key, notice: Notice, parsed: Parsed) -> int:
    """What the note says whoever writes it; 0: there is none."""
    frame = frame_of(notice, parsed)
    return key.number("frame", parsed.owner, frame) if frame else 0


def reading(event: Enriched, network: str, proven: bool, key: Key) -> Iterator[Statement]:
    """Keep how a mail was read: the latest of each person, so that whoever sends one again and again counts once.

    What a forger wrote does not count; neither does what was sent to somebody else, nor what a client wrote anew.
    """
    parsed = event.parsed
    if event.kind == "spoof" or not event.addressed or not is_counted(parsed):
        return
    template, person = counted_with(parsed, network, proven), person_of(key, parsed)
    strange = event.drift is not None and event.drift.unknown_layout
    shown, absent = shown_and_absent(parsed)
    wording = wording_of(key, parsed.notices[0], parsed) if parsed.notices else 0
    yield Statement(
        f"DELETE FROM readings WHERE {OF_TEMPLATE} AND person = ? AND at <= ?",  # noqa: S608
        (*template, person, parsed.received_at),
    )
    yield Statement(
        "INSERT OR IGNORE INTO readings (owner, network, template, proven, way, person, wording, layout, strange,"
        " imported, mail, at, shown, absent) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *template, person, wording, parsed.layout, strange, bool(parsed.imported), event.mail, parsed.received_at,
            " ".join(shown), " ".join(absent),
        ),
    )  # fmt: skip
    yield from _fewer(template, parsed.layout)


def _fewer(template: Template, layout: str) -> Iterator[Statement]:
    """Forget the oldest."""
    for same, its, kept in (("AND layout = ?", (layout,), _KEPT), ("", (), _OF_TEMPLATES)):
        yield Statement(
            f"DELETE FROM readings WHERE {OF_TEMPLATE} {same} AND at <"  # noqa: S608
            f" (SELECT at FROM readings WHERE {OF_TEMPLATE} {same} ORDER BY at DESC LIMIT 1 OFFSET ?)",
            (*template, *its, *template, *its, kept - 1),
        )
    if not template.proven:
        yield Statement(
            "DELETE FROM readings WHERE owner = ?1 AND NOT proven AND id <="
            " (SELECT id FROM readings WHERE owner = ?1 AND NOT proven ORDER BY id DESC LIMIT 1 OFFSET ?2)",
            (template.owner, _UNPROVEN),
        )
