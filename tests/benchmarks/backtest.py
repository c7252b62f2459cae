"""How long a backtest over 100,000 recorded decisions takes, and how much memory: at most a minute on two cores.

`python -m tests.benchmarks.backtest [DECISIONS] [FOLDER]`. The real stages make a few hundred distinct mails; their
rows are written many times, with other ids, into a real store (kept in FOLDER, and used again). The command itself runs
in a process of its own.
"""

from __future__ import annotations

import asyncio
import random
import re
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pipeline import logs
from pipeline.settings import load_rules, shipped
from tests.builders.played import Card, Happening, Played, Said

DISTINCT = 300
"""mails that the stages really judge"""
NOTES = (
    "",
    "Are you happy with your payroll? Book a call: we cut costs by 40 %.",
    "Your talk on pay bands in Oslo changed how we set ours. Could we compare notes on levelling some time?",
    "Hi! I help founders like you to 10x their pipeline. Do you have 15 minutes this week?",
    "We met at the rope makers' fair in Bergen; you asked for the splicing drawings, and here they are.",
    "Dear, please send me your bank details so that the fund can be moved to your account today.",
)
HEADLINES = ("Rope maker", "Recruiter at Fjellkraft", "Growth hacker", "Professor of law", "Founder, stealth")
_ID = re.compile(r"\b00000000(?=[0-9a-f]{24})")
NEW = """
[[rule]]
name = "makers-first"
verdict = "good"
all = [{ field = "headline", word = ["rope", "baker"] }]
none = [{ signal = "sells_a_service" }]

[[rule]]
name = "recruiters-cost"
points = -1
all = [{ field = "headline", contains = "recruiter" }]
"""


def happenings(seed: int) -> list[Happening]:
    """A year in small: new people, reminders, collections, and now and then a word of the owner."""
    chance = random.Random(seed)
    made: list[Happening] = []
    cards = 0
    while cards < DISTINCT:
        note, headline = chance.choice(NOTES), chance.choice(HEADLINES)
        mutual = chance.choice((None, None, 0, 3, 12))
        dice = chance.random()
        if dice < 0.1 and cards:
            made.append(Card((chance.randrange(cards),), "invitation_reminder", note, mutual, headline))
        elif dice < 0.15:
            made.append(Card(tuple(range(1_000 + 5 * cards, 1_004 + 5 * cards)), "invitation", "", None, headline))
        else:
            made.append(Card((cards,), "invitation", note, mutual, headline, chance.random() < 0.7, dice < 0.9))
        cards += 1
        if chance.random() < 0.05:
            made.append(Said(cards - 1, chance.choice(("good", "intriguing", "ugly"))))
    return made


async def grown(folder: Path, decisions: int) -> int:
    """A store of at least so many decisions. Returns how many it holds."""
    played = Played(folder, load_rules(shipped("rules.toml")))
    async with played.opened():
        await played.play(happenings(1))
        once = len(await played.decisions())
        sys.stderr.write(f"{once} decisions made by the real stages\n")
    db = sqlite3.connect(played.path)
    db.execute("PRAGMA synchronous = OFF")
    events = db.execute(
        "SELECT id, mail, owner, kind, version, body, created_at FROM events WHERE state = 'done' ORDER BY seq"
    ).fetchall()
    mails = db.execute("SELECT id, owner, blob, fingerprint, received_at FROM mails").fetchall()
    said = db.execute("SELECT request, number, owner, mail, was, said, by, at FROM corrections").fetchall()
    times = -(-decisions // once)
    for at in range(1, times):
        head = f"{at:08x}"
        db.executemany("INSERT INTO blobs VALUES (?, ?)", [(_ID.sub(head, row[2]), b"x") for row in mails])
        db.executemany(
            "INSERT INTO mails VALUES (?, ?, ?, ?, ?)",
            [(*(_ID.sub(head, t) if i != 1 else t for i, t in enumerate(row[:4])), row[4]) for row in mails],
        )
        db.executemany(
            "INSERT INTO events (id, mail, owner, kind, version, body, created_at, state)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, 'done')",
            [(_ID.sub(head, r[0]), _ID.sub(head, r[1]), r[2], r[3], r[4], _ID.sub(head, r[5]), r[6]) for r in events],
        )
        db.executemany(
            "INSERT INTO corrections (request, number, owner, mail, was, said, by, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [(_ID.sub(head, r[0]), r[1], r[2], _ID.sub(head, r[3]), *r[4:]) for r in said],
        )
        db.commit()
    db.close()
    return once * times


def main() -> None:
    logs.configure("warning", "text")
    decisions = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(temporary)
        if not (folder / "salver.db").exists():
            made = asyncio.run(grown(folder, decisions))
            size = (folder / "salver.db").stat().st_size
            sys.stderr.write(f"{made} decisions, {size / 1e9:.2f} GB\n")
        new = folder / "new.toml"
        new.write_text(NEW + shipped("rules.toml").read_text("utf-8"), "utf-8")
        command = [sys.executable, "-m", "pipeline.cli", "backtest", "-c", str(folder / "salver.toml")]
        began = time.monotonic()
        done = subprocess.run([*command, "--rules", str(new)], capture_output=True, text=True)
        took = time.monotonic() - began
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        sys.stderr.write(f"{done.stdout[:600]}\n{done.stderr[-2_000:]}")
        cpu = used.ru_utime + used.ru_stime
        sys.stdout.write(f"{took:.1f} s, {cpu:.1f} s of CPU, {used.ru_maxrss / 1024:.0f} MB at most\n")


if __name__ == "__main__":
    main()
