"""RULES.md, the reference of the rules: printed from the models, so that it cannot lag behind them."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Literal, get_args, get_origin

from pipeline.rules.parts import ACTIONS, CONDITIONS, FIRST, THRESHOLDS, Part
from stages.rules.asked_words import CHOSEN, CLAIMED, TRUTHS
from stages.rules.conditions import DEEPEST, LONGEST, MOST_TEXTS, Bounds, Condition, FieldName, Sought
from stages.rules.fields import FIELDS, kind_of
from stages.rules.language import LEARNED_MOST, MOST_CONDITIONS, MOST_POINTS, MOST_RULES, SHIFTED_MOST, Example, Rule
from stages.signals import SIGNALS
from stages.sources import SOURCES, title_of
from stages.values import Thresholds, Value

_INTRO = """\
Rules say what becomes of a request to connect. They stand in a file of their own, `rules.toml`; the one that Salver
ships is `config/rules.toml`. To have your own, copy it, change it, and name it in your configuration:
`rules = "rules.toml"`.

- `salver check` finds mistakes, with their line, and tries your examples.
- `salver rules show` says all rules in plain words.
- `salver explain MAIL` says what they make of a mail, and why.

This page is printed from the code by `salver docs write`, and every example on it is tried by a test.
"""
_ONE_THING = "A condition asks exactly one thing: `signal`, `score`, `claim`, `field`, or it is a group."
_AN_EXAMPLE = (
    "An example is a request that you make up, and where it must go. It has the fields that its mail would show; what "
    "you leave out is unknown. The signals speak about it as about a real mail."
)
_VETOES = "Safety signals decide before all rules. A rule that asks for one of them could never hold:"
_ORDER = (
    "**Your own word.** What you say of a request yourself, by moving its mail or by `salver good` and the like, "
    "counts for more than anything else.",
    "**Safety.** A request that asks for money, codes or a private chat, that is forged, or whose links lead elsewhere "
    "than they say, is ugly. No rule can change that.",
    "**What came before.** A mail that only repeats a request lies where that request lies.",
    '**Your word about a person or company**, such as "always good". For a company it lifts nothing that is ugly by '
    "itself, since anybody can name a company.",
    "**Lessons.** What you let Salver learn from your corrections is read before your rules. All lessons together add "
    f"or take at most {LEARNED_MOST:g} points, and move a threshold by at most {SHIFTED_MOST:g}. They never make ugly "
    "what is good without them, nor good what a rule of yours makes ugly: that is intriguing then, and the receipt "
    "says so.",
    "**Your rules**, from top to bottom. The first one that holds and has a verdict decides, unless it says "
    '`then = "go on"`.',
    "**The points**, if no rule decided.",
    "**What is new to Salver.** What would be ugly in a mail whose layout Salver does not know is intriguing.",
)


def rules() -> str:
    """`RULES.md`."""
    blocks = (
        "# Rules\n\n" + _INTRO,
        _part(FIRST, "##"),
        "## In which order Salver decides\n\n" + "".join(map(_step, range(1, len(_ORDER) + 1), _ORDER)),
        "## A rule\n\nIt begins with `[[rule]]`, and needs a name, a condition, and something to do.\n\n" + _keys(Rule),
        "## What a rule does\n\nA rule may do several of these things.\n",
        *(_part(part, "###") for part in ACTIONS),
        f"## Conditions\n\n{_ONE_THING}\n\n{_keys(Condition)}",
        "Bounds, as in `score = { at_least = 2, below = 4 }`:\n\n" + _keys(Bounds),
        *(_part(part, "###") for part in CONDITIONS),
        _fields(),
        _values(),
        _claims(),
        _signals(),
        f"## Examples\n\n{_wrapped(_AN_EXAMPLE)}\n\n{_keys(Example)}",
        _part(THRESHOLDS, "##") + "\n" + _keys(Thresholds),
        _bounds(),
    )
    return "\n".join(blocks)


def _step(number: int, says: str) -> str:
    first, *rest = _wrapped(says, 117).splitlines()
    return "\n".join((f"{number}. {first}", *(f"   {line}" for line in rest))) + "\n"


def _part(part: Part, level: str) -> str:
    return f"{level} {part.title}\n\n{_wrapped(part.says)}\n\n```toml\n{part.toml}```\n"


def _wrapped(text: str, width: int = 120) -> str:
    return textwrap.fill(text, width, break_long_words=False, break_on_hyphens=False)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = (
        f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"
        for row in (head, ("---",) * len(head), *rows)
    )
    return "\n".join(lines) + "\n"


def _keys(model: type[Value]) -> str:
    """Every key that a file may have, with what it takes and what it says."""
    return _table(("key", "takes", "default", "what it is"), _rows(model))


def _rows(model: type[Value]) -> Iterator[tuple[str, ...]]:
    for name, field in model.model_fields.items():
        if field.exclude or name == "lesson":
            continue
        default = "must be given" if field.is_required() else _default(field.default)
        yield f"`{field.alias or name}`", _takes(field.annotation), default, field.description or _PLAIN[name]


_PLAIN = {
    "kind": "what the mail is",
    "authenticity": "whether it comes from the network",
    "name": "of the person",
    "headline": "the line below the name",
    "title": "job title",
    "company": "where they work",
    "location": "where they live",
    "note": "their personal note",
    "message": "their direct message",
    "language": "of the mail around their words",
    "mutual_connections": "connections you share",
    "at_least": "this number, or more",
    "below": "less than this number",
}
"""Of keys that speak for themselves."""


def _default(value: Any) -> str:
    if value is None or value in ("", ()):
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _takes(kind: Any) -> str:
    """What a key takes, in words."""
    if get_origin(kind) is Annotated:
        return _takes(get_args(kind)[0])
    if get_origin(kind) is tuple:
        inside = get_args(kind)[0]
        if inside in (Condition, Example):
            return f"a list of {inside.__name__.lower()}s"
        return "one or several texts" if inside is str else f"one or several of {_takes(inside)}"
    if get_origin(kind) is Literal:
        return _NAMED.get(frozenset(get_args(kind))) or ", ".join(f"`{each}`" for each in get_args(kind))
    parts = [_takes(each) for each in get_args(kind) if each is not type(None)]
    return " or ".join(parts) if parts else _NAMED[kind]


_NAMED: dict[Any, str] = {
    str: "a text",
    float: "a number",
    int: "a number",
    bool: "`true` or `false`",
    Bounds: "bounds",
    Sought: "a text, a list of texts, or `{ file = ... }`",
    frozenset(get_args(FieldName)): "a [field](#fields)",
    frozenset(CLAIMED): "the [kinds of claims](#claims)",
}


def _fields() -> str:
    tests: dict[str, str] = {
        "text": "`is`, `contains`, `word`, `state`",
        "choice": "`is`, `state`",
        "number": "`at_least`, `below`, `is`, `state`",
        "time": "`at_least`, `below`, `state`",
    }
    rows = [
        (f"`{name}`", tests[kind_of(name)], field.says, f"`{condition_of(name)}`") for name, field in FIELDS.items()
    ]
    return "## Fields\n\nWhat a field condition may ask about, and how.\n\n" + _table(
        ("field", "asked by", "what it is", "example"), rows
    )


def condition_of(name: FieldName) -> str:
    """An example of a condition about this field."""
    whole = kind_of(name) == "choice" or name in ("language", "note_language", "template", "owner")
    asks = "is" if whole else "contains" if kind_of(name) == "text" else "at_least"
    return f'{{ field = "{name}", {asks} = {FIELDS[name].example} }}'


def _values() -> str:
    rows = [("`network`", f"`{name}`", title_of(name)) for name in SOURCES]
    rows += [(f"`{field}`", f"`{value}`", says) for field, values in CHOSEN.items() for value, says in values.items()]
    return "## Values\n\nFields that have one of a few values.\n\n" + _table(("field", "value", "what it says"), rows)


def _claims() -> str:
    kinds = _table(("kind", "the note says something about"), [(f"`{kind}`", says) for kind, says in CLAIMED.items()])
    truths = ", ".join(f"`{truth}` (it {says})" for truth, says in TRUTHS.items())
    return f"## Claims\n\nKinds of claims. Each may be {truths}.\n\n{kinds}"


def _signals() -> str:
    vetoes = ", ".join(f"`{name}`" for name, signal in SIGNALS.items() if signal.veto)
    names = ", ".join(f"`{name}`" for name, signal in SIGNALS.items() if not signal.veto)
    return (
        f"## Signals\n\nWhat each says, and its points, stands in README.md; `salver signals` prints it.\n\n"
        f"{_wrapped(names)}\n\n{_VETOES}\n\n{_wrapped(vetoes)}\n"
    )


def _bounds() -> str:
    rows = [
        ("rules of a file", f"{MOST_RULES:,}"),
        ("conditions of a rule, at all levels", f"{MOST_CONDITIONS:,}"),
        ("levels of groups inside each other", str(DEEPEST)),
        ("texts of a list", f"{MOST_TEXTS:,}"),
        ("characters of a text", f"{LONGEST:,}"),
        ("points of a rule, either way", f"{MOST_POINTS:g}"),
        ("points of all lessons together, either way", f"{LEARNED_MOST:g}"),
        ("points by which all lessons move a threshold, either way", f"{SHIFTED_MOST:g}"),
    ]
    return (
        "## Bounds\n\nRules are read once, from top to bottom, and there is nothing in them that could run away.\n\n"
        + _table(("at most", "so many"), rows)
    )
