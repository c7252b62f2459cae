"""The command, as a user runs it: in a process of its own."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from stages.header import prepend
from stages.subject import dressed
from tests.builders import linkedin
from tests.builders.dns import DnsServer, txt
from tests.builders.linkedin import MIRA, Person
from tests.builders.server import ROOT, Server
from tests.builders.signing import rsa_key, sign

OFFLINE = ("--set", "dns.resolvers=127.0.0.1:9", "--set", "dns.time=1")
KEYS = {
    "file", "network", "kind", "sender", "note", "mutual_connections", "invitation_id", "language", "note_language",
    "template", "authenticity", "forwarded", "verdict", "score", "veto", "reasons", "rule", "folder", "missing",
}  # fmt: skip


def salver(*arguments: str, given: bytes = b"", ok: bool = True) -> str:
    """Standard output, or standard error where it is to fail."""
    done = subprocess.run(
        [sys.executable, "-m", "pipeline.cli", *arguments], cwd=ROOT, input=given, capture_output=True, timeout=100
    )
    assert (done.returncode == 0) == ok, done.stderr.decode()
    return (done.stdout if ok else done.stderr).decode()


def written(folder: Path, **mails: bytes) -> list[str]:
    paths = []
    for name, raw in mails.items():
        (folder / f"{name}.eml").write_bytes(raw)
        paths.append(str(folder / f"{name}.eml"))
    return paths


def test_explain_prints_one_object_a_mail_in_order_also_for_one_that_cannot_be_read(tmp_path: Path) -> None:
    files = written(tmp_path, b=linkedin.invitation_modern(MIRA), a=b"\x00\xff" * 500, c=linkedin.news())
    command = [
        sys.executable,
        "-m",
        "pipeline.cli",
        "explain",
        "--json",
        *OFFLINE,
        *files,
        str(tmp_path / "nowhere.eml"),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    out = done.stdout
    assert done.returncode == 1, "one file could not be opened"
    found = [json.loads(line) for line in out.splitlines()]
    assert [each["file"] for each in found] == [*files, str(tmp_path / "nowhere.eml")]
    assert [each["kind"] for each in found] == ["invitation", "other", "digest", "other"]
    assert all(set(each) >= KEYS for each in found)
    assert found[3]["folder"] == "INBOX"
    for each in found:
        if each["score"] is not None:
            assert sum(reason["points"] for reason in each["reasons"]) == each["score"]


def test_explain_speaks_to_a_recruiter(tmp_path: Path) -> None:
    (file,) = written(tmp_path, m=linkedin.invitation_modern(MIRA))
    out = salver("explain", *OFFLINE, file)
    assert "Really from LinkedIn: can't tell" in out
    assert "unverified" not in out
    assert "in all" in out


def test_explain_verifies_real_signatures_also_of_a_file_with_unix_line_ends(tmp_path: Path) -> None:
    raw = sign(linkedin.invitation_modern(Person(note="Your talk on pay bands")), rsa_key(2048), "linkedin.com", "s1")
    files = written(tmp_path, good=raw, unix=raw.replace(b"\r\n", b"\n"), altered=raw.replace(b"talk", b"walk"))
    fields, below = dressed((), raw, "[good 4.5]")  # as it is filed with the verdict before its subject
    files += written(tmp_path, filed=prepend("x", fields, "0" * 32, below))
    with DnsServer({"s1._domainkey.linkedin.com": txt(rsa_key(2048).record)}) as server:
        out = salver("explain", "--json", "--set", f"dns.resolvers={server.endpoint}", *files)
    found = [json.loads(line) for line in out.splitlines()]
    assert [each["authenticity"]["verdict"] for each in found] == ["aligned", "aligned", "forged", "aligned"]
    assert found[2]["kind"] == "spoof"
    assert found[2]["veto"] == "sender_is_forged"


def test_explain_reads_standard_input_and_takes_an_envelope(tmp_path: Path) -> None:
    given = linkedin.invitation_modern(MIRA)
    envelope = ("--mail-from", "amy.v+caf_=tray=in.test@gmail.com", "--rcpt", "tray@in.test")
    out = salver("explain", "--json", *OFFLINE, *envelope, "-", given=given)
    assert json.loads(out)["forwarded"] == {"by": "amy.v@gmail.com", "how": "auto"}


def test_a_dry_run_over_an_mbox_shows_a_table_and_stores_nothing(tmp_path: Path) -> None:
    mails = (linkedin.invitation_modern(MIRA), linkedin.news())
    box = b"".join(b"From x@y.test Mon Nov 16 12:00:00 2026\n" + mail.replace(b"\r\n", b"\n") + b"\n" for mail in mails)
    (tmp_path / "saved.mbox").write_bytes(box)
    store = f"store.url=sqlite:///{tmp_path}/salver.db"
    out = salver("import", "--dry-run", *OFFLINE, "--set", store, str(tmp_path / "saved.mbox"))
    assert "saved.mbox#1" in out
    assert "follow up" in out
    assert "saved.mbox#2" in out
    assert not (tmp_path / "salver.db").exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("serve", "--config", "nowhere.toml"), "nowhere.toml: there is no such file"),
        (("explain", "--owner", "stranger@else.test", "x.eml"), "belongs to no owner"),
        (("check", "--set", "smtp.lisen=x"), 'did you mean "smtp.listen"'),
        (("retry",), "name one ID, or say --all"),
        (("import", "--dry-run", "deploy"), "no Maildir"),
    ],
)
def test_a_mistake_is_told_in_a_line_without_a_traceback(arguments: tuple[str, ...], told: str) -> None:
    error = salver(*arguments, ok=False)
    assert told in error
    assert "Traceback" not in error


def test_check_explains_rules_that_cannot_mean_what_they_say(tmp_path: Path) -> None:
    assert "in order" in salver("check")
    alone = tmp_path / "alone.toml"
    alone.write_text('[[rule]]\nname = "a"\nverdict = "ugly"\nall = [{ signal = "flatters" }]\n', "utf-8")
    assert salver("check", "--set", f"rules={alone}").endswith("; 1 rule.\n")
    rules = tmp_path / "rules.toml"
    rules.write_text('[[rule]]\nname = "a"\nverdict = "ugly"\nall = [{ signal = "note_is_blnk" }]\n', "utf-8")
    assert 'did you mean "note_is_blank"' in salver("check", "--set", f"rules={rules}", ok=False)
    rules.write_text(
        '[[rule]]\nname = "a"\nverdict = "ugly"\nall = [{ score = { at_least = 5, below = 3 } }]\n', "utf-8"
    )
    command = [sys.executable, "-m", "pipeline.cli", "check", "--set", f"rules={rules}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1
    assert 'rules.toml, line 4: rule "a": this can never hold: no score is at least 5 and below 3' in done.stderr
    command = [sys.executable, "-m", "pipeline.cli", "check", "--set", "points.note_is_blank=0"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1
    assert "note_is_blank, which is worth no points here" in done.stdout
    assert "in order" in salver("check", "--set", "points.links_lead_elsewhere=0"), "a veto always speaks"


def test_the_demo_shows_who_verdict_score_reasons_and_folder() -> None:
    out = salver("demo")
    assert out.startswith("who")
    for word in ("good", "intriguing", "ugly", "follow up", "INBOX"):
        assert word in out


def test_a_served_folder_is_told_by_status_and_log_and_its_samples_can_be_taken_away(tmp_path: Path) -> None:
    server = Server(tmp_path, "[sample]\non_first_start = true")
    config = ("--config", str(server.config))
    server.start()
    try:
        server.settled(mails=12)
        assert "12 mails taken; 0 steps wait" in salver("status", *config)
        name = next(path.name for path in server.files() if ".Good" in str(path))
        story = salver("log", name.split(".")[1], *config)
        for step in ("Received", "Parsed", "LookedUp", "Scored", "Routed", "FilingStarted", "Filed"):
            assert step in story
        assert re.search(
            r"Decided by: .*rules\.toml \(shipped\),.* version [0-9a-f]{8}\)\nThresholds: good from [0-9.]+ points",
            story,
        )
        assert "nothing is known" in salver("log", "0" * 32, *config, ok=False)
        assert "another Salver serves" in salver("serve", *config, "--set", "smtp.listen=127.0.0.1:0", ok=False)
        assert "13 sample mails" in salver("sample", "remove", *config)
        assert server.files() == []
    finally:
        server.stop()


def test_samples_that_could_not_be_sent_at_the_first_start_come_at_the_next(tmp_path: Path) -> None:
    server = Server(tmp_path, "[sample]\non_first_start = true")
    with socket.create_server(("127.0.0.1", server.port)):
        error = salver("serve", "--config", str(server.config), ok=False)
    assert "choose other ports" in error
    server.start()
    try:
        server.settled(mails=12)
    finally:
        server.stop()


def test_a_mailbox_that_cannot_be_written_is_told_and_its_mail_is_filed_when_it_can(tmp_path: Path) -> None:
    server = Server(tmp_path, "[sample]\non_first_start = true")
    server.mailbox.write_text("in the way")
    server.start()
    try:
        wait_for(lambda: "FilingWanted wait: " in salver("status", "--config", str(server.config)))
        server.mailbox.unlink()
        server.settled(mails=12)
        assert len(server.files()) == 13
    finally:
        server.stop()


def wait_for(condition: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_mails_imported_while_the_server_runs_are_filed_by_it_and_not_twice(tmp_path: Path) -> None:
    server = Server(tmp_path)
    (file,) = written(tmp_path, m=linkedin.invitation_modern(MIRA))
    server.start()
    try:
        salver("import", "--file", "--config", str(server.config), file)
        salver("import", "--file", "--config", str(server.config), file)
        server.settled()
        assert len([path for path in server.files() if ".Intriguing" in str(path)]) == 1
    finally:
        server.stop()
