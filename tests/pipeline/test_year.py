"""A year of conversations with restarts, clock jumps and a week switched off: what must hold, holds all the time."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from pipeline.store.log import Log
from pipeline.store.migrations import decode
from stages.calm import free_from
from stages.conversation import OPEN, Advanced, DigestWanted, ReminderWanted
from stages.events import Routed
from tests.builders.year import DAY, HOUR, MINUTE, Year

SINGLE = '[follow_up]\ndigest = "off"\n'
DAILY = "[follow_up]\nweekends = false\n"


@pytest.mark.parametrize("more", [SINGLE, DAILY], ids=["single", "daily"])
async def test_a_month_keeps_every_promise(tmp_path: Path, more: str) -> None:
    await promises(Year(tmp_path, seed=1, days=30, requests=400, more=more))


@pytest.mark.nightly
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("more", [SINGLE, DAILY], ids=["single", "daily"])
async def test_a_year_with_50000_requests_keeps_every_promise(tmp_path: Path, more: str) -> None:
    await promises(Year(tmp_path, seed=2, days=365, requests=50_000, more=more))


async def promises(year: Year) -> None:
    await year.live()
    store = await Log.open(year.app.configuration.store.path, year.settings.requests.name_window)
    try:
        rows = await store.read(
            "SELECT kind, version, body FROM events WHERE kind IN ('Advanced', 'Routed') ORDER BY seq"
        )
        ((failed,),) = await store.read("SELECT count(*) FROM events WHERE kind = 'Failed' OR state != 'done'")
    finally:
        await store.close()
    told = [decode(*row) for row in rows]
    steps = [event for event in told if isinstance(event, Advanced)]
    assert failed == 0
    nothing_is_sent_twice_or_in_quiet_hours_or_above_the_measure(year)
    nobody_is_asked_twice(year, steps)
    deadlines_are_met(year, steps)
    nothing_is_forgotten(year, steps)
    a_mail_lies_where_it_was_last_judged_to_belong(year, [event for event in told if isinstance(event, Routed)])


def nothing_is_sent_twice_or_in_quiet_hours_or_above_the_measure(year: Year) -> None:
    follow_up, zone = year.settings.follow_up, year.settings.owners[0].zone
    assert len(year.mails) > 10
    assert max(year.sent.values()) == 1
    at = [when for when, _ in year.mails]
    for when in at:
        assert free_from(when - 10_000, follow_up, zone) <= when
        assert sum(when - HOUR < other <= when for other in at) <= follow_up.per_hour
        assert sum(when - DAY < other <= when for other in at) <= follow_up.per_day


def nobody_is_asked_twice(year: Year, steps: list[Advanced]) -> None:
    asked: dict[int, int] = defaultdict(int)
    suggested: dict[int, set[str]] = defaultdict(set)
    for step in steps:
        if step.cue == "asked":
            asked[year.person_of[step.request]] += 1
    for _, mail in year.mails:
        lines = [mail] if isinstance(mail, ReminderWanted) else mail.lines if isinstance(mail, DigestWanted) else ()
        for line in lines:
            if line.asking in ("ask", "second"):
                suggested[year.person_of[line.request]].add(line.request)
    assert max(asked.values()) == 1
    assert max(len(requests) for requests in suggested.values()) == 1


def deadlines_are_met(year: Year, steps: list[Advanced]) -> None:
    """Within a minute of being possible: at the deadline, when Salver ran again, or the clock had jumped.

    Nor before the step that set the deadline: who is only told late of an answer has a deadline that is already over.
    """
    follow_up = year.settings.follow_up
    count = 0
    before: dict[str, Advanced] = {}
    for step in steps:
        known = before.get(step.request)
        if step.cue == "elapsed" and known is not None:
            due = known.conversation.due_at
            assert due is not None
            assert step.at >= due
            if not known.conversation.mails:
                possible = max([due, known.at, *(woke for woke in year.wakings if woke <= step.at)])
                assert step.at - possible <= MINUTE, (step.reason, due, step.at)
                count += 1
        if step.conversation.phase == "silent" and known is not None and known.conversation.phase != "silent":
            asked_at = step.conversation.asked_at
            assert asked_at is not None
            assert step.at >= asked_at + follow_up.answer_within
        before[step.request] = step
    assert count > 10
    still_due = [known for known in year.last if known is not None and known.due_at is not None and not known.mails]
    assert not [known for known in still_due if known.due_at is not None and known.due_at < year.end - MINUTE]


def nothing_is_forgotten(year: Year, steps: list[Advanced]) -> None:
    """Whoever is open was told of, or opened in these last days. Where more came than digests hold, they may wait."""
    named = {
        line.request
        for _, mail in year.mails
        for line in ([mail] if isinstance(mail, ReminderWanted) else getattr(mail, "lines", ()))
    }
    crowded = any(
        isinstance(mail, DigestWanted) and (mail.unlisted or mail.overflow) and at > year.end - 20 * DAY
        for at, mail in year.mails
    )
    moved = {step.request for step in steps if step.cue not in ("opened", "elapsed")}
    opened = {step.request for step in steps if step.cue == "opened"}
    assert len(opened) > 50
    for known in year.last:
        if known is not None and known.phase in OPEN and known.came_at < year.end - 10 * DAY:
            assert known.request in named | moved or (crowded and known.tell_at is not None), known
    answered = {step.request for step in steps if step.cue in ("answer", "answered")}
    assert answered
    for known in year.last:
        if known is not None and known.request in answered:
            assert known.verdict != "follow_up", "it was judged with the answer"


def a_mail_lies_where_it_was_last_judged_to_belong(year: Year, routed: list[Routed]) -> None:
    last = {event.mail: event.folder for event in routed}
    assert len(last) > 100
    for mail, folder in last.items():
        assert year.folders[mail][-1] == folder
