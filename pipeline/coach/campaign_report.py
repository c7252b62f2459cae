"""A template, open or filled -> what is told of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from pipeline.coach import Receiver, Reception, Sender
from pipeline.coach.campaign import Filled, Try, alikeness, counts
from pipeline.coach.fill import Slot, Table
from pipeline.coach.report import OUTCOMES, judged, limit_of, outcome
from pipeline.table import table
from stages.events import Verdict
from stages.header import clean
from stages.saying import signed, strongest, verdict

_ORDER: tuple[Verdict, ...] = ("good", "intriguing", "follow_up", "ugly")
_MOST_ROWS = 60
"""rows that are shown; all of them are counted, and --json has all"""


def open_lines(slots: Sequence[Slot], open_: Reception) -> list[str]:
    """What a template with open slots comes to."""
    names = ", ".join(dict.fromkeys(clean(slot.name, 40) for slot in slots))
    seen = any(reason.signal == "template_is_showing" for reason in open_.decision.judgement.reasons)
    knows = "" if seen else " Salver does not know every slot by its name; whoever reads it does."
    return [
        f"A template, with {len(slots)} open slot{'' if len(slots) == 1 else 's'}: {names}.",
        f"Sent as it is: {outcome(open_.verdict, open_.score)}. A slot left open is ugly to anybody.{knows}",
        "--fill FILE.csv fills it (a header with these names, one row a person), and tells how each is received.",
        "",
        "The words that everybody gets, alone:",
    ]


def campaign_lines(notes: Sequence[Filled], told: Table, tried: Sequence[Try], sender: Sender) -> list[str]:
    """A line for each row, the sums, how alike the notes are, and what of the template to drop."""
    rows = [_line(note, sender) for note in notes[:_MOST_ROWS]]
    lines = [table(("line", "who", "counts as", "score", "same words", "strongest reasons", "mind"), rows)]
    if len(notes) > _MOST_ROWS:
        lines.append(f"... and {len(notes) - _MOST_ROWS} more rows; --json has all of them")
    total = counts(notes)
    lines += ["", f"{len(notes)} notes: {sums(total)}."]
    same = alikeness(notes)
    if same is not None:
        lines.append(f"Swap test: {same:.0%} of the words stay the same from note to note.")
    if held := sum(note.held_back for note in notes):
        of = "It sounds" if held == 1 else f"{held} sound"
        lines.append(
            f"{of} good to one reader, and held back: nothing in them is written for one person alone, beyond what any "
            "bot can fill in. The same text to a hundred people cannot be good."
        )
    elif same is not None and total["good"] < len(notes) and not any(note.own for note in notes):
        lines.append("No slot holds a word that is true of one person alone: a slot for that is what is missing.")
    if blank := sum(bool(note.reception.blank) for note in notes):
        lines.append(
            f'No praise: {blank} of them say{"s" * (blank == 1)} nothing. Most such requests are asked "why?",'
        )
        lines.append("or ignored. One sentence with a reason changes that; and if somebody asks, always answer.")
    if told.unused:
        lines.append(f"Columns that no slot uses: {', '.join(clean(name, 40) for name in told.unused)}.")
    if tried:
        lines.append("What to drop from the template (tried, each alone):")
    for each in tried[:3]:
        then = "no other verdict" if each.then == each.now else f"{sums(each.then)} instead of {sums(each.now)}"
        lines.append(f"  - {then} ({signed(each.points)} a note):")
        lines.append(f'      "{clean(each.sentence, 160)}"')
    return lines


def sums(total: Counter[Verdict]) -> str:
    """`2 good, 1 ugly`: those that there are."""
    return ", ".join(f"{total[each]} {verdict(each)}" for each in _ORDER if total[each])


def _line(note: Filled, sender: Sender) -> tuple[str, ...]:
    mind = [f"{name} is empty" for name in note.open]
    if len(note.reception.text) > limit_of(sender):
        mind.append(f"{len(note.reception.text)} characters, too long")
    if note.held_back:
        mind.append("good alone, but the same to all")
    said = note.reception.decision.judgement.reasons
    score = f"{note.reception.score:g}"
    who = clean(note.who, 30)
    return str(note.row.line), who, _short(note.verdict), score, f"{note.same:.0%}", strongest(said), "; ".join(mind)


def _short(said: Verdict) -> str:
    return OUTCOMES[said].split(" (")[0].lower()


def outcome_line(given: Reception, receiver: Receiver, best: str) -> tuple[str, ...]:
    """One receiver of several."""
    reasons = strongest(given.decision.judgement.reasons)
    return clean(receiver.called, 40), _short(given.verdict), f"{given.score:g}", reasons, best


def campaign_object(
    notes: Sequence[Filled], told: Table, tried: Sequence[Try], sender: Sender, receiver: Receiver
) -> dict[str, Any]:
    """The whole campaign."""
    total = counts(notes)
    return {
        "to": receiver.called or None,
        "notes": [_note(note, sender) for note in notes],
        "counts": {each: total[each] for each in _ORDER},
        "same_words": alikeness(notes),
        "unused_columns": list(told.unused),
        "drops": [{**each._asdict(), "now": dict(each.now), "then": dict(each.then)} for each in tried],
    }


def _note(note: Filled, sender: Sender) -> dict[str, Any]:
    text = note.reception.text
    return {
        "line": note.row.line,
        "who": note.who,
        "text": text,
        **judged(note.reception),
        "counts_as": note.verdict,
        "own_words": note.own,
        "same_words": note.same,
        "empty_slots": list(note.open),
        "too_long": len(text) > limit_of(sender),
    }
