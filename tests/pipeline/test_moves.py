"""Mail that is judged again moves, in real mailboxes, keeps its flags and gives way to its owner; and what its owner
moves is heard."""

from __future__ import annotations

import asyncio
import errno
import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.app import App
from pipeline.filing import Filing
from pipeline.mailboxes import OURS
from pipeline.mailboxes.maildir import Maildir
from pipeline.store.log import Log
from stages.conversation import Advanced, Ordered
from stages.events import Event, Filed, FilingStarted, FilingWanted, Moved, Received
from stages.placing import Step, placed
from tests.builders import account, cut, dovecot, linkedin, talked_of
from tests.builders.dovecot import Dovecot
from tests.builders.running import CALM, running, settled
from tests.builders.talked_of import accounts_of, brought, files, known, owners_move, say

LABEL = "$Label1"
OLD = CALM + 'expire_after = "9999d"\n'
"""What lies in the account came long ago."""


@pytest.fixture
def server() -> Iterator[Dovecot]:
    with dovecot.running() as started:
        yield started


def verdict(content: bytes) -> str:
    """What the topmost field of the verdict says."""
    return content.partition(b"X-Salver-Verdict: ")[2].partition(b";")[0].decode()


def one(found: dict[str, list[Path]]) -> tuple[str, Path]:
    """The only mail there is, and its folder; reminders that Salver writes into the INBOX are not counted."""
    mails = [
        (folder, path) for folder, paths in found.items() for path in paths if b"X-Salver-Mail:" in path.read_bytes()
    ]
    ((folder, path),) = mails
    return folder, path


def seen(root: Path) -> str:
    """The folder of the only mail; empty while it is being moved."""
    try:
        return one(files(root))[0]
    except (FileNotFoundError, ValueError):
        return ""


def lies_there(server: Dovecot) -> tuple[str, account.Lies]:
    """The only mail with our mark in the account, and its folder."""
    found = [(folder, each) for folder, mails in account.lying(server).items() for each in mails]
    ((folder, each),) = [(folder, each) for folder, each in found if b"X-Salver-Mail:" in each.raw]
    return folder, each


# --- verdicts that change ---


async def test_a_request_that_is_judged_again_and_again_moves_in_every_mailbox_with_its_flags(
    tmp_path: Path, server: Dovecot
) -> None:
    owner = f'mailboxes = ["imap://work", "maildir:{tmp_path}/mail"]'
    async with running(tmp_path, accounts_of(server), owner=owner) as app:
        assert (await brought(app)).phase == "to_ask"
        folder, path = one(files(tmp_path / "mail"))
        assert folder == "Intriguing"
        owners_move(path, "Intriguing", tmp_path / "mail", "FS")  # read and flagged, where it lies
        account.do(server, "uid", "STORE", "1", "+FLAGS", rf"(\Seen \Flagged {LABEL})", select="Salver.Intriguing")
        names = set()
        for order, aim in (("good", "Good"), ("intriguing", "Intriguing"), ("ugly", "Ugly"), ("good", "Good")):
            await say(app, order)
            folder, path = one(files(tmp_path / "mail"))
            assert (folder, path.name.partition(":")[2], verdict(path.read_bytes())) == (aim, "2,FS", order)
            there, lies = lies_there(server)
            assert (there, verdict(lies.raw)) == (f"Salver.{aim}", order)
            assert lies.flags == {r"\Seen", r"\Flagged", LABEL}
            names.add(path.name.partition(":")[0])
        assert len(names) == 3, "the same content may have the same name, another one may not"
        filed = [event for event in await talked_of.events(app, Filed) if isinstance(event, Filed)]
        assert [(each.folder, each.left) for each in filed[-2:]] == [("Good", False)] * 2


