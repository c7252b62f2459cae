"""Names of folders that somebody declares: what a client, a server or Salver gives another meaning is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.accounts.folders import ORIGINALS
from pipeline.declared import fault_of
from pipeline.settings import ConfigError, load
from stages.rules.language import FIXED_FOLDERS


@pytest.mark.parametrize("name", ["Clients", "Hiring people", "a-b_c 1", "Archive", "2026", "Sent to me", "x" * 64])
def test_a_name_of_its_own_will_do(name: str) -> None:
    assert fault_of(name, ("Other", "Talks")) == ""


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Two  blanks", "blanks stand one by one"),
        (" first", "blanks stand one by one"),
        ("last ", "blanks stand one by one"),
        ("tab\tin it", "write letters"),
        ("no.dots", "write letters"),
        ("Größe", "write letters"),
        ("-first", "write letters"),
        ("", "write letters"),
        ("x" * 65, "at most 64"),
        ("Clients", '"Clients" is there twice'),
        ("cLIENTS", '"cLIENTS" and "Clients" differ only in case or blanks'),
        ("Cli ents", '"Cli ents" and "Clients" differ only in case or blanks'),
        (ORIGINALS, "a meaning of its own to Salver"),
        (ORIGINALS.upper(), "a meaning of its own to Salver"),
        *((name, "a meaning of its own to Salver") for name in FIXED_FOLDERS),
        ("in box", "a meaning of its own to Salver"),
        ("cur", "on disk"),
        ("New", "on disk"),
        ("tmp", "on disk"),
        *(
            (name, "mail clients fill, hide or empty")
            for name in ("Trash", "sent", "Sent Items", "Sent Messages", "Drafts", "JUNK", "Junk E-mail", "Spam",
                         "Deleted", "Deleted Items", "Outbox", "Templates")
        ),
    ],
)  # fmt: skip
def test_any_other_is_refused_with_the_reason(name: str, words: str) -> None:
    assert words in fault_of(name, ("Clients",))


def test_the_configuration_says_where(tmp_path: Path) -> None:
    path = tmp_path / "salver.toml"
    path.write_text('[filing]\nfolders = ["Talks", "Trash"]\n[[owner]]\naddresses = ["amy@salver.test"]\n', "utf-8")
    with pytest.raises(ConfigError, match=r'salver.toml, line 2: filing.folders: "Trash" is a folder that mail'):
        load(path, environment={})
    path.write_text(path.read_text("utf-8").replace("Trash", "talks"), "utf-8")
    with pytest.raises(ConfigError, match="differ only in case"):
        load(path, environment={})
    path.write_text(path.read_text("utf-8").replace("talks", "Archive"), "utf-8")
    assert load(path, environment={}).filing.folders == ("Talks", "Archive")
