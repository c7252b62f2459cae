"""What a mail of 40 kB costs in CPU milliseconds, to read and to judge, beside what others take to parse it only.

A last step judges a labelled note for its owner, another one each time: notes differ more than built mails do.

`python -m tests.benchmarks.cost [MAILS]`. All steps take turns on each mail, so that a slow moment of the machine
slows all of them; what counts is the ratio to the standard library, not the milliseconds.
"""

from __future__ import annotations

import email
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path

import mailparser

from pipeline.judging import settings_of
from pipeline.labelled import looked_up as looked_up_note
from pipeline.labelled_files import read as read_notes
from stages.events import Enriched, LookedUp, Parsed, Signature
from stages.flow import follow
from stages.parse import parse
from stages.score import score
from stages.settings import Settings
from tests.benchmarks.mails import MAILS
from tests.builders.facts import OWNER, owner, profile, settings
from tests.builders.letters import received
from tests.builders.through import enriched_of
from tests.builders.verdicts import default_rules
from tests.builders.weights import shipped_settings

ROUNDS = 150
BASELINE = "standard library: parse, decode"
OURS = settings(of=owner(), about=profile(), rules=default_rules())
NOTES = Path(__file__).resolve().parents[2] / "training"
PASSED = (Signature(domain="linkedin.com", result="pass"),)


def standard_library(raw: bytes) -> list[object]:
    return [part.get_payload(decode=True) for part in email.message_from_bytes(raw).walk()]


def read(raw: bytes) -> Parsed:
    return parse(raw, received().model_copy(update={"owner": OWNER}), OURS)


def judge(looked_up: LookedUp) -> None:
    for _ in follow(looked_up, OURS):
        pass


def looked_up(parsed: Parsed) -> LookedUp:
    return LookedUp(mail=parsed.mail, owner=parsed.owner, parsed=parsed, signatures=PASSED)


def enriched(parsed: Parsed) -> Enriched:
    return enriched_of(parsed, OURS, PASSED)


def distinct_notes() -> Iterator[tuple[Enriched, Settings]]:
    """Labelled notes that name their owner, drawn from all files and languages; the learned weights are in use."""
    sample = read_notes(NOTES)
    told = {name: settings_of(about, shipped_settings()) for name, about in (sample.owners or {}).items()}
    of_owners = [(note, told[note.reference_owner]) for note in sample.notes if note.reference_owner in told]
    of_owners = [each for each in of_owners if each[0].text.strip()]
    random.Random(1).shuffle(of_owners)
    for note, settings_of_owner in cycle(of_owners):
        _ = settings_of_owner.hash  # made once for the settings, not for each note
        asked = looked_up_note(note)
        yield next(each for each in follow(asked, settings_of_owner) if isinstance(each, Enriched)), settings_of_owner


def measured(mail: Callable[[int], bytes], rounds: int) -> dict[str, list[float]]:
    """CPU milliseconds of every step, one a round; every round has a mail of its own."""
    took: dict[str, list[float]] = {}
    notes = distinct_notes()

    def clock(step: str, work: Callable[[], object]) -> None:
        start = time.process_time_ns()
        work()
        took.setdefault(step, []).append((time.process_time_ns() - start) / 1e6)

    for number in range(rounds):
        raw = mail(number)
        parsed = read(mail(-number - 1))
        asked, known = looked_up(parsed), enriched(parsed)
        clock(BASELINE, lambda raw=raw: standard_library(raw))
        clock("mail-parser: parse", lambda raw=raw: mailparser.parse_from_bytes(raw))
        clock("Salver: read", lambda raw=raw: read(raw))
        clock("Salver: enrich, score, route", lambda asked=asked: judge(asked))
        clock("Salver: score alone", lambda known=known: score(known, OURS))
        noted, its = next(notes)
        clock("score, distinct notes with a profile", lambda noted=noted, its=its: score(noted, its))
    return took


def table(name: str, mail: Callable[[int], bytes], rounds: int) -> str:
    took = measured(mail, rounds)
    base = min(took[BASELINE]), statistics.median(took[BASELINE])
    lines = [f"{name}, {len(mail(0)):,} octets, {rounds} mails", f"{'':36}  best ms   ratio   median   ratio"]
    for step, times in took.items():
        best, median = min(times), statistics.median(times)
        lines.append(f"{step:36}{best:9.2f}{best / base[0]:8.1f}{median:9.2f}{median / base[1]:8.1f}")
    return "\n".join(lines) + "\n\n"


def main(rounds: int) -> None:
    for name, mail in MAILS.items():
        sys.stdout.write(table(name, mail, rounds))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
