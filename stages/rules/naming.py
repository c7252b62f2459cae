"""(Rule, what there is) -> the names in it that nothing has: signals, values, owners, folders, what examples name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from rapidfuzz import fuzz, process

from stages.events import Notice
from stages.header import clean
from stages.names import FOLDERS
from stages.rules.comparing import whole
from stages.rules.conditions import Condition, Sought
from stages.rules.language import FIXED_FOLDERS, Example, Rule
from stages.rules.theories import values_of
from stages.rules.walking import Place, Remark, conditions_of
from stages.signals import SIGNALS
from stages.sources import SOURCES
from stages.values import INBOX, Verdict

SHOWN_MOST = 80
"""characters of what somebody wrote that are quoted"""
LISTED = 12
"""names that are all told where none is near"""
BY_POINTS = ("score-good", "score-intriguing", "score-ugly", "unknown-layout", "spoof")
"""What decides where no rule does."""


class Known(NamedTuple):
    """What rules may name."""

    folders: Collection[str] = ()
    owners: Collection[str] | None = None
    """None: not known here"""
    rules: Collection[str] = ()


def quoted(text: str) -> str:
    """What somebody wrote, on one line and not too long."""
    line = clean(text)
    return f'"{line if len(line) <= SHOWN_MOST else line[: SHOWN_MOST - 1] + "…"}"'


def hint(name: str, known: Iterable[str]) -> str:
    """`; did you mean "it"?`, or what there is if it is not much."""
    names = [each for each in known if each]
    near = process.extractOne(name[:200], names, scorer=fuzz.ratio, score_cutoff=50)
    if near:
        return f'; did you mean "{near[0]}"?'
    return f"; known are {', '.join(names)}" if 0 < len(names) <= LISTED else ""


def wrong_names(rule: Rule, place: Place, known: Known) -> Iterator[Remark]:
    """Every name in a rule that nothing has, with the nearest that something has."""
    if rule.folder:
        yield from _folder(rule.folder, (*place, "folder"), known, rule.verdict)
    for standing in conditions_of(rule, place):
        yield from _of_condition(standing.condition, standing.place, known)
    for at, example in enumerate(rule.examples):
        yield from _of_example(example, (*place, "examples", at), known)


def _folder(folder: str, place: Place, known: Known, verdict: Verdict | None) -> Iterator[Remark]:
    own = FOLDERS[verdict] if verdict else ""
    if folder in known.folders or folder in (INBOX, own):
        return
    if folder in FIXED_FOLDERS:
        yield Remark(place, f"{folder} holds another verdict's mail than {verdict}; change the verdict, or the folder")
        return
    near = hint(folder, (*known.folders, INBOX, own))
    yield Remark(place, f"there is no folder {quoted(folder)}{near or '; declare it'} ([filing] folders declares some)")


def _of_condition(condition: Condition, place: Place, known: Known) -> Iterator[Remark]:
    if condition.signal is not None and condition.signal not in SIGNALS:
        yield _no_signal(condition.signal, (*place, "signal"))
    if condition.field is None or condition.is_ is None:
        return
    if condition.field == "owner" and known.owners is not None:
        yield from _values(condition.is_, (*place, "is"), "owner", known.owners, "id")
    if allowed := values_of(condition.field):
        yield from _values(condition.is_, (*place, "is"), condition.field, allowed, "value")


def _no_signal(name: str, place: Place) -> Remark:
    return Remark(place, f"there is no signal {quoted(name)}{hint(name, SIGNALS)}")


def _values(sought: Sought, place: Place, field: str, allowed: Iterable[str], what: str) -> Iterator[Remark]:
    folded = {whole(value): value for value in allowed}
    for at, text in enumerate(sought.texts):
        if whole(text) not in folded:
            inner = place if sought.file else (*place, at)
            yield Remark(
                inner, f"{field} is never {quoted(text)}: there is no such {what}{hint(text, folded.values())}"
            )


_TEXTS = tuple(name for name in Notice.model_fields if name != "default_text")


def _of_example(example: Example, place: Place, known: Known) -> Iterator[Remark]:
    for key in ("signals", "silent"):
        for at, name in enumerate(getattr(example, key)):
            if name not in SIGNALS:
                yield _no_signal(name, (*place, key, at))
    for at, name in enumerate(example.absent):
        if name not in _TEXTS:
            yield Remark((*place, "absent", at), f"a mail shows no field {quoted(name)}{hint(name, _TEXTS)}")
        elif getattr(example, name, None) is not None:
            yield Remark((*place, "absent", at), f"{name} cannot be shown and absent at once; take one out")
    if example.network and example.network not in SOURCES:
        yield Remark(
            (*place, "network"), f"there is no network {quoted(example.network)}{hint(example.network, SOURCES)}"
        )
    if example.owner and known.owners is not None and example.owner not in known.owners:
        near = hint(example.owner, known.owners)
        yield Remark((*place, "owner"), f"no owner has the id {quoted(example.owner)}{near}")
    places = ("follow_up", *FIXED_FOLDERS, *known.folders)
    if example.folder not in places:
        yield Remark((*place, "folder"), f"there is no folder {quoted(example.folder)}{hint(example.folder, places)}")
    decides = (*known.rules, *BY_POINTS, *(f"veto-{name.replace('_', '-')}" for name in SIGNALS))
    if example.rule is not None and example.rule not in decides:
        near = hint(example.rule, (*known.rules, *BY_POINTS))
        yield Remark((*place, "rule"), f"there is no rule {quoted(example.rule)}{near}")
