"""The child process of `pipeline/learning`: looks for what an owner's corrections teach, apart from all other work.

It is told on standard input what to look for, as JSON (`Wanted`), reads the store without changing it, and answers on
standard output with the proposals, a line of JSON each.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from pipeline.store import corrections as said
from pipeline.store.conversations import Read
from pipeline.store.decisions import recorded
from pipeline.store.proposals import body_of
from pipeline.store.reading import reading
from stages.decide import without_added
from stages.proposals import Correction, Proposal, proposed
from stages.replay import Recorded
from stages.rules.kept import brought_back
from stages.values import Value, Verdict

PATIENT = 10
"""How much more patient than others we are with the processor."""
DECISIONS = 3_000
"""The latest that a proposal is tried on."""
CORRECTIONS = 500
"""The latest that it is learned from."""
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
    known: tuple[str, ...]
    names: tuple[str, ...] = ()


def main() -> None:
    os.nice(PATIENT)
    wanted = Wanted.model_validate_json(sys.stdin.buffer.read())
    for proposal in asyncio.run(found(wanted)):
        sys.stdout.buffer.write(body_of(proposal).encode() + b"\n")


async def found(wanted: Wanted) -> tuple[Proposal, ...]:
    """What is proposed."""
    async with reading(Path(wanted.store)) as reader:

        async def read(sql: str, parameters: tuple[object, ...]) -> list[object]:
            return list(await reader(sql, parameters))

        words = await corrections_of(read, wanted.owner)
        history = [each async for each in recorded(read, owner=wanted.owner, latest=DECISIONS)]
    return proposed(
        history,
        words,
        brought_back(wanted.rules),
        at=wanted.at,
        owner=wanted.owner,
        least=wanted.least,
        most=wanted.most,
        known=wanted.known,
        names=wanted.names,
    )


async def corrections_of(read: Read, owner: str) -> list[Correction]:
    """The owner's standing words, each with the decision of Salver's own that it was about; the oldest first."""
    standing = (await said.corrections(read, owner, everything=False))[:CORRECTIONS]
    about = await said.corrected(read, standing)
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
