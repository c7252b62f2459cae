"""Files of the owner's in whose place something else lies: refused in words, at once, and nothing waits for them."""

from __future__ import annotations

import asyncio
import os
import socket
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline import lasting as lasting_module
from pipeline.app import App
from pipeline.cli import main
from pipeline.lasting import lasting
from pipeline.learning.file import load_lessons
from pipeline.learning.looking import Learning
from pipeline.owners_file import MOST_LIST, MOST_TOML, content_of, is_absent, text_in
from pipeline.reload import reloading
from pipeline.reload.files import fingerprint, lists_of
from pipeline.rules.lists import ListError, text_of_list
from pipeline.settings import ConfigError, load, load_mails, load_profile, load_rules, stage_settings
from pipeline.shadow.file import load_shadow
from pipeline.weights_file import WeightsError, is_ours, load_weights
from tests.builders.reloaded import ask, configure, decisions, live, refused, reloaded, right, rules, told, until, write

SPARSE = 1 << 40


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reloading, "LOOK_SECONDS", 0.2)
    monkeypatch.setattr(reloading, "QUIET_SECONDS", 0.05)
    monkeypatch.setattr(reloading, "PATIENCE_SECONDS", 0.1)


def pipe(path: Path) -> str:
    os.mkfifo(path)
    return "is no file; name a text file"


def endless(path: Path) -> str:
    path.symlink_to("/dev/zero")
    return "is no file; name a text file"


def folder(path: Path) -> str:
    path.mkdir()
    return "is no file; name a text file"


def listening(path: Path) -> str:
    with socket.socket(socket.AF_UNIX) as one:
        here = Path.cwd()
        os.chdir(path.parent)  # the name of a socket is short
        try:
            one.bind(path.name)
        finally:
            os.chdir(here)
    return "is no file; name a text file"


def huge(path: Path) -> str:
    with path.open("wb") as file:
        file.truncate(SPARSE)
    return "is larger than"


def leading_nowhere(path: Path) -> str:
    path.symlink_to(path.with_name("nowhere"))
    return "is a link that leads nowhere"


def loop(path: Path) -> str:
    path.symlink_to(path)
    return "oo many levels of symbolic links"


STRANGE = (pipe, endless, folder, listening, huge, leading_nowhere, loop)
READ: dict[str, Callable[[Path], object]] = {
    "configuration": lambda path: load(path, environment={}),
    "rules": load_rules,
    "lessons": load_lessons,
    "profile": load_profile,
    "texts": load_mails,
    "weights": load_weights,
}


