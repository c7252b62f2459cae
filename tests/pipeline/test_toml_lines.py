"""Where each key and entry of an owner's file stands is known, however the file is written."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from pipeline.toml_lines import Place, line_of, lines_of, too_deep
from tests.builders.verdicts import RULES

ODD = (
    '''# [not] = "a header"
top = 1
a . "b c".'d' = """two [[
lines = 3 # no comment
\\"""" # a comment with ] and "
quoted = ["""a"""", "b",
 555]
dates = [1979-05-27 07:32:00, 07:32:00.5, # [
  1979-05-27T00:32:00-07:00, ]

[[rule]] # the first
name = 'it'''
    + """'
all = [
  { field = "x", is = ["one", 'two',
     \"\"\"three, }\"\"\",
  ] }, # }
  { any = [{ signal = "s" }, { none = [{ "sco\\u0072e" = { at_least = 1.5 } }] }] },
]

  [[rule.examples]]
  folder = ""
  [[ rule . examples ]]
  folder = ''''quoted'''''
  absent = []
[[rule]]
name = "second"
thresholds.inner = true
[rule.more."x.y"]
z = -inf
[thresholds]
good = 3.0"""
)


def test_every_line_of_an_odd_file_is_found() -> None:
    tomllib.loads(ODD)
    lines = ODD.split("\n")
    every: tuple[tuple[Place, str], ...] = (
        (("top",), "top = 1"),
        (("a", "b c", "d"), "a . "),
        (("quoted", 2), " 555"),
        (("dates",), "dates"),
        (("dates", 2), "1979-05-27T"),
        (("rule", 0), "[[rule]] # the first"),
        (("rule", 0, "name"), "name = 'it'"),
        (("rule", 0, "all", 0, "field"), '{ field = "x"'),
        (("rule", 0, "all", 0, "is", 1), "'two'"),
        (("rule", 0, "all", 0, "is", 2), "three"),
        (("rule", 0, "all", 1, "any", 1, "none", 0, "score", "at_least"), "at_least"),
        (("rule", 0, "examples", 0, "folder"), 'folder = ""'),
        (("rule", 0, "examples", 1), "[[ rule . examples ]]"),
        (("rule", 0, "examples", 1, "folder"), "quoted"),
        (("rule", 0, "examples", 1, "absent"), "absent"),
        (("rule", 1), "[[rule]]"),
        (("rule", 1, "name"), "second"),
        (("rule", 1, "thresholds", "inner"), "thresholds.inner"),
        (("rule", 1, "more", "x.y", "z"), "z = -inf"),
        (("thresholds", "good"), "good = 3.0"),
    )
    for place, shows in every:
        line = line_of(ODD, place)
        assert line is not None, place
        assert shows in lines[line - 1], place
    assert line_of(ODD, ("rule", 1)) == lines.index("[[rule]]") + 1


def test_what_is_not_there_stands_in_its_list_entry_or_nowhere() -> None:
    assert line_of(ODD, ("rule", 1, "verdict")) == line_of(ODD, ("rule", 1))
    assert line_of(ODD, ("rule", 0, "all", 1, "score", "below")) == line_of(ODD, ("rule", 0, "all", 1))
    assert line_of(ODD, ("thresholds", "intriguing")) is None
    assert line_of(ODD, ("nothing",)) is None
    assert line_of(ODD, ()) is None


def test_every_key_of_the_default_rules_is_found_on_its_line() -> None:
    text = RULES.read_text("utf-8")
    lines = text.split("\n")
    places = [place for place in _places(tomllib.loads(text)) if isinstance(place[-1], str)]
    assert len(places) > 100
    for place in places:
        assert str(place[-1]) in lines[lines_of(text)[place] - 1], place


def _places(tree: Any, place: Place = ()) -> Iterator[Place]:
    if place:
        yield place
    for key, value in tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ():
        yield from _places(value, (*place, key))


# --- files written at random, by a writer that notes where it puts what

_texts = st.text(st.sampled_from("ab\"'\\\n[]{}#=,. é"), max_size=8)
_values = st.recursive(
    st.integers(-9, 9) | _texts,
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(_texts, inside, max_size=3),
    max_leaves=8,
)
_trees = st.fixed_dictionaries(
    {}, optional={"top": _values, "rule": st.lists(st.dictionaries(_texts, _values, max_size=3), max_size=3)}
)


class _Writer:
    def __init__(self, draw: Any) -> None:
        self.draw, self.text, self.lines = draw, "", dict[Place, int]()

    def put(self, text: str) -> None:
        self.text += text

    def gap(self, breaks: bool) -> None:
        some = [" ", ""] + ([" # ] } \" '\n", "\n"] if breaks else [])
        self.put(self.draw(st.sampled_from(some)))

    def note(self, place: Place) -> None:
        self.lines[place] = self.text.count("\n") + 1

    def key(self, name: str) -> None:
        plain = name.isascii() and name.isalnum()
        self.put(name if plain and self.draw(st.booleans()) else json.dumps(name))

    def value(self, value: Any, place: Place, breaks: bool) -> None:
        self.note(place) if isinstance(place[-1], int) else None
        if isinstance(value, dict):
            self.put("{ ")
            for at, (name, inner) in enumerate(value.items()):
                self.put(", " if at else "")
                self.pair(name, inner, (*place, name), False)
            self.put(" }")
        elif isinstance(value, list):
            self.put("[")
            for at, inner in enumerate(value):
                self.gap(True)
                self.value(inner, (*place, at), True)
                self.gap(True)
                self.put("," if at + 1 < len(value) or self.draw(st.booleans()) else "")
            self.put("]")
        elif isinstance(value, str):
            self.string(value)
        else:
            self.put(str(value))

    def string(self, value: str) -> None:
        escaped = json.dumps(value, ensure_ascii=self.draw(st.booleans()))
        multi = '"""\n' + value.replace("\\", "\\\\").replace('"', '\\"') + '"""'
        plain = "'" not in value and "\n" not in value
        self.put(self.draw(st.sampled_from([escaped, multi, *([f"'{value}'", f"'''{value}'''"] if plain else [])])))

    def pair(self, name: str, value: Any, place: Place, breaks: bool) -> None:
        self.note(place)
        self.key(name)
        self.put(self.draw(st.sampled_from(["=", " = "])))
        self.value(value, place, breaks)


@settings(max_examples=80, deadline=None)
@given(_trees, st.data())
def test_whatever_is_written_is_found_where_the_writer_put_it(tree: dict[str, Any], data: st.DataObject) -> None:
    writer = _Writer(data.draw)
    if "top" in tree:
        writer.pair("top", tree["top"], ("top",), True)
        writer.put("\n")
    for at, rule in enumerate(tree.get("rule", [])):
        writer.note(("rule", at))
        writer.put(data.draw(st.sampled_from(["[[rule]]\n", " [[ 'rule' ]] # [[x]]\n\n"])))
        for name, value in rule.items():
            writer.pair(name, value, ("rule", at, name), True)
            writer.put(data.draw(st.sampled_from(["\n", " # ] \" '''\n"])))
    assert tomllib.loads(writer.text) == {key: value for key, value in tree.items() if value or key == "top"}
    found = lines_of(writer.text)
    assert {place: found.get(place) for place in writer.lines} == writer.lines


@pytest.mark.parametrize("indent", [None, 2])
def test_lines_of_json_are_found_too(indent: int | None) -> None:
    text = json.dumps({"name": "A", "open_jobs": [{"title": 'x"], {', "for": "\\"}], "tools_used": []}, indent=indent)
    for place in (("name",), ("open_jobs", 0, "for"), ("tools_used",)):
        line = line_of(text, place)
        assert line is not None
        assert f'"{place[-1]}"' in text.split("\n")[line - 1]


def test_what_is_no_toml_is_read_to_its_end_all_the_same() -> None:
    for text in (
        'a = """' * 50,
        "[[[[[",
        "]]]}}}",
        "= = =\n[",
        'x = "',
        "\x00",
        "a.b.c",
        '"\\ud8" = 1',
        "[]\n[[]]\n= 1",
    ):
        lines_of(text)


@pytest.mark.parametrize(
    "deep", ["x = " + "[" * 100_000, "a." * 100_000 + "a = 1", "[" + "a." * 100_000 + "a]", "x = " + "{a=" * 60_000]
)
def test_what_lies_very_deep_is_walked_through_without_a_stack_and_in_little_room(deep: str) -> None:
    lines = lines_of(deep)
    assert 0 < len(lines) < 200
    assert all(len(place) < 100 for place in lines)


def test_a_key_of_very_many_parts_is_found_before_a_parser_sees_it_and_dots_elsewhere_are_no_parts() -> None:
    many = "a." * 100
    assert too_deep(f"x = 1\n{many}a = 1") == too_deep(f"\n[[{many}a]]") == too_deep(f'\n{many}"a.b" = 1') == 2
    parted = f'{"a." * 30}"\u2028".{"b." * 30}'
    assert too_deep(f"{parted}c = 1") == 1, "other programs break lines there, TOML does not"
    assert too_deep(f'# {many}\nx = \'{many}\'\ny = """\n{many} = """ # {many} =') is None
