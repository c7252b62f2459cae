"""Documents printed from the code, so that they cannot lag behind it: default configuration, flow, signals."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Iterator
from typing import Any, TypeGuard, get_args, get_type_hints

from pydantic import BaseModel

from pipeline.app import EDGES
from pipeline.configuration import Configuration
from pipeline.rules import reference as rules_reference
from pipeline.settings import shipped
from pipeline.weights_file import load_weights
from stages.events import Event
from stages.flow import FLOW, TALK
from stages.signals import SIGNALS, Signal

_EXAMPLES = {
    "addresses": 'addresses = ["amy@salver.test"]',
    "name": 'name = "work"',
    "host": 'host = "imap.example.org"',
    "user": 'user = "amy@example.org"',
    "secret": 'secret = "file:var/secrets/work"',
}
"""Of keys that have no default."""


def defaults() -> str:
    """`config/default.toml`: every key, its default, its help."""
    lines = ["# Every key, with its default. Printed from the settings models: change it there.", ""]
    for name, field in Configuration.model_fields.items():
        if not _is_table(field.annotation):
            lines += [
                *_comment(field.description or ""),
                f"{'# ' if name in ('owner', 'account', 'points') else ''}{_scalar(name, field)}",
                "",
            ]
            if name in ("owner", "account", "points"):
                del lines[-3:]
    for name, field in Configuration.model_fields.items():
        if _is_table(field.annotation):
            lines += [*_comment(field.annotation.__doc__ or ""), f"[{name}]", *_table(field.annotation), ""]
    lines += [*_comment(Configuration.model_fields["points"].description or ""), "[points]"]
    lines += [f"# {name} = {signal.points:g}" for name, signal in SIGNALS.items()]
    for several in ("owner", "account"):
        model = get_args(Configuration.model_fields[several].annotation)[0]
        lines += ["", *_comment(model.__doc__ or ""), f"# [[{several}]]"]
        for name, field in model.model_fields.items():
            if field.exclude:
                continue
            lines += _comment(field.description or "")
            lines.append("# " + (_EXAMPLES[name] if field.is_required() else _scalar(name, field)))
    return "\n".join(lines) + "\n"


def _is_table(kind: Any) -> TypeGuard[type[BaseModel]]:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _table(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        yield from _comment(field.description or "")
        yield _scalar(name, field)


def _scalar(name: str, field: Any) -> str:
    value = field.get_default(call_default_factory=True)
    value = list(value) if isinstance(value, tuple) else value
    return f"{field.alias or name} = {json.dumps(value, ensure_ascii=False)}"


def _comment(text: str) -> list[str]:
    return [f"# {line}" for line in textwrap.wrap(" ".join(text.split()), 116)]


def outputs_of(function: Any) -> tuple[str, ...]:
    """The events that a stage or edge is annotated to return, by name."""
    hint = get_type_hints(function)["return"]
    return tuple(kind.__name__ for kind in _kinds(hint))


def _kinds(hint: Any) -> Iterator[type[Event]]:
    if isinstance(hint, type) and issubclass(hint, Event):
        yield hint
    for part in get_args(hint):
        yield from _kinds(part)


def flow() -> str:
    """The straight line, as the README shows it: --stage--> is pure, ==edge==> does I/O."""
    rows: list[tuple[str, str, str]] = [("SMTP, LMTP", "==receive==>", "Received")]
    seen = ["Received"]
    steps = {kind.__name__: (f"--{stage.__name__}-->", outputs_of(stage)) for kind, stage in FLOW.items()}
    steps |= {kind.__name__: (f"=={edge.__name__}==>", outputs_of(edge)) for kind, edge in EDGES.items()}
    steps |= {kind.__name__: (f"--{stage.__name__}-->", outputs_of(stage)) for kind, stage in TALK.items()}
    for name in seen:
        if name in steps:
            arrow, made = steps[name]
            rows.append((name, arrow, ", ".join(made)))
            seen.extend(kind for kind in made if kind not in seen)
    first, second = (max(len(row[index]) for row in rows) for index in (0, 1))
    return "".join(f"{left:<{first}}  {arrow:<{second}}  {made}\n" for left, arrow, made in rows)


def signal_rows() -> list[tuple[str, str, str]]:
    """(name, points as shipped, what it says) of every signal; says which points are learned, and which are vetoes."""
    learned = load_weights(shipped("weights.toml")).points
    return [(name, _points(signal, learned.get(name)), signal.says) for name, signal in SIGNALS.items()]


def _points(signal: Signal, learned: float | None) -> str:
    if learned is not None:
        return f"{learned:+g} learned" if learned else "0 learned"
    return f"{signal.points:+g}" + (" veto" if signal.veto else "")


def signals() -> str:
    """The table of signals for the README, in Markdown."""
    rows = [f"| `{name}` | {points} | {says} |" for name, points, says in signal_rows()]
    return "\n".join(["| signal | points | says |", "|---|---|---|", *rows]) + "\n"


def write() -> str:
    """Bring `config/default.toml`, RULES.md and the marked blocks of README.md up to date, in a checkout."""
    shipped("default.toml").write_text(defaults(), "utf-8")
    readme = shipped("default.toml").parents[1] / "README.md"
    text = readme.read_text("utf-8")
    for name, block in (("flow", f"```\n{flow()}```\n"), ("signals", signals())):
        head, opening, rest = text.partition(f"<!-- {name} -->\n")
        _, closing, tail = rest.partition(f"<!-- /{name} -->")
        text = head + opening + block + closing + tail
    readme.write_text(text, "utf-8")
    readme.with_name("RULES.md").write_text(rules_reference.rules(), "utf-8")
    return "config/default.toml, README.md and RULES.md say what the code says.\n"


PRINTED: dict[str, Callable[[], str]] = {
    "defaults": defaults,
    "flow": flow,
    "rules": rules_reference.rules,
    "signals": signals,
    "write": write,
}
