"""What a digest finds in the store: the random sample, what it tells of the rest, the week; and `salver digest`."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline import follow_up_status
from pipeline.cli import main
from pipeline.clock import now
from pipeline.configuration import Configuration
from pipeline.store import digests, due
from pipeline.store.log import Output
from pipeline.timers import Timers
from stages.conversation import DigestWanted, Opened, Ordered, ReminderWanted
from stages.digest import sampled
from stages.events import Decision, Enriched, Judgement, Notice, Order, Reason, Routed
from stages.route import opening
from tests.builders.clockwork import DAY, HOUR, Clockwork, at, clockwork
from tests.builders.events import enriched, notice

THURSDAY = at("2026-11-26 12:00")


def ugly(request: str, trust: str = "aligned") -> tuple[Enriched, Decision]:
    about = notice(request, profile=f"https://www.linkedin.com/in/{request}")
    event = enriched(request, about, kind="spoof" if trust == "forged" else "invitation", trust=trust, at=now())
    reasons = (Reason(signal="sells_a_service", points=-2.5, evidence="payroll"),)
    judgement = Judgement(request=event.requests[0], reasons=reasons, score=-2.5)
    return event, Decision(judgement=judgement, verdict="ugly", rule="score-ugly", folder="Ugly")


async def come(made: Clockwork, *requests: str, trust: str = "aligned") -> None:
    """These requests come in now and are judged ugly."""
    outputs = []
    for request in requests:
        event, decision = ugly(request, trust)
        routed = Routed(
            mail=request, owner="amy", kind=event.kind, decisions=(decision,), verdict="ugly", folder="Ugly"
        )
        outputs += [Output(f"{request}.0", event, "done"), Output(f"{request}.0.0", routed, "done")]
    await made.store.put(outputs)


async def says(made: Clockwork, request: str, order: Order) -> None:
    event, decision = ugly(request)
    given = {"mail": request, "owner": "amy", "request": request, "order": order, "by": "terminal", "at": now()}
    await made.hears(Ordered.model_validate({**given, "opens": opening(decision, event, "maildir:mail")}))


async def next_digest(made: Clockwork) -> DigestWanted:
    """Somebody is to be asked about, so that there is one."""
    count = len(made.digests)
    await made.opens(f"ask {count}")
    await made.goes_to(at("2026-11-27 08:00") + count * DAY)
    assert len(made.digests) == count + 1
    return made.digests[-1][1]


async def test_ugly_ones_are_drawn_at_random_and_none_of_them_twice(tmp_path: Path) -> None:
    async with clockwork(tmp_path, THURSDAY) as made:
        await made.goes_to(THURSDAY)
        await come(made, *(f"u{number}" for number in range(8)))
        shown = [[line.request for line in (await next_digest(made)).sample] for _ in range(4)]
        assert [len(each) for each in shown] == [3, 3, 2, 0]
        assert sorted(each for draw in shown for each in draw) == [f"u{number}" for number in range(8)]
        assert shown[0] != ["u0", "u1", "u2"], "not in the order in which they came"


async def test_of_a_mail_with_several_requests_only_the_ugly_ones_can_be_drawn(tmp_path: Path) -> None:
    async with clockwork(tmp_path, THURSDAY) as made:
        await made.goes_to(THURSDAY)
        event = enriched("m1", notice("Ann Quill"), notice("Ben Quill"), notice("Cam Quill"), kind="digest", at=now())
        verdicts = zip(event.requests, ("good", "ugly", "intriguing"), strict=True)
        decisions = tuple(
            Decision.model_validate(
                {"judgement": {"request": each}, "verdict": said, "rule": f"score-{said}", "folder": said.title()}
            )
            for each, said in verdicts
        )
        routed = Routed(mail="m1", owner="amy", kind="digest", decisions=decisions, verdict="good", folder="Good")
        await made.store.put([Output("m1.0", event, "done"), Output("m1.1", routed, "done")])
        assert [line.about.name.value for line in (await next_digest(made)).sample] == ["Ben Quill"]


async def test_the_sample_can_be_switched_off(tmp_path: Path) -> None:
    async with clockwork(tmp_path, THURSDAY, sample=0) as made:
        await made.goes_to(THURSDAY)
        await come(made, "u1", "u2")
        assert (await next_digest(made)).sample == ()


async def test_who_was_talked_of_or_came_long_ago_or_is_not_ugly_is_not_drawn(tmp_path: Path) -> None:
    async with clockwork(tmp_path, THURSDAY - 91 * DAY) as made:
        await come(made, "old")
        made.clock.move_to(THURSDAY / 1000)
        await made.goes_to(THURSDAY)
        await come(made, "talked of", "fresh")
        await says(made, "talked of", "ugly")
        await made.store.put([Output("nice", enriched("nice", notice("Nice"), at=now()), "done")])
        assert [line.request for line in (await next_digest(made)).sample] == ["fresh"]


async def test_a_sample_alone_comes_once_a_week(tmp_path: Path) -> None:
    async with clockwork(tmp_path, THURSDAY) as made:
        await made.goes_to(THURSDAY)
        await come(made, *(f"u{number}" for number in range(9)))
        await made.waits(THURSDAY + 16 * DAY, HOUR)
        first, second, third = (when for when, _ in made.digests)
        assert (second - first, third - second) == (7 * DAY, 7 * DAY)
        assert all(mail.sample and not mail.asks for _, mail in made.digests)


async def test_what_the_owner_says_about_the_sample_tells_how_many_good_ones_may_lie_among_the_rest(
    tmp_path: Path,
) -> None:
    async with clockwork(tmp_path, THURSDAY, sample=5) as made:
        await made.goes_to(THURSDAY)
        await come(made, *(f"u{number}" for number in range(20)))
        digest = await next_digest(made)
        assert digest.estimate is None, "nobody looked yet"
        drawn = [line.request for line in digest.sample]
        await says(made, drawn[0], "good")
        for request in drawn[1:4]:
            await says(made, request, "ugly")
        await made.store.put([Output("again", _judged_good(drawn[0]), "done")])
        found = (await next_digest(made)).estimate
        assert found is not None
        assert (found.ugly, found.shown, found.looked, found.good) == (20, 5, 4, 1)
        assert 1 <= found.least < 5 < found.most <= 17


def _judged_good(request: str) -> Routed:
    """What comes of the owner's word: the request is no ugly one any more."""
    _, decision = ugly(request)
    judged = decision.model_copy(update={"verdict": "good"})
    return Routed(mail=request, owner="amy", kind="invitation", decisions=(judged,), verdict="good", folder="Good")


