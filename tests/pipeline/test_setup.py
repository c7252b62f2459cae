"""`salver setup`: whole dialogues in a process of its own, cut short and taken up again."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.settings import load
from pipeline.setup import proving, writing
from pipeline.setup.answers import State
from pipeline.setup.forwarding import PROVIDERS, filled
from pipeline.setup.questions import QUESTIONS
from pipeline.setup.talk import SetupError
from pipeline.setup.writing import Wish, rendered
from tests.builders import dovecot, linkedin
from tests.builders.dialogue import Dialogue, surroundings
from tests.builders.server import free_port

NAME = ("What is your name?", "Amy")
MAILBOX = ("mails to you come in now?", "amy@gmail.com")
PROVIDER = ("Who keeps that mailbox?", "")
FORWARD = ("How shall Salver get your mail?", "2")
HOST = ("Which name shall your provider send to?", "requests.example.org")
ZONE = ("In which time zone", "Europe/Oslo")


def port(number: int) -> tuple[str, str]:
    return "On which port", f"127.0.0.1:{number}"


def keeps(folder: Path) -> tuple[str, str]:
    return "In which folder", str(folder / "kept")


def config_of(folder: Path) -> Path:
    return folder / "salver.toml"


def state_of(folder: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((folder / "salver.toml.setup.json").read_text("utf-8"))
    return found


def salver(folder: Path, *arguments: str, given: str = "") -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "pipeline.cli", *arguments],
        cwd=folder,
        env=surroundings(),
        input=given,
        capture_output=True,
        text=True,
        timeout=100,
    )
    return done.returncode, done.stdout + done.stderr


def test_eight_answers_make_a_configuration_that_is_in_order_and_only_the_owner_can_read(tmp_path: Path) -> None:
    with Dialogue(tmp_path) as talk:
        talk.answers(NAME, MAILBOX, PROVIDER, FORWARD, HOST, port(free_port()), keeps(tmp_path), ZONE)
        end = talk.until("Enter when it runs")
        assert talk.ended() == 1, "nothing is proven yet"
    assert "salver serve --config salver.toml" in talk.text[:end]
    assert "was not tried" in talk.text
    found = load(config_of(tmp_path), environment={})
    (owner,) = found.owner
    assert (owner.id, owner.name, owner.accounts, owner.time_zone) == ("amy", "Amy", ("amy@gmail.com",), "Europe/Oslo")
    assert owner.addresses[0].endswith("@requests.example.org")
    assert found.smtp.hostname == "requests.example.org"
    assert stat.S_IMODE(config_of(tmp_path).stat().st_mode) == 0o600
    code, said = salver(tmp_path, "check", "--config", "salver.toml")
    assert (code, "in order" in said) == (0, True)


def test_what_was_killed_in_the_middle_goes_on_with_the_next_question(tmp_path: Path) -> None:
    with Dialogue(tmp_path) as talk:
        talk.answers(NAME, MAILBOX, PROVIDER, FORWARD)
        talk.until(HOST[0])
        talk.process.kill()
        talk.process.wait()
    assert not config_of(tmp_path).exists(), "nothing is written before the last question"
    with Dialogue(tmp_path) as talk:
        talk.answers(HOST, port(free_port()), keeps(tmp_path), ZONE)
        talk.until("Enter when it runs")
    assert "Going on where you were." in talk.text
    assert "Gmail" in talk.text, "what was answered is shown"
    assert talk.text.count(NAME[0]) == 1, "and not asked again"
    assert load(config_of(tmp_path), environment={}).owner[0].name == "Amy"


def test_the_address_is_the_same_after_a_kill_between_the_questions_and_the_proof(tmp_path: Path) -> None:
    with Dialogue(tmp_path) as talk:
        talk.answers(NAME, MAILBOX, PROVIDER, FORWARD, HOST, port(free_port()), keeps(tmp_path), ZONE)
        talk.until("Enter when it runs")
        talk.process.kill()
        talk.process.wait()
    before = config_of(tmp_path).read_bytes()
    # As if the kill had come after the configuration, and before it was noted.
    state = state_of(tmp_path) | {"written": False}
    (tmp_path / "salver.toml.setup.json").write_text(json.dumps(state), "utf-8")
    with Dialogue(tmp_path) as talk:
        talk.until("Enter when it runs")
    assert config_of(tmp_path).read_bytes() == before
    assert str(state["address"]) in before.decode()


def test_ctrl_c_on_a_terminal_loses_nothing_and_says_so(tmp_path: Path) -> None:
    with Dialogue(tmp_path, terminal=True) as talk:
        talk.answers(NAME, MAILBOX)
        talk.until(PROVIDER[0])
        talk.until("[1] ")
        talk.interrupt()
        talk.until("Nothing is lost")
        assert talk.ended() == 130
    assert state_of(tmp_path)["answers"] == {"name": "Amy", "accounts": "amy@gmail.com"}


def test_a_terminal_asks_again_for_what_will_not_do_and_goes_back(tmp_path: Path) -> None:
    with Dialogue(tmp_path, terminal=True) as talk:
        talk.answers(
            ("name?", "Amu"),
            ("come in now?", "back"),
            ("[Amu] ", "Amy"),
            ("come in now?", "amy at gmail"),
            ("is no e-mail address", "amy@example.org"),
            ("Who keeps", "17"),
            ("is none of them", "google w"),
            FORWARD,
            ("provider send to?", "192.0.2.7"),
            ("not to numbers", "nas.local"),
            ("your own network only", "x"),
            ("no name mail can be sent to", "Requests.Example.ORG."),
            ("On which port", "99999"),
            ("no address to listen on", f"127.0.0.1:{free_port()}"),
            keeps(tmp_path),
            ("In which time zone", "Oslo"),
            ("is no time zone", "europe/oslo"),
        )
        talk.until("Enter when it runs")
    found = load(config_of(tmp_path), environment={})
    assert found.owner[0].name == "Amy"
    assert found.owner[0].addresses[0].endswith("@requests.example.org")
    assert found.owner[0].time_zone == "Europe/Oslo"
    assert state_of(tmp_path)["answers"]["provider"] == "workspace"  # type: ignore[index]


def test_without_a_terminal_an_answer_that_will_not_do_ends_it_with_its_question(tmp_path: Path) -> None:
    code, said = salver(tmp_path, "setup", given="Amy\nnot an address\n")
    assert code == 1
    assert 'question 2 (accounts): "not" is no e-mail address' in said
    assert "Traceback" not in said
    assert state_of(tmp_path)["answers"] == {"name": "Amy"}


def test_a_configuration_that_is_there_stays_and_is_shown(tmp_path: Path) -> None:
    config = config_of(tmp_path)
    text = f'[smtp]\nlisten = "127.0.0.1:{free_port()}"\n[[owner]]\nname = "Bea"\naddresses = ["bea@example.org"]\n'
    config.write_text(text, "utf-8")
    code, said = salver(tmp_path, "setup")
    assert code == 0
    assert "Bea: mail comes in for bea@example.org" in said
    assert "salver serve --config salver.toml" in said
    assert config.read_text("utf-8") == text


def test_force_asks_anew_and_keeps_the_old_file_beside_the_new_one(tmp_path: Path) -> None:
    config = config_of(tmp_path)
    for text in ("# first\n[[owner]]\naddresses = ['a@b.c']\n", "# second\n[[owner]]\naddresses = ['a@b.c']\n"):
        config.write_text(text, "utf-8")
        with Dialogue(tmp_path, "--force") as talk:
            talk.answers(NAME, MAILBOX, PROVIDER, FORWARD, HOST, port(free_port()), keeps(tmp_path), ZONE)
            talk.until("Enter when it runs")
    assert (tmp_path / "salver.toml.old").read_text("utf-8").startswith("# first")
    assert (tmp_path / "salver.toml.old1").read_text("utf-8").startswith("# second")
    assert load(config, environment={}).owner[0].name == "Amy"


def test_a_file_that_came_while_the_questions_were_asked_stays(tmp_path: Path) -> None:
    with Dialogue(tmp_path) as talk:
        talk.answers(NAME, MAILBOX, PROVIDER, FORWARD, HOST, port(free_port()), keeps(tmp_path))
        talk.until(ZONE[0])
        config_of(tmp_path).write_text("# somebody's\n", "utf-8")
        talk.write("UTC")
        talk.until("stays as it is")
        assert talk.ended() == 1
    assert config_of(tmp_path).read_text("utf-8") == "# somebody's\n"


def test_who_has_no_name_for_a_host_comes_to_the_account_and_a_refused_sign_in_can_be_tried_again(
    tmp_path: Path,
) -> None:
    nobody = f"127.0.0.1:{free_port()}"
    mailbox = (MAILBOX[0], "amy@mail.example.org")
    with Dialogue(tmp_path) as talk:
        talk.answers(
            NAME, mailbox, (PROVIDER[0], "10"), FORWARD, (HOST[0], "none"), keeps(tmp_path), ZONE, ("", nobody)
        )
        talk.write("secret")
        assert talk.ended() == 1
    assert f"salver connect imap --user amy@mail.example.org --config {config_of(tmp_path).name}" in talk.text
    assert "Traceback" not in talk.text
    assert "secret" not in talk.text.partition("salver connect")[2].partition("Error")[2]
    found = load(config_of(tmp_path), environment={})
    assert found.owner[0].addresses == found.owner[0].accounts == ("amy@mail.example.org",)
    assert found.smtp.listen == "127.0.0.1:2525", "nothing comes in from outside"
    assert state_of(tmp_path)["written"] is True
    code, said = salver(tmp_path, "setup", given=f"{nobody}\nsecret\n")
    assert code == 1
    assert "salver connect imap" in said
    assert NAME[0] not in said.partition("salver connect")[2], "only the sign-in is left"


def test_the_account_road_asks_again_until_it_is_signed_in_and_ends_with_what_it_would_do(tmp_path: Path) -> None:
    with dovecot.running() as server, server.client() as inbox:
        inbox.append("INBOX", "", "", linkedin.invitation_modern())
        host = f"127.0.0.1:{server.port}"
        with Dialogue(tmp_path, terminal=True) as talk:
            talk.answers(
                NAME, (MAILBOX[0], "amy@mail.example.org"), (PROVIDER[0], "10"), FORWARD, (HOST[0], "none"),
                keeps(tmp_path), ZONE,
                ("Host of the IMAP server", host), ("assword", "wrong"),
                ("name you sign in with [amy@mail.example.org]", dovecot.USER), ("[by port]", "none"),
                ("Host of the IMAP server", host), ("assword", dovecot.PASSWORD),
            )  # fmt: skip
            talk.until("1 mails looked at")
            talk.until("All is set")
            assert talk.ended() == 0
        assert "does not speak TLS as expected" in talk.text
        assert "Salver/Intriguing" in talk.text
        assert "nothing was moved" in talk.text
        assert not (tmp_path / "salver.toml.setup.json").exists()
        assert inbox.select("INBOX")[1] == [b"1"]


def test_state_that_cannot_be_understood_is_told_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "salver.toml.setup.json").write_text("{", "utf-8")
    code, said = salver(tmp_path, "setup", given="Amy\n")
    assert (code, "remove it" in said) == (1, True)
    assert (tmp_path / "salver.toml.setup.json").read_text("utf-8") == "{"


@pytest.mark.parametrize("name", ['Amy "the" \\ Tray', "]] # x = 1", "'''", "Zoë \u202e\u0007 東", "a\\u0000"])
def test_whatever_the_name_the_configuration_says_it_and_nothing_else(tmp_path: Path, name: str) -> None:
    wish = Wish("amy", name, ("a@b.org",), ("c@d.org",), tmp_path / 'fol"der', "UTC", "127.0.0.1:2525", "b.org")
    config_of(tmp_path).write_text(rendered(wish), "utf-8")
    found = load(config_of(tmp_path), environment={})
    assert found.owner[0].name == name
    assert found.store.path == tmp_path / 'fol"der' / "salver.db"
    assert len(found.owner) == 1


def test_a_file_that_cannot_be_written_is_told_and_nothing_is_left_behind(tmp_path: Path) -> None:
    (tmp_path / "wall").write_text("", "utf-8")
    with pytest.raises(SetupError, match="cannot be written"):
        writing.put(tmp_path / "wall" / "salver.toml", b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["wall"]


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.key)
def test_every_provider_is_told_where_to_what_and_from_whom(provider: object) -> None:
    from pipeline.setup.forwarding import Provider

    assert isinstance(provider, Provider)
    told = [filled(step, "q@r.org", "tok") for step in (*provider.steps, provider.confirm, provider.test_rule)]
    text = "\n".join((*told, *(filled(line, "q@r.org") for line in provider.kept_back)))
    assert "q@r.org" in text
    assert "linkedin.com" in text or "all of your mail" in text
    assert not any(left in text for left in ("{address}", "{senders}", "{domains}", "{token}"))
    assert provider.kept_back


def test_there_are_five_to_eight_questions_each_explained_in_a_line() -> None:
    for road in ("account", "forward"):
        assert 5 <= len([each for each in QUESTIONS if each.road in ("", road)]) <= 8
    assert all(each.explains for each in QUESTIONS)


def test_an_address_that_was_retired_meanwhile_gives_way_to_the_one_that_is_there(tmp_path: Path) -> None:
    config_of(tmp_path).write_text('[[owner]]\naddresses = ["old@b.org", "new@b.org"]\n')
    found = load(config_of(tmp_path), environment={})
    assert proving.ready(found, State(address="gone@b.org")).address == "new@b.org"
    assert proving.ready(found, State(address="old@b.org")).address == "old@b.org"
