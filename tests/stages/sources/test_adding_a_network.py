"""The page "add a network" holds what it says: its source and test, put into a copy of the tree, are all it takes."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from stages.sources import SOURCES
from tests.conftest import ROOT

PAGE = ROOT / "stages" / "sources" / "README.md"
NAME = "hearth"
NAMED_ELSEWHERE = {
    "stages/urls.py": "a redirector that wraps links to anywhere, in anybody's mail",
    "stages/claims/published.py": "words of notes: where people say that they read something",
    "stages/claims/job.py": "words of notes",
    "stages/claims/note.py": "words of notes",
    "stages/claims/group.py": "words of notes",
    "stages/wording/automatic.py": "words of notes",
    "stages/wording/formulas.py": "words of notes",
    "stages/wording/ties.py": "words of notes",
    "stages/wording/vocabulary.py": "words of notes",
    "stages/signals/asks_for_something_risky.py": "words of notes: apps that frauds move to, and a site they do not",
    "pipeline/labelled.py": "labelled notes for training and evaluation, which are LinkedIn's",
    "pipeline/linkedin_export.py": "reads a data export of LinkedIn",
    "pipeline/export_files.py": "reads a data export of LinkedIn",
    "pipeline/people_files.py": "reads a data export of LinkedIn",
    "pipeline/cli.py": "help about a data export of LinkedIn",
    "pipeline/coach/__init__.py": "coaches a note that is to be sent on LinkedIn",
    "pipeline/coach/report.py": "coaches a note that is to be sent on LinkedIn",
    "pipeline/coach/drafts.py": "coaches a note that is to be sent on LinkedIn",
    "pipeline/sample.py": "the envelope of the sample mails, which are LinkedIn's",
    "pipeline/doctor/dns.py": "asks the resolver for a key that is known to exist",
    "pipeline/setup/proving.py": "waits for a mail that every owner gets",
    "pipeline/setup/questions.py": "asks where a mail that every owner gets comes in",
    "pipeline/reparse_cli.py": "an example in a help text",
    "pipeline/lookups/dkim_checks.py": "fields that must not be there twice, whosever mail it is",
}
"""Files that may say a network's name in a text of theirs, and why that is no list of networks."""


def block(kind: str, number: int = 0) -> str:
    """A block of the page, without its fences."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)[number]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the program with the page's source and its test in it, and nothing else changed."""
    home = tmp_path_factory.mktemp("added")
    for package in ("stages", "pipeline", "config"):
        shutil.copytree(ROOT / package, home / package, ignore=shutil.ignore_patterns("__pycache__"))
    (home / "stages" / "sources" / f"{NAME}.py").write_text(block("python"), "utf-8")
    (home / f"test_{NAME}.py").write_text(block("python", 1), "utf-8")
    (home / "request.eml").write_text(block("eml"), "utf-8")
    return home


def run(tree: Path, *arguments: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(tree)}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=tree, env=environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_pages_mail_is_explained_with_the_pages_source(tree: Path) -> None:
    assert NAME not in SOURCES
    (line,) = run(tree, "-m", "pipeline.cli", "explain", "--json", "request.eml").splitlines()
    told = json.loads(line)
    assert (told["network"], told["kind"], told["sender"]["name"]) == (NAME, "invitation", "Ida Rehn")
    assert told["sender"]["profile_url"] == "https://hearth.example/people/ida-rehn"
    assert told["note"] == "I saw your beehives from the tram. How do you keep them calm?"
    assert (told["authenticity"]["verdict"], told["language"]) == ("unverified", "en")
    assert told["verdict"] in ("good", "intriguing", "ugly", "follow_up")


def test_the_pages_test_passes_over_the_pages_source(tree: Path) -> None:
    assert "4 passed" in run(tree, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"test_{NAME}.py")


def test_what_the_page_says_happens_of_itself_happens(tree: Path) -> None:
    asks = f"""
from pipeline.setup.forwarding import PROVIDERS, filled
from stages.candidates import may_concern
from stages.rules.checking import mistakes
from stages.settings import Condition, Limits, Rule, Rules
from stages.sources import SOURCES, domains_of, title_of
steps = [filled(step, 'a@b.example') for provider in PROVIDERS for step in provider.steps]
assert any('hearth.example' in step for step in steps)
assert title_of('{NAME}') == 'Hearth' and domains_of('{NAME}') == ('hearth.example',)
assert may_concern(b'From: Hearth <hello@hearth.example>\\r\\n', Limits())
def wrong(name):
    rule = Rule(name='r', verdict='good', all=(Condition.model_validate({{'field': 'network', 'is': name}}),))
    return mistakes(Rules(rule=(rule,)))
assert not wrong('{NAME}'), wrong('{NAME}')
assert wrong('hearht')
"""
    run(tree, "-c", asks)


def test_the_page_keeps_the_smallest_source_small_and_names_every_attribute() -> None:
    assert len(block("python").splitlines()) <= 70
    page = PAGE.read_text("utf-8")
    for name in ("NETWORK", "TITLE", "DOMAINS", "SITES", "REQUESTS", "KIND_FIELDS", "SECRETS", "recognise", "read"):
        assert re.search(rf"^\| `{name}\b", page, re.MULTILINE), name
    for path in re.findall(r"`((?:stages|tests)/[\w/]+\.py)`", page):
        assert NAME in path or (ROOT / path).exists(), path


def test_the_pages_commands_get_the_test_tools_before_they_use_them() -> None:
    commands = PAGE.read_text("utf-8").partition("## 4. Try it\n\n```\n")[2].partition("```")[0]
    makefile = (ROOT / "Makefile").read_text("utf-8")
    bringing = {f"make {target}" for target in re.findall(r"^(\w+):(?: \w+)* tested\b", makefile, re.MULTILINE)}
    first, *others = commands.splitlines()
    assert first in bringing
    assert any(line.startswith(".venv/bin/pytest ") for line in others)
    assert "sh requirements/install.sh test" in makefile.partition("\ntested:")[2].partition("\n\n")[0]


def texts(code: str) -> Iterator[str]:
    """Every text in a module but its docstrings."""
    tree = ast.parse(code)
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in said and isinstance(node.value, str | bytes):
            yield node.value if isinstance(node.value, str) else node.value.decode("latin-1")


def test_nothing_outside_the_sources_names_a_network() -> None:
    known = {name for source in SOURCES.values() for name in (source.NETWORK, source.TITLE.lower(), *source.DOMAINS)}
    named = re.compile(
        rf"(?<![a-z0-9])(?:{'|'.join(map(re.escape, sorted(known)))}|angellist)(?![a-z0-9])", re.IGNORECASE
    )
    found = {
        path.relative_to(ROOT).as_posix()
        for path in sorted([*(ROOT / "stages").rglob("*.py"), *(ROOT / "pipeline").rglob("*.py")])
        if not path.is_relative_to(ROOT / "stages" / "sources")
        and named.search(code := path.read_text("utf-8"))
        and any(named.search(text) for text in texts(code))
    }
    assert found - NAMED_ELSEWHERE.keys() == set(), "a network is one file: say it there, and ask stages.sources for it"
    assert NAMED_ELSEWHERE.keys() - found == set(), "these name none any more: take them off the list"