async def test_of_a_forged_mail_no_link_is_shown(tmp_path: Path) -> None:
    async with clockwork(tmp_path, THURSDAY) as made:
        await made.goes_to(THURSDAY)
        await come(made, "spoofed", trust="forged")
        (line,) = (await next_digest(made)).sample
        assert line.about.profile_url.value is None
        assert line.known == sampled(*reversed(ugly("spoofed"))).known


async def test_the_week_counts_requests_and_those_that_needed_the_owner(tmp_path: Path) -> None:
    async with clockwork(tmp_path, THURSDAY - 8 * DAY) as made:
        await made.goes_to(THURSDAY - 8 * DAY)
        await come(made, "long ago")
        await _opened(made, "asked long ago")
        await made.goes_to(THURSDAY)
        await come(made, "u1", "u2")
        await _opened(made, "needed")
        await _opened(made, "owing", owed=True)
        await _opened(made, "asked before", asked_before=THURSDAY - 30 * DAY)
        await says(made, "u1", "good")
        await made.goes_to(at("2026-11-27 08:00"))
        week = made.digests[-1][1].week
        assert (week.requests, week.needed) == (2, 2)


async def _opened(made: Clockwork, request: str, **changes: object) -> None:
    """By the worker, so that the log has the event, too."""
    given = {
        "mail": f"mail {request}", "owner": "amy", "request": request, "about": notice(request),
        "mailbox": "maildir:mail", "verdict": "follow_up", "at": now(), **changes,
    }  # fmt: skip
    await made.hears(Opened.model_validate(given))


# --- queries ------------------------------------------------------------------------------------------------------


