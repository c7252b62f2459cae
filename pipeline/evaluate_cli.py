"""The command line of `salver evaluate` and `salver train`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from pipeline import cross_validation, evaluate, lessons, scorecard, scorecard_text
from pipeline.cross_validation import Tick
from pipeline.judging import Judged, for_others, judge, judge_for_others
from pipeline.labelled_files import EvaluationError, Sample, read
from pipeline.made_from import Validation
from pipeline.options import config_option, configuration_of, set_option
from pipeline.settings import stage_settings
from pipeline.weights_file import is_ours, write_weights
from stages.settings import Settings

owners_option = click.option(
    "--owners",
    type=click.Path(path_type=Path),
    help="profiles (JSON) of the owners that notes name, a file or a folder; a folder of notes brings its own",
)


@click.command("evaluate")
@click.argument("notes", type=click.Path(path_type=Path))
@owners_option
@click.option("--mix", default="", metavar="LABEL=SHARE,...", help="also tell what figures this mix of labels has")
@click.option("--mistakes", default=5, type=click.IntRange(min=0), help="how many of the hardest to show; default: 5")
@click.option("--cross-validate", is_flag=True, help="judge each part of NOTES by weights learned from the other parts")
@click.option("--folds", default=8, type=click.IntRange(min=2), show_default=True, help="how many parts")
@click.option(
    "--training",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="with --cross-validate, also learn from these",
)
@click.option("--timing", is_flag=True, help="also tell what a note costs in CPU milliseconds")
@click.option("--json", "as_json", is_flag=True, help="one JSON object with all figures")
@config_option
@set_option
def evaluate_(
    notes: Path,
    owners: Path | None,
    mix: str,
    mistakes: int,
    cross_validate: bool,
    folds: int,
    training: Path | None,
    timing: bool,
    as_json: bool,
    config: Path | None,
    settings: tuple[str, ...],
) -> None:
    """Measure the verdicts on labelled NOTES: a file, one JSON object a line, or a folder with notes/ and owners/."""
    if training is not None and not cross_validate:
        raise click.UsageError("--training names what to learn from; it goes with --cross-validate")
    told = stage_settings(configuration_of(config, settings))
    shares = evaluate.mix_of(mix)
    sample = read(notes, owners)
    if cross_validate:
        judged, others, validation = _cross_validated(sample, training, told, folds)
    else:
        judged, others, validation = *_judged(sample, told), None
    found = evaluate.evaluate(
        sample, judged, others, told, mix=shares, most=mistakes, validation=validation, timing=timing
    )
    click.echo(json.dumps(scorecard.as_object(found), ensure_ascii=True) if as_json else scorecard_text.as_text(found))


def _judged(sample: Sample, settings: Settings) -> tuple[list[Judged], list[Judged]]:
    notes, owners = sample.notes, sample.owners
    more = sum(map(len, for_others(notes, owners).values()))
    with _progress("Judging", len(notes) + more) as tick:
        return (
            _ticked(judge(notes, owners, settings), tick),
            _ticked(judge_for_others(notes, owners, settings), tick),
        )


def _ticked(some: Iterable[Judged], tick: Tick) -> list[Judged]:
    found = []
    for each in some:
        found.append(each)
        tick(1)
    return found


def _cross_validated(
    sample: Sample, training: Path | None, settings: Settings, folds: int
) -> tuple[list[Judged], list[Judged], Validation]:
    cross_validation.check_learner()
    teachers = read(training) if training is not None else None
    with _progress("Learning and judging", cross_validation.steps(sample, teachers, folds)) as tick:
        return cross_validation.cross_validated(sample, teachers, settings, folds, tick)


@contextmanager
def _progress(label: str, length: int) -> Iterator[Tick]:
    """On standard error, and on a terminal only: what is printed stays the same."""
    bar = click.progressbar(length=length, label=label, file=sys.stderr, hidden=not sys.stderr.isatty())
    with bar:
        yield bar.update


@click.command("train")
@click.argument("folders", nargs=-1, required=True, metavar="FOLDER...", type=click.Path(path_type=Path))
@owners_option
@click.option(
    "--points-from",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="NOTES",
    help="learn the points of signals from these, labelled by whoever the verdicts are to please; default: from all",
)
@click.option("--output", "-o", type=click.Path(path_type=Path), default=Path("weights.toml"), show_default=True)
@config_option
@set_option
def train(
    folders: tuple[Path, ...],
    owners: Path | None,
    points_from: tuple[Path, ...],
    output: Path,
    config: Path | None,
    settings: tuple[str, ...],
) -> None:
    """Learn weights from the labelled notes in FOLDER (or file), and write them into one file that people can read."""
    cross_validation.check_learner()
    if output.exists() and not is_ours(output):
        raise EvaluationError(f"{output} is there, and is no weights file: name another --output")
    told = stage_settings(configuration_of(config, settings))
    taken: dict[str, str] = {}
    samples = [read(folder, None if points_from else owners, taken) for folder in folders]
    judged = [read(notes, owners, taken) for notes in points_from]
    length = (1 + cross_validation.LEARNING) * sum(len(sample.notes) for sample in (*samples, *judged))
    with _progress("Learning", length) as tick:
        weights = cross_validation.trained(samples, judged, told, tick)
    write_weights(weights, output)
    click.echo(lessons.as_text(samples, weights))
    click.echo(f"\nWritten to {output}.")
