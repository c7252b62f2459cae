"""A rules file loads, or every mistake in it is told at once, in its order, with its line."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest

from pipeline.rules.file import TOLD, files_of, load_rules
from pipeline.rules.lists import MOST_BYTES, entries
from pipeline.toml_file import ConfigError
from stages.rules.conditions import LONGEST, MOST_TEXTS
from stages.rules.language import Rules


def written(folder: Path, text: str | bytes, name: str = "r.toml") -> Path:
    path = folder / name
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def told(folder: Path, text: str | bytes, **known: Any) -> list[str]:
    """The lines of what is said of it, without the folder."""
    with pytest.raises(ConfigError) as caught:
        load_rules(written(folder, text), **known)
    return str(caught.value).replace(f"{folder}/", "").split("\n")


MANY = """\
[[rule]]
name = "one"
verdict = "good"
folder = "Recruters"
all = [
  { signal = "note_is_blnk" },
  { any = [
      { field = "network", is = "linkdin" },
      { field = "kind", is = ["inmail",
                              "imail"] },
    ] },
]
none = [{ field = "owner", is = "ammy" }]

[[rule]]
name = "two"
verdict = "gud"
lable = "x"
all = [{ claim = "mett" }, { field = "words", at_least = [] }]

[[rule]] # sound, but for its example
name = "three"
verdict = "ugly"
all = [{ signal = "flatters" }]
  [[rule.examples]]
  folder = "Ugly"
  [[rule.examples]]
  folder = "Ugly"
  signals = [
    "flatters",
    "flaters",
  ]

[[rule]]
verdict = "ugly"
name = "one"
all = [{ signal = "flatters" }]

[[rule]]
name = "five"
label = "x"
all = [{ signal = "flatters" }]
none = [
  { signal = "note_is_blank" },
  { signal = "flatters" },
]

[thresholds]
good = "much"
"""


def test_every_mistake_is_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    found = told(tmp_path, MANY, folders=("Recruiters",), owners=("amy",))
    expected = [
        (4, 'rule "one": there is no folder "Recruters"; did you mean "Recruiters"?'),
        (6, 'rule "one": there is no signal "note_is_blnk"; did you mean "note_is_blank"?'),
        (8, 'rule "one": network is never "linkdin"'),
        (10, 'rule "one": kind is never "imail": there is no such value; did you mean "inmail"?'),
        (13, 'rule "one": owner is never "ammy"'),
        (
            17,
            'rule.verdict: "gud" will not do; it must be one of good, intriguing, ugly, follow_up; did you mean "g',
        ),
        (18, 'unknown key "rule.lable"; did you mean "label"?'),
        (19, 'rule.all.claim: "mett" will not do; it must be one of '),
        (19, "rule.all.at_least: "),
        (31, 'rule "three": there is no signal "flaters"; did you mean "flatters"?'),
        (36, 'another rule is called "one" (line 2); give each its own name'),
        (45, 'rule "five": it can never decide: all and none both ask for this: '),
        (49, "thresholds.good: "),
    ]
    assert len(found) == len(expected)
    for line, (number, says) in zip(found, expected, strict=True):
        assert line.startswith(f"r.toml, line {number}: {says}")


def test_of_very_many_mistakes_the_first_are_told_and_the_others_counted(tmp_path: Path) -> None:
    rule = '[[rule]]\nname = "r{}"\nverdict = "good"\nall = [{{ signal = "none_{}" }}]\n'
    found = told(tmp_path, "".join(rule.format(at, at) for at in range(TOLD + 7)))
    assert len(found) == TOLD + 1
    assert found[-1] == "r.toml: and 7 more mistakes"


def test_one_mistake_is_one_line_whatever_somebody_wrote(tmp_path: Path) -> None:
    odd = r"a\nr.toml, line 9: b\u001b[31m\u202e"
    text = f'"{odd}" = 1\n[[rule]]\nname = "x"\nverdict = "good"\nall = [{{ signal = "{odd}" }}]\n'
    found = told(tmp_path, text)
    assert [line.split(":")[0] for line in found] == ["r.toml, line 1", "r.toml, line 5"]
    assert not re.search("[\x00-\x1f\u202e]", "".join(found))


HEAD = "[[rule]]\nname = 'x'\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"a = \xff", "cannot be read"),
        ("x = 'a\n", "line 1: this is no TOML"),
        ("x = " + "9" * 5_000, "a number has thousands of digits"),
        ("rule = 5", "line 1: rule: write [[rule]], with two brackets"),
        ("rule = [5]", "line 1: rule: "),
        ("[rule]\nname = 'x'", "line 1: rule: write [[rule]], with two brackets"),
        ("# x\nname = '\u201cx\u201d'\nrule = \u201cx\u201d", "line 3: this is no TOML: Invalid value; it has curly"),
        (b"# x\n# caf\xe9\n", "it is no UTF-8 (line 2 has"),
        ("x = " + "[" * 5_000, "brackets lie too deep"),
        ("\n" + "a." * 5_000 + "a = 1", "line 2: this is no TOML of ours: a key has at most"),
        (HEAD + "verdict = 'good'\nall = [{ field = 'name', is = 0x" + "f" * 9_000 + " }]", "thousands of digits"),
        (HEAD + "points = nan\nall = [{ signal = 'flatters' }]", "line 3: rule.points: "),
        (HEAD + "points = 1.1\nall = [{ signal = 'flatters' }]", "line 3: rule.points: points go in"),
        (HEAD + "points = 1\nall = [{ signal = 'flatters', at_least = inf }]", "line 4: rule.all: points: "),
        ("#" * 2_000_001, "is larger than 2,000,000 octets"),
    ],
)  # fmt: skip
def test_what_is_no_rules_file_is_told_so(tmp_path: Path, text: str | bytes, says: str) -> None:
    assert says in told(tmp_path, text)[0]


@pytest.mark.parametrize("owner", ["amy", "ben"])
def test_an_owner_is_known_by_the_id(tmp_path: Path, owner: str) -> None:
    text = f'[[rule]]\nname = "x"\nverdict = "good"\nall = [{{ field = "owner", is = "{owner}" }}]\n'
    path = written(tmp_path, text)
    assert load_rules(path, owners=("amy", "ben")).rule
    assert load_rules(path).rule


# --- lists in files

LISTED = """[[rule]]
name = "x"
verdict = "good"
all = [
  { field = "company", KEY = { file = "lists/x.txt" } },
]
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def listed(folder: Path, content: str | bytes, key: str = "is") -> Rules:
    written(folder, content, "lists/x.txt")
    return load_rules(written(folder, LISTED.replace("KEY", key)))