async def test_every_query_of_a_look_finds_its_rows_by_an_index(tmp_path: Path) -> None:
    async with clockwork(tmp_path, THURSDAY) as made:
        await made.opens("ann")
        plans: list[str] = []

        async def read(sql: str, parameters: tuple[object, ...]) -> list[object]:
            rows = await made.store.read(f"EXPLAIN QUERY PLAN {sql}", parameters)
            plans.extend(str(row[3]) for row in rows)
            return await made.store.read(sql, parameters)  # type: ignore[return-value]

        await due.due(read, now(), False, 9)
        await due.due(read, now(), True, 9, "amy")
        await due.next_due(read, now())
        await due.room(read, "amy", made.settings.follow_up, now())
        await due.moving(read, "amy", now())
        await due.elapsing(read)
        await digests.overflowed(read, "amy", now())
        await digests.to_tell(read, "amy", "to_ask", now(), 9)
        await digests.changed(read, "amy", now(), 9)
        await digests.week_of(read, "amy", now())
        await digests.undrawn(read, "amy", now())
        scans = {plan for plan in plans if plan.startswith("SCAN") and not re.search(r"json_each|CONSTANT", plan)}
        assert scans == {"SCAN events USING INDEX events_ready", "SCAN events USING INDEX events_claimed"}
        assert any("conversations_to_tell (owner=? AND phase=? AND tell_at<?)" in plan for plan in plans)
        assert any("conversations_due (mails=? AND due_at<?)" in plan for plan in plans)


# --- the command --------------------------------------------------------------------------------------------------


def configured(folder: Path, more: str = "") -> list[str]:
    config = folder / "salver.toml"
    config.write_text(
        f'[log]\nlevel = "error"\n[store]\nurl = "sqlite:///{folder}/salver.db"\n{more}\n'
        f'[[owner]]\naddresses = ["amy@salver.test"]\nmailbox = "maildir:{folder}/mail"\ntime_zone = "Europe/Berlin"\n',
        "utf-8",
    )
    return ["--config", str(config)]


def run(*arguments: str, code: int = 0) -> str:
    done = CliRunner().invoke(main, ["digest", *arguments])
    assert done.exit_code == code, done.output
    return done.output


def fill(folder: Path) -> None:
    async def work() -> None:
        async with clockwork(folder, now(), quiet_hours="") as made:
            made.timers = Timers(made.store, made.settings)
            await made.timers.look(now())
            await made.opens("Zoe Okonjo")
            await come(made, "u1")

    asyncio.run(work())


def test_the_next_digest_can_be_seen_and_nothing_changes_by_it(tmp_path: Path) -> None:
    fill(tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    told = run(*configured(tmp_path))
    assert told.startswith("The next digest for amy is due ")
    assert "Zoe Okonjo" in told
    assert "Content-Type" not in told
    assert {name: (tmp_path / name).read_bytes() for name in before} == before
    assert run(*configured(tmp_path), "--owner", "amy@salver.test") == told
    assert run(*configured(tmp_path), "--owner", "amy") == told


def test_where_there_is_nothing_to_tell_it_says_so(tmp_path: Path) -> None:
    async def work() -> None:
        async with clockwork(tmp_path, now()):
            pass

    asyncio.run(work())
    assert "nothing to tell" in run(*configured(tmp_path))
    assert 'digest = "off"' in run(*configured(tmp_path, '[follow_up]\ndigest = "off"\n'))


@pytest.mark.parametrize(
    ("more", "said"), [(("--owner", "nobody"), "belongs to no owner"), ((), "there is no store at")]
)
def test_what_cannot_be_told_is_said_in_a_line(tmp_path: Path, more: tuple[str, ...], said: str) -> None:
    told = run(*configured(tmp_path), *more, code=1)
    assert said in told
    assert "Traceback" not in told


async def test_a_digest_that_the_measure_holds_back_is_told_as_due_and_until_when(tmp_path: Path) -> None:
    async with clockwork(tmp_path, THURSDAY, digest="daily", quiet_hours="", digest_at="08:00", per_hour=2) as made:
        await made.opens("ann")
        path = f"sqlite:///{made.path}"
        told = Configuration.model_validate(
            {"store": {"url": path}, "owner": [made.settings.owners[0].model_dump()], "follow_up": {"per_hour": 2}}
        )
        await made.store.write([digests.passed("amy", THURSDAY - DAY, 0)])
        assert (await follow_up_status.lines(made.store, told))[0].endswith("; a digest is due")
        for number in range(2):
            sent = ReminderWanted(
                mail=f"m{number}", owner="amy", mailbox="maildir:x", request=f"r{number}", about=Notice(), at=THURSDAY
            )
            await made.store.put([Output(f"r{number}.sent", sent, "done")])
        (line,) = await follow_up_status.lines(made.store, told)
        assert re.search(r"; a digest is due and waits until .*: 2 mails an hour at most$", line), line
