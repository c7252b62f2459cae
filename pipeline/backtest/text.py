"""(Tried) -> what `salver backtest` prints: text for a person, objects for machines."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from pipeline.clock import moment, now
from pipeline.following_up import END
from pipeline.table import table
from stages.backtest.hits import Hits
from stages.backtest.trial import with_what_would_change_it
from stages.backtest.tried import VERDICTS, Changed, Confusion, Place, Tried, place_of
from stages.events import Decision, Enriched, Routed
from stages.header import clean
from stages.names import FOLDERS
from stages.receipt import receipt
from stages.report import report
from stages.settings import Settings

_UTC = ZoneInfo("UTC")


def text(found: Tried, live: Settings, new: Settings, zones: Mapping[str, ZoneInfo], *, receipts: bool = False) -> str:
    """Everything, for a person. `zones`: by owner."""
    parts = ["\n".join(_counted(found, live, new))]
    if found.moves:
        rows = [(_place(was), _place(becomes), str(count)) for (was, becomes), count in found.moves.items()]
        parts.append(table(("from", "to", "decisions"), rows))
    if found.changes:
        parts.append(_changes(found, live, new, zones, receipts))
    parts += _confusions(found)
    parts.append("\n".join(_rules(found)))
    return "\n\n".join(part for part in parts if part)


# --- how many -----------------------------------------------------------------------------------------------------


def _counted(found: Tried, live: Settings, new: Settings) -> Iterator[str]:
    if found.first_at is None or found.last_at is None:
        yield "There is no decision of Salver's own to try in this time."
    else:
        since = f"from {_day(found.first_at)} to {_day(found.last_at)}"
        yield f"{_many(found.decisions, 'decision')} of Salver's own about mail that came {since}."
    if live is new:
        yield "Tried by the live rules, against what was decided at the time."
    elif found.decisions:
        yield f"{_many(found.changed, 'decision')} would change ({found.share:.1%})."
    if found.otherwise:
        yield (
            f"{_many(found.otherwise, 'decision')} had come out otherwise at the time, by older rules"
            f"{', points or signals' if found.rescored else ''}: that is counted on neither side."
        )
    if found.rescored:
        yield (
            "Scored anew from the recorded notices, on both sides, since graded points cannot be scaled from what was "
            "recorded. What the store knew then (persons, repeats, proofs) is taken as it was."
        )
    yield from _left_out(found)


def _left_out(found: Tried) -> Iterator[str]:
    if found.unread:
        yield (
            f"{_many(found.unread, 'decision')} could not be replayed: this Salver cannot read what the log holds of "
            "them, or their owner is not configured any more."
        )
    if any(found.unasked):
        live, new = found.unasked
        told = f"{new} by the new rules" + (f", {live} by the live ones" if live else "")
        yield (
            f"Left out are decisions made after an answer to a question that would not have been asked: {told}. What "
            "people would have answered to questions that were not asked, nobody knows."
        )


# --- what changes -------------------------------------------------------------------------------------------------


def _changes(found: Tried, live: Settings, new: Settings, zones: Mapping[str, ZoneInfo], receipts: bool) -> str:
    here, head = now(), ("id", "when", "who", "was -> becomes", "you said", "by")
    rows = [_row(each, here, zones) for each in found.changes]
    more = found.changed - len(found.changes)
    lines = [table(head, rows, shutil.get_terminal_size((120, 24)).columns, wraps=True)]
    if more:
        lines.append(f"... and {more} more: --show all lists them.")
    if receipts:
        for each in found.changes:
            told = with_what_would_change_it(each, live, new)
            for title, decision in (("Before", told.before), ("After", told.after)):
                alone = _alone(decision, told.enriched)
                lines.append(f"\n{title}, {each.recorded.request[-END:]}:\n{receipt(alone, told.enriched).rstrip()}")
    return "\n".join(lines)


def _row(each: Changed, here: int, zones: Mapping[str, ZoneInfo]) -> tuple[str, ...]:
    mail = each.enriched
    when = moment(mail.parsed.received_at, here, zones.get(mail.owner, _UTC))
    who = clean(each.name or mail.parsed.from_name or "", 40) or "Someone"
    by = each.after.rule if each.before.rule == each.after.rule else f"{each.before.rule} -> {each.after.rule}"
    change = f"{_place(each.was)} -> {_place(each.becomes)}"
    return (each.recorded.request[-END:], when, who, change, each.said or "", clean(by, 140))


def _place(place: Place) -> str:
    """The verdict, and the folder if it is another than the verdict's own."""
    said = place.verdict.replace("_", " ")
    return said if place.folder == FOLDERS[place.verdict] else f"{said}, in {clean(place.folder, 64)}"