def test_keywords_that_a_server_keeps_in_file_names_keep_their_meaning_in_another_folder(server: Dovecot) -> None:
    """A real Dovecot over the same Maildir: in each folder a letter is another keyword."""
    box, content = Maildir(server.root), b"X-Salver-Mail: %s\r\n\r\nhello\r\n"
    other = "0192f3a4b5c6d7e8f90123456789abce"
    box.prepare()
    box.file(MAIL, "Intriguing", content % MAIL.encode(), 0, search=False)
    box.file(other, "Good", content % other.encode(), 0, search=False)
    server.hand_over()
    account.do(server, "uid", "STORE", "1", "+FLAGS", "(Theirs)", select="Good")
    account.do(server, "uid", "STORE", "1", "+FLAGS", r"(First Theirs \Seen)", select="Intriguing")
    lies = box.refile(MAIL, ["Intriguing"], "Good", b"X-Salver-Verdict: good\r\n" + content % MAIL.encode(), 0)
    assert lies.folder == "Good"
    server.hand_over()
    found = {mail.raw[:16]: mail.flags for mail in account.lying(server)["Good"]}
    assert found[b"X-Salver-Verdict"] == {r"\Seen", "First", "Theirs"}
    assert found[b"X-Salver-Mail: 0"] == {"Theirs"}
    assert not list(server.root.glob("**/dovecot-keywords.lock"))


