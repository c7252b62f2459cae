"""Whatever lies in a rules file: it loads, or is told of with its line, and nothing else happens, in bounded time."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from pipeline.rules.file import load_rules
from pipeline.toml_file import ConfigError
from tests.builders.verdicts import RULES

SHIPPED = RULES.read_text("utf-8")
_SIGNS = r"""[ ] { } = " ' \"\"\" ''' , . # \ \ud800 - nan inf 1e999 999999999999999999999999999 true 1979-05-27 é name
all any [[rule]] is file"""
MARKS = st.sampled_from([*_SIGNS.split(), '"""', "\u202e", "\n", "\r", "\x00", "is = 5", " "])


def loads_or_names_a_line(path: Path) -> None:
    try:
        assert load_rules(path, ("Clients",), ("amy",)).version
    except ConfigError as error:
        for line in str(error).split("\n"):
            assert re.match(rf"{re.escape(str(path))}(, line [1-9]\d*)?(: | cannot be read: )", line), line


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """The shipped rules, with a few things that do not belong there."""
    lines = SHIPPED.split("\n")
    begin = draw(st.integers(0, len(lines) - 1))
    text = "\n".join(lines[begin : begin + draw(st.integers(1, 80))])
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(text)))
        gone = draw(st.sampled_from([0, 0, 1, 3, 40]))
        text = text[:at] + draw(MARKS) + text[at + gone :]
    return text


_scalars = st.one_of(
    st.integers(),
    st.floats(),
    st.booleans(),
    st.text(max_size=12),
    st.sampled_from(["good", "flatters", "headline", "x"]),
)
_keys = st.sampled_from(
    """rule name verdict points label then all any none examples folder signal score at_least below field is contains
    word state claim truth file texts thresholds good network x""".split()  # noqa: SIM905 - read as a list of words
)
_values = st.recursive(
    _scalars, lambda inside: st.lists(inside, max_size=4) | st.dictionaries(_keys, inside, max_size=5), max_leaves=25
)


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_toml(inner) for inner in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        escaped = (c if c.isalnum() else f"\\U{ord(c):08x}" for c in value)
        return '"' + "".join(escaped) + '"'
    return repr(value)


@st.composite
def odd_trees(draw: st.DrawFn) -> str:
    """Sound TOML that says anything, with the names of our language."""
    tree = draw(st.dictionaries(_keys, _values, max_size=4))
    rules = draw(st.lists(st.dictionaries(_keys, _values, max_size=6), max_size=3))
    return "\n".join(f"{key} = {_toml(value)}" for key, value in ({**tree, "rule": rules} if rules else tree).items())


def _fuzz(path: Path, texts: st.SearchStrategy[str], many: int) -> None:
    @settings(max_examples=many, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(texts)
    def run(text: str) -> None:
        path.write_text(text, "utf-8", errors="surrogatepass")
        loads_or_names_a_line(path)

    run()


TEXTS = {"mutated": mutated(), "odd_trees": odd_trees(), "marks": st.lists(MARKS, max_size=30).map("".join)}


@pytest.mark.parametrize("kind", list(TEXTS))
def test_whatever_is_written_loads_or_is_told_with_its_line(tmp_path: Path, kind: str) -> None:
    _fuzz(tmp_path / "f.toml", TEXTS[kind], 70)


@pytest.mark.nightly
@pytest.mark.timeout(1_800)
@pytest.mark.parametrize("kind", list(TEXTS))
def test_a_great_many_files_load_or_are_told_with_their_lines(tmp_path: Path, kind: str) -> None:
    _fuzz(tmp_path / "f.toml", TEXTS[kind], 4_000)


@pytest.mark.nightly
@pytest.mark.parametrize(
    "text",
    [
        "a." * 100_000 + "a = 1",
        "[" + "a." * 100_000 + "a]",
        "x = " + "[" * 200_000,
        "[[rule]]\nall = [" + "{ all = [" * 22_000,
        "x = " + "9" * 200_000,
        '[[rule]]\nname = "' + "a" * 200_000 + '"',
        "a" * 200_000 + " = 1",
        "\n".join(f"k{at} = 1" for at in range(20_000)),
        "\n".join(f'[[rule]]\nname = "r{at}"\nverdict = "god"\nall = [{{ signal = "x{at}" }}]' for at in range(4_000)),
        'x = """' + '\\"' * 100_000 + '"""',
        'x = """' * 25_000,
        "\r" * 200_000,
    ],
    ids=lambda text: text[:12],
)
def test_two_hundred_thousand_characters_of_nonsense_are_told_of_too(tmp_path: Path, text: str) -> None:
    path = tmp_path / "f.toml"
    path.write_text(text, "utf-8")
    loads_or_names_a_line(path)
