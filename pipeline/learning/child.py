"""The child process of `pipeline/learning`: looks for what an owner's corrections teach, apart from all other work.

It is told on standard input what to look for, as JSON (`Wanted`), reads the store without changing it, and answers on
standard output with the proposals, a line of JSON each.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import TypedDict

from pipeline.store import corrections as said
from pipeline.store.decisions import recorded
from pipeline.store.proposals import body_of, proposal_in
from pipeline.store.reading import reading
from pipeline.store.reads import Read
from stages.decide import without_added
from stages.proposals import Correction, Proposal, proposed, still_proposed
from stages.replay import Recorded
from stages.rules.kept import brought_back
from stages.values import Value, Verdict

PATIENT = 10
"""How much more patient than others we are with the processor."""
DECISIONS = 3_000
"""The latest that a proposal is tried on."""
CORRECTIONS = 500
"""The latest that it is learned from."""
AT_ONCE = 25
"""corrections whose events are read at once"""
_VERDICTS: dict[str, Verdict] = {"good": "good", "intriguing": "intriguing", "ugly": "ugly"}


class Wanted(Value):
    """What is to be looked for. Times in ms."""

    store: str
    owner: str
    rules: str
    """JSON, as `stages.rules.kept` makes it"""
    at: int
    least: int
    most: int
    """proposals in all, those that are open included"""
    known: tuple[str, ...]
    names: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    """proposals that are open: JSON, as the table has it. Those that still hold come back first, with their ids"""


def main() -> None:
    os.nice(PATIENT)
    wanted = Wanted.model_validate_json(sys.stdin.buffer.read())
    for proposal in asyncio.run(found(wanted)):
        sys.stdout.buffer.write(body_of(proposal).encode() + b"\n")


async def found(wanted: Wanted) -> tuple[Proposal, ...]:
    """What is proposed."""
    async with reading(Path(wanted.store)) as read:
        words = await corrections_of(read, wanted.owner)
        history = [each async for each in recorded(read, owner=wanted.owner, latest=DECISIONS)]
    rules = brought_back(wanted.rules)
    given: _Given = {"owner": wanted.owner, "least": wanted.least, "names": wanted.names}
    lessons = [proposal_in(each).lesson for each in wanted.open]
    again = still_proposed(lessons, history, words, rules, **given) if lessons else ()
    known = (*wanted.known, *(each.what for each in again))
    most = wanted.most - len(again)
    more = proposed(history, words, rules, at=wanted.at, most=most, known=known, **given) if most > 0 else ()
    return (*again, *more)


class _Given(TypedDict):
    owner: str
    least: int
    names: tuple[str, ...]


async def corrections_of(read: Read, owner: str) -> list[Correction]:
    """The owner's standing words, each with the decision of Salver's own that it was about; the oldest first."""
    standing = (await said.corrections(read, owner, everything=False))[:CORRECTIONS]
    about: dict[tuple[str, int], said.Corrected] = {}
    for at in range(0, len(standing), AT_ONCE):  # a server that reads them has mail to take in between
        about |= await said.corrected(read, standing[at : at + AT_ONCE])
    words: list[Correction] = []
    for each in reversed(standing):
        then, verdict = about.get((each.request, each.number)), _VERDICTS.get(each.said)
        if then is None or verdict is None:
            continue
        made = then.decision
        decided = Recorded(then.enriched, without_added(made.judgement), made.verdict, made.rule, made.folder)
        words.append(Correction(f"{each.request}/{each.number}", decided, verdict, each.at))
    return words


if __name__ == "__main__":
    main()
