"""Readings in the store: small, without values, counted by template; what was announced is kept from a second time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from pipeline import inspections
from pipeline.clock import now, utc
from pipeline.store import drifts, readings
from pipeline.store.log import Conflict, Entry, Log, Output
from pipeline.store.readings import Template
from stages.drift import LATELY
from stages.events import ABSENT, Enriched, Forwarded, Notice, Received, shown
from stages.fill_rates import LAYOUT, Doubt, Drift, LayoutPasts
from stages.inspecting import InspectionWanted
from tests.builders.events import enriched, notice, received
from tests.builders.own_mails import inspection
from tests.builders.schema import set_back

WINDOW = 30 * 86_400_000
SINGLE, KNOWN, OTHER = "single", "p" + "1" * 15, "p" + "2" * 15
OF = Template("amy", "linkedin", SINGLE, True, "p")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Log]:
    log = await Log.open(tmp_path / "salver.db", WINDOW)
    yield log
    await log.close()


def event(number: int, layout: str = KNOWN, trust: str = "aligned", strange: bool = False, **more: object) -> Enriched:
    """A mail that was read: headline and profile, no note; more: what its Parsed says."""
    about = notice(f"Person {number}", "Baker", str(number), f"p{number}").model_copy(update={"note": ABSENT})
    kind = str(more.pop("kind", "invitation"))
    made = enriched(f"{number:032x}", about, trust=trust, kind=kind, at=number)
    told: dict[str, object] = {"template": SINGLE, "layout": layout, **more}
    drift = Drift(unknown_layout=True, lost=("headline",)) if strange else None
    return made.model_copy(update={"parsed": made.parsed.model_copy(update=told), "drift": drift})


def bare(number: int, **more: object) -> Notice:
    """What a mail about this person shows that has no headline."""
    return event(number).parsed.notices[0].model_copy(update={"headline": ABSENT, **more})


async def keep(store: Log, *events: Enriched | InspectionWanted) -> None:
    await store.put([Output(f"{each.mail}.{type(each).__name__}", each, "done") for each in events])


async def kept_in(store: Log) -> list[tuple[object, ...]]:
    rows = await store.read(
        "SELECT owner, template, proven, way, layout, strange, imported, shown, absent FROM readings"
    )
    return [tuple(row) for row in rows]


async def test_a_row_holds_names_of_fields_and_never_a_value(store: Log) -> None:
    await keep(store, event(1))
    assert await kept_in(store) == [
        ("amy", SINGLE, 1, "p", KNOWN, 0, 0, "name headline profile_url invitation_id layout_known", "note")
    ]


async def test_spoofs_what_is_judged_again_what_a_client_wrote_anew_and_what_is_to_others_do_not_count(
    store: Log,
) -> None:
    await keep(
        store,
        event(1, kind="spoof", trust="forged"),
        event(2).model_copy(update={"again": 5}),
        event(3, forwarded=Forwarded(how="inline")),
        event(4, network=None),
        event(5).model_copy(update={"addressed": False}),
    )
    assert await kept_in(store) == []


async def test_they_are_counted_by_layout_and_the_latest_by_when_they_came(store: Log) -> None:
    await keep(
        store,
        event(5), event(4, OTHER), event(3, notices=(bare(3),)), event(2, imported="judge"),
        event(6, OTHER, strange=True), event(7, trust="unverified"), event(8, template="another"),
        event(9, layout="t" + "1" * 15),
    )  # fmt: skip
    past = await drifts.past_of(store.read, OF, OTHER)
    assert (past.mails, past.seen, past.strange) == (3, 1, 1)
    rates = {rate.field: rate for rate in past.rates}
    headline, note = rates["headline"], rates["note"]
    assert (headline.read, headline.here, headline.lately, headline.before_of) == (2, 2, "011", 0)
    assert (note.read, note.lately) == (3, "111")
    assert "message" not in rates


async def test_each_person_counts_once_and_with_the_latest_mail(store: Log) -> None:
    again = (event(50 + number, notices=(bare(1),)) for number in range(20))
    old = event(7, OTHER, notices=(bare(2),)), event(90, OTHER), event(3, imported="judge", notices=(bare(90),))
    await keep(store, event(1), *again, *old, event(101, notices=(bare(1),), template="another"))
    await keep(store, event(102, notices=(bare(1),), trust="unverified"))
    rows = await store.read(
        "SELECT at, layout, shown LIKE '%headline%' FROM readings WHERE template = ? AND proven", (SINGLE,)
    )
    assert sorted(map(tuple, rows)) == [(7, OTHER, 0), (69, KNOWN, 0), (90, OTHER, 1)]
    whose = await store.read("SELECT count(DISTINCT person), count(*) FROM readings")
    assert [tuple(row) for row in whose] == [(3, 5)]


async def test_where_nobody_is_named_one_mail_counts_once_all_the_same(store: Log) -> None:
    nobody = {"notices": (), "layout_known": False}
    await keep(store, *(event(number, date=5, **nobody) for number in range(9)), event(10, date=6, **nobody))
    assert len(await kept_in(store)) == 2


async def test_the_past_of_a_mail_is_that_of_other_people(store: Log) -> None:
    await keep(store, *(event(number) for number in range(40)), event(50, OTHER, strange=True))
    doubt = Doubt(what="headline", read=0, of=7, before=50, before_of=60)
    await keep(store, inspection(mail="f" * 32, template=SINGLE, doubts=(doubt,), at=1))
    for number, mails, strange, came in ((7, 39, 1, 37), (99, 40, 1, 38), (50, 40, 0, 38)):
        past = (await drifts.pasts_of(store.read, store.key, event(number, OTHER).parsed)).proven
        assert (past.mails, past.strange) == (mails, strange)
        (rate,) = [rate for rate in past.rates if rate.field == "headline"]
        assert (len(rate.lately), rate.before_of) == (LATELY - 1, came - LATELY + 1)


async def test_a_sentence_is_known_by_how_many_others_have_it(store: Log) -> None:
    def said(number: int, words: str) -> Notice:
        return bare(number, note=shown(words))

    await keep(store, *(event(n, notices=(said(n, f"Person {n} would like to stay in touch."),)) for n in range(4)))
    await keep(store, *(event(n, notices=(said(8, "We met in Oslo."),)) for n in range(8, 20)))
    await keep(store, event(30, notices=(said(30, "We met in Oslo."),), trust="unverified"))
    asked = event(2, notices=(said(2, "Person 2 would like to stay in touch!"), said(9, "We met in Oslo"), bare(10)))
    assert (await drifts.pasts_of(store.read, store.key, asked.parsed)).proven.alike == (3, 1, 0)


async def test_before_is_what_came_before_the_latest_and_after_an_announcement_what_came_since(store: Log) -> None:
    await keep(store, *(event(number) for number in range(60)))
    (rate,) = [rate for rate in (await drifts.past_of(store.read, OF)).rates if rate.field == "headline"]
    assert (await drifts.past_of(store.read, OF)).lately_since == 60 - LATELY + 1
    assert (rate.before, rate.before_of, len(rate.lately)) == (60 - LATELY + 1, 60 - LATELY + 1, LATELY - 1)
    doubt = Doubt(what="headline", read=0, of=7, before=50, before_of=60)
    await keep(store, inspection(mail="f" * 32, template=SINGLE, doubts=(doubt,), at=29))
    past = await drifts.past_of(store.read, OF)
    (rate,) = [rate for rate in past.rates if rate.field == "headline"]
    assert (rate.before, rate.before_of) == (30 - LATELY + 1, 30 - LATELY + 1)
    (told,) = past.told
    assert (told.what, told.number, told.at, told.read, told.of) == ("headline", 1, 29, 50, 60)


async def test_few_are_kept_of_each_layout_whatever_comes(store: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readings, "_KEPT", 20)
    monkeypatch.setattr(readings, "_UNPROVEN", 30)
    await keep(store, *(event(number) for number in range(100)), event(0x999, OTHER))
    await keep(store, *(event(0x1000 + n, trust="unverified", template=f"made up {n}") for n in range(80)))
    rows = await store.read("SELECT proven, layout, count(*), min(at) FROM readings GROUP BY proven, layout")
    assert [tuple(row)[:3] for row in rows] == [(0, KNOWN, 30), (1, KNOWN, 20), (1, OTHER, 1)]
    assert rows[1][3] == 80


async def test_what_was_read_long_ago_does_not_push_out_what_came_lately(
    store: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readings, "_KEPT", 20)
    await keep(store, *(event(number) for number in range(1_000, 1_020)))
    await keep(store, *(event(number, imported="judge") for number in range(50)))
    rows = await store.read("SELECT imported, count(*) FROM readings GROUP BY imported")
    assert [tuple(row) for row in rows] == [(0, 20)]


async def test_proven_mails_and_others_are_asked_apart(store: Log) -> None:
    await keep(store, event(1, trust="unverified"))
    pasts = await drifts.pasts_of(store.read, store.key, event(9, OTHER).parsed)
    assert (pasts.proven.mails, pasts.unproven.mails, pasts.ever_proven) == (0, 1, False)
    await keep(store, event(2))
    pasts = await drifts.pasts_of(store.read, store.key, event(9, OTHER).parsed)
    assert (pasts.proven.mails, pasts.unproven.mails, pasts.ever_proven, pasts.told_at) == (1, 1, True, 0)
    await keep(store, inspection(mail="f" * 32, at=77))
    assert (await drifts.pasts_of(store.read, store.key, event(9).parsed)).told_at == 77
    assert await drifts.pasts_of(store.read, store.key, event(9, network=None).parsed) == LayoutPasts()


async def test_whoever_announces_the_same_second_is_read_again(store: Log) -> None:
    first, second = (
        inspection(mail=letter * 32, doubts=(Doubt(what=LAYOUT, read=0, of=1, before=9, before_of=9),))
        for letter in "ab"
    )
    for each in (first, second):
        await store.append(
            [Received.model_validate({**received(each.mail, blob=each.mail).model_dump()})], b"x", each.mail
        )
    entries = {entry.id: entry for entry in await store.claim(10)}
    await store.finish(entries[first.mail], [Output("a.0", first, "done")])
    with pytest.raises(Conflict):
        await store.finish(Entry(second.mail, entries[second.mail].event), [Output("b.0", second, "done")])
    assert [tuple(row) for row in await store.read("SELECT count(*) FROM events WHERE kind = 'InspectionWanted'")] == [
        (1,)
    ]
    again = second.model_copy(update={"doubts": (second.doubts[0].model_copy(update={"number": 1}),)})
    await store.finish(entries[second.mail], [Output("b.0", again, "done")])


async def test_it_is_written_anew_from_the_log(store: Log) -> None:
    await keep(store, *(event(number) for number in range(5)), event(9, OTHER, strange=True), inspection(mail="f" * 32))
    before = await kept_in(store), await drifts.announced(store.read)
    await store.rebuild()
    assert (await kept_in(store), await drifts.announced(store.read)) == before


async def test_status_names_what_is_down_and_is_silent_once_it_is_read_again(store: Log) -> None:
    at = now()
    await keep(store, *(event(at - 1000 + number) for number in range(40)))
    doubt = Doubt(what="headline", read=0, of=7, before=40, before_of=40)
    await keep(store, *(event(at - 500 + number, notices=(bare(number),)) for number in range(8)))
    assert await inspections.lines(store) == []
    await keep(store, inspection(mail="f" * 32, template=SINGLE, doubts=(doubt,), at=at - 490))
    await keep(store, event(at - 400, OTHER, strange=True), event(at - 399, OTHER, strange=True))
    kind, todo = await inspections.lines(store)
    assert kind.startswith(
        "LinkedIn mail for amy (single): headline can hardly be read any more (in 15 of the latest 23); 2 mails are"
        " laid out in a way that Salver does not know; since "
    )
    assert kind.endswith(f"UTC, such as {'f' * 32}.")
    assert f"`salver fixture make {'f' * 32}`" in todo
    assert f"`salver reparse --since {utc(at - 490)[:10]}`" in todo
    await keep(store, *(event(at - 300 + number, OTHER) for number in range(8)))
    assert await inspections.lines(store) == []


async def test_one_change_of_one_kind_of_mails_is_one_line_whatever_is_missing(store: Log) -> None:
    def mail(at: int, trust: str, **theirs: object) -> Enriched:
        return event(at, trust=trust, notices=(bare(at, **theirs),), layout_known=bool(theirs))

    began, gone = now() - 9 * 86_400_000, ("headline", "location", "layout_known")
    doubts = tuple(Doubt(what=what, read=0, of=7, before=40, before_of=40) for what in gone)
    for first, proven, trust in ((now() - 9_000, False, "unverified"), (now() - 1_000, True, "aligned")):
        usual = {"headline": shown("Baker"), "location": shown("Town")}
        await keep(store, *(mail(first + number, trust, **usual) for number in range(40)))
        await keep(store, *(mail(first + 100 + number, trust) for number in range(24)))
        found = {"template": SINGLE, "proven": proven, "doubts": doubts, "at": first + 106, "since": began}
        await keep(store, inspection(mail=("e" if proven else "f") * 32, **found))
    proved, unproven, todo = await inspections.lines(store)
    said = "headline, place can hardly be read any more (in none of the latest 23); since "
    assert unproven.startswith(f"Unproven LinkedIn mail for amy (single): {said}")
    assert unproven.endswith(f", such as {'f' * 32}.")
    assert proved.startswith(f"LinkedIn mail for amy (single): {said}")
    assert f"`salver reparse --since {utc(began)[:10]}`" in todo, "mails that were judged before it was noticed too"


async def test_a_store_of_before_learns_the_tables(tmp_path: Path) -> None:
    path = tmp_path / "salver.db"
    await (await Log.open(path, WINDOW)).close()
    set_back(path, 7)
    store = await Log.open(path, WINDOW)
    try:
        await keep(store, event(1))
        assert len(await kept_in(store)) == 1
    finally:
        await store.close()
