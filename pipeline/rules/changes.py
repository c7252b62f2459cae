"""(a set of rules, another one) -> what is other in it, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.store.migrations import StoreError
from pipeline.store.rulings import Ruling, judging_of, rules_in
from stages.rules.differences import differences
from stages.rules.words import number
from stages.settings import Settings


def changes(before: Ruling, after: Ruling) -> Iterator[str]:
    """What is other, one sentence each; always something."""
    yield from _changes(before.judging, before.version, after.judging, after.version)


def changes_since(before: Ruling, now: Settings) -> Iterator[str]:
    """The same of settings that were read."""
    yield from _changes(before.judging, before.version, judging_of(now), now.rules.version)


def _changes(before: Mapping[str, Any], was: str, after: Mapping[str, Any], version: str) -> Iterator[str]:
    found = [*_of_rules(before, was, after, version), *_of_the_rest(before, after)]
    if not found and was != version:
        found = ["notes in the file, nothing that decides"]
    yield from found or ["Salver itself, or settings that are no rules"]


def _of_rules(before: Mapping[str, Any], was: str, after: Mapping[str, Any], version: str) -> Iterator[str]:
    try:
        yield from differences(rules_in(before, was), rules_in(after, version))
    except StoreError as error:
        yield str(error)


def _of_the_rest(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    old, new = before.get("points", {}), after.get("points", {})
    for signal in sorted({*old, *new}):
        if old.get(signal) != new.get(signal):
            was, becomes = ("its default" if at is None else number(at) for at in (old.get(signal), new.get(signal)))
            yield f"points of {signal}: {becomes} instead of {was}"
    if before.get("folders") != after.get("folders"):
        yield f"folders of your own: {', '.join(after.get('folders', ())) or 'none'}"
    if before.get("weights") != after.get("weights"):
        yield "what was learned of all mails (weights) is another"
    owners = {*before.get("profiles", {}), *after.get("profiles", {})}
    for owner in sorted(owners):
        if before.get("profiles", {}).get(owner) != after.get("profiles", {}).get(owner):
            yield f"the profile of {owner}"
