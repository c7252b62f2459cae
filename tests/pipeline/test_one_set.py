"""Whatever is taken over meanwhile, one set of rules judges a mail from the first signal to the folder."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from pipeline.store.log import Log
from pipeline.worker import Worker
from stages.events import Enriched, Event, FilingWanted, Parsed, Routed, Scored
from stages.flow import FLOW
from stages.route import route
from stages.rules.language import Rules
from stages.score import decided_with, score
from stages.settings import Settings
from tests.builders.events import received
from tests.builders.judgements import judged, of
from tests.pipeline.test_worker import Edges


def named(version: str, verdict: str) -> Settings:
    rule = {"name": f"by-{version}", "verdict": verdict, "all": [{"field": "kind", "is": "invitation"}]}
    rules = Rules.model_validate({"rule": [rule]}).but(file="rules.toml", version=version)
    owners = [{"addresses": ["amy@salver.test"], "mailbox": "maildir:x"}]
    return Settings.model_validate({"owners": owners}).but(rules=rules)


OLD, NEW = named("aaaa0000", "good"), named("bbbb1111", "intriguing")


class Worked:
    """A worker whose score is followed by another set, as if that came just then."""

    def __init__(self, store: Log) -> None:
        self.fails = False
        self.changes = True
        flow: dict[type[Event], Any] = {**FLOW, Parsed: self.enrich, Enriched: self.score, Scored: self.route}
        self.worker = Worker(store, Edges().table(), OLD, flow)
        self.store = store

    def enrich(self, event: Parsed, settings: Settings) -> tuple[Enriched]:
        made = of_a_request()
        return (made.model_copy(update={"mail": event.mail, "owner": "amy"}),)

    def score(self, event: Enriched, settings: Settings) -> tuple[Scored]:
        made = score(event, settings)
        if self.changes:
            self.worker.settings = NEW
        return made

    def route(self, event: Scored, settings: Settings) -> tuple[Event, ...]:
        if self.fails:
            raise RuntimeError("a bug")
        return tuple(each for each in route(event, settings) if isinstance(each, Routed | FilingWanted))

    async def rest(self) -> None:
        async with asyncio.timeout(30):
            while True:
                ((left,),) = await self.store.read("SELECT count(*) FROM events WHERE state IN ('ready', 'claimed')")
                if not left:
                    return
                await asyncio.sleep(0.01)

    async def routed(self) -> Routed:
        ((body,),) = await self.store.read("SELECT body FROM events WHERE kind = 'Routed'")
        return Routed.model_validate_json(body)


def of_a_request() -> Enriched:
    judgement = judged()
    return of(judgement).model_copy(update={"requests": (judgement.request,)})


async def run(folder: Path, fails: bool) -> Routed:
    store = await Log.open(folder / "salver.db", 1_000_000, serve=True)
    worked = Worked(store)
    worked.fails = fails
    task = asyncio.create_task(worked.worker.run())
    try:
        await store.append([received()], b"x", "x")
        await worked.rest()
        if fails:
            worked.fails = worked.changes = False
            assert await store.revive(None)
            worked.worker._wake.set()
            await worked.rest()
        return await worked.routed()
    finally:
        await worked.worker.stop()
        await task
        await store.close()


async def test_a_set_that_comes_between_score_and_route_judges_the_next_mail(tmp_path: Path) -> None:
    routed = await run(tmp_path, fails=False)
    (decision,) = routed.decisions
    assert decision.rule_at is not None
    assert decision.rule_at.version == "aaaa0000"
    assert decision.verdict == "good"
    assert routed.settings_hash == decided_with(OLD)


async def test_what_failed_under_one_set_is_judged_anew_by_the_one_that_is_live(tmp_path: Path) -> None:
    routed = await run(tmp_path, fails=True)
    (decision,) = routed.decisions
    assert decision.rule_at is not None
    assert decision.rule_at.version == "bbbb1111"
    assert routed.settings_hash == decided_with(NEW)
