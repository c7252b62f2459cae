"""Does the store open; what waits longest in it, and what needs a person?"""

from __future__ import annotations

import asyncio

from pipeline.doctor.finding import Case, Finding, Findings
from pipeline.store.migrations import StoreError
from pipeline.store.reading import Older, State, faults, reading, state_of
from stages.rhythm import HOUR, span

LOOK_SECONDS = 10.0
"""For looking through the file's pages; a large store is not looked through to its end."""
LONG = HOUR


async def check(case: Case) -> Findings:
    path = case.configuration.store.path
    if not path.exists():
        return (Finding("ok", f"there is no store at {path} yet: the first start makes it"),)
    try:
        async with reading(path) as read:
            state = await state_of(read)
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    broken = await faults(read)
            except TimeoutError:
                broken = []
    except Older as error:
        return (Finding("ok", str(error)),)
    except StoreError as error:
        return (Finding("fault", str(error), "keep a copy of it, then restore or move it"),)
    if broken:
        return (
            Finding("fault", f"the store {path} is damaged: {broken[0]}", "stop Salver and restore it from a copy"),
        )
    return tuple(_told(state, case.at))


def _told(state: State, at: int) -> list[Finding]:
    count = state.waiting
    found = [Finding("ok", f"the store opens: {state.mails} mails, {count} step{'' if count == 1 else 's'} to be done")]
    if state.oldest is not None and at - state.oldest[1] > LONG:
        step, since, error = state.oldest
        found.append(
            Finding(
                "warning",
                f"a step ({step}) waits for {span(at - since)}: {error or 'nobody takes it up'}",
                "mend what it says; it is tried again by itself" if error else "is Salver running? salver serve",
            )
        )
    if state.dead:
        letters = sum(count for _, count in state.dead)
        found.append(
            Finding(
                "warning",
                f"{letters} dead letter{'' if letters == 1 else 's'}, most often: {state.dead[0][0]}",
                "their mail lies raw in the INBOX; `salver status` lists them, `salver retry --all` tries again",
            )
        )
    return found