@pytest.mark.parametrize("strange", STRANGE)
@pytest.mark.parametrize("kind", READ)
def test_what_is_no_file_of_text_is_refused_whatever_it_is_named_for(
    tmp_path: Path, kind: str, strange: Callable[[Path], str]
) -> None:
    path = tmp_path / "named.toml"
    words = strange(path)
    tracemalloc.start()
    with pytest.raises((ConfigError, WeightsError)) as error:
        READ[kind](path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert str(path) in str(error.value)
    assert words in str(error.value)
    assert peak < MOST_TOML
    assert not is_absent(path)


@pytest.mark.parametrize("strange", STRANGE)
def test_a_list_and_the_shadow_say_so_too_and_it_is_seen_as_a_change(
    tmp_path: Path, strange: Callable[[Path], str]
) -> None:
    write(tmp_path, rules())
    path = tmp_path / "next.toml"
    configuration = load(configure(tmp_path, f'shadow = "{path}"\n'), environment={})
    absent = fingerprint([path])
    words = strange(path)
    settings = stage_settings(configuration)
    assert settings.shadow is None
    assert words in " ".join(load_shadow(configuration, settings).mistakes)
    said = words if strange is not leading_nowhere else "does not exist"
    with pytest.raises(ListError, match=said):
        text_of_list(str(path))
    assert fingerprint([path]) != absent, "a change is seen, so that it can be refused"
    assert lists_of(path) == ()
    assert not is_ours(path)


def test_a_file_may_be_as_large_as_is_allowed_and_no_larger_even_where_its_size_is_not_told(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xef\xbb\xbf" + b"a\r\nb\rc\n" + b"x" * 1_000_000)
    size = path.stat().st_size
    assert content_of(path, size) == path.read_bytes()
    assert text_in(path, MOST_LIST)[:6] == "a\nb\nc\n"
    with pytest.raises(OSError, match=f"is larger than {size - 1:,} octets"):
        content_of(path, size - 1)
    untold = Path("/proc/self/status")
    if untold.exists():
        assert untold.stat().st_size == 0
        assert content_of(untold, MOST_TOML).startswith(b"Name:")
        with pytest.raises(OSError, match="is larger than 10 octets"):
            content_of(untold, 10)


def test_commands_beside_the_server_do_not_wait_for_a_pipe(tmp_path: Path) -> None:
    write(tmp_path, rules())
    config = configure(tmp_path)
    os.unlink(tmp_path / "rules.toml")
    os.mkfifo(tmp_path / "rules.toml")
    for command in (("rules", "show"), ("status",), ("check",)):
        done = CliRunner().invoke(main, [*command, "-c", str(config)])
        assert not isinstance(done.exception, OSError)
        assert "Traceback" not in done.output


async def test_a_pipe_in_place_of_the_rules_or_the_lessons_is_refused_and_reloading_goes_on(tmp_path: Path) -> None:
    write(tmp_path, rules("good"))
    async with reloaded(tmp_path) as app:
        for name in ("rules.toml", "lessons.toml"):
            path = tmp_path / name
            path.unlink(missing_ok=True)
            os.mkfifo(path)
            assert str(path) in await refused(app, "is no file; name a text file")
            path.unlink()
            if name == "lessons.toml":
                path.symlink_to("nowhere")
                assert "Mend" in await refused(app, "leads nowhere")
                path.unlink()
            write(tmp_path, rules("good"))
            await right(app)
        write(tmp_path, rules("ugly", name="later"))
        await live(app, "later")
        await ask(app, 1)
        assert [each.rule for each in await decisions(app.store)] == ["later"]


async def test_what_ends_reloading_is_told_and_it_begins_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lasting_module, "REST_SECONDS", 0.05)
    held = reloading.fingerprint
    broken = [True]

    def fingerprint_(files: tuple[Path, ...]) -> str:
        if broken:
            broken.pop()
            raise RuntimeError("AMY-SECRET")
        return held(files)

    write(tmp_path, rules("good"))
    with told() as lines:
        async with reloaded(tmp_path) as app:
            monkeypatch.setattr(reloading, "fingerprint", fingerprint_)
            write(tmp_path, rules("ugly", name="after"))
            await live(app, "after")
    (ended,) = [line for line in lines if line["event"] == "task_ended"]
    assert (ended["task"], ended["error"]) == ("reloading", "RuntimeError")
    assert ended["at"].startswith("test_owners_file.py:")
    assert "AMY-SECRET" not in str(lines)


async def test_what_ends_the_learning_is_told_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def run(_: Learning) -> None:
        raise KeyError("AMY-SECRET")

    monkeypatch.setattr(Learning, "run", run)
    write(tmp_path, rules("good"))
    with told() as lines:
        async with reloaded(tmp_path):
            await until(lambda: _told(lines, "learning"))
    assert "AMY-SECRET" not in str(lines)


async def _told(lines: list[dict[str, object]], task: str) -> bool:
    return any(line["event"] == "task_ended" and line["task"] == task for line in lines)


async def test_what_lasts_ends_when_it_is_done_or_cancelled_and_not_before_its_work_has() -> None:
    ended = []

    async def done() -> None:
        ended.append("done")

    async def waits() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("waits")

    with told() as lines:
        await lasting("done", done)
        task = asyncio.create_task(lasting("waits", waits))
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert ended == ["done", "waits"]
    assert lines == []


@pytest.mark.parametrize("broken", ["folder", "link to nowhere"])
def test_only_where_there_is_no_such_name_nothing_was_learned_yet(tmp_path: Path, broken: str) -> None:
    assert load_lessons(tmp_path / "not yet" / "lessons.toml") == ()
    above = tmp_path / "above"
    if broken == "folder":
        above.write_text("a file, and no folder", "utf-8")
    else:
        above.symlink_to("nowhere")
    with pytest.raises(ConfigError, match="Mend"):
        load_lessons(above / "lessons.toml")


@pytest.mark.skipif(os.geteuid() == 0, reason="root enters every folder")
def test_lessons_in_a_folder_that_may_not_be_entered_are_not_lost(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    (closed / "lessons.toml").write_text("", "utf-8")
    closed.chmod(0)
    try:
        with pytest.raises(ConfigError, match="denied"):
            load_lessons(closed / "lessons.toml")
    finally:
        closed.chmod(0o700)


async def test_the_shadow_is_read_where_nobody_waits_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever loads it in the event loop is told by the loop that runs there."""
    from pipeline.shadow import file

    places = []
    loads = file.load_rules

    def load_rules_(*given: object) -> object:
        try:
            asyncio.get_running_loop()
            places.append("in the loop")
        except RuntimeError:
            places.append("beside it")
        return loads(*given)  # type: ignore[arg-type]

    write(tmp_path, rules("good"))
    shadow = tmp_path / "next.toml"
    async with reloaded(tmp_path, f'shadow = "{shadow}"\n') as app:
        monkeypatch.setattr(file, "load_rules", load_rules_)
        with told() as lines:
            write(tmp_path, "[[rule]]\nbroken\n", "next.toml")
            await until(lambda: _off(lines))
            write(tmp_path, rules("ugly"), "next.toml")
            await until(lambda: _runs(app))
    assert len(places) >= 3
    assert set(places) == {"beside it"}


async def _off(lines: list[dict[str, object]]) -> bool:
    return any(line["event"] == "shadow_rules_off" for line in lines)


async def _runs(app: App) -> bool:
    return app.settings.shadow is not None
