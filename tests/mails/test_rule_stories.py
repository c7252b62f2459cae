"""Whole stories of an owner's rules: folders of their own, labels, points, news; over SMTP, into the Maildir."""

from __future__ import annotations

from email import message_from_bytes
from pathlib import Path

import pytest

from pipeline.store import state
from pipeline.story import gist
from stages.conversation import RejudgingWanted
from stages.events import Filed, Routed
from stages.notifying import NotificationFiled, NotificationWanted
from tests.builders import linkedin, talked_of
from tests.builders.dns import DnsServer, txt
from tests.builders.linkedin import NOON, Person
from tests.builders.own_mails import html_of, text_of
from tests.builders.ruled import BAKER, FOLDER, HIRES, LOUD, ROPES, lies, path_of, ruled
from tests.builders.running import below, deliver, settled
from tests.builders.signing import rsa_key, sign

KEYWORDS = f'[filing]\nfolders = ["{FOLDER}", "Quiet"]\nkeywords = true\n'


@pytest.fixture
def resolver() -> object:
    with DnsServer({"s1._domainkey.linkedin.com": txt(rsa_key(2048).record)}) as server:
        yield server.endpoint


def signed(person: Person, at: int = NOON) -> bytes:
    return sign(linkedin.invitation_modern(person, at=at), rsa_key(2048), "linkedin.com", "s1")


async def test_a_rule_files_into_a_declared_folder_with_labels_and_tells_its_owner_once(
    tmp_path: Path, resolver: str
) -> None:
    raw, root = signed(HIRES), tmp_path / "mail"
    async with ruled(tmp_path, resolver=resolver) as app:
        await deliver(app, raw)
        await settled(app)
        await deliver(app, raw)  # the same mail by another way
        await deliver(app, sign(linkedin.reminder(HIRES, at=NOON + 9_000), rsa_key(2048), "linkedin.com", "s1"))
        await settled(app)
        told = await talked_of.events(app, NotificationWanted, NotificationFiled)
        story = [gist(step) for step in await state.story(app.store, told[0].mail)]
    found = lies(root)
    assert {folder: len(mails) for folder, mails in found.items()} == {FOLDER: 2, "INBOX": 1}
    mail = next(message_from_bytes(content) for content in found[FOLDER] if below(content) == raw)
    assert mail["X-Salver-Verdict"].startswith("good; ")
    assert "rule=hires" in mail["X-Salver-Verdict"]
    assert mail.get_all("X-Salver-Label") == ["hiring", "talent"]
    assert len(told) == 2, "wanted and filed, once"
    assert "tell you at once, as your rule hires says" in story
    (news,) = found["INBOX"]
    about = message_from_bytes(news)
    assert (about["Auto-Submitted"], about["Reply-To"]) == ("auto-generated", None)
    assert about["In-Reply-To"] == message_from_bytes(raw)["Message-ID"]
    for text in (" ".join(text_of(news).split()), " ".join(html_of(news).split())):
        for words in (
            "Mira Solberg",
            "Head of Talent at Fjellkraft",
            "your rule hires",
            f"your folder {FOLDER}",
            "good",
        ):
            assert words in text
        assert "how are you" not in text, "their words are in the mail itself"
    assert text_of(news).splitlines()[0] == "https://www.linkedin.com/in/mira-solberg-21b"


async def test_points_of_a_rule_are_a_reason_and_its_label_a_field(tmp_path: Path, resolver: str) -> None:
    async with ruled(tmp_path, resolver=resolver) as app:
        await deliver(app, signed(ROPES))
        await settled(app)
        ((body,),) = await app.store.read("SELECT body FROM events WHERE kind = 'Routed'")
    (decision,) = Routed.model_validate_json(body).decisions
    (content,) = [mail for mails in lies(tmp_path / "mail").values() for mail in mails if b"X-Salver-Mail:" in mail]
    mail = message_from_bytes(content)
    assert mail.get_all("X-Salver-Label") == ["ropes"]
    reasons = [" ".join(each.split()) for each in mail.get_all("X-Salver-Reason", [])]
    assert "rule:talks-of-ropes; points=+1.5; you like ropes" in reasons
    assert decision.labels == ("ropes",)
    assert sum(reason.points for reason in decision.judgement.reasons) == decision.judgement.score


