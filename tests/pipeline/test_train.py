"""`salver train`: folders of labelled notes in, one readable file out, and what was learned told to a person."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline import lessons
from pipeline.cli import main
from pipeline.labelled_files import read
from pipeline.made_from import named_in
from pipeline.weights_file import load_weights
from stages.values import Value
from stages.weights import Weights
from tests.builders.labelled import OWNERS, in_folder, note, some_of_each, written


class Learned(Value):
    """Other fields than those of today."""

    points: dict[str, float]
    nothing: dict[str, float]
    tables: dict[str, dict[str, float]]


def train(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["train", *map(str, arguments)])


def test_folders_and_files_become_one_file_that_names_them(tmp_path: Path) -> None:
    folder = in_folder(tmp_path / "all", OWNERS, a=some_of_each(3), b=[note("own", reference_owner="teeth")])
    more = [{**each, "id": f"more {each['id']}"} for each in some_of_each(5)]
    path, owners = written(tmp_path, more)
    done = train(folder, path, "--owners", owners, "-o", tmp_path / "w.toml")
    assert done.exit_code == 0, done.output
    weights = load_weights(tmp_path / "w.toml")
    assert weights != Weights(made_from=weights.made_from), "something was learned"
    assert weights.made_from.startswith("65 notes of 6 sources: ")
    assert len(named_in(read(folder), weights.made_from)) == 2
    assert len(named_in(read(Path(path)), weights.made_from)) == 1
    assert "65 notes of 6 sources: good 17, intriguing 16, ugly 16, follow up 16" in done.stdout
    assert "kept, the heaviest each way" in done.stdout
    assert f"Written to {tmp_path / 'w.toml'}." in done.stdout


def test_the_same_notes_give_the_same_file(tmp_path: Path) -> None:
    folder = in_folder(tmp_path / "all", None, a=some_of_each(4))
    for name in ("one.toml", "two.toml", "two.toml"):
        assert train(folder, "--output", tmp_path / name).exit_code == 0, "a weights file may be written anew"
    assert (tmp_path / "one.toml").read_bytes() == (tmp_path / "two.toml").read_bytes()


def test_notes_of_which_none_is_long_teach_too(tmp_path: Path) -> None:
    brief = [{**each, "text": " ".join(each["text"].split()[:40])} for each in some_of_each()]
    done = train(in_folder(tmp_path / "all", None, a=brief), "-o", tmp_path / "w.toml")
    assert done.exit_code == 0, done.output
    assert {"<brief>", "<long>"} <= load_weights(tmp_path / "w.toml").readings["offer"].keys(), "for mails may be long"


def test_a_file_that_is_no_weights_file_is_not_overwritten(tmp_path: Path) -> None:
    folder = in_folder(tmp_path / "all", None, a=some_of_each(4))
    mine = tmp_path / "salver.toml"
    mine.write_text("[smtp]\nsize = 3\n", "utf-8")
    done = train(folder, "-o", mine)
    assert (done.exit_code, mine.read_text("utf-8")) == (1, "[smtp]\nsize = 3\n")
    assert "is there, and is no weights file" in done.stderr


def test_the_same_notes_twice_are_refused(tmp_path: Path) -> None:
    folder = in_folder(tmp_path / "all", None, a=some_of_each(4))
    done = train(folder, folder / "notes" / "a.jsonl", "-o", tmp_path / "w.toml")
    assert done.exit_code == 1
    assert "each note needs an id of its own" in done.stderr
    assert not (tmp_path / "w.toml").exists()


def test_the_heaviest_each_way_are_told_with_the_points_of_signals(tmp_path: Path) -> None:
    path, _ = written(tmp_path, [note("a", source="s"), note("b", source="s")])
    turns = {f"w{n}": n / 4 for n in range(-20, 21)}
    found = Learned(points={"flatters": -1.25}, nothing={}, tables={"kind": turns})
    text = lessons.as_text([read(Path(path))], found)  # type: ignore[arg-type]
    assert text.startswith("2 notes of 1 source: good 2, intriguing 0, ugly 0, follow up 0")
    assert "tables.kind: 41 kept, the heaviest each way" in text
    rows = [line.split() for line in text.splitlines()]
    assert ["+5.00", "w20", "-5.00", "w-20"] in rows
    assert ["flatters", "-0.5", "-1.25"] in rows
    assert not [row for row in rows if row[:1] == ["+0.00"]], "what counts nothing is no heavy thing"
    assert "nothing: " not in text


@pytest.mark.parametrize("arguments", [[], ["nowhere"]])
def test_nothing_to_learn_from_is_told(arguments: list[str]) -> None:
    done = train(*arguments)
    assert done.exit_code != 0
    assert "Traceback" not in done.output
