"""The files that judge: which they are, what stands in them, and whether that is what it was."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pipeline.configuration import Configuration
from pipeline.owners_file import MOST_LIST, content_of, is_absent, why
from pipeline.settings import shipped
from pipeline.toml_file import ConfigError, text_of, toml_of


def rules_file(configuration: Configuration) -> Path:
    """The live rules."""
    return Path(configuration.rules) if configuration.rules else shipped("rules.toml")


def judging_files(configuration: Configuration) -> tuple[Path, ...]:
    """Every file by which another decision could be made."""
    rules, shadow = rules_file(configuration), Path(configuration.shadow) if configuration.shadow else None
    found = [
        *(rules, *lists_of(rules), configuration.lessons),
        *((shadow, *lists_of(shadow)) if shadow is not None else ()),
        *((Path(configuration.weights),) if configuration.weights else ()),
        *(Path(owner.profile) for owner in configuration.owner if owner.profile),
    ]
    return tuple(dict.fromkeys(found))


def lists_of(rules: Path) -> tuple[Path, ...]:
    """The files of lists that a rules file names, as far as it can be read."""
    try:
        tree = toml_of(text_of(rules), rules)
    except ConfigError:
        return ()
    return tuple(dict.fromkeys(Path(name) for name in _named(tree)))


def _named(tree: Any) -> Iterator[str]:
    if isinstance(tree, dict):
        if set(tree) == {"file"} and isinstance(tree["file"], str) and tree["file"]:
            yield tree["file"]
        for each in tree.values():
            yield from _named(each)
    elif isinstance(tree, list):
        for each in tree:
            yield from _named(each)


def fingerprint(files: Iterable[Path]) -> str:
    """Names what stands in all of them. No time of a change is asked: some file systems tell it by whole seconds."""
    found = hashlib.sha256()
    for path in files:
        content = _content(path)
        found.update(f"{path}\0".encode("utf-8", "surrogateescape"))
        found.update(content.encode() if isinstance(content, str) else hashlib.sha256(content).digest())
    return found.hexdigest()


def _content(path: Path) -> bytes | str:
    """What stands in it; else why it cannot be read, for then it must be refused, unless it is not there at all."""
    try:
        return content_of(path, MOST_LIST)
    except (OSError, ValueError) as error:
        return "nothing" if is_absent(path) else why(error)
