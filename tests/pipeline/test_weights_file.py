"""Weights files: what is written is read again as it was, and mistakes are told with their line."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from pydantic import Field

from pipeline import weights_file
from pipeline.weights_file import WeightsError, load_weights, rendered, write_weights
from stages.signals import SIGNALS
from stages.values import Value
from stages.weights import Weights

numbers = st.floats(-100, 100)
odd = st.sampled_from(
    ['a "quoted" word', "two words", "<you> <fact>", "it's * a = b # c", "[x].y", "Grüße", "日本", ""]
)
names = odd | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
tables = st.dictionaries(names, numbers, max_size=5)


def made_of(kind: object) -> st.SearchStrategy[Any]:
    """Values of one field, whatever fields `Weights` has or will have."""
    known: dict[object, st.SearchStrategy[Any]] = {
        str: names,
        float: numbers,
        int: st.integers(-(2**40), 2**40),
        dict[str, float]: tables,
        dict[str, dict[str, float]]: st.dictionaries(names, tables, max_size=3),
    }
    return known[kind]


some_weights = st.fixed_dictionaries(
    {
        name: st.dictionaries(st.sampled_from(sorted(SIGNALS)), numbers) if name == "points" else made_of(kind)
        for name, kind in ((name, field.annotation) for name, field in Weights.model_fields.items())
    }
).map(Weights.model_validate)


@given(weights=some_weights)
@settings(max_examples=100, deadline=None)
def test_what_is_written_is_read_again_as_it_was(weights: Weights, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("weights") / "w.toml"
    write_weights(weights, path)
    assert load_weights(path) == weights
    assert [each.name for each in path.parent.iterdir()] == ["w.toml"], "nothing is left behind"


class Other(Value):
    """Other fields than those of today, so that these tests are about the file and not about what is learned."""

    made_from: str = ""
    base: float = 0.0
    points: dict[str, float] = Field(default_factory=dict, description="of signals")
    phrasing: dict[str, float] = Field(default_factory=dict, description="of turns of phrase")
    tables: dict[str, dict[str, float]] = Field(default_factory=dict, description="by language")


@pytest.fixture
def other_fields(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights_file, "Weights", Other)


@given(found=st.builds(Other, made_from=names, base=numbers, tables=st.dictionaries(names, tables, max_size=3)))
@settings(max_examples=50, deadline=None)
def test_single_numbers_and_tables_inside_tables_come_back_too(found: Other) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(weights_file, "Weights", Other)
        told = tomllib.loads(rendered(found))  # type: ignore[arg-type]
    assert Other.model_validate(told) == found


@pytest.mark.usefixtures("other_fields")
def test_a_person_finds_every_section_explained_and_its_lines_in_order(tmp_path: Path) -> None:
    path = tmp_path / "w.toml"
    write_weights(Other(made_from="9 notes", phrasing={"we": -1.5, "<you> i": 2.0, "a": 0.25}), path)
    lines = path.read_text("utf-8").splitlines()
    assert lines[0].startswith("# Weights that `salver train` learned")
    at = lines.index("[phrasing]")
    assert lines[at - 1] == "# of turns of phrase"
    assert lines[at + 1 : at + 4] == ['"<you> i" = 2.0', "a = 0.25", "we = -1.5"]
    assert 'made_from = "9 notes"' in lines[:at]
    assert max(map(len, lines)) <= 120
    assert path.stat().st_mode & 0o444 == 0o444, "it holds nobody's secrets"


@pytest.mark.usefixtures("other_fields")
def test_the_same_weights_give_the_same_bytes() -> None:
    assert rendered(Other(phrasing={"a": 1.0, "b": 2.0})) == rendered(Other(phrasing={"b": 2.0, "a": 1.0}))


@pytest.mark.usefixtures("other_fields")
@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            'made_from = "x"\n[phrasing]\n"two words" = "much"',
            'w.toml, line 3: phrasing."two words": this must be a num',
        ),
        ("[points]\nflaters = 1.0", 'line 2: points.flaters: there is no such signal; did you mean "flatters"?'),
        ("[phrasing]\na = 1.0\n\n[tabels]\nb = 1.0", 'line 4: tabels: unknown key; did you mean "tables"?'),
        ('[tables."a b"]\nc = 1\n[tables.d]\n"<e>" = "f"', 'line 4: tables.d."<e>": this must be a number'),
        ("[phrasing]\n'a b' = nan\nc = inf", 'line 2: phrasing."a b": nan is no weight'),
        ("# x\nmade_from = 3", "line 2: made_from: this must be a text, in quotes"),
        ("\nphrasing = 3", "line 2: phrasing: this is a section with a line for each weight"),
        ("[phrasing]\na = 1\na = 2", "w.toml: this is no TOML"),
        ("phrasing = [[[", "w.toml: this is no TOML"),
    ],
)
def test_a_mistake_is_told_with_file_line_and_field(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "w.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(WeightsError) as error:
        load_weights(path)
    assert told in str(error.value)
    assert str(error.value).startswith(str(path))


@pytest.mark.usefixtures("other_fields")
def test_many_mistakes_are_not_all_told(tmp_path: Path) -> None:
    path = tmp_path / "w.toml"
    path.write_text("[phrasing]\n" + "".join(f'w{n} = "x"\n' for n in range(50)), "utf-8")
    with pytest.raises(WeightsError) as error:
        load_weights(path)
    assert str(error.value).splitlines()[-1] == "... and 40 more"


def test_a_file_that_is_not_there_or_no_text_or_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="there is no such file"):
        load_weights(tmp_path / "nowhere.toml")
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(WeightsError, match="cannot be read"):
        load_weights(tmp_path / "bytes.toml")
    with pytest.raises(WeightsError, match="cannot be written"):
        write_weights(Weights(), tmp_path / "no folder" / "w.toml")
