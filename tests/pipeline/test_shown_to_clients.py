"""A verdict where people look: real servers and clients show it, in Maildirs and accounts, as keyword and subject."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.accounts.session import AccountTrouble, Refused, Session
from pipeline.filing import Filing
from pipeline.mailboxes.imap import ImapMailbox
from pipeline.mailboxes.in_place import InPlace
from pipeline.mailboxes.maildir import Maildir
from stages.events import Event, Filed, FilingWanted, Received, Verdict
from stages.fingerprint import fingerprint
from stages.placing import Step
from stages.subject import undressed
from tests.builders import account, cut, dovecot, neomutt
from tests.builders.cut import WAYS, How
from tests.builders.dovecot import PASSWORD, USER, Dovecot

MAIL = "0192f3a4b5c6d7e8f90123456789abcd"
AT = 1_764_150_000_123
RAW = b"From: Robin <robin@b.test>\r\nMessage-ID: <1@b.test>\r\nSubject: hi\r\n\r\nSubject: body\r\n\xff\r\n"


def content(mail: str = MAIL, verdict: str = "good", subject: str = "hi") -> bytes:
    head = f"X-Salver-Verdict: {verdict}\r\nX-Salver-Mail: {mail}\r\nX-Salver-End: -\r\nSubject: {subject}\r\n"
    return head.encode() + b"From: a@b.test\r\n\r\nhello\r\n"


def mails(root: Path) -> list[Path]:
    return sorted(path for part in ("new", "cur") for path in root.glob(f"**/{part}/*"))


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    with dovecot.running() as running:
        yield running


def flags(server: Dovecot, folder: str, subject: str) -> set[str]:
    with server.client() as client:
        client.select(folder, readonly=True)
        (number,) = client.search(None, "SUBJECT", f'"{subject}"')[1][0].split()
        answer = client.fetch(number, "(FLAGS)")[1][0]
        assert isinstance(answer, bytes)
        return set(answer.decode().partition("FLAGS (")[2].rstrip(")").split()) - {r"\Recent"}


def test_a_server_and_we_give_letters_in_turns_and_mean_the_same(server: Dovecot) -> None:
    box = Maildir(server.root)
    box.prepare()
    server.hand_over()
    with server.client() as client:
        for number, verdict in enumerate(("good", "intriguing", "ugly", "follow_up")):
            box.file(f"turn{number}", "Good", content(f"turn{number}", subject=f"turn{number}."), AT, False, verdict)
            server.hand_over()
            client.select("Good")  # the server knows all letters there are by now
            client.store("1", "+FLAGS", f"(theirs{number})")
    assert [flags(server, "Good", f"turn{number}.") for number in range(4)] == [
        {"Salver-good", "theirs0", "theirs1", "theirs2", "theirs3"}, {"Salver-intriguing"}, {"Salver-ugly"},
        {"Salver-ask-why"},
    ]  # fmt: skip
    box.refile("turn0", ["Good"], "Ugly", content("turn0", "ugly", "turn0."), AT, False, "ugly")
    server.hand_over()
    assert flags(server, "Ugly", "turn0.") == {"Salver-ugly", "theirs0", "theirs1", "theirs2", "theirs3"}


def test_curl_and_neomutt_show_the_verdict_and_the_mail_is_unread(server: Dovecot, tmp_path: Path) -> None:
    curl = shutil.which("curl")
    if curl is None:
        if os.environ.get("CI") == "true":
            pytest.fail("curl is missing")
        pytest.skip("curl is missing")
    box = Maildir(server.root)
    box.file("shown", "Intriguing", content("shown", subject="[ask why] shown"), AT, False, "follow_up")
    server.hand_over()
    folder = f"imap://127.0.0.1:{server.port}/Intriguing"
    asked = [curl, "-sS", "--user", f"{USER}:{PASSWORD}", folder, "-X", "FETCH 1 (FLAGS)"]
    said = subprocess.run(asked, capture_output=True, text=True, timeout=60, check=True).stdout
    assert "Salver-ask-why" in said
    assert "Seen" not in said
    index = 'set index_format="<%S|%s|%g>"'
    signs_in = (f"set imap_user={USER}", f"set imap_pass={PASSWORD}")
    neomutt.shown(tmp_path, folder, r"<[NO]\|\[ask why\] shown\|Salver-ask-why>", index, *signs_in)


def test_neomutt_shows_the_mail_of_a_maildir_as_unread(tmp_path: Path) -> None:
    box = Maildir(tmp_path / "mail")
    box.file(MAIL, "Good", content(subject="[good 4.5] plain"), AT, False, "good")
    index = 'set index_format="<%S|%s>"'
    neomutt.shown(tmp_path, str(tmp_path / "mail" / ".Good"), r"<O\|\[good 4\.5\] plain>", index)
    (path,) = mails(tmp_path / "mail")
    os.rename(path, path.with_name(path.name.replace(":2,", ":2,S")))
    neomutt.shown(tmp_path, str(tmp_path / "mail" / ".Good"), r"<[^NO]\|\[good 4\.5\] plain>", index)


# --- accounts ---


@pytest.fixture
def empty() -> Iterator[Dovecot]:
    with dovecot.running() as running:
        yield running


def test_what_is_appended_bears_its_verdict_and_is_unread(empty: Dovecot) -> None:
    box = ImapMailbox(Session(empty.account()))
    box.file(MAIL, "Good", content(), AT, False, "good")
    ((lies,),) = account.lying(empty).values()
    assert (lies.raw, lies.flags) == (content(), {"Salver-good"})
    box.file("plain", "Ugly", content("plain"), AT, False)
    assert account.lying(empty)["Salver.Ugly"][0].flags == frozenset()


def test_what_is_appended_anew_bears_its_new_verdict_alone_and_its_owners_flags(empty: Dovecot) -> None:
    box = ImapMailbox(Session(empty.account()))
    box.file(MAIL, "Good", content(), AT, False, "good")
    account.do(empty, "uid", "STORE", "1", "+FLAGS", r"(\Flagged theirs)", select="Salver.Good")
    box.refile(MAIL, ["Good"], "Ugly", content(verdict="ugly"), AT, False, "ugly")
    ((lies,),) = account.lying(empty).values()
    assert lies.flags == {r"\Flagged", "theirs", "Salver-ugly"}
    box.refile(MAIL, ["Ugly"], "Good", content(verdict="none"), AT, False, None)
    ((lies,),) = account.lying(empty).values()
    assert lies.flags == {r"\Flagged", "theirs"}


def test_where_a_server_keeps_no_new_keywords_a_mail_is_appended_without() -> None:
    with dovecot.running(acl=("INBOX owner lrwstipekxa", "* owner lrik")) as server:
        box = ImapMailbox(Session(server.account()))
        assert not box.file(MAIL, "Good", content(), AT, False, "good")[1]
        ((lies,),) = account.lying(server).values()
        assert (lies.raw, lies.flags) == (content(), frozenset())


def test_a_folder_that_may_only_be_read_is_told_of_as_ever_and_holds_up_no_other() -> None:
    with dovecot.running(acl=["Salver.Ugly owner lr"]) as server:
        box = ImapMailbox(Session(server.account()))
        with pytest.raises(Refused, match=r"nothing may be put into Salver\.Ugly"):
            box.file(MAIL, "Ugly", content(), AT, False, "ugly")
        box.file("other", "Good", content("other"), AT, False, "good")
        assert [lies.flags for lies in account.lying(server)["Salver.Good"]] == [{"Salver-good"}]


def test_a_folder_that_is_removed_under_us_is_made_again(empty: Dovecot) -> None:
    box = ImapMailbox(Session(empty.account()))
    box.file("first", "Good", content("first"), AT, False, "good")
    account.do(empty, "delete", "Salver.Good")
    box.file(MAIL, "Good", content(), AT, False, "good")
    ((lies,),) = account.lying(empty).values()
    assert lies.raw == content()


@pytest.mark.parametrize("how", WAYS)
def test_a_cut_at_any_command_leaves_one_mail_with_its_verdict_after_the_next(empty: Dovecot, how: How) -> None:
    with cut.between(empty.port) as proxy:
        number, done = 0, True
        while done:
            number += 1
            box = ImapMailbox(Session(empty.account(proxy.port, folders=f"Run{number}")))
            proxy.at(number, how)
            try:
                box.file(f"m{number}", "Good", content(f"m{number}"), AT, False, "good")
            except AccountTrouble:
                box.again()
                box.file(f"m{number}", "Good", content(f"m{number}"), AT, True, "good")
            done = proxy.done
            box.close()
        lying = account.lying(empty)
        assert {folder: [lies.flags for lies in found] for folder, found in lying.items()} == {
            f"Run{run}.Good": [{"Salver-good"}] for run in range(1, number + 1)
        }
        assert number > 8  # each command had its turn


# --- through the filing edge ---


class Log:
    """What the store would remember, in memory."""

    def __init__(self, received: Received) -> None:
        self.events: list[Event] = []
        self._received = received

    async def load(self, mail: str) -> tuple[Received, bytes]:
        return self._received, RAW

    async def record(self, event: Event) -> None:
        self.events.append(event)

    async def started(self, mail: str, mailbox: str) -> bool:
        return False

    async def steps(self, mail: str) -> tuple[Step, ...]:
        return tuple(Step(str(at), "done", event) for at, event in enumerate(self.events))

    async def file(self, filing: Filing, mailbox: str, folder: str, verdict: Verdict | None, score: float) -> Filed:
        wanted = FilingWanted(
            mail=MAIL, owner="amy", mailbox=mailbox, folder=folder, fields=(("X-Salver-Verdict", f"{verdict}"),),
            verdict=verdict, score=score,
        )  # fmt: skip
        self.events.append(wanted)
        (filed,) = await filing.file(wanted, str(len(self.events) - 1))
        self.events.append(filed)
        return filed


def received(**more: object) -> Received:
    told = {
        "mail": MAIL, "owner": "amy", "blob": "b", "size": len(RAW), "mail_from": "", "rcpt_to": ("amy@salver.test",),
        "received_at": AT,
    }  # fmt: skip
    return Received.model_validate(told | more)


@pytest.mark.parametrize("keywords", [False, True])
@pytest.mark.parametrize("subject", [False, True])
async def test_each_is_shown_where_its_owner_asked_for_it(tmp_path: Path, keywords: bool, subject: bool) -> None:
    log, target = Log(received()), f"maildir:{tmp_path}"
    filing = Filing(log.load, log.record, log.started, "h", log.steps, keywords=keywords, subject=subject)
    await log.file(filing, target, "Good", "good", 4.5)
    (path,) = mails(tmp_path)
    assert path.parent == tmp_path / ".Good" / ("cur" if keywords else "new")
    assert path.read_bytes().count(b"\r\nSubject: [good 4.5] hi\r\n") == subject
    assert undressed(path.read_bytes()).endswith(RAW)
    assert fingerprint(path.read_bytes()) == fingerprint(RAW)
    await log.file(filing, target, "Ugly", "ugly", -2)
    (path,) = mails(tmp_path)
    assert path.read_bytes().count(b"\r\nSubject: [ugly -2] hi\r\n") == subject
    assert b"good" not in path.read_bytes()
    assert path.name.partition(":")[2] == ("2,a" if keywords else "")
    await log.file(filing, target, "INBOX", None, 0)
    (path,) = mails(tmp_path)
    assert path.read_bytes().endswith(b"X-Salver-End: -\r\n" + RAW)


async def test_what_is_sorted_in_place_keeps_its_octets_and_only_a_copy_begins_with_the_verdict(empty: Dovecot) -> None:
    for copies in (False, True):
        log = Log(account.put(empty, RAW))
        box = InPlace(Session(empty.account(copies=copies, folders=f"Copies{copies}")))
        filing = Filing(
            log.load, log.record, log.started, "h", log.steps, lambda _, box=box: box, keywords=True, subject=True
        )
        await log.file(filing, "account:work", "Good", "good", 4.5)
        await filing.close()
    lying = account.lying(empty)
    ((copy,), (original,), (alone,)) = (
        lying[folder] for folder in ("CopiesTrue.Good", "CopiesTrue.Originals", "CopiesFalse.Good")
    )
    assert original.raw == alone.raw == RAW
    assert b"\r\nSubject: [good 4.5] hi\r\n" in copy.raw
    assert {lies.flags for lies in (copy, original, alone)} == {frozenset({"Salver-good"})}
