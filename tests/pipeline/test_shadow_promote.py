"""`salver shadow promote`: one key of the owner's file changes and nothing else; refused where that would not do."""

from __future__ import annotations

import asyncio
import os
import stat
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings as examples, strategies as st

from pipeline.app import App
from pipeline.cli import main
from pipeline.reload import reloading
from pipeline.reload.origin import Origin
from pipeline.reload.trial import FEW
from pipeline.rules.key import promoted
from pipeline.shadow import promoting
from pipeline.store import rulings
from pipeline.toml_file import ConfigError
from tests.builders import linkedin
from tests.builders.linkedin import Person
from tests.builders.reloaded import live
from tests.builders.running import ONE_READER, deliver, filed, settled
from tests.builders.server import CALM
from tests.builders.shadowed import NEXT, write

OWNER = '[[owner]]\naddresses = ["amy@salver.test"]\n'


def salver(folder: Path, *arguments: str, code: int = 0, answer: str = "") -> str:
    done: Result = CliRunner().invoke(main, [*arguments, "-c", str(folder / "salver.toml")], input=answer)
    assert done.exit_code == code, (done.output, done.exception)
    return done.output


def configured(folder: Path, first: str = "", more: str = "") -> Path:
    """A configuration with a shadow that can run."""
    path = folder / "salver.toml"
    text = f'{first or write(folder)}[store]\nurl = "sqlite:///{folder}/salver.db"\n{more}{OWNER}'
    path.write_bytes(text.encode())
    return path


# --- the file -----------------------------------------------------------------------------------------------------

