"""A Maildir into which its owner, or whoever may write there, puts what is no mail: nothing hangs, stops or goes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from pipeline import maildir_keywords
from pipeline.mailboxes import Arrival
from pipeline.mailboxes.maildir import Maildir
from pipeline.mailboxes.maildir_files import letters_in, mail_in, name_of
from pipeline.maildir_reading import holds_mail
from stages.emptying import CHANGED, FLAGGED
from stages.header import prepend
from stages.subject import dressed
from tests.builders import letters
from tests.conftest import ROOT

MAIL, OTHER = "0192f3a4b5c6d7e8f90123456789abcd", "0192f3a4b5c6d7e8f90123456789abce"
AT = 1_764_150_000_123
NAME = f"1764150000.{MAIL}.salver"
RAW = letters.mail("A few words.\n", line_end="\r\n")
SLOW = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def content(raw: bytes = RAW, mail: str = MAIL, verdict: str = "ugly") -> bytes:
    return prepend("by mx.salver.test; now", (("X-Salver-Verdict", verdict),), mail, raw)


def mails(root: Path) -> list[Path]:
    return sorted(path for part in ("new", "cur") for path in root.glob(f"**/{part}/*"))


@pytest.fixture
def box(tmp_path: Path) -> Maildir:
    made = Maildir(tmp_path / "mail")
    made.prepare()
    made.file(MAIL, "Ugly", content(), AT, search=False)
    return made


# --- what never ends ----------------------------------------------------------------------------------------------

BOUNDED = """
import resource, sys
from pathlib import Path
from pipeline.mailboxes.maildir import Maildir
resource.setrlimit(resource.RLIMIT_AS, (1_000_000_000,) * 2)
root, what, mail, at = Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
box = Maildir(root)
if what == "file":
    print(box.file("f" * 32, "Good", b"x", at, True, "good")[1])
elif what == "refile":
    print(box.refile(mail, ["Ugly"], "Good", b"new", at, True, "good").folder)
elif what == "remove":
    print(box.remove(mail, at, "Ugly", b"raw").kept)
else:
    box.prepare()
    print(len(box.arrived()))