def test_a_list_is_read_from_its_file_without_comments_and_blank_lines(here: Path) -> None:
    rules = listed(here, "\ufeff# mine\r\n\r\nNorthwind # a client\r\n  Café Lune  \r\nNorthwind\r\n")
    sought = rules.rule[0].all[0].is_
    assert sought is not None
    assert sought.texts == ("Northwind", "Café Lune")
    assert sought.folded == {"northwind", "cafe lune"}
    assert files_of(rules) == ("lists/x.txt",)


def test_the_version_of_rules_names_what_their_lists_say_too(here: Path) -> None:
    first = listed(here, "Northwind\n")
    assert listed(here, "Northwind\n").version == first.version
    assert listed(here, "Southwind\n").version != first.version
    assert re.fullmatch("[0-9a-f]{8}", first.version)


def test_a_list_inside_groups_is_read_and_a_faulty_one_told_with_its_line(here: Path) -> None:
    written(here, "Northwind\n", "a.txt")
    group = '[[rule]]\nname = "x"\npoints = 1\nnone = [{ any = [\n  { field = "name", is = { file = "a.txt" } },\n'
    text = group + '  { none = [{ field = "title", word = { file = "b.txt" } }] },\n] }]\n'
    assert told(here, text) == [
        'r.toml, line 6: rule "x": the list "b.txt" does not exist; paths begin in the folder where Salver is started'
    ]
    written(here, "chef\n", "b.txt")
    rules = load_rules(here / "r.toml")
    inner = rules.rule[0].none[0].any
    assert inner[0].is_ is not None
    assert inner[0].is_.texts == ("Northwind",)
    assert inner[1].none[0].word is not None
    assert inner[1].none[0].word.phrases == {" chef "}
    assert files_of(rules) == ("a.txt", "b.txt")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"x\ncaf\xe9\n", 'the list "lists/x.txt" is no UTF-8 (line 2)'),
        ("# nothing\n\n", "is empty"),
        ("ok\n" + "x" * (LONGEST + 1), "lists/x.txt, line 2: a text has at most 300 characters"),
        ("ok\n\n\u200b\n", "lists/x.txt, line 3: there is nothing to be seen in this text"),
        ("\n".join(map(str, range(MOST_TEXTS + 1))), "has 20,001 texts; at most 20,000"),
        (b"x" * (MOST_BYTES + 1), "is larger than 8,000,000 octets"),
    ],
)
def test_a_list_that_cannot_be_used_is_told_where_it_is_named(here: Path, content: str | bytes, says: str) -> None:
    written(here, content, "lists/x.txt")
    (line,) = told(here, LISTED.replace("KEY", "is"))
    assert line.startswith('r.toml, line 5: rule "x": ')
    assert says in line


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("C# Corner", "C# Corner"), ("F#", "F#"), ("C# Corner  # a customer", "C# Corner"),
        ("Northwind\t#x", "Northwind"),
        ('"Northwind"', "Northwind"), ('"Number #1 Ltd" # x', "Number #1 Ltd"), ("\u201cNorthwind\u201d", "Northwind"),
        ("'Northwind'", "Northwind"), ('the "best" one', 'the "best" one'), ('"A" and "B"', '"A" and "B"'),
        ('5" pipes', '5" pipes'), ('""', '""'),
    ],
)  # fmt: skip
def test_a_remark_begins_behind_white_space_and_quotes_are_no_part_of_a_text(line: str, text: str) -> None:
    assert entries(f"# x\n  # y # z\n#\n{line}\n", "x.txt").texts == (text,)


