"""The flow table agrees with the annotations, every event is read or is an end, and the documents equal the code."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import get_type_hints

import pytest

from pipeline import docs
from pipeline.app import EDGES
from pipeline.configuration import Configuration
from pipeline.settings import _keys
from stages import events
from stages.events import Event
from stages.flow import FLOW, TALK
from stages.signals import SIGNALS
from stages.sources import SOURCES
from tests.conftest import ROOT

KINDS = {kind.__name__: kind for kind in Event.__subclasses__()}
ENDS = frozenset(
    """Filed FilingStarted Failed Repeated Routed ReminderFiled AlarmFiled Returned Advanced Refused Sent SendingStarted
    SendingRefused Moved Remembered Forgotten Removed InspectionFiled LessonAnswered NotificationStarted
    NotificationFiled NotificationDropped""".split()  # noqa: SIM905 - read as a list of words
)
"""Facts nobody acts on: they are the story."""
OUTSIDE = frozenset(
    """Received Repeated FilingStarted Failed Returned AlarmWanted Elapsed Listed DigestWanted SendingStarted
    SendingRefused Moved Remembered Forgotten RemovalWanted Removed RereadWanted NotificationStarted""".split()  # noqa: SIM905
)
"""What no stage or edge gives back: it comes from outside or from the clock, or is noted by the way."""


def first_hint(function: object) -> object:
    hints = get_type_hints(function)
    return next(hint for name, hint in hints.items() if name != "return")


@pytest.mark.parametrize("kind", FLOW, ids=lambda kind: kind.__name__)
def test_a_stage_takes_the_event_it_is_listed_for(kind: type[Event]) -> None:
    assert first_hint(FLOW[kind]) is kind


def test_every_event_is_read_or_is_an_end() -> None:
    read = {kind.__name__ for kind in (*FLOW, *EDGES, *TALK)}
    assert read | ENDS == set(KINDS)
    assert not read & ENDS


def test_every_event_but_the_first_is_made_by_somebody() -> None:
    made = {
        name for function in (*FLOW.values(), *EDGES.values(), *TALK.values()) for name in docs.outputs_of(function)
    }
    assert made | OUTSIDE == set(KINDS)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_name_of_an_event_says_who_handles_it(kind: str) -> None:
    if kind.endswith("Wanted"):
        assert KINDS[kind] in EDGES
    else:
        assert KINDS[kind] not in EDGES or kind == "Received"
        assert re.search(r"(ed|Up|Sent|Forgotten)$", kind), "a fact is told in the past tense"


def test_no_event_has_a_field_that_a_later_stage_fills_in() -> None:
    for kind in KINDS.values():
        assert kind.model_config.get("frozen"), kind
        for name, field in kind.model_fields.items():
            assert "list" not in str(field.annotation), f"{kind.__name__}.{name}: tuples, not lists"


def test_the_default_configuration_equals_what_the_code_prints() -> None:
    assert (ROOT / "config" / "default.toml").read_text("utf-8") == docs.defaults(), "run `make docs`"


@pytest.mark.parametrize("name", ["flow", "signals"])
def test_the_readme_shows_what_the_code_prints(name: str) -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    shown = re.search(rf"<!-- {name} -->\n(?:```\n)?(.*?)(?:```\n)?<!-- /{name} -->", readme, re.DOTALL)
    assert shown is not None
    assert shown[1] == docs.PRINTED[name](), "run `make docs`"


@pytest.mark.parametrize("name", sorted(SIGNALS))
def test_a_signal_speaks_to_people_and_has_a_test(name: str) -> None:
    signal = SIGNALS[name]
    assert len(signal.says) > 10
    assert signal.points * 4 == int(signal.points * 4)
    assert (ROOT / "tests" / "stages" / "signals" / f"test_{name}.py").exists()


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_a_source_has_a_docstring_and_a_test(name: str) -> None:
    assert SOURCES[name].__doc__
    assert (ROOT / "tests" / "stages" / "sources" / f"test_{name}.py").exists()


@pytest.mark.parametrize(
    "path", sorted((ROOT / "pipeline" / "mailboxes").glob("[a-z]*.py")), ids=lambda path: path.stem
)
def test_a_mailbox_target_has_a_docstring_and_a_test(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text("utf-8")))
    assert (ROOT / "tests" / "pipeline" / f"test_{path.stem}.py").exists()


@pytest.mark.parametrize(
    "path", sorted([*(ROOT / "stages").rglob("*.py"), *(ROOT / "pipeline").rglob("*.py")]), ids=lambda path: path.name
)
def test_every_module_says_its_duty_and_keeps_to_the_names(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    assert ast.get_docstring(tree), path
    assert not re.search(r"^(utils?|helpers?|base|manager|common|core)$|(utils|helpers|manager)$", path.stem)
    assert len(path.read_text("utf-8").splitlines()) <= 400, "a room this large wants to be two"


def catches_everything(handler: ast.ExceptHandler) -> bool:
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(each is None or getattr(each, "id", "") in ("Exception", "BaseException") for each in caught)


def test_no_setting_is_a_negative_switch() -> None:
    keys = [key for key, _ in _keys(Configuration)]
    assert len(keys) > 30
    assert not [key for key in keys if re.search(r"(^|[._])(no|not|without|disable|dont|skip)_", key)]


def test_there_are_no_base_classes_of_our_own_but_the_two_of_the_vocabulary() -> None:
    for path in [*(ROOT / "stages").rglob("*.py"), *(ROOT / "pipeline").rglob("*.py")]:
        assert not re.search(r"\b(ABC|ABCMeta|abstractmethod)\b", path.read_text("utf-8")), path


@pytest.mark.parametrize("path", sorted((ROOT / "tests").rglob("test_*.py")), ids=lambda path: path.name)
def test_every_test_asserts_or_waits_or_expects_an_error(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            assert len(node.body) > 1 or not isinstance(node.body[0], ast.Pass), f"{node.name} tests nothing"
            assert "_" in node.name[5:], f"{node.name} is no sentence"


def test_only_the_worker_and_the_receiver_catch_everything() -> None:
    found = {}
    for path in [*(ROOT / "stages").rglob("*.py"), *(ROOT / "pipeline").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ExceptHandler) and catches_everything(node):
                found[path.relative_to(ROOT).as_posix()] = True
    assert set(found) == set(ALLOWED_TO_CATCH), sorted(set(found) ^ set(ALLOWED_TO_CATCH))


ALLOWED_TO_CATCH = {
    "pipeline/explain.py",  # one mail that trips a stage must not end a run over a thousand
    "pipeline/worker.py",  # a step that fails is kept, whatever it raised
    "pipeline/receiver/__init__.py",  # a commit that fails, for whatever reason, is a 451
    "pipeline/receiver/conversation.py",  # the receiver: an error of ours is a 451, never a bounce
    "pipeline/reader.py",  # cancelled half-way the pipes are out of step: the child is killed, and the cancel goes on
    "pipeline/reader_child.py",  # what a mail made the parser raise goes to the worker by name
    "pipeline/store/writer.py",  # a job's error goes to who asked for it
    "pipeline/mailboxes/maildir_threads.py",  # so does a call's
    "stages/letter.py",  # the parser behind the adapter raises anything on hostile mail
}


def test_events_are_documented() -> None:
    assert all(kind.__doc__ for kind in KINDS.values())
    assert events.VERSION >= 1
