"""Who may import whom: HOUSE section 4, read from the syntax trees."""

from __future__ import annotations

import ast
import re
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
REGISTERS = ("stages/signals/__init__.py", "stages/sources/__init__.py")
"""Where a folder is the register: these two may load what lies beside them."""
IMPURE_CALLS = ("open", "print", "input", "eval", "exec", "__import__", "compile")
CLOCK = ("now", "today", "utcnow", "fromtimestamp_now", "time_ns", "perf_counter", "monotonic")

EDGES = ("lookups", "mailboxes", "store", "web", "receiver", "reader", "sender", "filing", "timers", "moves", "dovecot")
PART_OF = {"reader_child": "reader", "watching": "moves"}
"""Modules of an edge that lie beside it."""
JOINS = frozenset(
    """app commands explain sample serving results docs cli settings options people people_cli coach
    importing evaluate_cli account_file connecting disconnecting connect_cli pull_cli pulling undoing undoing_causes
    imap_cli fixtures fixture_cli reparse_cli doctor doctor_cli setup setup_cli digest_cli sieve sieve_cli moments
    follow_up_cli following_up follow_up_list follow_up_status story corrections corrections_cli handshakes
    rules reload backtest shadow learning""".split()  # noqa: SIM905
)
"""Modules that are no edges: they join them, or stand outside the running server."""
USES = (
    {
        ("filing", "mailboxes"),
        ("worker", "store"),
        ("quiet", "store"),
        ("timers", "store"),
        ("digest", "store"),
        ("inspections", "store"),
        ("marks", "store"),
    }
    | {("emptying", "store"), ("removing", "store"), ("removing", "mailboxes")}
    | {("telling", part) for part in ("filing", "sender", "store")}
    | {("answering", part) for part in ("filing", "lookups", "store")}
    | {("rereading", part) for part in ("reader", "store")}
    | {("moves", "store"), ("moves", "mailboxes")}
    | {("dovecot", "mailboxes"), ("dovecot", "receiver")}
)
"""Filing drives the mailboxes; the worker takes its work from the log; quiet, timers and moves look into it; telling
sends a mail of ours, or files it."""


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
    register = path.as_posix().endswith(REGISTERS)
    for name in imports(path):
        top = name.split(".")[0]
        loads = top in ("importlib", "pkgutil") and not register
        if loads or top not in PURE_STDLIB | PURE_LIBRARIES | {"stages"} or name.startswith(FORBIDDEN_PARTS):
            faults.append(f"{path.name} imports {name}")
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.AsyncFunctionDef | ast.Await):
            faults.append(f"{path.name} is async")
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in IMPURE_CALLS:
            faults.append(f"{path.name} calls {node.id}")
        if isinstance(node, ast.Attribute) and node.attr in (*CLOCK, "open", "import_module") and not register:
            faults.append(f"{path.name} uses {node.attr}")
    return faults


def part(module: str) -> str:
    """The edge a pipeline module belongs to, or empty."""
    names = module.split(".")
    own = names[1] if len(names) > 1 and names[0] == "pipeline" else ""
    return PART_OF.get(own, own if own in EDGES else "")


def faults_of_an_edge(path: Path) -> list[str]:
    names = path.relative_to(ROOT).with_suffix("").parts
    if names[1] in JOINS:
        return []
    own = PART_OF.get(names[1], names[1])
    foreign = {part(name) for name in imports(path)} - {"", own}
    joined = {name for name in imports(path) if name.startswith(tuple(f"pipeline.{join}" for join in JOINS))}
    allowed = {other for name, other in USES if name == own}
    return [f"{'/'.join(names)} imports {name}" for name in sorted((foreign - allowed) | joined)]


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


@pytest.mark.parametrize("path", modules("pipeline"), ids=lambda path: path.name)
def test_only_the_store_speaks_sql(path: Path) -> None:
    spoken = re.findall(r"\b(?:SELECT|INSERT|UPDATE|DELETE|PRAGMA) [\w(*]", path.read_text("utf-8"))
    assert path.parent.name == "store" or not spoken


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
        "import importlib\nx = importlib.import_module('os')\n",
        "x = __import__('os')\n",
        "import codecs\nx = codecs.open('y')\n",
        "from datetime import datetime\nx = datetime.now\n",
    ],
)
def test_a_planted_fault_in_a_stage_is_found(tmp_path: Path, planted: str) -> None:
    path = tmp_path / "planted.py"
    path.write_text(planted)
    assert faults_of_a_stage(path)


@pytest.mark.parametrize(
    ("module", "planted"),
    [
        ("receiver", "pipeline.mailboxes.maildir"),
        ("smtp", "pipeline.filing"),
        ("inlet", "pipeline.lookups.resolver"),
        ("reader_child", "pipeline.mailboxes.maildir"),
        ("worker", "pipeline.receiver"),
        ("table", "pipeline.app"),
    ],
)
def test_a_planted_fault_in_an_edge_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str, planted: str
) -> None:
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    path = tmp_path / "pipeline" / f"{module}.py"
    path.parent.mkdir()
    path.write_text(f"import {planted}\n")
    assert faults_of_an_edge(path)