"""


def bounded(box: Maildir, what: str) -> str:
    """What a process with little memory says that does it; one that hangs is ended."""
    command = [sys.executable, "-c", BOUNDED, str(box.root), what, MAIL, str(AT)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 0, done.stderr[-600:]
    return done.stdout.strip()


def put(path: Path, kind: str) -> None:
    path.unlink(missing_ok=True)
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "huge":
        path.touch()
        os.truncate(path, 10**12)
    else:
        path.symlink_to({"device": "/dev/zero", "loop": path.name}[kind])


@pytest.mark.parametrize("kind", ["pipe", "device", "huge", "loop"])
def test_whatever_lies_where_a_server_keeps_its_files_mail_is_filed(box: Maildir, kind: str) -> None:
    for name in (".Good/dovecot-keywords", ".Ugly/dovecot-keywords"):
        put(box.root / name, kind)
    assert bounded(box, "file") == "False"
    assert bounded(box, "refile") == "Good"
    good = sorted(path.read_bytes() for path in mails(box.root / ".Good"))
    assert good == [b"new", b"x"]
    if kind == "huge":
        assert (box.root / ".Good" / "dovecot-keywords").stat().st_size == 10**12, "what we cannot read is left alone"
    else:
        assert (box.root / ".Good" / "dovecot-keywords").read_bytes() == b"0 Salver-good\n"


@pytest.mark.parametrize("kind", ["pipe", "device", "huge", "loop"])
def test_whatever_lies_where_subscriptions_are_kept_the_folders_are_made(box: Maildir, kind: str) -> None:
    put(box.root / "subscriptions", kind)
    os.rename(box.root / ".Good", box.root / ".Away")
    assert bounded(box, "prepare") == "1"
    assert (box.root / ".Good" / "new").is_dir()
    assert (kind == "huge") == ((box.root / "subscriptions").stat().st_size == 10**12)
    assert not (box.root / "subscriptions.lock").exists()


def test_a_pipe_that_somebody_writes_into_is_as_if_it_were_not_there(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "dovecot-keywords")
    writer = os.open(tmp_path / "dovecot-keywords", os.O_RDWR | os.O_NONBLOCK)
    try:
        for told in (b"", b"0 Salver-good\n"):
            os.write(writer, told)
            assert maildir_keywords.letters(["Salver-good"], tmp_path) == []
    finally:
        os.close(writer)


def test_what_a_link_leads_to_is_not_read(box: Maildir, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"0 Salver-good\nsecret\n")
    for name in ("subscriptions", ".Ugly/dovecot-keywords", ".Good/dovecot-keywords"):
        (box.root / name).unlink(missing_ok=True)
        (box.root / name).symlink_to(tmp_path / "secret")
    assert maildir_keywords.letters(["Salver-good"], box.root / ".Ugly") == []
    box.file(OTHER, "Good", content(mail=OTHER), AT, False, "good")
    os.rename(box.root / ".Good", box.root / ".Away")
    box.prepare()
    for name in ("subscriptions", ".Away/dovecot-keywords"):
        assert b"secret" not in (box.root / name).read_bytes()
    assert (tmp_path / "secret").read_bytes() == b"0 Salver-good\nsecret\n"


def test_a_mail_that_grew_without_end_is_never_read_whole(box: Maildir) -> None:
    (path,) = mails(box.root)
    os.truncate(path, 10**12)
    assert bounded(box, "remove") == CHANGED
    assert bounded(box, "refile") == "Good"
    assert [path.read_bytes() for path in mails(box.root)] == [b"new"]


def test_a_pipe_or_a_link_that_is_called_like_a_mail_is_none(box: Maildir, tmp_path: Path) -> None:
    (path,) = mails(box.root)
    os.rename(path, tmp_path / "elsewhere")
    os.mkfifo(path)
    (box.root / ".Ugly" / "cur" / f"{NAME}:2,S").symlink_to(tmp_path / "elsewhere")
    (box.root / ".Ugly" / "cur" / "1.a.host:2,").symlink_to(tmp_path / "elsewhere")
    assert box.find(MAIL, AT) is None
    assert box.arrived() == ()
    assert (tmp_path / "elsewhere").read_bytes() == content()


@pytest.mark.parametrize(
    "odd", [b"9" * 5000 + b" x\n", "²¹ x\n٣ y\n".encode(), b"\xff\xfe\n0\n-1 z\n 1 w\n", b"99 a\n26 b\n01 c\n"]
)
def test_what_is_no_keyword_is_passed_over(box: Maildir, odd: bytes) -> None:
    (box.root / ".Good" / "dovecot-keywords").write_bytes(odd + b"3 theirs\n")
    assert maildir_keywords.letters(["theirs", "x", "y", "z", "w", "a", "b", "c"], box.root / ".Good") == ["d"]
    assert box.file(OTHER, "Good", content(mail=OTHER), AT, False, "good")[0].partition(":2,")[2] in ("a", "b")


# --- names --------------------------------------------------------------------------------------------------------

HOSTS = st.sampled_from(["salver", "salver.example.org", "salver-mx", "salver-0123456789ab.lan", "host"])


@given(mail=st.from_regex(r"[0-9a-f]{32}", fullmatch=True), at=st.integers(0, 10**13), flags=st.text("FSRTab"))
def test_a_name_of_ours_tells_its_mail(mail: str, at: int, flags: str) -> None:
    for name in (name_of(mail, at), f"{name_of(mail, at)}-0123456789ab"):
        assert {mail_in(name), mail_in(f"{name}:2,{flags}")} == {mail}


@given(
    middle=st.one_of(st.from_regex(r"M[0-9]{1,6}P[0-9]{1,6}|R[0-9]{1,20}|[0-9]{1,6}_[0-9]{1,4}", fullmatch=True)),
    host=HOSTS,
    rest=st.sampled_from(["", ",U=5", ",S=900,W=911", ":2,S", ",U=5:2,S", ";2,F"]),
)
def test_a_name_that_another_program_gives_on_a_host_called_like_us_is_not_ours(
    middle: str, host: str, rest: str
) -> None:
    assert mail_in(f"1700000009.{middle}.{host}{rest}") == ""


@pytest.mark.parametrize(
    "called", ["17.1_1.salver,U=5:2,S", "17.R12Q3.salver:2,", "17.M1P2.salver.lan,S=9,W=9:2,S", f"{NAME};2,S"]
)
def test_a_move_by_a_program_on_a_host_called_like_us_is_noticed(box: Maildir, called: str) -> None:
    box.arrived()
    (path,) = mails(box.root)
    os.rename(path, box.root / ".Good" / "cur" / called)
    assert box.arrived() == (Arrival("Good", MAIL),)


@SLOW
@given(info=st.text(st.characters(blacklist_characters="/\0", blacklist_categories=["Cs"]), max_size=60))
def test_whatever_a_client_wrote_behind_the_name_only_flags_go_along(
    tmp_path_factory: pytest.TempPathFactory, info: str
) -> None:
    box = Maildir(tmp_path_factory.mktemp("mail"))
    box.file(MAIL, "Ugly", content(), AT, search=False)
    (path,) = mails(box.root)
    try:
        os.rename(path, box.root / ".Ugly" / "cur" / f"{NAME}:{info}")
    except OSError:  # longer than a name may be
        return
    lies = box.refile(MAIL, ["Ugly"], "Good", content(verdict="good"), AT)
    assert (lies.found, lies.folder) == (False, "Good")
    (path,) = mails(box.root)
    assert path.read_bytes() == content(verdict="good")
    flags = path.name.partition(":2,")[2]
    assert mail_in(path.name) == MAIL
    assert flags == letters_in(f":{info}")
    assert not flags.strip("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")


@pytest.mark.parametrize("flags", ["S" * 400, "FS" + "x.sh" * 90])
def test_a_name_as_long_as_a_name_may_be_is_filed_again_once_and_for_all(box: Maildir, flags: str) -> None:
    (path,) = mails(box.root)
    whole = f"{NAME}:2,{flags}"[:255]
    os.rename(path, box.root / ".Ugly" / "cur" / whole)
    lies = box.refile(MAIL, ["Ugly"], "Good", content(verdict="good"), AT)
    assert lies.name.partition(":")[2] == ("2,S" if flags.startswith("SS") else "2,FShsx")
    assert mails(box.root) == [box.root / ".Good" / "cur" / lies.name]


# --- odd entries --------------------------------------------------------------------------------------------------


def test_links_that_lead_nowhere_stop_no_listing(box: Maildir) -> None:
    for folder in ("Good", "Ugly"):
        (box.root / f".{folder}" / "cur" / "loop").symlink_to("loop")
        (box.root / f".{folder}" / "tmp" / "loop").symlink_to("loop")
    (box.root / ".loop").symlink_to(".loop")
    (box.root / ".Archive").mkdir()
    (box.root / ".Archive" / "cur").symlink_to("cur")
    assert box.file(OTHER, "Good", content(mail=OTHER), AT, search=True)[1] is False
    assert set(box.arrived()) == {Arrival("Ugly", MAIL), Arrival("Good", OTHER)}
    assert box.refile(MAIL, ["Ugly"], "Good", content(verdict="good"), AT).folder == "Good"
    assert box.sweep() == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root may look everywhere")
def test_a_folder_that_may_not_be_listed_stops_nothing_unless_it_is_one_of_ours(box: Maildir) -> None:
    (box.root / ".Secret" / "cur").mkdir(parents=True)
    for folder in (".Secret/cur", ".Good/cur"):
        (box.root / folder).chmod(0)
        try:
            if folder.startswith(".Secret"):
                assert box.file(OTHER, "Good", content(mail=OTHER), AT, search=True)[1] is False
                assert box.sweep() == 0
            else:
                with pytest.raises(PermissionError):
                    box.file("f" * 32, "Ugly", b"x", AT, search=True)
        finally:
            (box.root / folder).chmod(0o700)


# --- what goes out of Ugly ----------------------------------------------------------------------------------------


def test_another_mail_that_bears_the_mark_stays(box: Maildir) -> None:
    (path,) = mails(box.root)
    path.unlink()
    forged = b"From: wife@home.test\r\nX-Salver-Mail: " + MAIL.encode() + b"\r\nSubject: important\r\n\r\nx"
    for called in ("99.M1.host:2,S", f"{NAME}:2,S"):
        (box.root / ".Ugly" / "cur" / called).write_bytes(forged)
        assert box.remove(MAIL, AT, "Ugly", RAW).kept == CHANGED
        assert [path.read_bytes() for path in mails(box.root)] == [forged]
        (box.root / ".Ugly" / "cur" / called).unlink()


@pytest.mark.parametrize("how", ["plain", "dressed", "no subject", "line ends", "mbsync"])
def test_the_mail_itself_goes_however_it_was_filed_or_copied(box: Maildir, how: str) -> None:
    raw = b"From: a@b.test\r\n\r\nhi\r\n" if how == "no subject" else RAW
    filed = content(raw)
    if how in ("dressed", "no subject"):
        fields, below = dressed((), raw, "[ugly 1.2]")
        filed = prepend("by mx.salver.test; now", fields, MAIL, below)
    if how in ("line ends", "mbsync"):
        filed = filed.replace(b"\r\n", b"\n")
    if how == "mbsync":
        filed = filed.replace(b"\n\n", b"\nX-TUID: abcdefghijkl\n\n", 1)
    (path,) = mails(box.root)
    path.write_bytes(filed)
    assert box.remove(MAIL, AT, "Ugly", raw).kept == ""
    assert mails(box.root) == []


@SLOW
@given(raw=st.binary(max_size=200), more=st.binary(min_size=1, max_size=40))
def test_only_what_was_received_counts_as_the_mail(tmp_path: Path, raw: bytes, more: bytes) -> None:
    path = tmp_path / "mail"
    path.write_bytes(content(raw))
    assert holds_mail(path, raw)
    path.write_bytes(content(more + raw))
    assert not holds_mail(path, raw) or (more + raw).replace(b"\r\n", b"\n") == raw.replace(b"\r\n", b"\n")


@pytest.mark.parametrize("between", [":", ";", "!", "-"])
def test_a_flag_keeps_the_mail_whatever_parts_it_from_the_name(box: Maildir, between: str) -> None:
    (path,) = mails(box.root)
    os.rename(path, box.root / ".Ugly" / "cur" / f"{NAME}{between}2,FS")
    assert box.remove(MAIL, AT, "Ugly", RAW).kept == FLAGGED
    assert len(mails(box.root)) == 1


@pytest.mark.parametrize("called", [f"{NAME}-0123456789ab:2,F", "17.R1.host:2,F", "17.R1.host;2,FS"])
def test_of_two_files_of_a_mail_a_flag_on_either_keeps_both(box: Maildir, called: str) -> None:
    (path,) = mails(box.root)
    (box.root / ".Ugly" / "cur" / called).write_bytes(path.read_bytes())
    assert box.remove(MAIL, AT, "Ugly", RAW).kept == FLAGGED
    assert len(mails(box.root)) == 2


# --- killed while a client renames --------------------------------------------------------------------------------

KILLED = """
import os, signal, sys
from pathlib import Path
from pipeline.mailboxes.maildir import Maildir
root, mail, at, target = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4]
real = Maildir._deliver
def deliver(self, directory, name, content, destination):
    if destination.parent.parent.name == ".Ugly":  # the owner's client opens or moves it just now
        os.rename(destination, root / target)
    real(self, directory, name, content, destination)
    os.kill(os.getpid(), signal.SIGKILL)