FILES = {
    "both keys, with comments": (
        '# mine\nrules = "a.toml"  # the old ones\n# new ones\nshadow = "n.toml" # for a week\n\n[smtp]\nsize = 1\n',
        '# mine\nrules = "n.toml"  # the old ones\n# new ones\n\n[smtp]\nsize = 1\n',
    ),
    "no rules yet": (
        '# mine\nshadow   =  "n.toml" # for a week\n[smtp]\n',
        '# mine\nrules   =  "n.toml" # for a week\n[smtp]\n',
    ),
    "empty rules below": ("shadow = 'n.toml'\nrules = ''\n", 'rules = "n.toml"\n'),
    "CRLF": (
        'rules = "a.toml"\r\nshadow = "n.toml"\r\n\r\n[smtp]\r\nsize = 1\r\n',
        'rules = "n.toml"\r\n\r\n[smtp]\r\nsize = 1\r\n',
    ),
    "a BOM": ('\ufeffshadow = "n.toml"\n', '\ufeffrules = "n.toml"\n'),
    "quoted keys": ('"rules" = "a"\n\'shadow\' = "n.toml"\n', '"rules" = "n.toml"\n'),
    "no line end": ('rules = "a"\nshadow = "n.toml"', 'rules = "n.toml"\n'),
    "tables between those of a list": (
        'shadow = "n.toml"\n[[owner]]\nid = "a"\n[filing]\nfolders = ["x",\n  "y", # z\n]\n[[owner]]\nid = "b"\n',
        'rules = "n.toml"\n[[owner]]\nid = "a"\n[filing]\nfolders = ["x",\n  "y", # z\n]\n[[owner]]\nid = "b"\n',
    ),
    "brackets that begin no table": (
        'x = [\n[1],\n  [2]]\ny = """\n[smtp]\n"""\nshadow = "n.toml"\n[smtp]\n',
        'x = [\n[1],\n  [2]]\ny = """\n[smtp]\n"""\nrules = "n.toml"\n[smtp]\n',
    ),
    "a name that must be escaped": ("shadow = 'C:\\\"n\\ü.toml'\nrules=1\n", 'rules="C:\\\\\\"n\\\\ü.toml"\n'),
    "the word in other places": (
        '# shadow = "x"\nweights = "shadow = 1"\nshadow = "n.toml"\n[a]\nshadow = "b"\n',
        '# shadow = "x"\nweights = "shadow = 1"\nrules = "n.toml"\n[a]\nshadow = "b"\n',
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_the_rules_are_what_the_shadow_was_and_nothing_else_changes(name: str) -> None:
    before, after = FILES[name]
    assert promoted(before.encode(), Path("salver.toml")) == after.encode()


LINES = st.sampled_from(
    ["", "# a comment", 'weights = "w.toml"', "points = { is_short = 1.0 }", 'texts = """\n[x]\nshadow = "y"\n"""']
)
TAILS = st.sampled_from(["", "[smtp]\nsize = 1 # octets\n", "[[owner]]\nid='a'\n[dns]\n[[owner]]\nid='b'\n", "[a.b]\n"])


@examples(max_examples=200, deadline=None)
@given(
    above=st.lists(LINES, max_size=3, unique=True),
    between=st.sampled_from(["", "# between", "\n"]),
    below=st.sampled_from(["", "# below", "\n\n"]),
    tail=TAILS,
    rules=st.sampled_from([None, "rules = 'a'", 'rules="" # c']),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_whatever_stands_around_the_two_keys_stays_octet_for_octet(
    above: list[str], between: str, below: str, tail: str, rules: str | None, end: str
) -> None:
    shadow = 'shadow = "n.toml"'
    parts = [*above, *([rules] if rules else []), between, shadow, below]
    before = ("\n".join(parts) + "\n" + tail).replace("\n", end).encode()
    after = promoted(before, Path("salver.toml")).decode()
    meant = tomllib.loads(before.decode())
    meant["rules"] = meant.pop("shadow")
    assert tomllib.loads(after) == meant
    assert after.endswith(tail.replace("\n", end))
    lines = after.split(end)
    for kept in "\n".join([*above, between, below]).split("\n"):
        assert kept in lines


def test_what_cannot_be_changed_alone_is_left_to_the_owner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.rules.key._changed", lambda head: head.replace("shadow", "weights"))
    with pytest.raises(ConfigError, match=r'left as it is.*write rules = "n.toml", and take the line of shadow out'):
        promoted(b'shadow = "n.toml"\n', Path("salver.toml"))


# --- the command --------------------------------------------------------------------------------------------------


def test_it_asks_and_says_what_it_did_and_how_to_go_back(tmp_path: Path) -> None:
    path = configured(tmp_path)
    before = path.read_bytes()
    said = salver(tmp_path, "shadow", "promote", code=1, answer="n\n")
    assert "There is no store" in said
    assert f"Make {tmp_path}/next.toml live? [y/N]" in said
    assert "nothing was changed" in said
    assert path.read_bytes() == before
    said = salver(tmp_path, "shadow", "promote", answer="y\n")
    assert path.read_bytes() == before.replace(b"/live.toml", b"/next.toml", 1).replace(
        f'shadow = "{tmp_path}/next.toml"\n'.encode(), b""
    )
    assert "Salver is not running, and judges by it from its next start." in said
    assert f'To go back, put rules = "{tmp_path}/live.toml" back there' in said
    assert "no rules run in the shadow" in salver(tmp_path, "shadow", "promote", "--yes", code=1)
    assert not (tmp_path / "salver.db").exists()


def test_where_the_shipped_rules_were_live_going_back_is_taking_the_line_out(tmp_path: Path) -> None:
    path = configured(tmp_path, write(tmp_path).partition("\n")[2])
    said = salver(tmp_path, "shadow", "promote", "--yes")
    assert path.read_text("utf-8").startswith(f'rules = "{tmp_path}/next.toml"\n[store]')
    assert "take the line of `rules` out again" in said


def test_a_link_stays_one_and_the_file_keeps_its_mode(tmp_path: Path) -> None:
    path = configured(tmp_path)
    path.chmod(0o640)
    there = tmp_path / "etc"
    there.mkdir()
    path.rename(there / "mine.toml")
    path.symlink_to("etc/mine.toml")
    salver(tmp_path, "shadow", "promote", "--yes")
    assert path.is_symlink()
    assert os.readlink(path) == "etc/mine.toml"
    assert stat.S_IMODE((there / "mine.toml").stat().st_mode) == 0o640
    assert tomllib.loads((there / "mine.toml").read_text("utf-8"))["rules"] == f"{tmp_path}/next.toml"
    assert [each.name for each in there.iterdir()] == ["mine.toml"]


def test_a_file_that_may_not_be_written_is_left_alone_by_root_too(tmp_path: Path) -> None:
    path = configured(tmp_path)
    before = path.read_bytes()
    path.chmod(0o444)
    said = salver(tmp_path, "shadow", "promote", "--yes", code=1)
    assert "may not be written by you" in said
    assert path.read_bytes() == before


@pytest.mark.parametrize("key", ["rules", "shadow"])
def test_where_the_environment_decides_it_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    path = configured(tmp_path)
    before = path.read_bytes()
    monkeypatch.setenv(f"SALVER_{key.upper()}", f"{tmp_path}/next.toml")
    said = salver(tmp_path, "shadow", "promote", "--yes", code=1)
    assert f"SALVER_{key.upper()} in the environment" in said
    assert path.read_bytes() == before


@pytest.mark.parametrize("key", ["rules", "shadow"])
def test_where_the_command_line_decides_it_is_refused(tmp_path: Path, key: str) -> None:
    path = configured(tmp_path)
    before = path.read_bytes()
    said = salver(tmp_path, "shadow", "promote", "--yes", "--set", f" {key}={tmp_path}/next.toml", code=1)
    assert f"--set {key}" in said
    assert path.read_bytes() == before


def test_without_a_configuration_of_ones_own_there_is_nothing_to_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["shadow", "promote", "--yes"])
    assert done.exit_code == 1
    assert "in a configuration of your own; name it with --config FILE" in done.output


def test_what_changed_while_it_asked_is_not_written_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = configured(tmp_path)

    def meanwhile(*_: object) -> bool:
        path.write_bytes(path.read_bytes() + b"# a thought\n")
        return True

    monkeypatch.setattr("click.confirm", meanwhile)
    said = salver(tmp_path, "shadow", "promote", code=1)
    assert "was changed meanwhile, and was left as it is" in said
    assert path.read_bytes().endswith(b"# a thought\n")
    assert b"shadow" in path.read_bytes()


def test_rules_that_changed_while_it_asked_are_not_promoted_unseen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = configured(tmp_path)
    before = path.read_bytes()

    def meanwhile(*_: object) -> bool:
        (tmp_path / "next.toml").write_text(NEXT.replace('"good"', '"intriguing"', 1), "utf-8")
        return True

    monkeypatch.setattr("click.confirm", meanwhile)
    assert "were changed meanwhile, so nothing was done" in salver(tmp_path, "shadow", "promote", code=1)
    assert path.read_bytes() == before


def test_a_disk_that_is_full_leaves_the_file_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = configured(tmp_path)
    before = path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    assert "cannot be written: No space left" in salver(tmp_path, "shadow", "promote", "--yes", code=1)
    assert path.read_bytes() == before
    assert not [each for each in tmp_path.iterdir() if each.name.startswith(".salver.toml-")]


# --- a Salver that runs -------------------------------------------------------------------------------------------


async def test_a_running_salver_takes_over_what_its_owner_has_seen_whatever_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It changes all recent verdicts, and [reload] lets none pass unseen: but the owner saw them and said yes."""
    for name, seconds in (("LOOK_SECONDS", 0.2), ("QUIET_SECONDS", 0.05), ("PATIENCE_SECONDS", 0.1)):
        monkeypatch.setattr(reloading, name, seconds)
    more = f'[smtp]\nlisten = "127.0.0.1:0"\n{CALM}{ONE_READER}[dns]\nresolvers = ["127.0.0.1:9"]\ntime = 1\n'
    path = configured(tmp_path, more=f"{more}[reload]\nchanged = 0.0\n")
    path.write_text(f'{path.read_text("utf-8")}mailbox = "maildir:{tmp_path}/mail"\n', "utf-8")
    origin = Origin(path, {}, {})
    app = App(origin.load(), origin)
    async with app.running():
        for number in range(FEW):
            await deliver(app, linkedin.invitation_modern(roper(number)))
        await settled(app)
        said = await asyncio.to_thread(salver, tmp_path, "shadow", "promote", "--yes")
        assert f"{FEW} decisions would change (100.0%)" in said
        assert "a running Salver takes it over within a few seconds" in said
        ruling = await live(app, "ropes-are-fine")
        assert ruling.by == "promote"
        assert app.settings.shadow is None
        await deliver(app, linkedin.invitation_modern(roper(99)))
        await settled(app)
        assert [len(mails) for mails in filed(tmp_path).values()] == [0, 1, 0, FEW]


async def test_going_back_runs_the_new_rules_in_the_shadow_again(tmp_path: Path) -> None:
    path = configured(tmp_path)
    before = path.read_bytes()
    origin = Origin(path, {}, {})
    found = origin.load()
    promotion = promoting.prepared(path, found, (), {})
    assert promotion.live.shadow is not None
    assert rulings.set_of(promotion.new) == rulings.set_of(promotion.live.but(rules=promotion.live.shadow, shadow=None))
    await promoting.promote(promotion, None)
    assert path.read_bytes() != before
    path.write_bytes(before)
    again = promoting.prepared(path, origin.load(), (), {})
    assert again.live.shadow == promotion.live.shadow


def roper(number: int) -> Person:
    return Person(
        name=f"Rep Number{number}", vanity=f"rep-{number}", number=88_100 + number, headline="Maker of rope", note=""
    )
