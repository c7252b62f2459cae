"""Whole stories about people the owner knows, and about words that came before: over SMTP, into the Maildir."""

from __future__ import annotations

from email import message_from_bytes
from pathlib import Path

import pytest

from pipeline.person import Person as Known
from pipeline.store import people
from stages.events import Enriched
from tests.builders import linkedin
from tests.builders.dns import DnsServer, txt
from tests.builders.linkedin import MIRA, NOON, Person
from tests.builders.running import deliver, filed, running, settled
from tests.builders.server import Server
from tests.builders.signing import rsa_key, sign
from tests.pipeline.test_cli import salver, written
from tests.pipeline.test_vcards import card

TEMPLATE = (
    "Hi Amy, we help search firms like {firm} to double what they place within {days} days, and without more people. "
    "Would you be open to a short call on Monday to see how that could work for you?"
)
CARDS = card("FN:Mira Solberg")


def pitch(name: str, number: int, firm: str = "Ferrand", at: int = NOON) -> bytes:
    note = TEMPLATE.format(firm=firm, days=number)
    return linkedin.invitation_modern(
        Person(name, vanity=name.lower().replace(" ", "-"), number=number, note=note), at=at + number * 1000
    )


def signed(raw: bytes) -> bytes:
    return sign(raw, rsa_key(2048), "linkedin.com", "s1")


@pytest.fixture
def resolver() -> object:
    with DnsServer({"s1._domainkey.linkedin.com": txt(rsa_key(2048).record)}) as server:
        yield server.endpoint


def marked(folder: Path) -> dict[str, str]:
    """Who was marked for words that came before, and with which evidence."""
    found = {}
    for mails in filed(folder).values():
        for content in mails:
            mail = message_from_bytes(content)
            for reason in mail.get_all("X-Salver-Reason", []):
                if "wording_came_before" in reason:
                    found[str(mail["From"]).partition(" <")[0].strip('"')] = " ".join(reason.split())
    return found


async def test_the_second_strangers_identical_template_is_marked_also_after_a_restart(
    tmp_path: Path, resolver: str
) -> None:
    async with running(tmp_path, resolver=resolver) as app:
        await deliver(app, signed(pitch("Jon Hale", 31)))
        await settled(app)
        assert marked(tmp_path) == {}
        await deliver(app, signed(pitch("Ada Lie", 45, "Nordlys and Partners")))
        await settled(app)
        assert len(marked(tmp_path)) == 1
    async with running(tmp_path, resolver=resolver) as app:
        await deliver(app, signed(pitch("Odd Berg", 60)))
        await deliver(app, signed(linkedin.reminder(Person("Jon Hale", vanity="jon-hale", number=31), at=NOON + 9_000)))
        await settled(app)
        rows = await app.store.read("SELECT body FROM events WHERE kind = 'Enriched' ORDER BY seq")
    found = marked(tmp_path)
    assert len(found) == 2
    assert sorted("2 others wrote" in reason for reason in found.values()) == [False, True]
    requests = [Enriched.model_validate_json(body).requests[0] for (body,) in rows]
    assert [request.past.echo.others for request in requests if not request.joins] == [0, 1, 2]


async def test_unproven_copies_do_not_spoil_a_genuine_note(tmp_path: Path, resolver: str) -> None:
    async with running(tmp_path, resolver=resolver) as app:
        for number, name in enumerate(("Jon Hale", "Odd Berg", "Eva Lie"), 31):
            await deliver(app, pitch(name, number))
            await settled(app)
        await deliver(app, signed(pitch("Ada Lie", 60)))
        await settled(app)
    found = marked(tmp_path)
    assert len(found) == 2, "the forgers' own second and third, not hers"
    assert not any("Ada Lie" in who for who in found)


async def test_an_invitation_of_somebody_who_was_added_is_good(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        await people.add(app.store, "amy", [Known(("Solberg, Mira", "Mira Solberg"))], "contact", "vCard", NOON)
        await deliver(app, linkedin.invitation_modern(MIRA))
        await deliver(app, linkedin.invitation_modern(Person("Mira Sol", vanity="mira-sol", number=7)))
        await settled(app)
    folders = filed(tmp_path)
    (good,) = folders["Good"]
    assert "Mira Solberg" in str(message_from_bytes(good)["From"])
    assert "person_is_known" in str(message_from_bytes(good)["X-Salver-Reason"])
    assert len(folders["Intriguing"]) == 1


async def test_people_whom_a_note_names_are_carried_with_the_request(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        await people.add(app.store, "amy", [Known(("Ragnhild Moe",))], "contact", "vCard", NOON)
        note = "Ragnhild Moe told me to write to you, and so did Nobody Known."
        await deliver(app, linkedin.invitation_modern(Person(note=note)))
        await settled(app)
        ((body,),) = await app.store.read("SELECT body FROM events WHERE kind = 'Enriched'")
    (request,) = Enriched.model_validate_json(body).requests
    assert [(each.name, each.tier) for each in request.acquaintances] == [("Ragnhild Moe", "contact")]
    assert request.past.tier is None


def test_people_added_by_command_while_the_server_runs_are_known_from_the_next_mail_on(tmp_path: Path) -> None:
    server = Server(tmp_path)
    (tmp_path / "cards.vcf").write_bytes(CARDS)
    (file,) = written(tmp_path, a=linkedin.invitation_modern(MIRA))
    config = ("--config", str(server.config))
    assert "Follow up" in salver("explain", file, *config)
    assert not server.store.exists(), "explaining makes no store"
    server.start()
    try:
        salver("people", "add", str(tmp_path / "cards.vcf"), *config)
        salver("import", "--file", file, *config)
        server.settled(mails=1)
        told = salver("explain", file, *config)
    finally:
        server.stop()
    assert len(list((tmp_path / "mail" / ".Good" / "new").iterdir())) == 1
    assert "somebody of this name is in your contacts" in told, "explain asks the store for people, and only reads it"
    assert "somebody of this name is in your contacts" in salver("explain", file, *config), "also while nothing runs"
