"""What was announced of mails that changed, kept from events; and how mails of a template were read, for a new one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.store.key import Key
from pipeline.store.readings import OF_TEMPLATE, Template, counted_with, person_of, wording_of
from pipeline.store.reads import Read
from pipeline.store.writer import Statement
from stages.drift import FIELDS, LATELY, is_counted, read_in
from stages.events import Event, Parsed
from stages.fill_rates import LAYOUT, LayoutPast, LayoutPasts, Rate, Told
from stages.inspecting import InspectionWanted

# --- in


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


async def pasts_of(read: Read, key: Key, parsed: Parsed) -> LayoutPasts:
    """How mails of the same template were read before this one, those that are proven and the others.

    Without those of its own person: nobody's mails show by themselves what the network does.
    """
    network = parsed.network
    if network is None or not is_counted(parsed):
        return LayoutPasts()
    (row,) = await read(
        "SELECT EXISTS (SELECT 1 FROM readings WHERE owner = ?1 AND network = ?2 AND proven),"
        " (SELECT max(at) FROM inspections WHERE owner = ?1 AND network = ?2)",
        (parsed.owner, network),
    )
    person = person_of(key, parsed)
    proven, unproven = [
        await past_of(read, counted_with(parsed, network, each), parsed.layout, person) for each in (True, False)
    ]
    alike = await _alike(read, key, parsed, counted_with(parsed, network, True), person)
    return LayoutPasts(
        proven=proven.model_copy(update={"alike": alike}), unproven=unproven, ever_proven=bool(row[0]),
        told_at=int(row[1] or 0),
    )  # fmt: skip


async def _alike(read: Read, key: Key, parsed: Parsed, template: Template, person: int) -> tuple[int, ...]:
    """Of how many others the latest mail has the same words, for each notice."""
    found = []
    for notice in parsed.notices:
        wording = wording_of(key, notice, parsed)
        rows = await read(
            f"SELECT count(*) FROM readings WHERE {OF_TEMPLATE} AND wording = ? AND person != ?",  # noqa: S608
            (*template, wording, person),
        )
        found.append(int(next(iter(rows))[0]) if wording else 0)
    return tuple(found)


async def past_of(read: Read, template: Template, layout: str = "", person: int | None = None) -> LayoutPast:
    """How mails of this template were read; `layout` and `person` are those of the mail for which it is asked."""
    others = "AND person IS NOT ?"
    rows = list(
        await read(
            "SELECT layout, strange, imported, shown, absent, count(*) FROM readings"  # noqa: S608
            f" WHERE {OF_TEMPLATE} {others} GROUP BY layout, strange, imported, shown, absent",
            (*template, person),
        )
    )
    if not rows:
        return LayoutPast()
    found = await read(
        f"SELECT shown, absent, at FROM readings WHERE {OF_TEMPLATE} {others} AND NOT strange AND NOT imported"  # noqa: S608
        " ORDER BY at DESC, id DESC LIMIT ?",
        (*template, person, LATELY - 1),
    )
    latest = list(found)[::-1]
    lately = [_read(shown, absent) for shown, absent, _ in latest]
    told = await _told(read, template)
    tally = _Tally(layout)
    for row in rows:
        tally.add(*row)
    since = {each.what: await _came_since(read, template, person, each) for each in told if each.what != LAYOUT}
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
        lately_since=latest[0][2] if latest else 0,
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


async def _came_since(read: Read, template: Template, person: int | None, told: Told) -> tuple[int, int]:
    """(mails, mails in which the field could be read) that came in after it was announced."""
    rows = await read(
        f"SELECT shown, absent, count(*) FROM readings WHERE {OF_TEMPLATE} AND NOT strange AND NOT imported"  # noqa: S608
        " AND person IS NOT ? AND at > ? GROUP BY shown, absent",
        (*template, person, told.at),
    )
    found = [(told.what in _read(shown, absent), int(number)) for shown, absent, number in rows]
    return sum(number for _, number in found), sum(number for is_read, number in found if is_read)


def _read(shown: str, absent: str) -> frozenset[str]:
    return read_in(shown.split(), absent.split())


async def _told(read: Read, template: Template) -> tuple[Told, ...]:
    """The last announcement of each thing."""
    rows = await read(
        # The columns beside max() are those of its row (SQLite, "bare columns").
        f"SELECT what, count(*), max(at), layout, read, whole FROM inspections WHERE {OF_TEMPLATE} GROUP BY what",  # noqa: S608
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
