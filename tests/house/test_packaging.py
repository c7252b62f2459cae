"""What is installed is what is pinned, by hash and from anywhere; what is shipped is code and configuration only."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT / ".." / "shared"
REQUIREMENTS = ROOT / "requirements"
LOCKS = ("build", "run", "test")
TARGETS = {"help", "install", "run", "demo", "test", "lint", "nightly", "docs", "lock", "clean"}

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PIN = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^ ;\\]+)(?: *; *[^\\]+)?")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def pins(lock: str) -> dict[str, tuple[str, int]]:
    """Canonical name -> version and number of hashes. Fails on any line that is neither a pin nor a hash."""
    found: dict[str, tuple[str, int]] = {}
    name = ""
    for line in (REQUIREMENTS / f"{lock}.txt").read_text(encoding="utf-8").splitlines():
        text = line.removesuffix("\\").strip()
        if pin := PIN.fullmatch(text):
            name = canonicalize_name(pin["name"])
            assert name not in found, f"{lock}.txt pins {name} twice"
            found[name] = (pin["version"], 0)
        else:
            assert HASH.fullmatch(text), f"{lock}.txt has a line that is neither a pin nor a hash: {line!r}"
            found[name] = (found[name][0], found[name][1] + 1)
    return found


def asked_for(lock: str) -> list[Requirement]:
    project = PROJECT["project"]
    extras = project["optional-dependencies"]
    lines = {
        "build": PROJECT["build-system"]["requires"],
        "run": project["dependencies"],
        "test": [*project["dependencies"], *extras["test"], *extras["train"]],
    }
    return [Requirement(line) for line in lines[lock]]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_dependency_is_pinned_to_a_version_that_fits_with_hashes(lock: str) -> None:
    pinned = pins(lock)
    for requirement in asked_for(lock):
        version, hashes = pinned[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version), f"{requirement} does not allow the pinned {version}: make lock"
        assert hashes
    without = [name for name, (_, hashes) in pinned.items() if not hashes]
    assert not without


def test_a_package_has_the_same_version_in_every_lock_file() -> None:
    versions: dict[str, set[str]] = {}
    for lock in LOCKS:
        for name, (version, _) in pins(lock).items():
            versions.setdefault(name, set()).add(version)
    assert {name: seen for name, seen in versions.items() if len(seen) > 1} == {}
    assert set(pins("run")) <= set(pins("test")), "the test set holds all that a user has"


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_file_names_no_place(lock: str) -> None:
    text = (REQUIREMENTS / f"{lock}.txt").read_text(encoding="utf-8")
    assert "://" not in text
    assert "/" not in text
    assert not re.search(r"^\s*(#|-[a-z]|--(?!hash=))", text, re.MULTILINE)


def test_what_runs_here_is_what_is_pinned() -> None:
    """In a .venv that `make` made; another environment may have other versions."""
    if not (Path(sys.prefix) / "made-for-test").exists():
        pytest.skip("this environment was not made by `make`")
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "list", "--format=freeze"], capture_output=True, text=True, check=True
    ).stdout
    here: dict[str, str] = {
        canonicalize_name(line.partition("==")[0]): line.partition("==")[2] for line in listed.splitlines()
    }
    different = {
        name: (version, here[name])
        for lock in LOCKS
        for name, (version, _) in pins(lock).items()
        if name in here and here[name] != version
    }
    assert not different


def test_the_makefile_has_one_verb_each_and_help_lists_them() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    verbs = set(re.findall(r"^([a-z]+):.*## ", text, re.MULTILINE))
    assert verbs == TARGETS
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert set(re.findall(r"make ([a-z]+)", listed)) >= TARGETS - {"help"}


@pytest.mark.parametrize("script", sorted(REQUIREMENTS.glob("*.sh")), ids=lambda path: path.name)
def test_an_install_script_is_plain_shell(script: Path) -> None:
    for shell in ("sh", "dash"):
        try:
            subprocess.run([shell, "-n", str(script)], check=True)
        except FileNotFoundError:
            continue
    text = script.read_text(encoding="utf-8")
    assert text.startswith("#!/bin/sh\n")
    assert not re.search(r"\[\[|<<<|\bfunction \w+|\blocal |\bdeclare |&>|\$'|<\(", text), "a bashism"


def test_ci_runs_make_test_and_nothing_else() -> None:
    script = ROOT / ".ci" / "run"
    lines = [
        line for line in script.read_text(encoding="utf-8").splitlines() if line.strip() and not line.startswith("#")
    ]
    assert os.access(script, os.X_OK)
    assert [line for line in lines if "make" in line] == ["exec make test </dev/null"]


def test_the_version_is_that_of_the_newest_entry_of_the_changelog() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## \[?v?(\d+\.\d+\.\d+)", changelog, re.MULTILINE)
    assert newest is not None, "an entry starts with its version: ## 0.1.0 ..."
    assert PROJECT["project"]["version"] == newest[1]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """The files of the wheel and of the source distribution, as built from this tree, without a network."""
    folder = tmp_path_factory.mktemp("dist")
    code = (
        "import sys; from hatchling import build\n"
        "print(build.build_wheel(sys.argv[1])); print(build.build_sdist(sys.argv[1]))"
    )
    names = subprocess.run(
        [sys.executable, "-c", code, str(folder)], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    with zipfile.ZipFile(folder / names[0]) as wheel:
        in_wheel = {name: wheel.read(name) for name in wheel.namelist()}
    with tarfile.open(folder / names[1]) as source:
        in_source = {
            member.name.partition("/")[2]: file.read()
            for member in source.getmembers()
            if (file := source.extractfile(member)) is not None
        }
    return in_wheel, in_source


def test_the_wheel_ships_the_configuration_as_data(built: tuple[dict[str, bytes], dict[str, bytes]]) -> None:
    in_wheel, _ = built
    folder = ROOT / "config"
    config = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert config
    shipped = {
        name.removeprefix("pipeline/config/"): content
        for name, content in in_wheel.items()
        if name.startswith("pipeline/config/")
    }
    assert shipped == config


def test_the_wheel_ships_two_packages_and_the_command(built: tuple[dict[str, bytes], dict[str, bytes]]) -> None:
    in_wheel, _ = built
    about = f"salver-{PROJECT['project']['version']}.dist-info"
    assert {name.partition("/")[0] for name in in_wheel} == {"stages", "pipeline", about}
    assert b"salver = pipeline.cli:main" in in_wheel[f"{about}/entry_points.txt"]
    modules = {
        str(path.relative_to(ROOT)) for package in ("stages", "pipeline") for path in (ROOT / package).rglob("*.py")
    }
    assert modules <= set(in_wheel)


def test_neither_distribution_holds_anything_of_the_shared_folder(
    built: tuple[dict[str, bytes], dict[str, bytes]],
) -> None:
    if not SHARED.is_dir():
        pytest.skip("the shared folder is not beside this checkout")
    shared = {
        hashlib.sha256(path.read_bytes()).digest(): path.name
        for path in SHARED.rglob("*")
        if path.is_file() and 0 < path.stat().st_size < 2_000_000
    }
    assert shared
    for files in built:
        copied = {
            name: shared[digest]
            for name, content in files.items()
            if (digest := hashlib.sha256(content).digest()) in shared
        }
        assert not copied


def test_the_source_distribution_holds_what_it_takes_to_install_and_test(
    built: tuple[dict[str, bytes], dict[str, bytes]],
) -> None:
    _, in_source = built
    wanted = {"pyproject.toml", "LICENSE", "README.md", "Makefile", "requirements/run.txt", "deploy/salver.service"}
    assert wanted <= set(in_source)
    assert not {name for name in in_source if name.startswith((".venv", "var/", "build/"))}