async def test_the_same_folder_with_another_verdict_gets_new_fields_under_a_new_name(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        await brought(app)
        _, before = one(files(tmp_path / "mail"))
        assert verdict(before.read_bytes()) == "follow_up"
        await say(app, "intriguing")
        folder, after = one(files(tmp_path / "mail"))
        assert (folder, verdict(after.read_bytes())) == ("Intriguing", "intriguing")
        assert after.name != before.name
        await say(app, "intriguing")
        assert one(files(tmp_path / "mail")) == ("Intriguing", after), "nothing changed, so clients see nothing"


async def test_a_mailbox_that_is_down_gets_the_last_verdict_alone_when_it_is_back(
    tmp_path: Path, server: Dovecot
) -> None:
    owner = f'mailboxes = ["imap://work", "maildir:{tmp_path}/mail"]'
    with cut.between(server.port) as proxy:
        port = proxy.port
        async with running(tmp_path, accounts_of(server, port), owner=owner) as app:
            await brought(app)
            proxy.close()
            app.sessions["work"].close()
            for order in ("good", "ugly"):
                await say(app, order, wait=False)
            await talked_of.until(lambda: seen(tmp_path / "mail") == "Ugly")
            assert lies_there(server)[0] == "Salver.Intriguing"
            with cut.between(server.port, port):
                app.sessions["work"].again()
                await settled(app)
    folder, lies = lies_there(server)
    assert (folder, verdict(lies.raw)) == ("Salver.Ugly", "ugly")


async def test_a_mail_that_lies_in_an_account_moves_there_and_its_keyword_with_it(
    tmp_path: Path, server: Dovecot
) -> None:
    account.put(server, linkedin.invitation_modern(talked_of.ZOE), flags=rf"(\Flagged {LABEL})")
    async with running(tmp_path, OLD + accounts_of(server, since="3650d")) as app:
        await pulled(app)
        (lies,) = account.lying(server)["Salver.Intriguing"]
        assert lies.flags == {r"\Flagged", LABEL, "Salver-ask-why"}
        for order, aim in (("good", "Good"), ("intriguing", "Intriguing"), ("ugly", "Ugly")):
            await say(app, order)
            mails = {name: found for name, found in account.lying(server).items() if name != "INBOX"}
            ((folder, (lies,)),) = mails.items()
            assert (folder, lies.flags) == (f"Salver.{aim}", {r"\Flagged", LABEL, f"Salver-{order}"})


async def pulled(app: App) -> None:
    """What lies in the account's inbox is sorted."""
    watch = app.watcher(app.configuration.account[0])
    await watch.once()
    await watch.stop()
    await settled(app)


# --- a crash at any point ---

MAIL = "0192f3a4b5c6d7e8f90123456789abcd"
RAW = b"From: Robin <robin@example.org>\r\nSubject: hi\r\n\r\nhello\r\n"
CALLS = ("open", "write", "fsync", "rename", "unlink")
CHAIN = (("Intriguing", "follow_up"), ("Good", "good"), ("Good", "intriguing"), ("Intriguing", "follow_up"),
         ("Ugly", "ugly"))  # fmt: skip


class Cut(Exception):
    """The process died here."""


class Disk:
    """What the log would hold on disk, and a death at the nth thing that is done."""

    def __init__(self, dies_at: int) -> None:
        self.steps: list[Step] = []
        self.done = 0
        self.dies_at = dies_at

    def dies(self) -> None:
        self.done += 1
        if self.done == self.dies_at:
            raise Cut

    async def load(self, mail: str) -> tuple[Received, bytes]:
        received = Received(
            mail=mail, owner="amy", blob="b", size=len(RAW), mail_from="", rcpt_to=("amy@salver.test",), received_at=0
        )
        return received, RAW

    async def record(self, event: Event) -> None:
        self.dies()
        assert isinstance(event, FilingStarted)
        if all(step.id != f"{event.of}.started" for step in self.steps):
            self.steps.append(Step(f"{event.of}.started", "done", event))
        self.dies()

    async def begun(self, mail: str, mailbox: str) -> bool:
        raise AssertionError("that is asked for mails of our own alone")

    async def filings(self, mail: str) -> tuple[Step, ...]:
        return tuple(self.steps)

    async def handle(self, filing: Filing, wish: str) -> None:
        """What the worker does with a FilingWanted of the log."""
        at = next(index for index, step in enumerate(self.steps) if step.id == wish)
        event = self.steps[at].event
        assert isinstance(event, FilingWanted)
        self.steps[at] = Step(wish, "claimed", event)
        made = await filing.file(event, wish)
        self.dies()
        self.steps[at] = Step(wish, "done", event)
        self.steps += [Step(f"{wish}.{number}", "done", each) for number, each in enumerate(made)]

    def start_anew(self) -> None:
        """What was claimed when the process died is ready again."""
        self.steps = [Step(id, "ready" if state == "claimed" else state, event) for id, state, event in self.steps]


def wished(root: Path, disk: Disk, number: int, firmly: bool = False) -> str:
    """Put the nth wish of the chain into the log. Returns its id."""
    folder, verdict = CHAIN[number]
    fields = (("X-Salver-Verdict", f"{verdict}; score=1; rule=x"),)
    wanted = FilingWanted(
        mail=MAIL, owner="amy", mailbox=f"maildir:{root}", folder=folder, fields=fields, firmly=firmly
    )
    disk.steps.append(Step(f"w{number}", "ready", wanted))
    return f"w{number}"


def install(patched: pytest.MonkeyPatch, disk: Disk) -> None:
    """Every call by which a mailbox is changed is counted, and may be the last: before it is done, or just after."""
    for name in CALLS:
        real = getattr(os, name)

        def call(*args: Any, real: Callable[..., Any] = real, **more: Any) -> Any:
            disk.dies()
            result = real(*args, **more)
            if real.__name__ in ("rename", "unlink"):
                disk.dies()
            return result

        patched.setattr(os, name, call)


@pytest.mark.parametrize("retried", [True, False])
async def test_a_crash_between_any_two_steps_leads_to_one_file_in_the_last_folder_with_the_last_fields(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, retried: bool
) -> None:
    """`retried`: the filing that was cut is done again first; else the next one comes before it."""
    dies_at, died = 0, True
    while died:
        dies_at += 1
        died = False
        root, disk = tmp_path / str(dies_at), Disk(dies_at)
        known_as: dict[str, bytes] = {}
        for number in range(len(CHAIN)):
            wish = wished(root, disk, number)
            with monkeypatch.context() as patched:
                install(patched, disk)
                filing = Filing(disk.load, disk.record, disk.begun, "h", disk.filings)
                try:
                    await disk.handle(filing, wish)
                except Cut:
                    died = True
                    disk.start_anew()
            whole = [path.read_bytes() for paths in files(root).values() for path in paths]
            assert len(whole) <= 1 or whole == [], (dies_at, number)
            assert all(content.endswith(RAW) for content in whole)
            known = placed(disk.steps, f"maildir:{root}")
            assert not whole or not known.at_rest or next(iter(files(root))) == known.place, (
                "taken for the owner's move"
            )
            if retried and disk.steps and any(step == Step(wish, "ready", step.event) for step in disk.steps):
                await disk.handle(Filing(disk.load, disk.record, disk.begun, "h", disk.filings), wish)
            if retried:
                _, path = one(files(root))
                content = path.read_bytes()
                assert known_as.setdefault(path.name, content) == content, "a server would take it to be unchanged"
        filing = Filing(disk.load, disk.record, disk.begun, "h", disk.filings)
        for step in [step for step in disk.steps if step.state == "ready"]:
            await disk.handle(filing, step.id)
        folder, path = one(files(root))
        assert (folder, verdict(path.read_bytes())) == CHAIN[-1], dies_at
        assert path.name.startswith("0."), "a mail that was read has flags, this one was not"
        assert list(root.glob("**/tmp/*")) == [] or died
    assert dies_at > 60


@pytest.mark.parametrize("point", ["began", "moved", "half"])
async def test_a_running_salver_that_is_cut_while_it_moves_a_mail_ends_the_move(
    tmp_path: Path, server: Dovecot, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    owner = f'mailboxes = ["imap://work", "maildir:{tmp_path}/mail"]'
    cuts: list[str] = []
    async with running(tmp_path, accounts_of(server), owner=owner) as app:
        await brought(app)
        refile, rename, finish = Maildir.refile, os.rename, Log.finish

        def began(*args: Any, **more: Any) -> Any:
            if not cuts:
                cuts.append(point)
                raise OSError(errno.EIO, "cut")
            return refile(*args, **more)

        def half(source: Any, target: Any) -> None:
            if not cuts and ".Good" in str(target):
                cuts.append(point)
                raise OSError(errno.EIO, "cut")
            rename(source, target)

        async def moved(store: Log, entry: Any, outputs: Any) -> None:
            if len(cuts) < 2 and isinstance(entry.event, FilingWanted):
                cuts.append(point)
                raise OSError(errno.EIO, "cut")
            await finish(store, entry, outputs)

        with monkeypatch.context() as patched:
            if point == "began":
                patched.setattr(Maildir, "refile", began)
            elif point == "half":
                patched.setattr(os, "rename", half)
            else:
                patched.setattr(Log, "finish", moved)
            await say(app, "good")
        assert cuts
        assert await app.moves.look() == 0
        folder, path = one(files(tmp_path / "mail"))
        assert (folder, verdict(path.read_bytes())) == ("Good", "good")
        there, lies = lies_there(server)
        assert (there, verdict(lies.raw)) == ("Salver.Good", "good")
        assert not await talked_of.events(app, Moved)


# --- the owner's own moves, at the same time ---


async def filed_first(root: Path) -> tuple[Disk, Filing]:
    disk = Disk(0)
    filing = Filing(disk.load, disk.record, disk.begun, "h", disk.filings)
    await disk.handle(filing, wished(root, disk, 0))
    return disk, filing


@pytest.mark.parametrize(
    ("firmly", "moved_to"), [(False, "Ugly"), (False, "Archive"), (True, "Archive"), (True, "Trash")]
)
async def test_what_its_owner_moved_stays_and_where_it_lies_is_recorded(
    tmp_path: Path, firmly: bool, moved_to: str
) -> None:
    disk, filing = await filed_first(tmp_path)
    path = owners_move(one(files(tmp_path))[1], moved_to, tmp_path)
    before = path.read_bytes()
    await disk.handle(filing, wished(tmp_path, disk, 1, firmly))
    filed = disk.steps[-1].event
    assert isinstance(filed, Filed)
    assert (filed.folder, filed.found, filed.left) == (moved_to, True, True)
    assert (one(files(tmp_path)), path.read_bytes()) == ((moved_to, path), before)
    assert placed(disk.steps, f"maildir:{tmp_path}").ours == {"Intriguing"}


async def test_where_its_owner_moved_it_just_where_it_was_to_go_it_stays_theirs(tmp_path: Path) -> None:
    disk, filing = await filed_first(tmp_path)
    path = owners_move(one(files(tmp_path))[1], "Good", tmp_path)
    await disk.handle(filing, wished(tmp_path, disk, 1))
    await disk.handle(filing, wished(tmp_path, disk, 4))
    assert one(files(tmp_path)) == ("Good", path)


@pytest.mark.parametrize("moved_to", sorted(OURS - {"Intriguing", "INBOX"}))
async def test_what_its_owner_ordered_goes_there_from_where_they_had_moved_it(tmp_path: Path, moved_to: str) -> None:
    disk, filing = await filed_first(tmp_path)
    owners_move(one(files(tmp_path))[1], moved_to, tmp_path, "FS")
    await disk.handle(filing, wished(tmp_path, disk, 1, firmly=True))
    folder, path = one(files(tmp_path))
    assert (folder, verdict(path.read_bytes()), path.name.partition(":")[2]) == ("Good", "good", "2,FS")
    await disk.handle(filing, wished(tmp_path, disk, 4))
    assert one(files(tmp_path))[0] == "Ugly", "it lay where we had put it"


@pytest.mark.parametrize("firmly", [False, True])
async def test_what_its_owner_deleted_or_marked_as_deleted_does_not_come_back(tmp_path: Path, firmly: bool) -> None:
    disk, filing = await filed_first(tmp_path)
    path = owners_move(one(files(tmp_path))[1], "Intriguing", tmp_path, "ST")
    await disk.handle(filing, wished(tmp_path, disk, 1, firmly))
    assert one(files(tmp_path)) == ("Intriguing", path)
    path.unlink()
    await disk.handle(filing, wished(tmp_path, disk, 4, firmly))
    assert files(tmp_path) == {}
    filed = disk.steps[-1].event
    assert isinstance(filed, Filed)
    assert (filed.name, filed.left) == ("", True)


@pytest.mark.parametrize("seed", range(12))
async def test_a_client_that_renames_and_moves_while_we_do_leaves_one_whole_mail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """At some call of ours, the client does the same as ours to the same file: a flag, or a move."""
    disk, filing = await filed_first(tmp_path)
    turns = random.Random(seed)
    real = os.rename
    left = turns.randrange(1, 6)
    theirs = ""

    def client() -> None:
        nonlocal left, theirs
        left -= 1
        if left:
            return
        _, path = one(files(tmp_path))
        folder = turns.choice(("Intriguing", "Archive", "Ugly"))
        for part in ("tmp", "new", "cur"):
            (tmp_path / f".{folder}" / part).mkdir(parents=True, exist_ok=True)
        name = path.name.partition(":")[0] if turns.random() < 0.5 else f"17.M{seed}P1.host"
        real(path, tmp_path / f".{folder}" / "cur" / f"{name}:2,S")
        theirs = folder

    def rename(source: Any, target: Any) -> None:
        client()
        real(source, target)
        client()

    with monkeypatch.context() as patched:
        patched.setattr(os, "rename", rename)
        for number in (1, 2, 3):
            await disk.handle(filing, wished(tmp_path, disk, number))
    assert theirs
    _, path = one(files(tmp_path))
    assert path.read_bytes().endswith(RAW)
    if theirs != "Intriguing":
        assert path.parent.parent.name[1:] == theirs


# --- what the owner moves is heard ---


async def looked(app: App, times: int = 3) -> list[Ordered]:
    """Look for moves, several times over, and let all come of it. The orders there are then."""
    for _ in range(times):
        await app.moves.look()
        await settled(app)
    return [event for event in await talked_of.events(app, Ordered) if isinstance(event, Ordered)]


@pytest.mark.parametrize(("folder", "order"), [("Good", "good"), ("Ugly", "ugly")])
@pytest.mark.parametrize("renamed", [False, True])
async def test_a_move_into_a_folder_of_a_verdict_is_the_owners_verdict_once_and_the_mail_stays_there(
    tmp_path: Path, folder: str, order: str, renamed: bool
) -> None:
    """`renamed`: the client gives the file a name of its own, as an IMAP server does."""
    async with running(tmp_path) as app:
        await brought(app)
        path = owners_move(one(files(tmp_path / "mail"))[1], folder, tmp_path / "mail", "FS")
        if renamed:
            path = path.rename(path.with_name("1764.M1P2.host,S=1000:2,FS"))
        (said,) = await looked(app)
        assert (said.order, said.by) == (order, "move")
        talk = await known(app)
        assert (talk.phase, talk.said, talk.verdict) == ("settled", order, order)
        there, path = one(files(tmp_path / "mail"))
        assert (there, verdict(path.read_bytes()), path.name.partition(":")[2]) == (folder, order, "2,FS")
        assert len(await looked(app)) == 1


async def test_a_move_in_one_mailbox_moves_the_mail_in_the_others(tmp_path: Path, server: Dovecot) -> None:
    owner = f'mailboxes = ["imap://work", "maildir:{tmp_path}/mail"]'
    async with running(tmp_path, accounts_of(server), owner=owner) as app:
        await brought(app)
        account.do(server, "create", '"Salver.Good"')
        account.do(server, "uid", "STORE", "1", "+FLAGS", r"(\Flagged)", select="Salver.Intriguing")
        account.do(server, "uid", "MOVE", "1", '"Salver.Good"', select="Salver.Intriguing")
        (said,) = await looked(app)
        assert (said.order, said.by) == ("good", "move")
        folder, lies = lies_there(server)
        assert (folder, lies.flags, verdict(lies.raw)) == ("Salver.Good", {r"\Flagged"}, "good")
        folder, path = one(files(tmp_path / "mail"))
        assert (folder, verdict(path.read_bytes())) == ("Good", "good")


async def test_a_move_in_an_account_whose_mail_lies_there_is_heard_and_its_keyword_follows(
    tmp_path: Path, server: Dovecot
) -> None:
    account.put(server, linkedin.invitation_modern(talked_of.ZOE))
    async with running(tmp_path, OLD + accounts_of(server, since="3650d")) as app:
        await pulled(app)
        assert await looked(app) == []
        account.do(server, "create", '"Salver.Ugly"')
        account.do(server, "uid", "MOVE", "1", '"Salver.Ugly"', select="Salver.Intriguing")
        (said,) = await looked(app)
        assert (said.order, said.by) == ("ugly", "move")
        found = {name: lies for name, lies in account.lying(server).items() if name != "INBOX"}
        ((folder, (lies,)),) = found.items()
        assert (folder, lies.flags) == ("Salver.Ugly", {"Salver-ugly"})


@pytest.mark.parametrize("moved_to", ["Archive", "Trash", "INBOX", "nowhere", "copied", "twice", "marked"])
async def test_a_move_to_anywhere_else_is_no_verdict(tmp_path: Path, moved_to: str) -> None:
    root = tmp_path / "mail"
    async with running(tmp_path) as app:
        before = await brought(app)
        path = one(files(root))[1]
        if moved_to == "INBOX":
            path.rename(root / "cur" / f"{path.name}:2,S")
        elif moved_to == "nowhere":
            path.unlink()
        elif moved_to in ("copied", "twice"):
            moved = owners_move(path, "Good", root)
            other = "Intriguing" if moved_to == "copied" else "Ugly"
            for part in ("tmp", "new", "cur"):
                (root / f".{other}" / part).mkdir(parents=True, exist_ok=True)
            (root / f".{other}" / "cur" / "9.copy.host:2,S").write_bytes(moved.read_bytes())
        elif moved_to == "marked":
            owners_move(path, "Good", root, "ST")
        else:
            owners_move(path, moved_to, root)
        assert await looked(app) == []
        assert (await known(app)).version == before.version


async def test_back_from_good_to_intriguing_is_a_verdict_too_and_our_own_moves_are_none(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        await brought(app)
        talk = await say(app, "asked")
        wanted = FilingWanted(mail=talk.mail, owner="amy", mailbox=f"maildir:{tmp_path}/mail", folder="Good")
        await app.store.ask("judged-good", wanted)  # as an answer that speaks for them would have it
        await settled(app)
        folder, path = one(files(tmp_path / "mail"))
        assert folder == "Good"
        assert [said.by for said in await looked(app)] == ["terminal"]
        owners_move(path, "Intriguing", tmp_path / "mail")
        assert [(said.order, said.by) for said in await looked(app)][1:] == [("intriguing", "move")]
        assert one(files(tmp_path / "mail"))[0] == "Intriguing"
        assert (await known(app)).said == "intriguing"


async def test_a_move_of_ours_that_began_while_it_was_looked_is_not_taken_for_the_owners(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        talk = await brought(app)
        asked, mailbox = app.moves._mailboxes.elsewhere, f"maildir:{tmp_path}/mail"

        async def late(*args: Any) -> dict[str, str]:
            await say(app, "good")  # all of it happens between the log and the mailbox
            found = await asked(*args)
            assert found == {talk.mail: "Good"}
            return found

        app.moves._mailboxes = app.moves._mailboxes._replace(elsewhere=late)
        noticed = await app.moves.notice(mailbox, {talk.mail: "Good"})
        assert (noticed.moves, noticed.again) == (0, {talk.mail})
        assert (await app.moves.notice(mailbox, {talk.mail: "Good"})).again == set()
        assert await app.moves.look() == 0
        assert one(files(tmp_path / "mail"))[0] == "Good"
        assert not await talked_of.events(app, Moved)


async def test_a_server_that_is_down_is_passed_over_and_heard_later(tmp_path: Path, server: Dovecot) -> None:
    with cut.between(server.port) as proxy:
        port = proxy.port
        async with running(tmp_path, accounts_of(server, port), owner='mailboxes = ["imap://work"]') as app:
            await brought(app)
            account.do(server, "create", '"Salver.Good"')
            account.do(server, "uid", "MOVE", "1", '"Salver.Good"', select="Salver.Intriguing")
            proxy.close()
            app.sessions["work"].close()
            assert await looked(app) == []
            with cut.between(server.port, port):
                app.sessions["work"].again()
                assert [said.order for said in await looked(app)] == ["good"]


async def test_a_move_is_heard_before_the_owner_is_reminded(tmp_path: Path) -> None:
    calm = '[follow_up]\ndigest = "off"\nquiet_hours = ""\nsecond_reminder_after = "8s"\n'
    async with running(tmp_path, calm) as app:
        await brought(app)
        await talked_of.until(lambda: len(files(tmp_path / "mail").get("INBOX", [])) == 1)
        owners_move(one(files(tmp_path / "mail"))[1], "Good", tmp_path / "mail")
        async with asyncio.timeout(60):
            while True:
                if (await known(app)).phase != "to_ask":
                    break
                await asyncio.sleep(0.1)
        await settled(app)
        assert (await known(app)).said == "good"
        assert len(files(tmp_path / "mail")["INBOX"]) == 1, "the second reminder was made all the same"
        cues = [event.cue for event in await talked_of.events(app, Advanced) if isinstance(event, Advanced)]
        assert cues.count("elapsed") == 1
