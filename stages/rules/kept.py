"""Rules <-> JSON, whole: with the texts of their lists, their lessons, and what only whoever read the file knows."""

from __future__ import annotations

import json
from typing import Any

from stages.rules.conditions import Sought
from stages.rules.language import Lesson, Rule, Rules

_NOT_OF_A_RULE = {"lesson", "line"}


def kept(rules: Rules) -> str:
    """The rules as JSON; `brought_back` makes the same of it, without any file."""
    told = {
        "file": rules.file,
        "version": rules.version,
        "lines": [rule.line for rule in rules.rule],
        "rule": [_dumped(rule) for rule in rules.rule],
        "thresholds": rules.thresholds.model_dump(mode="json"),
        "lessons": [
            lesson.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={"rule"})
            | ({"rule": _dumped(lesson.rule)} if lesson.rule is not None else {})
            for lesson in rules.lessons
        ],
    }
    return json.dumps(told, ensure_ascii=False)


def brought_back(text: str) -> Rules:
    """ValueError: this Salver does not understand them any more."""
    told = json.loads(text)
    rules = Rules.model_validate({"rule": _sought(told["rule"]), "thresholds": told["thresholds"]})
    lined = tuple(rule.model_copy(update={"line": line}) for rule, line in zip(rules.rule, told["lines"], strict=True))
    lessons = tuple(Lesson.model_validate(_sought(each)) for each in told["lessons"])
    return rules.but(rule=lined, lessons=lessons, file=told["file"], version=told["version"])


def _dumped(rule: Rule) -> dict[str, Any]:
    return rule.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude=_NOT_OF_A_RULE)


def _sought(tree: Any) -> Any:
    """The same with the texts that are sought as they are once a list was read: a file may not write them so."""
    if isinstance(tree, dict):
        if tree and tree.keys() <= {"texts", "file"}:
            return Sought.model_validate(tree)
        return {key: _sought(each) for key, each in tree.items()}
    return [_sought(each) for each in tree] if isinstance(tree, list) else tree
