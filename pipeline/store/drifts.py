"""How mails were read, template by template, and what was announced of them: kept from events, asked for a new mail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Any, NamedTuple

from pipeline.store.writer import Statement
from stages.drift import FIELDS, LATELY, is_counted, read_in, shown_and_absent, template_of, way_of
from stages.events import Enriched, Event, Parsed
from stages.fill_rates import LAYOUT, LayoutPast, LayoutPasts, Rate, Told
from stages.inspecting import InspectionWanted

Read = Callable[[str, tuple[object, ...]], Awaitable[Iterable[Any]]]
"""Runs a query: `Log.read`."""

_KEPT = 250
"""mails of a layout"""
_OF_TEMPLATES = 2_500
"""mails of a template"""
_UNPROVEN = 5_000
"""mails of an owner that prove nothing, in all: their senders choose what they call their template"""
_OF_TEMPLATE = "owner = ? AND network = ? AND template = ? AND proven = ? AND way = ?"


class Template(NamedTuple):
    """Whose mails, and which, are counted together."""

    owner: str
    network: str
    template: str
    proven: bool
    way: str


def _template(parsed: Parsed, network: str, proven: bool) -> Template:
    return Template(parsed.owner, network, template_of(parsed), proven, way_of(parsed))


# --- in


def reading(event: Enriched, network: str, proven: bool) -> Iterator[Statement]:
    """Keep how a mail was read. A forger's does not count; neither does one that a client wrote anew."""
    parsed = event.parsed
    if event.kind == "spoof" or not is_counted(parsed):
        return
    template = _template(parsed, network, proven)
    strange = event.drift is not None and event.drift.unknown_layout
    shown, absent = shown_and_absent(parsed)
    yield Statement(
        "INSERT INTO readings (owner, network, template, proven, way, layout, strange, imported, mail, at, shown,"
        " absent) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *template, parsed.layout, strange, bool(parsed.imported), event.mail, parsed.received_at, " ".join(shown),
            " ".join(absent),
        ),
    )  # fmt: skip
    for same, its, kept in (("AND layout = ?", (parsed.layout,), _KEPT), ("", (), _OF_TEMPLATES)):
        yield Statement(
            f"DELETE FROM readings WHERE {_OF_TEMPLATE} {same} AND at <"  # noqa: S608
            f" (SELECT at FROM readings WHERE {_OF_TEMPLATE} {same} ORDER BY at DESC LIMIT 1 OFFSET ?)",
            (*template, *its, *template, *its, kept - 1),
        )
    if not proven:
        yield Statement(
            "DELETE FROM readings WHERE owner = ?1 AND NOT proven AND id <="
            " (SELECT id FROM readings WHERE owner = ?1 AND NOT proven ORDER BY id DESC LIMIT 1 OFFSET ?2)",
            (parsed.owner, _UNPROVEN),
        )


def rows_of(event: Event) -> Iterator[Statement]:
    """Keep what is announced, each thing once: whoever comes second breaks the key, and is read again."""
    if not isinstance(event, InspectionWanted):
        return
    template = Template(event.owner, event.network, event.template, event.proven, event.way)
    for doubt in event.doubts:
        yield Statement(
            "INSERT INTO inspections (owner, network, template, proven, way, what, number, layout, mail, at, read,"
            " whole) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *template, doubt.what, doubt.number, doubt.layout, event.mail, event.at, doubt.before,
                doubt.before_of,
            ),
        )  # fmt: skip


# --- out


async def pasts_of(read: Read, parsed: Parsed) -> LayoutPasts:
    """How mails of the same template were read before this one, those that are proven and the others."""
    network = parsed.network
    if network is None or not is_counted(parsed):
        return LayoutPasts()
    (row,) = await read(
        "SELECT EXISTS (SELECT 1 FROM readings WHERE owner = ?1 AND network = ?2 AND proven),"
        " (SELECT max(at) FROM inspections WHERE owner = ?1 AND network = ?2)",
        (parsed.owner, network),
    )
    proven, unproven = [await past_of(read, _template(parsed, network, each), parsed.layout) for each in (True, False)]
    return LayoutPasts(proven=proven, unproven=unproven, ever_proven=bool(row[0]), told_at=int(row[1] or 0))


