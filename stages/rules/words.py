"""(Condition, Rule, Example) -> plain English, for people who write no programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from stages.durations import DAY, HOUR, MINUTE, SECOND
from stages.field_words import named
from stages.header import clean
from stages.names import FOLDERS
from stages.rules.asked_words import CHOSEN, CLAIMED, SUBJECTS, TRUTHS
from stages.rules.conditions import CHOICE_FIELDS, TIME_FIELDS, Bounds, Condition, FieldName, Sought
from stages.rules.language import Example, Rule
from stages.signals import SIGNALS
from stages.sources import SOURCES, title_of
from stages.values import Verdict

LISTED = 6
"""texts of a list that are told; of one that lies in a file, none"""


def number(value: float) -> str:
    """`2.0` -> `2`, `-0.75` -> `-0.75`."""
    return f"{value:.0f}" if value == int(value) and abs(value) < 1e15 else repr(value)


def counted(count: int, of: str) -> str:
    return f"{count:,} {of}{'' if count == 1 else 's'}"


def joined(words: Iterable[str], by: str = "and") -> str:
    """`a, b and c`."""
    *most, last = words
    return f"{', '.join(most)} {by} {last}" if most else last


def span(milliseconds: float) -> str:
    """`259200000` -> `3 days`: in the largest unit that comes out even."""
    for unit, called in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute"), (SECOND, "second")):
        if milliseconds and milliseconds % unit == 0:
            return counted(int(milliseconds // unit), called)
    return counted(int(milliseconds), "millisecond")


# --- conditions -----------------------------------------------------------------------------------------------------


def of_condition(condition: Condition) -> str:
    """What it asks, to stand behind "if": `the headline contains "actuary"`."""
    if condition.signal is not None:
        return signal(condition.signal) + (f" with {points_within(condition.bounds)}" if _bounded(condition) else "")
    if condition.score is not None:
        return f"it has {points_within(condition.score)} so far"
    if condition.claim is not None:
        return _claimed(condition)
    if condition.field is not None:
        return _of_field(condition.field, condition)
    return _of_groups(condition.all, condition.any, condition.none)


def signal(name: str) -> str:
    """`the note sells (sells_a_service)`: what it says, in short where no other says the same, and its name."""
    known = SIGNALS.get(name)
    if known is None:
        return f"the signal {name} speaks"
    short = _short(known.says)
    says = known.says if sum(_short(each.says) == short for each in SIGNALS.values()) > 1 else short
    return f"{says[:1].lower()}{says[1:]} ({name})"


def _short(says: str) -> str:
    return says.partition(":")[0].partition(" (")[0]


def within(bounds: Bounds, unit: str = "") -> str:
    """`from 2 to below 4 points`, `2 points or more`, `less than 4 points`."""
    low, high = bounds.at_least, bounds.below
    if low is not None and high is not None:
        return f"from {number(low)} to below {_of_unit(high, unit)}"
    return f"{_of_unit(low, unit)} or more" if low is not None else f"less than {_of_unit(high or 0.0, unit)}"


def _of_unit(value: float, unit: str) -> str:
    return f"{number(value)} {unit}{'' if abs(value) == 1 else 's'}" if unit else number(value)


def in_points(value: float) -> str:
    """`1 point`, `-0.75 points`."""
    return _of_unit(value, "point")


def points_within(bounds: Bounds) -> str:
    return within(bounds, "point")


def _bounded(condition: Condition) -> bool:
    return condition.at_least is not None or condition.below is not None


def _claimed(condition: Condition) -> str:
    kinds = dict.fromkeys(condition.claim or ())
    what = "you" if "any" in kinds else joined((CLAIMED[kind] for kind in kinds if kind != "any"), "or")
    truths = dict.fromkeys(condition.truth or ("true",))
    if set(truths) == set(TRUTHS):
        return f"the note claims something about {what}, true or not"
    return f"the note claims something about {what} that {joined((TRUTHS[truth] for truth in truths), 'or')}"


def _of_field(name: FieldName, condition: Condition) -> str:
    subject = SUBJECTS[name]
    if condition.state is not None:
        return {"shown": subject.shown, "absent": subject.absent, "unknown": subject.unknown}[condition.state]
    if _bounded(condition):
        if name in TIME_FIELDS:
            return f"{subject.called} is {_lasting(condition.bounds)}"
        return f"{subject.called} {'is' if subject.single else 'are'} {within(condition.bounds)}"
    if condition.is_ is not None:
        return _chosen(name, condition.is_) or f"{subject.called} is {_one_of(condition.is_)}"
    if condition.contains is not None:
        return f"{subject.called} contains {_one_of(condition.contains, 'of ')}"
    assert condition.word is not None
    return f"{subject.called} has {_words(condition.word)}"


def _lasting(bounds: Bounds) -> str:
    low, high = (None if each is None else span(each) for each in (bounds.at_least, bounds.below))
    if low is not None and high is not None:
        return f"from {low} to less than {high}"
    return f"{low} or longer" if low is not None else f"less than {high}"


def _chosen(name: FieldName, sought: Sought) -> str:
    """Values of a few, each in its own words; empty where it is none of these."""
    if sought.file or name not in CHOICE_FIELDS:
        return ""
    known = CHOSEN[name] if name in CHOSEN else {each: title_of(each) for each in SOURCES}
    said = [known[each] for each in sought.texts if each in known]
    if len(said) < len(sought.texts):
        return ""
    return f"{SUBJECTS[name].choosing} {joined(said, 'or')}".lstrip()


def _one_of(sought: Sought, of: str = "of ") -> str:
    """`"a"`, `one of "a", "b" and "c"`, `one of the 214 texts in companies.txt`."""
    if sought.file:
        count = counted(len(sought.texts), "text") if sought.texts else "texts"
        return f"one {of}the {count} in {_file(sought)}" if len(sought.texts) != 1 else f"the text in {_file(sought)}"
    if len(sought.texts) == 1:
        return quoted(sought.texts[0])
    return f"one {of}{_listed(sought.texts)}"


def _words(sought: Sought) -> str:
    if sought.file:
        return f"one of the {counted(len(sought.texts), 'word') if sought.texts else 'words'} in {_file(sought)}"
    if len(sought.texts) == 1:
        return f"the word{'s' if ' ' in sought.texts[0].strip() else ''} {quoted(sought.texts[0])}"
    return f"one of the words {_listed(sought.texts)}"


def _file(sought: Sought) -> str:
    return clean(sought.file, 100)


def _listed(texts: tuple[str, ...]) -> str:
    shown = [quoted(text) for text in texts[:LISTED]]
    return joined(shown if len(texts) <= LISTED else [*shown, f"{len(texts) - LISTED:,} more"])


def quoted(text: str) -> str:
    """On one line, whatever stands in it."""
    return f'"{clean(text, 80)}"'


def _of_groups(every: tuple[Condition, ...], one: tuple[Condition, ...], no: tuple[Condition, ...]) -> str:
    said = []
    for kind, parts in (("all", every), ("any", one), ("none", no)):
        inside = "; ".join(of_condition(part) for part in parts)
        if len(parts) == 1:
            said.append(f"it is not so that {inside}" if kind == "none" else inside)
        elif parts:
            said.append(f"{_HEADS[kind]} ({inside})")
    return ", and ".join(said)


_HEADS = {"all": "all of these hold", "any": "at least one of these holds", "none": "none of these holds"}


def asked(group: Rule | Condition) -> Iterator[str]:
    """The conditions of a rule, a line each, those of groups indented."""
    for at, line in enumerate(_asked(group)):
        yield f"if {line}" if at == 0 else line


def _asked(group: Rule | Condition) -> Iterator[str]:
    begun = False
    for kind, parts in (("all", group.all), ("any", group.any), ("none", group.none)):
        for line in _listed_parts(kind, parts):
            yield f"and {line}" if begun and not line.startswith(" ") else line
        begun = begun or bool(parts)


def _listed_parts(kind: str, parts: tuple[Condition, ...]) -> Iterator[str]:
    """`none of these holds:` and its items; of a single one, itself."""
    not_so = "it is not so that " if kind == "none" else ""
    if len(parts) == 1 and not parts[0].parts:
        yield f"{not_so}{of_condition(parts[0])}"
    elif len(parts) == 1 and (not not_so or _kinds(parts[0]) == 1):
        for at, line in enumerate(_asked(parts[0])):
            yield f"{not_so}{line}" if at == 0 else line
    elif parts:
        yield f"{_HEADS[kind]}:"
        for part in parts:
            for at, line in enumerate(_asked(part) if part.parts else (of_condition(part),)):
                yield f"  - {line}" if at == 0 else f"    {line}"


def _kinds(group: Condition) -> int:
    return sum(map(bool, (group.all, group.any, group.none)))


# --- rules ----------------------------------------------------------------------------------------------------------

_IS: dict[Verdict, str] = {
    "good": "it is good",
    "intriguing": "it is intriguing",
    "ugly": "it is ugly",
    "follow_up": "ask them why they want to connect (follow up)",
}


def done(rule: Rule) -> str:
    """What a rule does where it holds: `it is good, and lies in "Clients"`."""
    said = []
    if rule.points:
        amount = _of_unit(abs(rule.points), "point")
        said.append(f"it gets {amount} more" if rule.points > 0 else f"it loses {amount}")
    if rule.verdict is not None:
        placed = f" and lies in {quoted(rule.folder)}" if rule.folder and rule.folder != FOLDERS[rule.verdict] else ""
        said.append(_IS[rule.verdict] + placed)
    if rule.label:
        said.append(f"it is labelled {joined(rule.label)}")
    if rule.notify:
        said.append("you are told at once")
    if rule.verdict is None and rule.stops:
        said.append("no rule below is read, so that the points decide")
    return joined(said) + (
        ", unless a rule below says otherwise" if rule.verdict is not None and not rule.stops else ""
    )


def of_rule(rule: Rule) -> str:
    """The whole rule in one sentence."""
    return f"If {_of_groups(rule.all, rule.any, rule.none)}: {done(rule)}."


def of_example(example: Example) -> str:
    """`a request (company "Northwind") lies in Clients, by the rule northwind`."""
    place = "is to be asked about" if example.folder == "follow_up" else f"lies in {example.folder}"
    return f"{given_in(example)} {place}{f', by the rule {example.rule}' if example.rule else ''}"


def given_in(example: Example) -> str:
    """`a request (company "Northwind")`: what stands in it, blanks as they stand."""
    given = example.model_dump(include=set(_GIVEN), exclude_none=True)
    with_ = [f"{_GIVEN[name]} {_as_it_stands(str(value))}" for name, value in given.items() if value != ""]
    with_ += [f"no {named(name)}" for name in example.absent]
    with_ += [f"where {signal(name)}" for name in example.signals]
    with_ += [f"where it is not so that {signal(name)}" for name in example.silent]
    with_ += [f"with {in_points(example.score)} in all"] if example.score is not None else []
    parts = [CHOSEN["kind"][example.kind].replace("an invitation", "a request")]
    parts += [f"by {title_of(example.network)}"] if example.network else []
    parts += [f"that {CHOSEN['authenticity'][example.authenticity]}"] if example.authenticity != "aligned" else []
    parts += [f"to {example.owner}"] if example.owner else []
    about = f" ({', '.join(with_)})" if with_ else ""
    return f"{' '.join(parts)}{about}"


def _as_it_stands(text: str) -> str:
    """Quoted on one line, its blanks as they are: one too many may be what is wrong with it."""
    kept = "".join(clean(char) if char != " " and not char.isspace() else " " for char in text[:80])
    return f'"{kept}{"…" if len(text) > 80 else ""}"'


_GIVEN = {
    "name": "name",
    "headline": "headline",
    "title": "job title",
    "company": "company",
    "location": "place",
    "note": "note",
    "message": "message",
    "language": "language",
    "mutual_connections": "connections in common",
}
