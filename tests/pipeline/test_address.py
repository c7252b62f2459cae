"""`salver address`: made unguessable, kept in the configuration, refused once retired."""

from __future__ import annotations

import math
import re
import tomllib
from pathlib import Path

import pytest

from pipeline.settings import load
from pipeline.setup import addresses
from pipeline.setup.addresses import ALPHABET, LENGTH, LETTERS, new_local_part
from pipeline.setup.talk import SetupError
from tests.builders.dialogue import Serving
from tests.builders.letters import mail
from tests.builders.server import free_port
from tests.pipeline.test_setup import config_of, salver

PLAIN = """# mine
[smtp]
listen = "127.0.0.1:{port}"

[store]
url = "sqlite:///{folder}/salver.db"

[[owner]]   # me
name = "Amy"
addresses = ["amy@requests.example.org"]  # the first
mailbox = "maildir:{folder}/mail"

[[owner]]
name = "Bea"
addresses = [
    # spare ones ]
    "bea@requests.example.org",   # hers
    'b.two@requests.example.org',
]
mailbox = "maildir:{folder}/bea"
"""


def written(folder: Path, text: str = PLAIN, port: int = 2525) -> Path:
    config = config_of(folder)
    config.write_bytes(text.replace("{folder}", str(folder)).replace("{port}", str(port)).encode())
    return config


def owners(config: Path) -> list[tuple[str, tuple[str, ...]]]:
    return [(owner.id, owner.addresses) for owner in load(config, environment={}).owner]


def without_addresses(text: str) -> str:
    return re.sub(r"[\w.]+@requests\.example\.org", "A", text)


def test_an_address_has_at_least_eighty_random_bits_in_lower_case_letters_and_digits() -> None:
    assert len(set(ALPHABET)) == len(ALPHABET)
    assert math.log2(len(LETTERS)) + (LENGTH - 1) * math.log2(len(ALPHABET)) >= 80
    made = {new_local_part() for _ in range(500)}
    assert len(made) == 500
    assert all(re.fullmatch(r"[a-z][a-z0-9]{16}", each) for each in made)
    for at in range(LENGTH):
        assert len({each[at] for each in made}) > 20, f"character {at} is not random"


def test_a_new_address_is_added_to_its_owner_and_the_rest_of_the_file_stays(tmp_path: Path) -> None:
    config = written(tmp_path)
    before = config.read_text("utf-8")
    code, said = salver(tmp_path, "address", "new", "--config", "salver.toml")
    address = said.split()[0]
    assert code == 0
    assert owners(config)[0] == ("amy", ("amy@requests.example.org", address))
    code, said = salver(
        tmp_path, "address", "new", "--config", "salver.toml", "--owner", "bea", "--domain", "M.Example.ORG"
    )
    assert owners(config)[1][1][:2] == ("bea@requests.example.org", "b.two@requests.example.org")
    assert owners(config)[1][1][2].endswith("@m.example.org")
    left = config.read_text("utf-8").replace(f', "{address}"', "").replace(f', "{said.split()[0]}"', "")
    assert left == before


def test_a_retired_address_is_refused_like_one_that_never_was(tmp_path: Path) -> None:
    port = free_port()
    config = written(tmp_path, port=port)
    address = addresses.new(config, "amy", "")
    with Serving(config, port) as serving:
        serving.deliver(mail(line_end="\r\n"), address)
        serving.deliver(
            mail("Again.\n", line_end="\r\n", message_id="<2@s.test>"), address.replace("@", "+tag@").upper()
        )
    code, said = salver(tmp_path, "address", "list", "--config", "salver.toml")
    assert code == 0
    assert re.search(rf"{address}\s+2\s+20\d\d-", said)
    assert re.search(r"amy@requests.example.org\s+0\s+never", said)
    code, said = salver(tmp_path, "address", "retire", address.upper(), "--config", "salver.toml")
    assert code == 0, said
    with Serving(config, port) as serving:
        refused = serving.refusal(address)
        assert refused[0] == 550
        assert refused == serving.refusal("nobody@requests.example.org")
        assert serving.refusal(address.replace("@", "+tag@"))[0] == 550
        assert serving.refusal("amy@requests.example.org")[0] == 250
    code, said = salver(tmp_path, "address", "list", "--config", "salver.toml")
    assert f"retired: {address}; 1 mail, the last 20" in said


