"""What it costs to ask who is known, and which words came before, with 50,000 people and 50,000 notes remembered.

`python -m tests.benchmarks.people [NOTES]`. Half the notes are made of formulas that many have, which is the worst case
for the index. Times are CPU microseconds of all threads, for one mail; a write is timed without the commit, which
a mail has anyway and shares with others.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

import click

from pipeline.person import Person
from pipeline.store import people, wordings
from pipeline.store.echoes import echoes
from pipeline.store.log import Log
from stages.events import Notice, shown
from stages.wording.shingles import sketch

SYLLABLES = ("ba", "de", "fi", "go", "lu", "ma", "ne", "ri", "so", "tu", "va", "wo", "ran", "sol", "vik", "dal")
FORMULAS = [
    "I came across your profile and was impressed by what you have done so far in your field",
    "We help companies like yours to double their pipeline within ninety days without more people",
    "I am always looking to grow my network with like minded professionals who share my interests",
    "Would you be open to a short call this week to see how we could help your team reach its goals",
]


def word(chance: random.Random) -> str:
    return "".join(chance.choice(SYLLABLES) for _ in range(chance.randint(2, 3)))


def note(chance: random.Random) -> str:
    own = " ".join(word(chance) for _ in range(chance.randint(12, 40)))
    return f"{chance.choice(FORMULAS)}. {own}." if chance.random() < 0.5 else own


def person(chance: random.Random) -> Notice:
    return Notice(name=shown(f"{word(chance).title()} {word(chance).title()}"))


async def main(count: int) -> None:
    chance = random.Random(7)
    with tempfile.TemporaryDirectory() as folder:
        store = await Log.open(Path(folder) / "salver.db", 0)
        try:
            known = [Person((person(chance).name.value or "",)) for _ in range(50_000)]
            began = time.perf_counter()
            await people.add(store, "amy", known, "connection", "made", 0)
            click.echo(f"adding 50,000 people: {time.perf_counter() - began:.1f} s")
            for _ in range(count // 1000):
                job = []
                for _ in range(1000):
                    job += wordings.statements(
                        store.key, "amy", True, person(chance), sketch(note(chance)), chance.randrange(1000)
                    )
                await store.write(job)
            ((rows,),) = await store.read("SELECT count(*) FROM wordings")
            click.echo(f"{count:,} notes remembered in {rows:,} rows; the store has {size(store.path):.0f} MB")
            took: dict[str, list[float]] = {}
            for _ in range(2_000):
                await measured(store, chance, took)
        finally:
            await store.close()
    for what, times in took.items():
        low, high = statistics.median(times), sorted(times)[int(len(times) * 0.99)]
        click.echo(f"{what:34}median {low:7.0f}   99 % below {high:7.0f}")


def size(path: Path) -> float:
    return path.stat().st_size / 1e6


async def measured(store: Log, chance: random.Random, took: dict[str, list[float]]) -> None:
    text, who = note(chance), person(chance)
    names = tuple(person(chance).name.value or "" for _ in range(4))

    def lap(what: str) -> None:
        nonlocal began
        took.setdefault(what, []).append((time.process_time_ns() - began) / 1e3)
        began = time.process_time_ns()

    began = time.process_time_ns()
    await store.read("SELECT 1")
    lap("an empty question, to compare")
    drawn = sketch(text)
    lap("sketch of a note, reading it too")
    await people.acquaintances_of(store, "amy", names)
    lap("look up four names")
    await echoes(store, "amy", who, drawn)
    lap("look up the words")
    job = list(wordings.statements(store.key, "amy", True, who, drawn, 1))
    await store._writing.execute_fetchall("BEGIN IMMEDIATE")
    began = time.process_time_ns()
    await store._writing.execute_fetchall("UPDATE requests SET mail = mail WHERE id = ''")
    lap("an empty write, to compare")
    began = time.process_time_ns()
    for statement in job:
        await store._writing.execute_fetchall(statement.sql, statement.parameters)
    lap("remember the words")
    await store._writing.execute_fetchall("COMMIT")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000))