async def test_a_rule_may_leave_a_request_in_the_inbox_and_ugly_ones_out_of_ugly(tmp_path: Path, resolver: str) -> None:
    async with ruled(tmp_path, resolver=resolver) as app:
        await deliver(app, signed(BAKER))
        await deliver(app, signed(LOUD))
        await settled(app)
        filed = [event.folder for event in await talked_of.events(app, Filed) if isinstance(event, Filed)]
    assert sorted(filed) == ["INBOX", "Quiet"]
    found = lies(tmp_path / "mail")
    assert b"X-Salver-Verdict: ugly;" in found["Quiet"][0]
    assert sum(b"X-Salver-Verdict: intriguing;" in mail for mail in found["INBOX"]) == 1


async def test_inherited_labels_are_kept_and_believed_by_nobody(tmp_path: Path, resolver: str) -> None:
    raw = b"X-Salver-Label: mine\r\n" + signed(BAKER)
    async with ruled(tmp_path, KEYWORDS, resolver=resolver) as app:
        await deliver(app, raw)
        await settled(app)
    content = path_of(tmp_path / "mail", "INBOX").read_bytes()
    assert below(content) == raw
    assert b"X-Salver-Label" not in content[: -len(raw)]
    assert "mine" not in (tmp_path / "mail" / "dovecot-keywords").read_text()


async def test_a_forged_mail_and_a_veto_are_never_told_of(tmp_path: Path, resolver: str) -> None:
    scam = "Dear friend, I am a director at a bank and need your account to transfer 4.5 million dollars to you."
    async with ruled(tmp_path, resolver=resolver) as app:
        await deliver(app, linkedin.spoof_look_alike(HIRES))
        await deliver(app, signed(Person(name="Rolf Dahl", headline="Talent", note=scam, vanity="rolf", number=4)))
        await settled(app)
        rules = {event.rule for event in await talked_of.events(app, Routed) if isinstance(event, Routed)}
        assert not await talked_of.events(app, NotificationWanted)
    assert len(rules) == 2
    assert not lies(tmp_path / "mail").get("INBOX")
    assert all(b"X-Salver-Label" not in mail for mail in lies(tmp_path / "mail")["Ugly"])


async def test_the_labels_are_among_the_flags_and_go_when_the_rule_no_longer_says_so(
    tmp_path: Path, resolver: str
) -> None:
    root = tmp_path / "mail"
    async with ruled(tmp_path, KEYWORDS, resolver=resolver) as app:
        await deliver(app, signed(HIRES))
        await settled(app)
        before = path_of(root, FOLDER)
        meant = (root / f".{FOLDER}" / "dovecot-keywords").read_text().splitlines()
        assert meant == ["0 Salver-good", "1 Salver-hiring", "2 Salver-talent"]
        assert before.name.endswith(":2,abc")
        ((request,),) = await app.store.read("SELECT id FROM requests")
    rules = (tmp_path / "rules.toml").read_text().replace('label = ["hiring", "talent"]', 'label = "work"')
    async with ruled(tmp_path, KEYWORDS, rules, resolver=resolver) as app:
        await app.store.ask(
            f"{request}.again", RejudgingWanted(mail=str(request), owner="amy", request=str(request), at=NOON)
        )
        await settled(app)
    after = path_of(root, FOLDER)
    assert message_from_bytes(after.read_bytes()).get_all("X-Salver-Label") == ["work"]
    assert (root / f".{FOLDER}" / "dovecot-keywords").read_text().splitlines()[3] == "3 Salver-work"
    assert after.name.endswith(":2,ad")