@pytest.mark.parametrize(
    ("rest", "says"),
    [
        (
            "verdict = 'good'\nall = { signal = 'flatters' }",
            "rule.all: there may be several, so write it in brackets, as a ",
        ),
        ("verdict = 'good'\nall = ['flatters']", "rule.all: write each of these in braces: all = [{ ... }]"),
        ("folder = 'Good'\nall = [{ signal = 'flatters' }]", "a folder needs a verdict; say which verdict this is"),
        ("points = 500\nall = [{ signal = 'flatters' }]", "rule.points: 500 is too large; it is at most 100"),
        ("points = -500\nall = [{ signal = 'flatters' }]", "rule.points: -500 is too small; it is at least -100"),
        ("points = '2'\nall = [{ signal = 'flatters' }]", 'rule.points: "2" is no number; write it without quotes'),
        ("points = 2\nall = [{ score = { below = '3' } }]", 'below: "3" is no number; write it without quotes'),
        ("notify = 'yes'\nall = [{ signal = 'flatters' }]", '"yes" is neither true nor false'),
        ("says = 3\npoints = 1\nall = [{ signal = 'flatters' }]", "rule.says: 3 is no text; write it in quotes"),
    ],
)
def test_what_is_written_otherwise_than_meant_is_told_in_words_of_ours(here: Path, rest: str, says: str) -> None:
    assert says in "\n".join(told(here, HEAD + rest))


def test_the_form_of_a_name_is_told_in_words(here: Path) -> None:
    (line,) = told(here, "[[rule]]\nname = 'One Two'\npoints = 1\nall = [{ signal = 'flatters' }]")
    assert line.endswith('"One Two" will not do; write small letters, digits and dashes, at most 64 of them')


def test_thresholds_in_quotes_are_refused(here: Path) -> None:
    (line,) = told(here, "[thresholds]\ngood = '4'\n")
    assert line == 'r.toml, line 2: thresholds.good: "4" is no number; write it without quotes'


def test_a_list_of_words_needs_letters_or_digits(here: Path) -> None:
    assert listed(here, "R&D\n+++\n", "contains").rule
    (line,) = told(here, LISTED.replace("KEY", "word"))
    assert 'a word to look for has a letter or a digit; "+++" has none' in line


def test_what_is_no_plain_file_is_no_list_and_is_not_waited_for(here: Path) -> None:
    (here / "lists").mkdir()
    os.mkfifo(here / "lists" / "x.txt")
    assert "is no file" in told(here, LISTED.replace("KEY", "is"))[0]
    assert "is no file" in told(here, LISTED.replace("KEY", "is").replace("lists/x.txt", "lists"))[0]
    assert "its name can be no file's" in told(here, LISTED.replace("KEY", "is").replace("x.txt", r"x\u0000"))[0]


def test_values_of_a_list_are_looked_up_too(here: Path) -> None:
    written(here, "linkedin\nlinkdin\n", "lists/x.txt")
    (line,) = told(here, LISTED.replace("KEY", "is").replace("company", "network"))
    assert line.startswith('r.toml, line 5: rule "x": network is never "linkdin"')