def _alone(decision: Decision, mail: Enriched) -> Routed:
    """A mail's routing, as if it had this one request."""
    return Routed(
        mail=mail.mail,
        owner=mail.owner,
        kind=mail.kind,
        decisions=(decision,),
        verdict=decision.verdict,
        score=decision.judgement.score,
        rule=decision.rule,
        folder=decision.folder,
    )


# --- against the owner's word -------------------------------------------------------------------------------------


def _confusions(found: Tried) -> Iterator[str]:
    if not found.corrections:
        yield "You corrected no verdict of these, so there is nothing of yours to hold this against."
        return
    before, after = found.before, found.after
    yield (
        f"Of your {_many(found.corrections, 'correction')} that stand, {after.of} are about these decisions. "
        f"Right before: {before.right} of {before.of}. Right after: {after.right} of {after.of}."
    )
    if before.of:
        yield _confusion("Before", before)
    if after.of and after != before:
        yield _confusion("After", after)


def _confusion(title: str, told: Confusion) -> str:
    head = (title, *(verdict.replace("_", " ") for verdict in VERDICTS))
    rows = [
        (f"you said {said.replace('_', ' ')}", *(str(told.counts.get((said, verdict), 0)) for verdict in VERDICTS))
        for said in VERDICTS
        if any(row == said for row, _ in told.counts)
    ]
    return table(head, rows)


# --- rules that do nothing ----------------------------------------------------------------------------------------


def _rules(found: Tried) -> Iterator[str]:
    if not found.asked:
        return
    never = [rule for rule in found.rules if rule.never_fires]
    masked = [rule for rule in found.rules if rule.masked]
    if never:
        yield f"Rules that none of the {_many(found.asked, 'decision')} meets that rules had a say in:"
        yield from (f"  {_named(rule)}" for rule in never)
    if masked:
        yield "Rules that some meet, but an earlier rule always comes first:"
        yield from (f"  {_named(rule)}, which {_many(rule.met, 'decision')} would meet" for rule in masked)
    if found.rules and not never and not masked:
        yield "Every rule is met by some decision, and comes to its turn."


def _named(rule: Hits) -> str:
    at = f" (line {rule.line})" if rule.line is not None else ""
    return f"{rule.name} (lesson {rule.lesson})" if rule.lesson else f"{rule.name}{at}"


def _many(count: int, of: str) -> str:
    return f"{count} {of}" if count == 1 else f"{count} {of}s"


def _day(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).date().isoformat()


# --- for machines -------------------------------------------------------------------------------------------------


def change_as_object(changed: Changed, live: Settings, new: Settings) -> dict[str, Any]:
    """One change, with both receipts as `salver explain --json` tells them; `file` is the mail's id."""
    told = with_what_would_change_it(changed, live, new)
    mail, recorded = told.enriched, told.recorded
    return {
        "kind": "change",
        "request": recorded.request,
        "mail": mail.mail,
        "owner": mail.owner,
        "name": told.name or None,
        "at": _iso(mail.parsed.received_at),
        "recorded": {"verdict": recorded.verdict, "folder": recorded.folder, "rule": recorded.rule},
        "was": _side(told.before),
        "becomes": _side(told.after),
        "said": told.said,
        "before": report(mail.mail, mail, _alone(told.before, mail)),
        "after": report(mail.mail, mail, _alone(told.after, mail)),
    }


def _side(decision: Decision) -> dict[str, str]:
    return {**place_of(decision)._asdict(), "rule": decision.rule}


def as_object(found: Tried, live: Settings, new: Settings) -> dict[str, Any]:
    """All numbers."""
    return {
        "kind": "backtest",
        "live": {"file": live.rules.file, "version": live.rules.version},
        "new": {"file": new.rules.file, "version": new.rules.version},
        "rescored": found.rescored,
        "decisions": found.decisions,
        "first_at": _iso(found.first_at),
        "last_at": _iso(found.last_at),
        "changed": found.changed,
        "share": found.share,
        "moves": [
            {"was": was._asdict(), "becomes": becomes._asdict(), "count": count}
            for (was, becomes), count in found.moves.items()
        ],
        "decided_otherwise_at_the_time": found.otherwise,
        "not_replayed": found.unread,
        "not_asked": found.unasked._asdict(),
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


def _iso(at: int | None) -> str | None:
    return None if at is None else datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="seconds")
