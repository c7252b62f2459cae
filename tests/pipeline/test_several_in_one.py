"""One mail with several invitations: one file where its best request belongs, and every person a request of their own.

Over SMTP into a whole Salver. Where the owner puts such a mail says nothing of any one of its people.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline import commands
from pipeline.app import App
from pipeline.cli import main
from pipeline.commands import CommandError
from pipeline.follow_up_list import listed
from pipeline.following_up import follow, meant
from stages.conversation import Opened, Ordered, ReminderWanted
from stages.events import Enriched, Repeated, Routed
from tests.builders import linkedin, talked_of
from tests.builders.linkedin import MIRA, NOON, Person
from tests.builders.running import below, deliver, filed, running, settled

DAY = 86_400_000
PERSONAL = "Hi Amy, I read your post about tea ceremonies, can we talk on Friday?"
PITCH = "Dear Sir, we sell offshore developers. Buy our cheap services! Book a call."
EMPTY = "Hi Amy, let's connect!"


def person(number: int, name: str, note: str = "", headline: str = "Baker at Ovn") -> Person:
    return replace(MIRA, name=name, vanity=f"p-{number}", number=9_000 + number, note=note, headline=headline)


GOOD = person(1, "Ada Strand", PERSONAL)
PLAIN = person(2, "Bo Lind")
UGLY = person(3, "Cy Berg", PITCH)
ASKED = person(4, "Dé Vik", EMPTY)


async def requests(app: App) -> dict[str, tuple[str, str]]:
    """Name -> (verdict, id); several of one name: the last."""
    rows = await app.store.read("SELECT name, verdict, id FROM requests ORDER BY rowid")
    return {str(name): (str(verdict), str(id)) for name, verdict, id in rows}


async def names(app: App) -> list[str]:
    rows = await app.store.read("SELECT name FROM requests ORDER BY rowid")
    return [str(name) for (name,) in rows]


async def brought(app: App, people: Iterable[Person], at: int = NOON, suggestions: Iterable[Person] = ()) -> bytes:
    raw = linkedin.digest_of_invitations(people, at=at, suggestions=suggestions)
    await deliver(app, raw)
    await settled(app)
    return raw


async def last(app: App, kind: type[Routed] | type[Enriched]) -> Routed | Enriched:
    found = (await talked_of.events(app, kind))[-1]
    assert isinstance(found, Routed | Enriched)
    return found


def folders(home: Path) -> dict[str, int]:
    """Folder -> how many mails of the network lie there."""
    held = {name: [raw for raw in mails if b"X-Salver-Verdict" in raw] for name, mails in filed(home).items()}
    return {name: len(mails) for name, mails in held.items() if mails}


@pytest.mark.parametrize("count", [2, 10])
async def test_every_person_is_a_request_with_a_receipt_and_the_mail_lies_once(tmp_path: Path, count: int) -> None:
    people = [GOOD, UGLY, *(person(20 + number, f"Pat {'ABCDEFGHIJ'[number]}ek") for number in range(count - 2))]
    async with running(tmp_path) as app:
        raw = await brought(app, people, suggestions=[person(90, "Suggested Sam")])
        assert await names(app) == [each.name for each in people]
        assert folders(tmp_path) == {"Good": 1}
        (content,) = filed(tmp_path)["Good"]
        assert below(content) == raw
        assert content.count(b"X-Salver-Request:") == 1
        known = await requests(app)
        assert known["Ada Strand"][1].encode() in content
        assert (known["Ada Strand"][0], known["Cy Berg"][0]) == ("good", "ugly")
        for each in people:
            told = await commands.story(app.configuration, each.name)
            assert told == await commands.story(app.configuration, known[each.name][1])
            assert told.count("Decided by:") == 1
        assert "sells a service" in (await commands.story(app.configuration, "cy")).lower()
        with pytest.raises(CommandError, match="nothing is known of Suggested"):
            await commands.story(app.configuration, "Suggested")


async def test_the_same_again_doubles_nobody_and_changes_no_verdict(tmp_path: Path) -> None:
    people = [GOOD, PLAIN, UGLY]
    async with running(tmp_path) as app:
        raw = await brought(app, people)
        before = await requests(app)
        await deliver(app, raw)
        await settled(app)
        assert len(await talked_of.events(app, Repeated)) == 1
        assert folders(tmp_path) == {"Good": 1}
        await brought(app, people, at=NOON + DAY)
        assert await requests(app) == before
        assert await names(app) == [each.name for each in people]
        assert folders(tmp_path) == {"Good": 2}
        routed = await last(app, Routed)
        assert isinstance(routed, Routed)
        said = {d.judgement.request.notice.name.value: (d.verdict, d.folder) for d in routed.decisions}
        assert said == {
            "Ada Strand": ("good", "Good"), "Bo Lind": ("intriguing", "Intriguing"), "Cy Berg": ("ugly", "Ugly"),
        }  # fmt: skip


async def test_a_reminder_of_one_lies_by_that_ones_own_verdict_wherever_the_collection_lies(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        await brought(app, [GOOD, UGLY])
        await deliver(app, linkedin.reminder(replace(UGLY, note=""), at=NOON + DAY))
        await settled(app)
        assert folders(tmp_path) == {"Good": 1, "Ugly": 1}
        assert await names(app) == ["Ada Strand", "Cy Berg"]


@pytest.mark.parametrize(
    ("changed", "joins"),
    [
        ({}, True),
        ({"vanity": "renamed"}, True),  # the invitation's id is the same
        ({"number": 77}, False),  # the same profile, and another invitation
    ],
)
async def test_a_collection_joins_the_invitation_that_came_alone(
    tmp_path: Path, changed: dict[str, object], joins: bool
) -> None:
    async with running(tmp_path) as app:
        await deliver(app, linkedin.invitation_modern(PLAIN))
        await settled(app)
        await brought(app, [replace(PLAIN, **changed), GOOD], at=NOON + DAY)  # type: ignore[arg-type]
        assert await names(app) == (["Bo Lind", "Ada Strand"] if joins else ["Bo Lind", "Bo Lind", "Ada Strand"])
        enriched = await last(app, Enriched)
        assert isinstance(enriched, Enriched)
        assert [request.joins for request in enriched.requests] == [joins, False]


async def test_who_moved_the_first_mail_has_said_so_for_the_collection_too(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        await deliver(app, linkedin.invitation_modern(GOOD))
        await settled(app)
        (path,) = (tmp_path / "mail" / ".Good").glob("*/*salver*")
        target = tmp_path / "mail" / ".Ugly" / "cur" / f"{path.name}:2,S"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(path, target)
        await brought(app, [GOOD, PLAIN], at=NOON + DAY)
        assert folders(tmp_path) == {"Ugly": 1, "Intriguing": 1}


async def test_two_people_of_one_name_stay_two_and_are_told_apart(tmp_path: Path) -> None:
    twins = [person(5, "Sam Hill"), person(6, "Sam Hill")]
    async with running(tmp_path) as app:
        await brought(app, [*twins, GOOD])
        rows = await app.store.read("SELECT id FROM requests WHERE name = 'Sam Hill'")
        ids = [str(id) for (id,) in rows]
        assert len(set(ids)) == 2
        with pytest.raises(CommandError, match='2 requests fit "sam": ') as told:
            await commands.story(app.configuration, "sam")
        assert all(id[-8:] in str(told.value) for id in ids)
        for id in ids:
            assert await meant(app.store, id[-8:], "good") == id
        await brought(app, [*twins, GOOD], at=NOON + DAY)
        assert (await names(app)).count("Sam Hill") == 2


async def test_a_move_of_the_collection_says_nothing_of_its_people(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        await brought(app, [GOOD, UGLY])
        before = await requests(app)
        (path,) = (tmp_path / "mail" / ".Good").glob("*/*salver*")
        target = tmp_path / "mail" / ".Ugly" / "cur" / f"{path.name}:2,S"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(path, target)
        assert app.moves is not None
        await app.moves.look()
        await settled(app)
        assert not await talked_of.events(app, Ordered)
        assert await requests(app) == before
        await deliver(app, linkedin.reminder(replace(GOOD, note=""), at=NOON + DAY))
        await settled(app)
        assert folders(tmp_path) == {"Ugly": 1, "Good": 1}


async def test_each_that_is_to_be_asked_is_named_and_can_be_spoken_of_by_name(tmp_path: Path) -> None:
    other = person(7, "Eva Dal", EMPTY)
    async with running(tmp_path) as app:
        await brought(app, [ASKED, other, UGLY])
        opened = await talked_of.events(app, Opened)
        assert [each.about.name.value for each in opened if isinstance(each, Opened)] == ["Dé Vik", "Eva Dal"]
        reminders = await talked_of.events(app, ReminderWanted)
        assert len(reminders) == 2
        table = await listed(app.configuration, "", everything=False, as_json=False)
        assert "Dé Vik" in table
        assert "Eva Dal" in table
        (told,) = await follow(app.configuration, ["de vik"], "asked")
        assert told.ok, told.text
        await settled(app)
        rows = await app.store.read("SELECT name, phase FROM conversations ORDER BY name")
        assert [phase for _, phase in rows] == ["asked", "to_ask"]
        (told,) = await follow(app.configuration, ["eva"], "good")
        await settled(app)
        assert folders(tmp_path) == {"Good": 1}, "the whole mail follows its best request"


async def test_everybody_in_it_can_be_named_whether_or_not_a_conversation_is_open(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        await brought(app, [GOOD, PLAIN, UGLY, ASKED, person(8, "Cy Dahl")])
        before = await requests(app)
        (told,) = await follow(app.configuration, ["berg"], "good")
        assert told.text.startswith("Settled: Cy Berg's request is good, as you say."), told.text
        (told,) = await follow(app.configuration, ["Bo Lind"], "ugly")
        assert told.ok, told.text
        await settled(app)
        rows = await app.store.read("SELECT name, phase FROM conversations WHERE phase = 'settled' ORDER BY name")
        assert [tuple(row) for row in rows] == [("bo lind", "settled"), ("cy berg", "settled")]
        two, none, asked = await follow(app.configuration, ["cy", "zoe", "ada"], "intriguing")
        assert not two.ok
        assert all(f"{name} ({before[name][1][-8:]})" in two.text for name in ("Cy Berg", "Cy Dahl"))
        assert two.text.startswith('2 requests fit "cy": ')
        assert none.text.startswith("nothing is known of zoe")
        assert asked.ok, asked.text
        assert (await follow(app.configuration, [before["Cy Dahl"][1]], "asked"))[0].text.startswith("Asked.")
        assert (await follow(app.configuration, ["dahl"], "asked"))[0].text.startswith("You said so already: you asked")


async def test_a_verdict_by_name_is_never_on_another_who_happens_to_be_open(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        await brought(app, [person(9, "Eva Dal", EMPTY), replace(GOOD, name="Eva Strand")])
        (told,) = await follow(app.configuration, ["eva"], "ugly")
        assert not told.ok
        assert "2 requests fit" in told.text
        (told,) = await follow(app.configuration, ["eva"], "asked")
        assert told.ok, "who is to be asked is surely meant"


async def test_a_reminder_of_several_is_read_as_a_collection(tmp_path: Path) -> None:
    template = b"X-LinkedIn-Template: email_m2m_invite_"
    raw = linkedin.digest_of_invitations([GOOD, PLAIN]).replace(template + b"digest_02", template + b"reminder_02")
    async with running(tmp_path) as app:
        await deliver(app, raw)
        await settled(app)
        assert await names(app) == ["Ada Strand", "Bo Lind"]
        assert folders(tmp_path) == {"Good": 1}
        enriched = await last(app, Enriched)
        assert isinstance(enriched, Enriched)
        assert enriched.kind == "digest"


def test_explain_shows_every_request_with_its_own_reasons(tmp_path: Path) -> None:
    mail = tmp_path / "several.eml"
    mail.write_bytes(linkedin.digest_of_invitations([GOOD, UGLY], suggestions=[person(90, "Suggested Sam")]))
    done = CliRunner().invoke(main, ["explain", "--json", str(mail)])
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout.splitlines()[-1])
    assert (found["kind"], found["verdict"], found["folder"]) == ("digest", "good", "Good")
    assert [(each["sender"]["name"], each["verdict"], each["folder"]) for each in found["requests"]] == [
        ("Ada Strand", "good", "Good"),
        ("Cy Berg", "ugly", "Ugly"),
    ]
    for each in found["requests"]:
        assert sum(reason["points"] for reason in each["reasons"]) == each["score"]
        assert each["invitation_id"]