Maildir._deliver = deliver
Maildir(root).refile(mail, ["Ugly"], "Good", sys.stdin.buffer.read(), at)
"""


def killed(box: Maildir, target: str) -> None:
    command = [sys.executable, "-c", KILLED, str(box.root), MAIL, str(AT), target]
    done = subprocess.run(command, cwd=ROOT, input=content(verdict="good"), timeout=20, check=False)
    assert done.returncode == -signal.SIGKILL
    assert len(mails(box.root)) == 2


def test_a_process_killed_just_as_a_client_opened_the_mail_leaves_it_once_after_the_next_attempt(box: Maildir) -> None:
    killed(box, f".Ugly/cur/{NAME}:2,S")
    lies = box.refile(MAIL, ["Ugly", "Good"], "Good", content(verdict="good"), AT, begun=True)
    (path,) = mails(box.root)
    assert (path.name, path.parent) == (lies.name, box.root / ".Good" / "cur")
    assert path.name.endswith(":2,S")
    assert path.read_bytes() == content(verdict="good")


@pytest.mark.parametrize(
    "copy", [f".Archive/cur/{NAME}:2,S", ".Ugly/cur/17.R1.host:2,S", f".Ugly/cur/{NAME}-{12 * 'a'}:2,"]
)
def test_a_copy_of_the_owners_stays_after_an_attempt_that_was_cut(box: Maildir, copy: str) -> None:
    (path,) = mails(box.root)
    (box.root / copy).parent.mkdir(parents=True, exist_ok=True)
    (box.root / copy).write_bytes(content())
    path.write_bytes(content(verdict="good"))  # as one leaves it that is killed before the move
    box.refile(MAIL, ["Ugly", "Good"], "Good", content(verdict="good"), AT, begun=True)
    assert [path.read_bytes() for path in mails(box.root / ".Good")] == [content(verdict="good")]
    assert len(mails(box.root)) == 2
    if copy.startswith(".Archive") or "R1" in copy:
        assert (box.root / copy).read_bytes() == content()
