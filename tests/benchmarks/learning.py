"""How many corrections it takes until Salver's lessons reach half of what there is to gain, beside naive Bayes.

`python -m tests.benchmarks.learning NOTES [--owners FILE] [--seeds N] [--taste shipped|labels]`.
Owners are simulated (`tests.builders.tastes`): they see each note once, in random order, and correct what they would
have sorted otherwise, by folder. A third of the notes is held out; after each correction it is measured how many of
them are sorted as the owner would. Lessons are accepted as they are proposed, or three in ten are declined.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from math import inf
from pathlib import Path
from statistics import mean, median
from typing import NamedTuple

import click

from pipeline.judging import judge
from pipeline.labelled_files import read
from pipeline.rules.file import load_rules
from pipeline.toml_file import shipped
from pipeline.weights_file import load_weights
from stages.settings import Rules, Settings
from tests.builders.bayes import Bayes
from tests.builders.tastes import TASTES, Learner, Seen, Taste, seen_of, taught_by, wants

HEAD = (
    "owner", "learner", "notes", "at first", "best of all", "at the end", "corrections to half of 100 %",
    "corrections to half of the best", "corrections", "accepted", "made it worse",
)  # fmt: skip
LEARNERS = ("lessons", "lessons, 3 in 10 declined", "Bayes of corrections", "Bayes of all")


class Run(NamedTuple):
    """One owner, one learner, one order of the notes."""

    agreed: tuple[float, ...]
    """share of held-out notes that are sorted as the owner would: at first, then after each correction"""
    accepted: int
    worse: int
    """accepted lessons after which fewer were"""
    after_all: float


def learner_of(name: str, rules: Rules, seed: int) -> Learner:
    if name.startswith("lessons"):
        return taught_by(rules, random.Random(seed) if "declined" in name else None)
    return Bayes(rules, silent=name == "Bayes of all")


def run(taste: Taste, name: str, notes: Sequence[Seen], rules: Rules, seed: int) -> Run:
    order = random.Random(seed)
    mixed = list(notes)
    order.shuffle(mixed)
    held, stream = mixed[: len(mixed) // 3], mixed[len(mixed) // 3 :]
    learner = learner_of(name, rules, seed)
    wanted = [taste.wants(each) for each in held]

    def agreement() -> float:
        return mean(wants(learner.verdict(each), one) for each, one in zip(held, wanted, strict=True))

    agreed = [agreement()]
    worse, lessons = 0, 0
    for each in stream:
        given = learner.verdict(each)
        said = taste.says(each, order)
        corrected = not wants(given, said)
        learner.see(each, given, said if corrected else None)
        if corrected:
            before = agreed[-1]
            agreed.append(agreement() if learner.changed else before)
            worse += learner.changed and agreed[-1] < before
            lessons = learner.accepted
    return Run(tuple(agreed), lessons, worse, agreement())


def until(agreed: Sequence[float], best: float) -> float:
    """Corrections until half of the way from the first figure to `best` is behind; inf: never, 0: nothing to gain."""
    half = (agreed[0] + best) / 2
    return next((float(at) for at, share in enumerate(agreed) if share >= half), inf)


def told(number: float) -> str:
    return "never" if number == inf else f"{number:g}"


@click.command()
@click.argument("notes", type=click.Path(path_type=Path))
@click.option("--owners", type=click.Path(path_type=Path))
@click.option("--half", type=click.Choice(["tune", "report", "both"]), default="both", show_default=True)
@click.option("--seeds", default=9, show_default=True)
@click.option("--taste", "base", type=click.Choice(["shipped", "labels"]), default="shipped", show_default=True)
@click.option("--most", default=600, show_default=True, help="notes that are taken of a larger set")
@click.option("--share", default=0.15, show_default=True, help="of the notes that are disputed; 0: as they come")
@click.option("--only", default="", help="owners with this word in their name")
def main(
    notes: Path, owners: Path | None, half: str, seeds: int, base: str, most: int, share: float, only: str
) -> None:
    """Print the table for labelled NOTES."""
    settings = Settings(rules=load_rules(shipped("rules.toml")), weights=load_weights(shipped("weights.toml")))
    sample = read(notes, owners)
    judged = [each for each in judge(sample.notes, sample.owners, settings) if not each.note.thread]
    some = [
        each
        for at, each in enumerate(sorted(judged, key=lambda each: each.note.id))
        if half == "both" or (at % 2 == 0) == (half == "tune")
    ]
    readers = {name: profile.name for name, profile in (sample.owners or {}).items()}
    known = [seen_of(each, readers.get(each.owner or "")) for each in some]
    click.echo(f"{len(known)} notes ({half}), {seeds} orders, an owner who otherwise agrees with the {base}")
    click.echo(" | ".join(HEAD))
    with ProcessPoolExecutor(2) as pool:
        for taste in (each.on(base) for each in TASTES if only in each.name):
            own = thinned(taste, known, most, share if base == "shipped" else 0.0)
            runs = {
                name: list(pool.map(partial(run, taste, name, own, settings.rules), range(seeds))) for name in LEARNERS
            }
            best = [max(runs[name][at].after_all for name in LEARNERS) for at in range(seeds)]
            for name in LEARNERS:
                click.echo(_row(taste.name, name, len(own), runs[name], best))


def thinned(taste: Taste, known: Sequence[Seen], most: int, share: float) -> list[Seen]:
    """At most so many of the notes; with a share, as many of them as that are disputed, where there are enough."""
    mixed = list(known)
    random.Random(0).shuffle(mixed)
    if not share:
        return mixed[:most]
    disputed = [each for each in mixed if not wants(each.shipped, taste.wants(each))][: int(most * share)]
    agreed = [each for each in mixed if wants(each.shipped, taste.wants(each))]
    return disputed + agreed[: int(len(disputed) / share) - len(disputed)]


def _row(taste: str, name: str, notes: int, runs: Sequence[Run], best: Sequence[float]) -> str:
    accepted = sum(each.accepted for each in runs)
    cells = (
        taste,
        name,
        f"{notes}",
        f"{100 * median(each.agreed[0] for each in runs):.0f} %",
        f"{100 * median(best):.0f} %",
        f"{100 * median(each.after_all for each in runs):.0f} %",
        told(median(until(each.agreed, 1.0) for each in runs)),
        told(median(until(each.agreed, top) for each, top in zip(runs, best, strict=True))),
        f"{median(len(each.agreed) - 1 for each in runs):g}",
        f"{accepted}" if name.startswith("lessons") else "",
        f"{sum(each.worse for each in runs)}" if name.startswith("lessons") else "",
    )
    return " | ".join(cells)


if __name__ == "__main__":
    main()
