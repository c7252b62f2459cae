"""A rules file -> Rules, with where each rule stands and the lists it names; every mistake at once, with its line."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pipeline.rules.lists import Lists
from pipeline.toml_file import ConfigError, Mistake, explained, line_of, shipped, text_of, toml_of
from stages.rules.checking import mistakes
from stages.rules.language import Rule, Rules
from stages.rules.naming import quoted
from stages.rules.walking import Place, files_of as files_of, with_lists

TOLD = 50
"""mistakes that are told at once"""


def load_rules(path: Path, folders: Collection[str] = (), owners: Collection[str] | None = None) -> Rules:
    """A rules file, with where each rule stands and with the lists it names, read from the current folder on.

    `folders` are those declared in the configuration, `owners` the ids of those who are known; None: not known.
    Raises ConfigError, which tells every mistake in the order of the file, one a line.
    """
    text = text_of(path)
    told, rules, numbers = _understood(toml_of(text, path), text)
    lists = Lists()
    read = tuple(with_lists(rule, lists.read, ("rule", at)) for at, rule in enumerate(rules.rule))
    rules = rules.but(rule=tuple(_placed(rule, numbers[at], text) for at, rule in enumerate(read)))
    remarks = (*mistakes(rules, folders, owners), *lists.remarks(rules))
    told += [Mistake(line_of(text, _in_file(each.place, numbers)), each.says) for each in remarks]
    if told:
        raise ConfigError(_listed(told, path))
    ours = path == shipped(path.name)  # where we are installed is nobody's name for a file
    named = f"{path.name} (shipped)" if ours else str(path)
    return rules.but(file=named, version=_version(text, lists.texts))


def _version(text: str, lists: dict[str, str]) -> str:
    """Names the text and what its lists say: 8 hex digits."""
    said = hashlib.sha256(text.encode())
    for file, listed in lists.items():
        said.update(f"\0{file}\0{listed}".encode())
    return said.hexdigest()[:8]


def _understood(tree: dict[str, Any], text: str) -> tuple[list[Mistake], Rules, list[int]]:
    """The mistakes that the models see, and what there is without them: rules, with their numbers in the file."""
    given = tree.get("rule", [])
    numbers, told = _once_each(given, text) if isinstance(given, list) else ([], [])
    wrong: set[Place] = set()
    try:
        Rules.model_validate({**tree, "rule": _under_other_names(given)})
    except ValidationError as error:
        told += explained(error, text, Rules)
        wrong = {each["loc"][: 2 if each["loc"][0] == "rule" else 1] for each in error.errors(include_url=False)}
    numbers = [number for number in numbers if ("rule", number) not in wrong and ("rule",) not in wrong]
    sound = {key: value for key, value in tree.items() if (key,) not in wrong and key != "rule"}
    return told, Rules.model_validate({**sound, "rule": [given[number] for number in numbers]}), numbers


def _under_other_names(given: Any) -> Any:
    """The rules, no two of them with the same name: that is told apart, and hides no other mistake."""
    if not isinstance(given, list):
        return given
    seen: set[str] = set()
    rules = []
    for number, rule in enumerate(given):
        name = rule.get("name") if isinstance(rule, dict) else None
        if isinstance(name, str):
            rule = {**rule, "name": f"again-{number}"} if name in seen else rule
            seen.add(name)
        rules.append(rule)
    return rules


def _once_each(given: list[Any], text: str) -> tuple[list[int], list[Mistake]]:
    """The numbers of the rules that have a name of their own, and a mistake for each that has another's."""
    first: dict[str, int] = {}
    numbers, told = [], []
    for number, rule in enumerate(given):
        name = rule.get("name") if isinstance(rule, dict) else None
        if isinstance(name, str) and first.setdefault(name, number) != number:
            line, other = (line_of(text, ("rule", each, "name")) for each in (number, first[name]))
            told.append(Mistake(line, f"another rule is called {quoted(name)} (line {other}); give each its own name"))
        else:
            numbers.append(number)
    return numbers, told


def _placed(rule: Rule, number: int, text: str) -> Rule:
    """The rule with its line, and those of its examples."""
    examples = tuple(
        each.but(line=line_of(text, ("rule", number, "examples", at))) for at, each in enumerate(rule.examples)
    )
    return rule.but(line=line_of(text, ("rule", number, "name")), examples=examples)


def _in_file(place: Place, numbers: list[int]) -> Place:
    """The place in the file of one in the rules that were understood."""
    return (place[0], numbers[int(place[1])], *place[2:])


def _listed(told: list[Mistake], path: Path) -> str:
    """Every mistake in the order of the file, one a line; of very many the first."""
    lines = list(dict.fromkeys(each.at(path) for each in sorted(told, key=lambda each: each.line or 0)))
    more = len(lines) - TOLD
    return "\n".join(lines[:TOLD] + ([f"{path}: and {more} more mistakes"] if more > 0 else []))