def test_retiring_the_first_address_changes_neither_the_owners_id_nor_the_mailbox(tmp_path: Path) -> None:
    config = written(tmp_path, '[[owner]]\naddresses = ["amy@r.example.org", "other@r.example.org"]\n')
    before = load(config, environment={}).owner[0]
    addresses.retire(config, "amy@r.example.org")
    after = load(config, environment={}).owner[0]
    assert after.addresses == ("other@r.example.org",)
    assert (after.id, after.mailbox) == (before.id, before.mailbox) == ("amy", "maildir:var/mail/amy")


def test_the_second_owners_list_over_several_lines_keeps_its_comments(tmp_path: Path) -> None:
    config = written(tmp_path)
    addresses.retire(config, "b.two@requests.example.org")
    assert owners(config)[1] == ("bea", ("bea@requests.example.org",))
    assert "# spare ones ]" in config.read_text("utf-8")


def test_an_address_that_is_written_twice_is_retired_twice(tmp_path: Path) -> None:
    config = written(tmp_path, '[[owner]]\nid = "amy"\naddresses = ["a@r.org", "b@r.org", "A@r.org"]\n')
    addresses.retire(config, "a@r.org")
    assert owners(config) == [("amy", ("b@r.org",))]


@pytest.mark.parametrize(
    ("address", "why"),
    [("amy@requests.example.org", "is the only address of amy"), ("x@requests.example.org", "is no address in")],
)
def test_the_last_address_and_an_unknown_one_are_not_retired(tmp_path: Path, address: str, why: str) -> None:
    config = written(tmp_path)
    before = config.read_bytes()
    code, said = salver(tmp_path, "address", "retire", address, "--config", "salver.toml")
    assert (code, why in said) == (1, True)
    assert config.read_bytes() == before


@pytest.mark.parametrize(
    "text",
    [
        'owner = [{ addresses = ["a@r.org", "b@r.org"] }]\n',
        '[[owner]]\n"addresses" = ["a@r.org", "b@r.org"]\n',
        '[[owner]]\naddresses = ["""a@r.org""", "b@r.org"]\n',
    ],
)
def test_a_file_that_is_written_in_another_way_is_left_alone_and_what_to_do_is_told(tmp_path: Path, text: str) -> None:
    config = written(tmp_path, text)
    for act in (lambda: addresses.new(config, "", ""), lambda: addresses.retire(config, "b@r.org")):
        with pytest.raises(SetupError, match="yourself"):
            act()
        assert config.read_text("utf-8") == text


@pytest.mark.parametrize(
    "raw",
    [
        b"[[owner]]\r\naddresses = [\r\n  'a@r.org',\r\n]\r\n[log]\r\nlevel = 'info'\r\n",
        b"\xef\xbb\xbf[[owner]]\naddresses = ['a@r.org']\n",
        b"[[owner]]\naddresses = ['a@r.org']",
        b"[[ owner ]]\nname = \"[[owner]] addresses = ['x@y.z']\"\naddresses=['a@r.org',]#]\n",
    ],
    ids=["CRLF", "BOM", "no line end", "look-alike"],
)
def test_files_of_other_editors_are_changed_too(tmp_path: Path, raw: bytes) -> None:
    config = written(tmp_path, raw.decode())
    made = addresses.new(config, "", "")
    assert owners(config) == [("a", ("a@r.org", made))]
    addresses.retire(config, made)
    assert config.read_bytes() == raw


def test_where_mail_comes_in_for_an_account_only_the_host_has_to_be_named(tmp_path: Path) -> None:
    text = '[[owner]]\naddresses = ["amy@gmail.com"]\naccounts = ["amy@gmail.com"]\n'
    config = written(tmp_path, text)
    with pytest.raises(SetupError, match="--domain"):
        addresses.new(config, "", "")
    with pytest.raises(SetupError, match="no name mail can be sent to"):
        addresses.new(config, "", 'r.org"]')
    assert config.read_text("utf-8") == text
    config.write_text(f'[smtp]\nhostname = "in.example.org"\n{text}', "utf-8")
    assert addresses.new(config, "", "").endswith("@in.example.org")


def test_an_address_with_a_tag_still_comes_in_while_the_one_without_does(tmp_path: Path) -> None:
    written(tmp_path, '[[owner]]\nid = "amy"\naddresses = ["a@r.org", "a+x@r.org"]\n')
    code, said = salver(tmp_path, "address", "retire", "a+x@r.org", "--config", "salver.toml")
    assert (code, "still comes in" in said) == (0, True)
    assert tomllib.loads(config_of(tmp_path).read_text("utf-8"))["owner"][0]["addresses"] == ["a@r.org"]


def test_without_a_configuration_it_says_what_to_name(tmp_path: Path) -> None:
    code, said = salver(tmp_path, "address", "new")
    assert (code, "--config FILE" in said) == (1, True)
