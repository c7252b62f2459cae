"""`salver people`: what is added, counted and forgotten, and that nothing of it can be read in the store."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from pipeline.person import Person
from pipeline.store import people
from pipeline.store.key import key_path
from pipeline.store.log import Log
from stages.events import Acquaintance, Tier
from tests.builders.server import ROOT
from tests.pipeline.test_linkedin_export import PEOPLE, WHOLE, folder, packed
from tests.pipeline.test_sent_mail import mail, mbox
from tests.pipeline.test_store import WINDOW
from tests.pipeline.test_vcards import card

CARDS = card("FN:Dr. Ragnhild Moe", "EMAIL:moe@x.test") + card("N:Solberg;Mira", version="2.1")
TABLE = "First Name,Last Name,E-mail Address\nIda,Vik,ida@vik.test\n"


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "salver.toml").write_text(
        f'[store]\nurl = "sqlite:///{tmp_path}/var/salver.db"\n[[owner]]\naddresses = ["amy@salver.test"]\n'
        'accounts = ["amy@home.test"]\n[[owner]]\naddresses = ["ben@salver.test"]\n',
        "utf-8",
    )
    (tmp_path / "cards.vcf").write_bytes(CARDS)
    (tmp_path / "table.csv").write_text(TABLE)
    return tmp_path


def salver(here: Path, *arguments: str | Path, ok: bool = True) -> str:
    command = [sys.executable, "-m", "pipeline.cli", "people", *map(str, arguments), "--config", f"{here}/salver.toml"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode == 0) == ok, done.stderr
    return done.stdout if ok else done.stderr


async def tiers(here: Path, *names: str, owner: str = "amy") -> dict[str, Tier]:
    log = await Log.open(here / "var" / "salver.db", WINDOW)
    found = await people.acquaintances_of(log, owner, names)
    await log.close()
    assert people.acquaintances_at(log.path, owner, names) == found, "read-only it is the same"
    return {each.name: each.tier for each in found}


async def test_every_kind_of_file_is_known_by_its_content(here: Path) -> None:
    (here / "export.zip").write_bytes(packed(WHOLE))
    (here / "people.txt").write_text(PEOPLE)
    folder(here / "unpacked", WHOLE)
    sent = mbox(here, mail("Jon Hale <jon@hale.test>"), mail("Jon Hale <jon@hale.test>, Eva Lie <e@lie.test>", 2))
    said = salver(here, "add", here / "export.zip", here / "people.txt", here / "unpacked", here / "cards.vcf", sent)
    assert "export.zip (Connections.csv): 2 people in it; new: 2 connections." in said
    assert "people.txt (Connections.csv): 2 people in it; new: nobody." in said
    assert "unpacked (Connections.csv): 2 people in it; new: nobody." in said
    assert "cards.vcf (vCard): 2 people in it; new: 2 contacts." in said
    assert "sent (sent mail): 2 people in it; new: 1 correspondent, 1 contact." in said
    assert await tiers(here, "JON HALE", "Ragnhild Moe", "Odd Berg", "Eva Lie", "Nobody Else", "Jon") == {
        "JON HALE": "correspondent",
        "Ragnhild Moe": "contact",
        "Odd Berg": "connection",
        "Eva Lie": "contact",  # the better of two tiers
    }
    assert await tiers(here, "Jon Hale", owner="ben") == {}


async def test_adding_the_same_twice_changes_nothing(here: Path) -> None:
    sent = mbox(here, mail("Jon Hale <jon@hale.test>"))
    salver(here, "add", here / "cards.vcf", sent)
    before = salver(here)
    assert "new: nobody" in salver(here, "add", here / "cards.vcf", sent)
    assert salver(here) == before
    assert await tiers(here, "Jon Hale") == {"Jon Hale": "contact"}, "one mail stays one mail"


async def test_a_second_mail_in_another_file_makes_a_correspondent(here: Path) -> None:
    salver(here, "add", mbox(here, mail("Ragnhild Moe <moe@x.test>")), here / "cards.vcf")
    assert await tiers(here, "Ragnhild Moe") == {"Ragnhild Moe": "contact"}
    assert "new: 1 correspondent" in salver(here, "add", mbox(here, mail("Ragnhild Moe <moe@x.test>", 2)))
    assert await tiers(here, "Ragnhild Moe") == {"Ragnhild Moe": "correspondent"}


async def test_somebody_in_the_address_book_who_then_gets_two_mails_is_a_correspondent(here: Path) -> None:
    salver(here, "add", here / "cards.vcf")
    for number in (1, 2):
        assert await tiers(here, "Ragnhild Moe") == {"Ragnhild Moe": "contact"}
        salver(here, "add", mbox(here, mail("Ragnhild Moe <moe@x.test>", number)))
    assert await tiers(here, "Ragnhild Moe") == {"Ragnhild Moe": "correspondent"}


def test_what_a_file_does_not_say_is_asked_and_what_it_says_cannot_be_changed(here: Path) -> None:
    assert "add --as contacts, or --as connections" in salver(here, "add", here / "table.csv", ok=False)
    assert "new: 1 contact" in salver(here, "add", here / "table.csv", "--as", "contacts")
    told = salver(here, "add", here / "cards.vcf", "--as", "correspondents", ok=False)
    assert "is vCard, which --as correspondents cannot change" in told
    assert "we know no such file" in salver(here, "add", here / "salver.toml", ok=False)
    assert "there is no such file" in salver(here, "add", here / "nowhere", ok=False)
    assert "belongs to no owner" in salver(here, "add", here / "cards.vcf", "--owner", "x@y.test", ok=False)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("b.vcf", card("FN:A B", "odd"), 'b.vcf, line 4: "odd" is no field'),
        ("b.csv", b"First Name,Last Name,Connected On\nA,\xff,\n", "b.csv, line 2: this is neither UTF-8"),
        ("b.zip", b"PK\x03\x04broken", "b.zip is no zip file, or a broken one"),
        ("b.mbox", mail("x@y.test", author="z@z.test"), "From: you wrote none of its 1 mails"),
        ("b.txt", b" \n", "b.txt is empty"),
    ],
)
def test_of_several_files_none_is_added_when_one_is_broken(here: Path, name: str, content: bytes, told: str) -> None:
    (here / name).write_bytes(content)
    said = salver(here, "add", here / "cards.vcf", here / name, ok=False)
    assert told in said
    assert said.rstrip().endswith("Nothing was added.")
    assert not (here / "var").exists(), "not even a store was made"
    assert "Nobody was added for amy" in salver(here)


def test_counts_are_shown_by_tier_and_source_and_never_a_name(here: Path) -> None:
    salver(here, "add", here / "cards.vcf")
    salver(here, "add", here / "table.csv", "--as", "connections")
    said = salver(here)
    assert [line.split()[:-1] for line in said.splitlines()[-2:]] == [
        ["contacts", "vCard", "2", "1"],
        ["connections", "table", "1", "1"],
    ]
    assert "Moe" not in said


async def test_one_tier_or_all_are_forgotten_of_one_owner_only(here: Path) -> None:
    for owner in ("amy@salver.test", "ben@salver.test"):
        salver(here, "add", here / "cards.vcf", "--owner", owner)
    salver(here, "add", here / "table.csv", "--as", "connections")
    assert "Forgotten: 3 names and addresses of contacts." in salver(here, "forget", "--tier", "contacts")
    assert await tiers(here, "Ragnhild Moe", "Ida Vik") == {"Ida Vik": "connection"}
    salver(here, "forget", "--all")
    assert "Nobody was added for amy" in salver(here)
    assert await tiers(here, "Ragnhild Moe", owner="ben") == {"Ragnhild Moe": "contact"}
    assert "say --all, or name one --tier" in salver(here, "forget", ok=False)


def test_no_name_and_no_address_lies_in_the_store(here: Path) -> None:
    salver(here, "add", here / "cards.vcf", mbox(here, mail("Jon Hale <jon@hale.test>")))
    held = b"".join(path.read_bytes().lower() for path in (here / "var").iterdir())
    for word in (b"moe", b"ragnhild", b"solberg", b"jon", b"hale", b"x.test", b"cards.vcf"):
        assert word not in held, word


async def test_a_store_with_another_key_knows_nobody_and_says_so(here: Path) -> None:
    salver(here, "add", here / "cards.vcf")
    key_path(here / "var" / "salver.db").unlink()
    assert await tiers(here, "Ragnhild Moe") == {}
    assert "3 more were hashed with a key that is gone" in salver(here)


async def test_the_owner_is_nobodys_acquaintance(here: Path) -> None:
    (here / "own.vcf").write_bytes(card("FN:Amy Ferrand", "EMAIL:amy@home.test"))
    salver(here, "add", here / "own.vcf")
    assert await tiers(here, "Amy Ferrand") == {}


async def test_people_are_added_while_a_server_runs_and_survive_a_rebuild(tmp_path: Path) -> None:
    log = await Log.open(tmp_path / "salver.db", WINDOW, serve=True)
    other = await Log.open(tmp_path / "salver.db", WINDOW)
    await people.add(other, "amy", [Person(("Jon Hale",), ("jon@hale.test",))], "contact", "vCard", 1)
    await other.close()
    await log.rebuild()
    assert await people.acquaintances_of(log, "amy", ("Jon Hale",)) == (Acquaintance(name="Jon Hale", tier="contact"),)
    await log.close()


def test_a_store_that_is_not_there_or_older_is_only_read(tmp_path: Path) -> None:
    path = tmp_path / "salver.db"
    assert people.acquaintances_at(path, "amy", ("Jon Hale",)) == ()
    assert list(tmp_path.iterdir()) == []
    key_path(path).write_text("ab" * 32)
    assert people.acquaintances_at(path, "amy", ("Jon Hale",)) == ()
    assert not path.exists()
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE mails (id)")
    assert people.acquaintances_at(path, "amy", ("Jon Hale",)) == ()


def test_a_zip_of_something_else_is_refused(here: Path) -> None:
    with zipfile.ZipFile(here / "x.zip", "w") as archive:
        archive.writestr("a.txt", "x")
    assert "there is no Connections.csv in it" in salver(here, "add", here / "x.zip", ok=False)
