"""(Tried) -> what `salver backtest --json` prints: an object a change, and one of all sums."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipeline.backtest.receipts import alone
from pipeline.clock import iso
from stages.backtest.trial import with_what_would_change_it
from stages.backtest.tried import Changed, Confusion, Tried, beside_of, place_of
from stages.events import Decision
from stages.report import report
from stages.settings import Settings


def change_as_object(changed: Changed, live: Settings, new: Settings) -> dict[str, Any]:
    """One change, with both receipts as `salver explain --json` tells them; `file` is the mail's id.

    Its kind is `beside` where verdict and folder stay.
    """
    told = with_what_would_change_it(changed, live, new)
    mail, recorded = told.enriched, told.recorded
    return {
        "kind": "beside" if changed.only_beside else "change",
        "request": recorded.request,
        "mail": mail.mail,
        "owner": mail.owner,
        "name": told.name or None,
        "at": iso(mail.parsed.received_at),
        "recorded": {"verdict": recorded.verdict, "folder": recorded.folder, "rule": recorded.rule},
        "was": _side(told.before),
        "becomes": _side(told.after),
        "beside": {
            "was": beside_of(told.before)._asdict(),
            "becomes": beside_of(told.after)._asdict(),
        },
        "said": told.said,
        "before": report(mail.mail, mail, alone(told.before, mail)),
        "after": report(mail.mail, mail, alone(told.after, mail)),
    }


def _side(decision: Decision) -> dict[str, str]:
    return {**place_of(decision)._asdict(), "rule": decision.rule}


def as_object(found: Tried, live: Settings, new: Settings, notes: Sequence[str] = ()) -> dict[str, Any]:
    """All numbers."""
    return {
        "kind": "backtest",
        "live": {"file": live.rules.file, "version": live.rules.version},
        "new": {"file": new.rules.file, "version": new.rules.version},
        "notes": list(notes),
        "rescored": found.rescored,
        "decisions": found.decisions,
        "first_at": iso(found.first_at),
        "last_at": iso(found.last_at),
        "changed": found.changed,
        "share": found.share,
        "beside": found.beside,
        "moves": [
            {"was": was._asdict(), "becomes": becomes._asdict(), "count": count}
            for (was, becomes), count in found.moves.items()
        ],
        "decided_otherwise_at_the_time": found.otherwise,
        "not_replayed": found.unread,
        "not_asked": found.unasked._asdict(),
        "asked_before_unknown": found.unknown._asdict(),
        "corrections": found.corrections,
        "before": _confusion_object(found.before),
        "after": _confusion_object(found.after),
        "asked": found.asked,
        "rules": [rule._asdict() | {"never_fires": rule.never_fires, "masked": rule.masked} for rule in found.rules],
    }


def _confusion_object(told: Confusion) -> dict[str, Any]:
    said: dict[str, dict[str, int]] = {}
    for (row, column), count in told.counts.items():
        said.setdefault(row, {})[column] = count
    return {"right": told.right, "of": told.of, "said": said}
