"""A rules file -> Rules, with where each rule stands; every mistake at once, with its line."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from pydantic import ValidationError

from pipeline.toml_file import ConfigError, explain, line_of, nearest, shipped, text_of, toml_of
from stages.rules.language import Rules
from stages.signals import SIGNALS


def load_rules(path: Path) -> Rules:
    """A rules file, with where each rule stands. Raises ConfigError."""
    text = text_of(path)
    try:
        rules = Rules.model_validate(toml_of(text, path))
    except ValidationError as error:
        raise ConfigError(explain(error, text, path, Rules)) from None
    for rule in rules.rule:
        for condition in (*rule.all, *rule.any, *rule.none):
            if condition.signal is not None and condition.signal not in SIGNALS:
                near = nearest(condition.signal, SIGNALS)
                raise ConfigError(
                    f'{path}: rule "{rule.name}" asks for a signal "{condition.signal}"; did you mean "{near}"?'
                )
    lined = (rule.model_copy(update={"line": _line_of_rule(rule.name, at, text)}) for at, rule in enumerate(rules.rule))
    ours = path == shipped(path.name)  # where we are installed is nobody's name for a file
    return rules.model_copy(
        update={
            "rule": tuple(lined),
            "file": f"{path.name} (shipped)" if ours else str(path),
            "version": hashlib.sha256(text.encode()).hexdigest()[:8],
        }
    )


def _line_of_rule(rule: str, at: int, text: str) -> int:
    """The line on which a rule is given its name, which no other rule has; `at` counts the rules from 0."""
    named = re.compile(rf"""^[^#]*?(?:^|[\s{{,])(["']?)name\1\s*=\s*(["']){re.escape(rule)}\2""")
    found = (number for number, line in enumerate(text.splitlines(), 1) if named.search(line))
    return next(found, None) or line_of(text, ("rule", at, "name")) or 1
