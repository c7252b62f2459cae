"""Decisions as lines of a table: who, verdict, score, two strongest reasons, folder."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.store import state
from pipeline.store.log import Log
from pipeline.table import table
from stages.events import Enriched, Routed

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
        reasons = sorted(judgement.reasons, key=lambda reason: (not reason.veto, -abs(reason.points)))[:2]
        why = "; ".join(f"{_short(reason.signal)} {reason.points:+g}" for reason in reasons)
        who = judgement.request.notice.name.value or enriched.parsed.from_name or "-"
        folder = routed.folder
        if routed.best is not None and decision is not routed.best:  # a summary lies where its best request belongs
            folder += f" (with {routed.best.judgement.request.notice.name.value or 'the best one'})"
        yield (who, decision.verdict.replace("_", " "), f"{judgement.score:g}", why, folder)


def _short(signal: str) -> str:
    return signal.replace("_", " ")
