"""(Tried) -> what `salver backtest` prints for a person."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from pipeline.backtest.live import is_shipped, same_rules
from pipeline.backtest.receipts import receipts as receipts_of
from pipeline.clock import moment, now
from pipeline.following_up import END
from pipeline.table import table
from stages.backtest.hits import Hits
from stages.backtest.tried import VERDICTS, Changed, Confusion, Place, Sides, Tried, beside_of
from stages.header import clean
from stages.names import FOLDERS
from stages.saying import signed
from stages.settings import Settings

_UTC = ZoneInfo("UTC")
FEW = 5
"""lines that are enough to see what it is about"""


def text(
    found: Tried,
    live: Settings,
    new: Settings,
    zones: Mapping[str, ZoneInfo],
    *,
    receipts: bool = False,
    everything: bool = False,
    notes: Sequence[str] = (),
) -> str:
    """Everything, for a person. `zones`: by owner. notes: what is to be said of the two sides first."""
    parts = [*notes, "\n".join(_counted(found, live, new))]
    if found.moves:
        rows = [(_place(was), _place(becomes), str(count)) for (was, becomes), count in found.moves.items()]
        parts.append(table(("from", "to", "decisions"), rows))
    if found.changes:
        parts.append(_changes(found, live, new, zones, receipts))
    if found.beside:
        parts.append(_besides(found, zones, everything))
    parts += _confusions(found)
    parts.append("\n".join(_rules(found, live, new, everything)))
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
        yield (
            "Left out are decisions made after an answer to a question that would not have been asked: "
            f"{_by_side(found.unasked)}. What "
            "people would have answered to questions that were not asked, nobody knows."
        )
    if any(found.unknown):
        yield (
            "Left out are decisions for which a rule asks how long ago an earlier question was (asked_before): "
            f"{_by_side(found.unknown)}. These rules would have had you ask that person at another time, and when, "
            "nobody knows."
        )


def _by_side(told: Sides) -> str:
    return f"{told.new} by the new rules" + (f", {told.live} by the live ones" if told.live else "")


# --- what changes -------------------------------------------------------------------------------------------------


def _changes(found: Tried, live: Settings, new: Settings, zones: Mapping[str, ZoneInfo], receipts: bool) -> str:
    here, head = now(), ("id", "when", "who", "was -> becomes", "you said", "by")
    rows = [_row(each, here, zones) for each in found.changes]
    more = found.changed - len(found.changes)
    lines = [table(head, rows, shutil.get_terminal_size((120, 24)).columns, wraps=True)]
    if more:
        lines.append(f"... and {more} more: --show all lists them.")
    if receipts:
        lines += [told for each in found.changes for told in receipts_of(each, live, new)]
    return "\n".join(lines)


def _besides(found: Tried, zones: Mapping[str, ZoneInfo], everything: bool) -> str:
    """What stays where it is, and is labelled, told or counted otherwise."""
    here, shown = now(), found.besides if everything else found.besides[:FEW]
    rows = [(*_who(each, here, zones), _place(each.was), _otherwise(each)) for each in shown]
    said = f"{found.beside} more: other labels, notifications or points of rules; verdict and folder stay."
    head, width = ("id", "when", "who", "stays", "was -> becomes"), shutil.get_terminal_size((120, 24)).columns
    more = found.beside - len(shown)
    return "\n".join(
        (
            said,
            *((table(head, rows, width, wraps=True),) if rows else ()),
            *((f"... and {more} more: --show all lists them.",) if more and rows else ()),
        )
    )


def _otherwise(each: Changed) -> str:
    was, becomes = beside_of(each.before), beside_of(each.after)
    told = []
    if was.labels != becomes.labels:
        told.append(f"labels: {_listed(was.labels)} -> {_listed(becomes.labels)}")
    if was.told != becomes.told:
        told.append("you are told at once" if becomes.told else "you are not told at once any more")
    if was.points != becomes.points:
        told.append(f"points of rules: {signed(was.points)} -> {signed(becomes.points)}")
    return "; ".join(told)


def _listed(labels: Sequence[str]) -> str:
    return ", ".join(clean(label, 64) for label in labels) or "none"


def _row(each: Changed, here: int, zones: Mapping[str, ZoneInfo]) -> tuple[str, ...]:
    by = each.after.rule if each.before.rule == each.after.rule else f"{each.before.rule} -> {each.after.rule}"
    change = f"{_place(each.was)} -> {_place(each.becomes)}"
    return (*_who(each, here, zones), change, each.said or "", clean(by, 140))


def _who(each: Changed, here: int, zones: Mapping[str, ZoneInfo]) -> tuple[str, str, str]:
    mail = each.enriched
    when = moment(mail.parsed.received_at, here, zones.get(mail.owner, _UTC))
    who = clean(each.name or mail.parsed.from_name or "", 40) or "Someone"
    return (each.recorded.request[-END:], when, who)


def _place(place: Place) -> str:
    """The verdict, and the folder if it is another than the verdict's own."""
    said = place.verdict.replace("_", " ")
    return said if place.folder == FOLDERS[place.verdict] else f"{said}, in {clean(place.folder, 64)}"


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


def _rules(found: Tried, live: Settings, new: Settings, everything: bool) -> Iterator[str]:
    if not found.asked or (same_rules(live, new) and is_shipped(new)):  # nobody wrote those, so nobody is to mend them
        return
    theirs = {(rule.lesson, rule.name): rule.model_dump() for rule in live.rules.in_order}
    old = {key for rule in new.rules.in_order if theirs.get(key := (rule.lesson, rule.name)) == rule.model_dump()}
    rules = sorted(found.rules, key=lambda rule: (rule.lesson, rule.name) in old)  # what is new comes first
    never = [_named(rule) for rule in rules if rule.never_fires]
    masked = [f"{_named(rule)}, which {_many(rule.met, 'decision')} would meet" for rule in rules if rule.masked]
    if never:
        yield f"Rules that none of the {_many(found.asked, 'decision')} meets that rules had a say in:"
        yield from _some(never, everything)
    if masked:
        yield "Rules that some meet, but an earlier rule always comes first:"
        yield from _some(masked, everything)
    if found.rules and not never and not masked:
        yield "Every rule is met by some decision, and comes to its turn."


def _some(lines: Sequence[str], everything: bool) -> Iterator[str]:
    more = 0 if everything else len(lines) - FEW
    yield from (f"  {line}" for line in (lines[:FEW] if more > 0 else lines))
    if more > 0:
        yield f"  and {more} more (--show all)"


def _named(rule: Hits) -> str:
    at = f" (line {rule.line})" if rule.line is not None else ""
    return f"{rule.name} (lesson {rule.lesson})" if rule.lesson else f"{rule.name}{at}"


def _many(count: int, of: str) -> str:
    return f"{count} {of}" if count == 1 else f"{count} {of}s"


def _day(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).date().isoformat()
