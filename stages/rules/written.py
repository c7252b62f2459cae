"""(Rules) -> the text of a rules file that loads to the same rules. Lists in files stay references to them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from stages.rules.conditions import Sought
from stages.rules.language import Rule, Rules
from stages.toml_text import INDENT, toml_flat, toml_value
from stages.values import Value

_ALONE = ("claim", "label", "truth")
"""Keys that take a text, or a list of them."""


def written(rules: Rules) -> str:
    """The rules in order, then the thresholds. What was learned has a file of its own, and is left out."""
    marks = rules.thresholds
    thresholds = f"[thresholds]\ngood = {toml_flat(marks.good)}\nintriguing = {toml_flat(marks.intriguing)}\n"
    return "\n".join((*map(rule_written, rules.rule), thresholds))


def rule_written(rule: Rule) -> str:
    """One rule, as it stands in a rules file."""
    return "\n".join(("[[rule]]", *_lines(rule))) + "\n"


def _lines(rule: Rule) -> Iterator[str]:
    for key, value in tree_of(rule).items():
        if key == "examples":  # each is a story of its own
            items = "".join(f"{INDENT}{toml_value(each, len(INDENT), INDENT)},\n" for each in value)
            yield f"examples = [\n{items}]"
        else:
            yield f"{key} = {toml_value(value, len(key) + 3)}"


def tree_of(value: Any) -> Any:
    """Plain data: what differs from the defaults, by the names that a file has for it."""
    if isinstance(value, Sought):
        return {"file": value.file} if value.file else tree_of(value.texts if len(value.texts) > 1 else value.texts[0])
    if isinstance(value, tuple):
        return [tree_of(each) for each in value]
    if not isinstance(value, Value):
        return value
    return {
        field.alias or name: _one(tree_of(getattr(value, name))) if name in _ALONE else tree_of(getattr(value, name))
        for name, field in type(value).model_fields.items()
        if not field.exclude and name != "lesson" and (field.is_required() or getattr(value, name) != field.default)
    }


def _one(texts: list[str]) -> str | list[str]:
    return texts[0] if len(texts) == 1 else texts
