"""`salver pull` and `salver undo` over a real Dovecot: a trial touches nothing, a move touches requests alone, and all
can be put back."""

from __future__ import annotations

import asyncio
import imaplib
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.app import App
from pipeline.cli import main
from pipeline.settings import load
from tests.builders import dovecot, letters, linkedin
from tests.builders.dovecot import Dovecot
from tests.builders.running import CALM, dead_end, settled

KOFI = linkedin.Person(name="Kofi Adjei", vanity="kofi-adjei", number=77_001, note="We met at the tide tables talk.")
ZOE = linkedin.Person(name="Zoe Marsh", vanity="zoe-marsh", number=77_002)


@pytest.fixture
def server() -> Iterator[Dovecot]:
    with dovecot.running() as running:
        yield running


def inbox_of(server: Dovecot, *mails: bytes, user: str = dovecot.USER) -> None:
    with server.client(user) as client:
        for number, mail in enumerate(mails):
            client.append("INBOX", r"(\Seen)" if number % 2 else "", "", mail)


def private() -> bytes:
    return letters.mail("See you at eight.", message_id="<dinner@sender.test>", line_end="\r\n")


def from_zoe() -> bytes:
    return linkedin.invitation_modern(ZOE, at=linkedin.NOON + 60_000)


def news() -> bytes:
    return linkedin.news(at=linkedin.NOON + 120_000)


def snapshot(server: Dovecot, user: str = dovecot.USER) -> dict[str, list[tuple[str, str]]]:
    """Folder -> (Message-ID, flags) of each mail, in order; what the server marks as recent is left out."""
    found: dict[str, list[tuple[str, str]]] = {}
    with server.client(user) as client:
        _, listed = client.list()
        names = [line.decode().rpartition(" ")[2].strip('"') for line in listed if isinstance(line, bytes)]
        for name in names:
            state, count = client.select(f'"{name}"', readonly=True)
            if state != "OK" or count == [b"0"]:
                found[name] = []
                continue
            _, told = client.fetch("1:*", "(FLAGS BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])")
            pairs = [part for part in told or () if isinstance(part, tuple)]
            found[name] = [(head.decode().strip(), flags_of(meta)) for meta, head in pairs]
    return found


def flags_of(meta: bytes) -> str:
    return " ".join(sorted(flag.decode() for flag in imaplib.ParseFlags(meta) if flag != b"\\Recent"))


def config(folder: Path, server: Dovecot, *accounts: str, more: str = "") -> Path:
    secret = folder / "secret"
    secret.write_text(dovecot.PASSWORD + "\n")
    secret.chmod(0o600)
    tables = accounts or (f'name = "work"\nuser = "{dovecot.USER}"',)
    told = "".join(
        f'[[account]]\n{table}\nhost = "127.0.0.1:{server.port}"\ntls = "none"\nsecret = "file:{secret}"\n'
        f'since = "3650d"\n{more}\n'
        for table in tables
    )
    path = folder / "salver.toml"
    path.write_text(
        f'[smtp]\nlisten = "127.0.0.1:0"\n[store]\nurl = "sqlite:///{folder}/salver.db"\n'
        f'[dns]\nresolvers = ["{dead_end()}"]\ntime = 1\n{CALM}'
        f'[[owner]]\naddresses = ["amy@salver.test"]\nmailbox = "maildir:{folder}/mail"\n{told}'
    )
    return path


