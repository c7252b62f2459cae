"""Decisions as lines of a table: who, verdict, score, two strongest reasons, folder; and their receipts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipeline.store import state
from pipeline.store.log import Log
from pipeline.store.migrations import decode
from pipeline.table import table
from stages.events import Enriched, Routed
from stages.receipt import receipt
from stages.saying import FOLLOWS, follows, strongest, verdict

HEAD = ("who", "verdict", "score", "two strongest reasons", "folder")


async def filed_table(store: Log) -> str:
    """Who, verdict, score, two strongest reasons, folder: of every mail that was filed, in order of arrival."""
    return table(HEAD, [line for enriched, routed in await state.judged(store) for line in lines_of(enriched, routed)])


def lines_of(enriched: Enriched, routed: Routed) -> Iterator[tuple[str, ...]]:
    """One line a request; one for a mail without requests."""
    if not routed.decisions:
        names = [notice.name.value for notice in enriched.parsed.notices if notice.name.value]
        yield (
            names[0] if names else enriched.parsed.from_name or "-",
            "no request",
            "",
            enriched.kind.replace("_", " "),
            routed.folder,
        )
    for decision in routed.decisions:
        judgement = decision.judgement
        who = judgement.request.notice.name.value or enriched.parsed.from_name or "-"
        folder = routed.folder
        if routed.best is not None and decision is not routed.best:  # a summary lies where its best request belongs
            folder += f" (with {routed.best.judgement.request.notice.name.value or 'the best one'})"
        why = FOLLOWS if follows(decision) else strongest(judgement.reasons)
        yield (who, verdict(decision.verdict), f"{judgement.score:g}", why, folder)


def receipts(steps: Iterable[state.Story], id: str) -> Iterator[str]:
    """Of the last decision about each mail, with what was known then: later rules and points change nothing of it.

    Of a mail with several requests, all; or the one whose id is given.
    """
    mails: dict[str, Enriched] = {}
    decided: dict[str, Routed] = {}
    for step in steps:
        event = decode(step.kind, step.version, step.body)
        if isinstance(event, Enriched):
            mails[event.mail] = event
        elif isinstance(event, Routed) and event.mail in mails:
            decided[event.mail] = event
    for mail, routed in decided.items():
        asked = tuple(decision for decision in routed.decisions if decision.judgement.request.id == id)
        one = routed.model_copy(update={"decisions": asked or routed.decisions})
        yield (f"Mail {mail}:\n" if len(decided) > 1 else "") + receipt(one, mails[mail])
