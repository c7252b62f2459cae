"""Who may import whom: HOUSE section 4, read from the syntax trees."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

PURE_STDLIB = frozenset(
    """__future__ array base64 binascii bisect codecs collections contextlib dataclasses datetime email enum fractions
    functools hashlib heapq html importlib ipaddress itertools json math operator pkgutil quopri re string struct
    textwrap types typing unicodedata urllib zoneinfo""".split()  # noqa: SIM905 - read as a list of words
)
PURE_LIBRARIES = frozenset({"pydantic", "mailparser", "selectolax", "rapidfuzz"})
FORBIDDEN_PARTS = ("urllib.request", "email.mime")
EDGES = ("lookups", "mailboxes", "store", "web", "receiver", "reader", "sender", "filing")
JOINS = frozenset({"app", "commands", "explain", "sample", "docs", "cli", "settings", "worker"})
"""Modules that are no edges: they join edges, or stand outside the running server."""


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            module = node.module or ""
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names if module in ("pipeline", "stages"))


def modules(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def faults_of_a_stage(path: Path) -> list[str]:
    faults = []
    for name in imports(path):
        top = name.split(".")[0]
        if top not in PURE_STDLIB | PURE_LIBRARIES | {"stages"} or name.startswith(FORBIDDEN_PARTS):
            faults.append(f"{path.name} imports {name}")
    source = path.read_text("utf-8")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.AsyncFunctionDef | ast.Await):
            faults.append(f"{path.name} is async")
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in ("open", "print", "input", "eval", "exec")
        ):
            faults.append(f"{path.name} calls {node.func.id}")
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("now", "today", "utcnow")
        ):
            faults.append(f"{path.name} asks the clock")
    return faults


def part(module: str) -> str:
    """The edge a pipeline module belongs to, or empty."""
    names = module.split(".")
    return names[1] if len(names) > 1 and names[0] == "pipeline" and names[1] in EDGES else ""


def faults_of_an_edge(path: Path) -> list[str]:
    names = path.relative_to(ROOT).with_suffix("").parts
    own = names[1]
    if own in JOINS or own not in EDGES:
        return []
    foreign = {part(name) for name in imports(path)} - {"", own}
    return [f"{'/'.join(names)} imports the edge {name}" for name in sorted(foreign) if not _uses(own, name)]


def _uses(own: str, other: str) -> bool:
    """Filing is the edge that drives the mailboxes."""
    return (own, other) == ("filing", "mailboxes")


@pytest.mark.parametrize("path", modules("stages"), ids=lambda path: path.name)
def test_a_stage_is_pure(path: Path) -> None:
    assert faults_of_a_stage(path) == []


@pytest.mark.parametrize("path", modules("pipeline"), ids=lambda path: path.name)
def test_edges_do_not_know_each_other(path: Path) -> None:
    assert faults_of_an_edge(path) == []


@pytest.mark.parametrize("path", modules("pipeline") + modules("stages"), ids=lambda path: path.name)
def test_the_product_never_imports_its_tests_or_its_data(path: Path) -> None:
    assert not [name for name in imports(path) if name.split(".")[0] in ("tests", "config", "deploy")]


def test_data_folders_hold_no_code() -> None:
    assert not [*(ROOT / "config").rglob("*.py"), *(ROOT / "deploy").rglob("*.py")]


@pytest.mark.parametrize(
    "planted",
    [
        "import os\n",
        "import asyncio\n",
        "from pipeline import worker\n",
        "import time\n",
        "from datetime import datetime\nx = datetime.now()\n",
        "from urllib import request\nimport urllib.request\n",
        "async def f() -> None: ...\n",
        "x = open('y')\n",
    ],
)
def test_a_planted_fault_in_a_stage_is_found(tmp_path: Path, planted: str) -> None:
    path = tmp_path / "planted.py"
    path.write_text(planted)
    assert faults_of_a_stage(path)


def test_a_planted_fault_in_an_edge_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    path = tmp_path / "pipeline" / "receiver.py"
    path.parent.mkdir()
    path.write_text("from pipeline.mailboxes.maildir import Maildir\n")
    assert faults_of_an_edge(path)