def salver(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


async def until(true: Callable[[], object]) -> None:
    for _ in range(600):
        if await asyncio.to_thread(true):
            return
        await asyncio.sleep(0.05)
    pytest.fail("it did not happen")


def folders_of(found: dict[str, list[tuple[str, str]]]) -> dict[str, int]:
    return {name: len(mails) for name, mails in found.items() if mails}


def test_a_trial_shows_what_would_happen_and_touches_nothing(tmp_path: Path, server: Dovecot) -> None:
    inbox_of(
        server,
        linkedin.invitation_modern(KOFI),
        private(),
        from_zoe(),
        news(),
    )
    before = snapshot(server)
    told = salver("pull", "-c", config(tmp_path, server))
    assert told.exit_code == 0, told.output
    assert "Kofi Adjei" in told.output
    assert "Zoe Marsh" in told.output
    assert re.search(r"Kofi Adjei.*Salver/(Good|Intriguing)", told.output)
    assert "4 mails looked at; 2 are no requests" in told.output
    assert "nothing was moved" in told.output
    assert snapshot(server) == before
    assert not (tmp_path / "salver.db").exists()


def test_what_is_told_to_is_moved_and_no_other_mail_is_touched(tmp_path: Path, server: Dovecot) -> None:
    inbox_of(
        server,
        linkedin.invitation_modern(KOFI),
        private(),
        from_zoe(),
        news(),
    )
    before = snapshot(server)["INBOX"]
    others = [before[1], before[3]]
    told = salver("pull", "--move", "-c", config(tmp_path, server))
    assert told.exit_code == 0, told.output
    after = snapshot(server)
    assert "2 mails moved" in told.output
    assert [each for each in after["INBOX"] if each in before] == others
    sorted_away = [each for name, mails in after.items() if name.startswith("Salver") for each in mails]
    assert len(sorted_away) == 2
    assert all("Salver-" in flags and "Seen" not in flags for _, flags in sorted_away)


def test_all_that_a_run_moved_is_put_back_and_stays_there(tmp_path: Path, server: Dovecot) -> None:
    inbox_of(server, linkedin.invitation_modern(KOFI), private(), from_zoe())
    before = sorted(snapshot(server)["INBOX"])
    path = config(tmp_path, server)
    moved = salver("pull", "--move", "-c", path)
    run = re.search(r"undo --run (\w+)", moved.output)
    assert run, moved.output
    listed = salver("undo", "-c", path)
    assert run[1] in listed.output
    back = salver("undo", "--run", run[1], "-c", path)
    assert back.exit_code == 0, back.output
    assert "2 of 2 lie in the inbox again" in back.output
    assert set(before) <= set(snapshot(server)["INBOX"])
    again = salver("pull", "--move", "-c", path)
    assert "No request was moved" in again.output, "what the owner took back is not moved a second time"
    assert salver("undo", "--all", "-c", path).exit_code == 1


def test_one_mail_is_put_back_and_the_others_stay(tmp_path: Path, server: Dovecot) -> None:
    inbox_of(server, linkedin.invitation_modern(KOFI), from_zoe())
    path = config(tmp_path, server)
    moved = salver("pull", "--move", "-c", path)
    (mail,) = re.findall(r"^(\w{8})  work +Kofi Adjei", moved.output, re.MULTILINE)
    back = salver("undo", mail, "-c", path)
    assert back.exit_code == 0, back.output
    found = snapshot(server)
    assert sum(len(mails) for name, mails in found.items() if name.startswith("Salver")) == 1
    assert "1 of 1" in back.output


def test_a_mail_that_the_owner_moved_since_stays_where_it_is(tmp_path: Path, server: Dovecot) -> None:
    inbox_of(server, linkedin.invitation_modern(KOFI))
    path = config(tmp_path, server)
    salver("pull", "--move", "-c", path)
    with server.client() as client:
        client.create("Keep")
        place = next(name for name, mails in snapshot(server).items() if name.startswith("Salver") and mails)
        client.select(f'"{place}"')
        client.copy("1", "Keep")
        client.store("1", "+FLAGS", r"(\Deleted)")
        client.expunge()
    back = salver("undo", "--all", "-c", path)
    assert back.exit_code == 0
    assert "stay as you left them" in back.output
    assert len(snapshot(server)["Keep"]) == 1


def test_an_invitation_and_its_repeat_are_both_sorted_at_once(tmp_path: Path, server: Dovecot) -> None:
    inbox_of(server, *(linkedin.invitation_modern(ZOE, at=linkedin.NOON + 60_000 * n) for n in range(6)))
    moved = salver("pull", "--move", "-c", config(tmp_path, server))
    assert "6 mails moved" in moved.output, moved.output


def test_what_was_put_back_is_told_by_a_trial_and_left_alone(tmp_path: Path, server: Dovecot) -> None:
    inbox_of(server, linkedin.invitation_modern(KOFI))
    path = config(tmp_path, server)
    salver("pull", "--move", "-c", path)
    salver("undo", "--all", "-c", path)
    told = salver("pull", "-c", path)
    assert "1 were handled before" in told.output
    assert "No request among them" in told.output


def test_a_reminder_of_ours_is_no_mail_that_came_in(tmp_path: Path, server: Dovecot) -> None:
    inbox_of(server, from_zoe())
    path = config(tmp_path, server)
    salver("pull", "--move", "-c", path)
    again = salver("pull", "--move", "-c", path)
    assert again.exit_code == 0
    assert "1 mails taken" in salver("status", "-c", path).output
    assert any("reminder" in known for known, _ in snapshot(server)["INBOX"])


def test_the_story_of_a_mail_is_found_by_the_end_of_its_id(tmp_path: Path, server: Dovecot) -> None:
    inbox_of(server, linkedin.invitation_modern(KOFI))
    path = config(tmp_path, server)
    moved = salver("pull", "--move", "-c", path)
    (mail,) = re.findall(r"^(\w{8})  work +Kofi Adjei", moved.output, re.MULTILINE)
    told = salver("log", mail, "-c", path)
    assert told.exit_code == 0, told.output
    assert "Filed" in told.output


@pytest.mark.parametrize("message_id", ["<a  b@c.test>", "<=?utf-8?q?abc?=@b.test>", "<(a@b.test>", "<a@b.test>{5}"])
@pytest.mark.parametrize("without", [(), pytest.param(("MOVE", "UIDPLUS"), marks=pytest.mark.nightly)])
def test_a_message_id_that_no_server_finds_is_sorted_once(
    tmp_path: Path, message_id: str, without: tuple[str, ...]
) -> None:
    odd = re.sub(rb"(?m)^Message-ID: .*?\r$", b"Message-ID: " + message_id.encode() + b"\r", from_zoe())
    assert message_id.encode() in odd
    with dovecot.running(without=without) as server:
        inbox_of(server, odd)
        path = config(tmp_path, server)
        for _ in range(2):
            assert salver("pull", "--move", "-c", path).exit_code == 0
        assert sum(len(mails) for name, mails in snapshot(server).items() if name.startswith("Salver")) == 1
        assert "1 of 1 lie in the inbox again" in salver("undo", "--all", "-c", path).output


def test_two_accounts_are_sorted_side_by_side(tmp_path: Path, server: Dovecot) -> None:
    inbox_of(server, linkedin.invitation_modern(KOFI))
    inbox_of(server, from_zoe(), user=dovecot.OTHER)
    path = config(
        tmp_path, server, f'name = "work"\nuser = "{dovecot.USER}"', f'name = "home"\nuser = "{dovecot.OTHER}"'
    )
    told = salver("pull", "--move", "-c", path)
    assert "2 mails moved" in told.output, told.output
    for user in (dovecot.USER, dovecot.OTHER):
        found = snapshot(server, user)
        assert sum(len(mails) for name, mails in found.items() if name.startswith("Salver")) == 1


def test_what_comes_while_it_serves_is_sorted_at_once(tmp_path: Path, server: Dovecot) -> None:
    async def serve() -> None:
        app = App(load(config(tmp_path, server, more="sort = true"), environment={}))
        async with app.running():
            await until(lambda: app.watches[0].heard_at)
            await asyncio.to_thread(inbox_of, server, linkedin.invitation_modern(KOFI), private())
            await until(lambda: any(name.startswith("Salver") and mails for name, mails in snapshot(server).items()))
            await settled(app)

    asyncio.run(serve())
    found = snapshot(server)
    assert sum(len(mails) for name, mails in found.items() if name.startswith("Salver")) == 1
    assert any("dinner" in known for known, _ in found["INBOX"])


def test_an_inbox_that_was_renumbered_is_read_again_and_nothing_is_doubled(tmp_path: Path, server: Dovecot) -> None:
    inbox_of(server, linkedin.invitation_modern(KOFI), linkedin.message(ZOE))
    path = config(tmp_path, server)
    salver("pull", "--move", "-c", path)
    before = folders_of(snapshot(server))
    for index in server.root.glob("dovecot*"):
        index.unlink()  # as after a repair by the provider: new UIDVALIDITY, new UIDs
    again = salver("pull", "--move", "-c", path)
    assert again.exit_code == 0, again.output
    assert folders_of(snapshot(server)) == before


@pytest.mark.parametrize(
    ("secret", "said"),
    [("wrong", "did not take the name and password"), ("", "there is no secret at file:")],
)
def test_a_wrong_or_missing_password_is_one_clear_line(tmp_path: Path, server: Dovecot, secret: str, said: str) -> None:
    path = config(tmp_path, server)
    (tmp_path / "secret").write_text(secret)
    for arguments in (("pull",), ("pull", "--move")):
        told = salver(*arguments, "-c", path)
        assert told.exit_code == 1
        assert said in told.output
        assert len(told.output.strip().splitlines()) == 1, told.output


def test_without_an_account_it_says_how_to_get_one(tmp_path: Path) -> None:
    path = tmp_path / "salver.toml"
    path.write_text('[[owner]]\naddresses = ["amy@salver.test"]\n')
    told = salver("pull", "-c", path)
    assert told.exit_code == 1
    assert "salver connect" in told.output


def test_a_name_that_is_none_is_answered_with_those_there_are(tmp_path: Path, server: Dovecot) -> None:
    told = salver("pull", "wrok", "-c", config(tmp_path, server))
    assert told.exit_code == 1
    assert "known are work" in told.output