async def past_of(read: Read, template: Template, layout: str = "") -> LayoutPast:
    """How mails of this template were read; `layout` is that of the mail for which it is asked."""
    rows = list(
        await read(
            "SELECT layout, strange, imported, shown, absent, count(*) FROM readings"  # noqa: S608
            f" WHERE {_OF_TEMPLATE} GROUP BY layout, strange, imported, shown, absent",
            template,
        )
    )
    if not rows:
        return LayoutPast()
    latest = await read(
        f"SELECT shown, absent FROM readings WHERE {_OF_TEMPLATE} AND NOT strange AND NOT imported"  # noqa: S608
        " ORDER BY at DESC, id DESC LIMIT ?",
        (*template, LATELY - 1),
    )
    lately = [_read(*row) for row in latest][::-1]
    told = await _told(read, template)
    tally = _Tally(layout)
    for row in rows:
        tally.add(*row)
    since = {each.what: await _came_since(read, template, each) for each in told if each.what != LAYOUT}
    rates = []
    for name in FIELDS:
        its = "".join("1" if name in fields else "0" for fields in lately)
        came, came_read = since.get(name, (tally.came, tally.came_read[name]))
        rates.append(
            Rate(
                field=name,
                read=tally.read[name],
                here=tally.here[name],
                before=max(0, came_read - its.count("1")),
                before_of=max(0, came - len(its)),
                lately=its,
            )
        )
    return LayoutPast(
        mails=tally.mails,
        seen=tally.seen,
        strange=tally.strange,
        rates=tuple(rate for rate in rates if rate.read or rate.here or rate.before or "1" in rate.lately),
        told=told,
    )


class _Tally:
    """Counts mails, and in how many of them each field could be read."""

    def __init__(self, layout: str) -> None:
        self.layout = layout
        self.mails = self.seen = self.strange = self.came = 0
        self.read: Counter[str] = Counter()
        self.here: Counter[str] = Counter()
        self.came_read: Counter[str] = Counter()

    def add(self, layout: str, strange: int, imported: int, shown: str, absent: str, number: int) -> None:
        """So many mails that were read alike."""
        fields = dict.fromkeys(_read(shown, absent), number)
        if layout == self.layout:
            self.here.update(fields)
            self.strange += number if strange else 0
            self.seen += 0 if strange else number
        elif not strange:
            self.mails += number
            self.read.update(fields)
        if not strange and not imported:
            self.came += number
            self.came_read.update(fields)


async def _came_since(read: Read, template: Template, told: Told) -> tuple[int, int]:
    """(mails, mails in which the field could be read) that came in after it was announced."""
    rows = await read(
        f"SELECT shown, absent, count(*) FROM readings WHERE {_OF_TEMPLATE} AND NOT strange AND NOT imported"  # noqa: S608
        " AND at > ? GROUP BY shown, absent",
        (*template, told.at),
    )
    found = [(told.what in _read(shown, absent), int(number)) for shown, absent, number in rows]
    return sum(number for _, number in found), sum(number for is_read, number in found if is_read)


def _read(shown: str, absent: str) -> frozenset[str]:
    return read_in(shown.split(), absent.split())


async def _told(read: Read, template: Template) -> tuple[Told, ...]:
    """The last announcement of each thing."""
    rows = await read(
        # The columns beside max() are those of its row (SQLite, "bare columns").
        f"SELECT what, count(*), max(at), layout, read, whole FROM inspections WHERE {_OF_TEMPLATE} GROUP BY what",  # noqa: S608
        template,
    )
    return tuple(
        Told(what=what, number=number, at=at, layout=layout, read=seen, of=of)
        for what, number, at, layout, seen, of in rows
    )


# --- for status


class Strange(NamedTuple):
    """Mails of one template in layouts that are not known. Times in ms."""

    template: Template
    since: int
    mails: int
    mail: str
    """the latest"""


async def strange(read: Read, since: int) -> list[Strange]:
    """Templates of which mails in unknown layouts came since then (ms), unless such a layout was read in full since."""
    rows = await read(
        "SELECT owner, network, template, proven, way, min(at), count(*),"
        " substr(max(printf('%020d', at) || mail), 21) FROM readings AS odd"
        " WHERE strange AND at >= ? AND NOT EXISTS (SELECT 1 FROM readings AS known WHERE known.owner = odd.owner"
        " AND known.network = odd.network AND known.template = odd.template AND known.proven = odd.proven"
        " AND known.way = odd.way AND NOT known.strange AND known.layout = odd.layout AND known.at >= odd.at)"
        " GROUP BY owner, network, template, proven, way ORDER BY owner, network, template",
        (since,),
    )
    return [
        Strange(Template(owner, network, template, bool(proven), way), at, mails, mail)
        for owner, network, template, proven, way, at, mails, mail in rows
    ]


class Announced(NamedTuple):
    """A field whose rate fell, as it was announced last."""

    template: Template
    what: str
    mail: str
    at: int


async def announced(read: Read) -> list[Announced]:
    """Every field that was announced to have fallen, also what can be read again."""
    rows = await read(
        "SELECT owner, network, template, proven, way, what, mail, max(at) FROM inspections WHERE what != ?"
        " GROUP BY owner, network, template, proven, way, what ORDER BY owner, network, template, what",
        (LAYOUT,),
    )
    return [
        Announced(Template(owner, network, template, bool(proven), way), what, mail, at)
        for owner, network, template, proven, way, what, mail, at in rows
    ]
