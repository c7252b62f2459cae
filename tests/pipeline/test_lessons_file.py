"""The file of lessons: what is written loads to the same, whole or not at all; what is broken is told with its line."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from pipeline.learning.file import load_lessons, rendered, write_lessons
from pipeline.settings import ConfigError, load, stage_settings
from stages.rules.language import Lesson
from stages.rules.written import tree_of

AT = 1_796_000_000_123


def lesson(id: str = "k000001", **given: Any) -> Lesson:
    what = {} if {"rule", "good", "intriguing"} & set(given) else {"good": -0.25}
    return Lesson.model_validate({"id": id, "owner": "amy", "at": AT, "says": "x"} | what | given)


RULE = {
    "name": "learned-offers",
    "says": "You called three of them ugly.",
    "points": -0.75,
    "all": [
        {"signal": "pitches_a_job"},
        {"field": "company", "is": ["Café “Nord”", 'Quote " and \\', "7"]},
        {"any": [{"field": "mutual_connections", "below": 2}, {"score": {"at_least": 0.5, "below": 3}}]},
    ],
    "none": [{"field": "headline", "word": "actuary"}, {"claim": "met", "truth": ["true", "unknown"]}],
}

_texts = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=30)
_conditions = st.recursive(
    st.one_of(
        st.builds(lambda name: {"signal": name}, _texts),
        st.builds(lambda low: {"signal": "claim_is_true", "at_least": low}, st.integers(-40, 40).map(lambda n: n / 4)),
        st.builds(
            lambda field, how, some: {"field": field, how: some},
            st.sampled_from(["name", "headline", "company", "note", "owner"]),
            st.sampled_from(["is", "contains", "word"]),
            st.lists(_texts, min_size=1, max_size=3),
        ),
        st.builds(lambda low: {"field": "mutual_connections", "below": low}, st.integers(0, 500)),
        st.builds(lambda long: {"field": "waited", "at_least": f"{long}h"}, st.integers(1, 99)),
        st.builds(lambda state: {"field": "note", "state": state}, st.sampled_from(["shown", "absent", "unknown"])),
        st.just({"score": {"at_least": 1.5}}),
        st.just({"claim": ["met", "any"], "truth": "false"}),
    ),
    lambda inner: st.builds(
        lambda how, some: {how: some}, st.sampled_from(["all", "any", "none"]), st.lists(inner, min_size=1, max_size=2)
    ),
    max_leaves=4,
)


@st.composite
def lessons(draw: st.DrawFn, number: int = 0) -> Lesson:
    what: dict[str, Any] = draw(
        st.one_of(
            st.fixed_dictionaries({"good": st.sampled_from([-1.0, -0.25, 0.5])}),
            st.fixed_dictionaries({"intriguing": st.sampled_from([-0.5, 1.0])}),
            st.fixed_dictionaries(
                {
                    "rule": st.fixed_dictionaries(
                        {
                            "name": st.just(f"learned-{number}"),
                            "says": _texts.map(lambda text: text[:200]),
                            "all": st.lists(_conditions, min_size=1, max_size=2),
                        },
                        optional={
                            "verdict": st.sampled_from(["good", "ugly", "intriguing", "follow_up"]),
                            "label": st.just(["seen-before"]),
                            "notify": st.booleans(),
                        },
                    ).map(lambda rule: rule if {"verdict", "label"} & set(rule) else rule | {"points": 1.25})
                }
            ),
        )
    )
    told = {"id": f"k{number:06d}", "owner": draw(st.sampled_from(["", "amy", "b.o-b"])), "says": draw(_texts)}
    at = draw(st.integers(0, 4_000_000_000_000))
    corrections = draw(st.lists(_texts, max_size=3))
    return Lesson.model_validate(told | {"at": at, "corrections": corrections} | what)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 3), max_size=3).flatmap(lambda some: st.tuples(*map(lessons, range(len(some))))))
def test_what_is_written_loads_to_the_same(tmp_path_factory: pytest.TempPathFactory, some: tuple[Lesson, ...]) -> None:
    path = tmp_path_factory.mktemp("lessons") / "lessons.toml"
    write_lessons(path, some)
    assert set(load_lessons(path)) == set(some)
    assert all(Lesson.model_validate(tree_of(each)) == each for each in some)
    again = path.read_text("utf-8")
    write_lessons(path, load_lessons(path))
    assert path.read_text("utf-8") == again


def test_the_file_says_what_it_is_and_a_person_reads_times_and_words(tmp_path: Path) -> None:
    path = tmp_path / "new" / "lessons.toml"
    write_lessons(path, [lesson(rule=RULE, says="Offers of jobs", corrections=["0af3/2"])])
    text = path.read_text("utf-8")
    for words in ("accepted it", "RULES.md", "salver lessons forget", "deleting its", "2026-11-30T"):
        assert words in text
    assert tomllib.loads(text)["lesson"][0]["says"] == "Offers of jobs"
    assert (path.stat().st_mode & 0o777) == 0o600
    assert max(map(len, text.splitlines())) <= 120


def test_where_there_is_no_file_nothing_was_learned(tmp_path: Path) -> None:
    assert load_lessons(tmp_path / "lessons.toml") == ()


def test_lines_that_are_cut_out_and_times_written_by_hand_are_understood(tmp_path: Path) -> None:
    path = tmp_path / "lessons.toml"
    path.write_text('[[lesson]]\nid = "mine1"\nat = 2026-11-30 10:00:00\nsays = "by hand"\ngood = 0.5\n', "utf-8")
    (found,) = load_lessons(path)
    assert (found.at, found.owner, found.good) == (1_796_032_800_000, "", 0.5)
    path.write_text("# all gone\n", "utf-8")
    assert load_lessons(path) == ()


def broken(path: Path, text: str) -> str:
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigError) as told:
        load_lessons(path)
    assert f"Mend {path}" in str(told.value) or "no TOML" in str(told.value)
    return str(told.value)


@pytest.mark.parametrize(
    ("was", "becomes", "words"),
    [
        ("rule.points = -0.75", "rule.points = -7.5", "at most 2 points"),
        ("rule.points = -0.75", "rule.point = -0.75", 'did you mean "points"?'),
        ("good = 0.25", "good = 2.25", "2.25 is too large"),
        ("good = 0.25", "goood = 0.25", 'did you mean "good"?'),
        ("good = 0.25", "good = 0.2", "steps of 0.25"),
        ('says = "x"', "says = 7", "says"),
        ("at = 2026", "at = 9999", None),
        ('id = "k000002"', 'id = "k000001"', "there twice"),
        ('id = "k000002"', "", "missing"),
        ("[[lesson]]", "[lesson]", None),
        ("good = 0.25", 'rule.name = "x"', None),
    ],
)
def test_a_mistake_is_told_with_its_file_and_line(tmp_path: Path, was: str, becomes: str, words: str | None) -> None:
    path = tmp_path / "lessons.toml"
    whole = rendered([lesson(rule=RULE), lesson("k000002", good=0.25)])
    assert was in whole
    if words is None and was == "at = 2026":  # far off, but a time
        path.write_text(whole.replace(was, becomes), "utf-8")
        assert load_lessons(path)
        write_lessons(path, load_lessons(path))
        return
    told = broken(path, whole.replace(was, becomes))
    assert str(path) in told
    if words is not None:
        assert words in told
        assert ", line " in told


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 900), st.integers(0, 40), st.text(max_size=6)), min_size=1, max_size=3))
def test_whatever_is_broken_it_loads_or_says_where(
    tmp_path_factory: pytest.TempPathFactory, edits: list[tuple[int, int, str]]
) -> None:
    text = rendered([lesson(rule=RULE), lesson("k000002", good=0.25)]).partition("\n\n")[2]
    for at, length, instead in edits:
        text = text[:at] + instead + text[at + length :]
    path = tmp_path_factory.mktemp("lessons") / "lessons.toml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    found, said = None, ""
    try:
        found = load_lessons(path)
    except ConfigError as error:
        said = str(error)
    if found is None:
        assert str(path) in said
    else:
        write_lessons(path, found)
        assert set(load_lessons(path)) == set(found)


def test_two_rules_of_one_name_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "lessons.toml"
    told = broken(path, rendered([lesson(rule=RULE), lesson("k000002", rule=RULE)]))
    line = next(part for part in told.split() if part.rstrip(":").isdigit()).rstrip(":")
    assert path.read_text("utf-8").splitlines()[int(line) - 1] == 'rule.name = "learned-offers"'


def configured(folder: Path) -> Path:
    config = folder / "salver.toml"
    config.write_text(
        f'[store]\nurl = "sqlite:///{folder}/salver.db"\n[[owner]]\naddresses = ["amy@salver.test"]\n', "utf-8"
    )
    return config


def test_settings_hold_what_was_learned_and_their_hash_says_so(tmp_path: Path) -> None:
    configuration = load(configured(tmp_path), environment={})
    before = stage_settings(configuration)
    assert configuration.lessons == tmp_path / "lessons.toml"
    write_lessons(configuration.lessons, [lesson(rule=RULE)])
    after = stage_settings(configuration)
    assert [each.id for each in after.rules.lessons] == ["k000001"]
    assert after.hash != before.hash
    assert after.rules.rule == before.rules.rule
    write_lessons(configuration.lessons, [])
    assert stage_settings(configuration) == before
    assert stage_settings(configuration).hash == before.hash


def test_a_broken_file_is_never_passed_over_in_silence(tmp_path: Path) -> None:
    configuration = load(configured(tmp_path), environment={})
    configuration.lessons.write_text("[[lesson]\n", "utf-8")
    with pytest.raises(ConfigError, match=r"lessons\.toml"):
        stage_settings(configuration)


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_what_cannot_be_written_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "there" / "lessons.toml"
    write_lessons(path, [lesson()])
    path.parent.chmod(0o500)
    try:
        with pytest.raises(OSError, match="denied"):
            write_lessons(path, [])
    finally:
        path.parent.chmod(0o700)
    assert [each.id for each in load_lessons(path)] == ["k000001"]
    assert [each.name for each in path.parent.iterdir()] == ["lessons.toml"]


BY_HAND = """\
[[lesson]]
id = "k000001"
at = 2026-11-30T10:00:00Z
says = "by hand"
rule.name = "by-hand"
rule.verdict = "good"
rule.folder = "Clients"
rule.all = [
    { field = "headline", contains = "rope" },
    { signal = "was_known_once" },
]
"""


@pytest.mark.parametrize(
    ("was", "becomes", "line", "words"),
    [
        ('"Clients"', '"Nowhere"', 7, 'there is no folder "Nowhere"'),
        ('"Clients"', '"Ugly"', 7, "another verdict's mail"),
        ('contains = "rope"', 'contains = { file = "/dev/zero" }', 9, "a lesson reads no file"),
        ('field = "headline"', 'field = "headlin"', 9, 'did you mean "headline"'),
        ('{ field = "headline", contains = "rope" }', '{ field = "kind", is = "letter" }', 9, "kind is never"),
        ('"by-hand"', '"by-hand"\nrule.colour = "red"', 6, 'unknown key "lesson.rule.colour"'),
    ],
)
def test_a_lessons_rule_is_checked_as_any_other_is(
    tmp_path: Path, was: str, becomes: str, line: int, words: str
) -> None:
    config = configured(tmp_path)
    config.write_text(config.read_text("utf-8") + '[filing]\nfolders = ["Clients"]\n', "utf-8")
    configuration = load(config, environment={})
    path = configuration.lessons
    path.write_text(BY_HAND, "utf-8")
    assert [each.id for each in stage_settings(configuration).rules.lessons] == ["k000001"], "a signal is doubted only"
    path.write_text(BY_HAND.replace(was, becomes), "utf-8")
    with pytest.raises(ConfigError) as told:
        stage_settings(configuration)
    assert f"{path}, line {line}: " in str(told.value)
    assert words in str(told.value)
    assert f"Mend {path}" in str(told.value)


def test_where_the_folders_are_not_known_none_is_missed_and_a_line_can_be_taken_out(tmp_path: Path) -> None:
    path = tmp_path / "lessons.toml"
    path.write_text(BY_HAND, "utf-8")
    (found,) = load_lessons(path)
    assert found.rule is not None
    assert found.rule.folder == "Clients"
    with pytest.raises(ConfigError, match="Clients"):
        load_lessons(path, ())
