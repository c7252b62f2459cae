"""The owner answers in the terminal: the real commands, with a Salver running in a process of its own and without."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import shutil
import smtplib
import sqlite3
import subprocess
import sys
import time
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.store.lock import served
from pipeline.store.log import Log
from stages.conversation import Opened
from stages.events import Event
from tests.builders import linkedin
from tests.builders.events import notice
from tests.builders.linkedin import MIRA, Person
from tests.builders.past import salver
from tests.builders.server import ROOT, Server
from tests.builders.terminal import shown

CALM = '[follow_up]\ndigest = "off"\nquiet_hours = ""\nper_day = 500'
NOTE = "Your talk on pay bands in Oslo changed how we set ours. Could we compare notes on levelling some time?"


@dataclass
class House:
    """A folder with a Salver over it, and its commands."""

    server: Server
    count: int = 0

    def person(self, name: str = "Mira Solberg", note: str = "") -> Person:
        self.count += 1
        return replace(MIRA, name=name, vanity=f"p{self.count}", number=MIRA.number + self.count, note=note)

    def deliver(self, mail: bytes, to: str = "amy@salver.test") -> None:
        with smtplib.SMTP("127.0.0.1", self.server.port, timeout=30) as client:
            client.sendmail("bounce@network.test", [to], mail)
        self.server.settled()

    def asks(self, name: str = "Mira Solberg", note: str = "") -> str:
        """The id of a request that came in now. Without a note it is one to ask about."""
        self.deliver(linkedin.invitation_modern(self.person(name, note)))
        return self.newest()

    def newest(self) -> str:
        return str(self.rows("SELECT id FROM requests ORDER BY rowid DESC LIMIT 1")[0][0])

    def rows(self, sql: str, *told: str) -> list[tuple[object, ...]]:
        with contextlib.closing(sqlite3.connect(f"file:{self.server.store}?mode=ro", uri=True)) as db:
            return list(db.execute(sql, told))

    def phase(self, request: str) -> str:
        found = self.rows("SELECT phase FROM conversations WHERE request = ?", request)
        return str(found[0][0]) if found else "none"

    def orders(self, mail: str) -> list[str]:
        """What was ordered about the request of a mail, in order."""
        sql = "SELECT json_extract(body, '$.order') FROM events WHERE mail = ? AND kind = 'Ordered' ORDER BY seq"
        return [str(order) for (order,) in self.rows(sql, mail)]

    def put(self, event: Event) -> None:
        """Put work into the log, as the flow would."""

        async def ask() -> None:
            log = await Log.open(self.server.store, 0)
            try:
                await log.ask(f"{event.mail}.made", event)
            finally:
                await log.close()

        asyncio.run(ask())

    def owed(self, mail: str) -> str:
        """Somebody asked the owner."""
        self.put(
            Opened(
                mail=mail, owner="amy", request=mail, owed=True, network="linkedin", about=notice("Otto Owed"),
                mailbox=f"maildir:{self.server.mailbox}", verdict="follow_up", at=time.time_ns() // 1_000_000,
            )
        )  # fmt: skip
        self.server.settled()
        return mail

    def lies(self, mail: str) -> str:
        """The folder that a mail lies in: its one file."""
        (path,) = (path for path in self.server.files() if mail in path.name)
        return path.relative_to(self.server.mailbox).parts[0]

    def run(self, *arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        """A command in a process of its own."""
        return salver(*arguments, "--config", str(self.server.config), code=code)

    def say(self, *arguments: str, code: int = 0) -> str:
        """The same without the time that a process takes to start; what it says, or what it complains of."""
        done = CliRunner().invoke(main, [*arguments, "--config", str(self.server.config)])
        assert done.exit_code == code, (done.output, done.exception)
        return done.stdout if code == 0 else done.stderr

    def terminal(self, *arguments: str, columns: int = 80) -> str:
        text, code = shown(*arguments, "--config", str(self.server.config), columns=columns)
        assert code == 0, text
        return text


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = House(Server(tmp_path_factory.mktemp("served"), f"{CALM}\nper_hour = 500"))
    with serving(house):
        yield house


@contextlib.contextmanager
def serving(house: House) -> Iterator[None]:
    try:
        house.server.start()
        yield
    finally:
        house.server.stop()


@pytest.fixture
def own(tmp_path: Path) -> House:
    """One that is not running, and whose store is new."""
    return House(Server(tmp_path, CALM))


# --- what the table allows


def test_asked_starts_the_wait_and_says_until_when(running: House) -> None:
    request = running.asks()
    said = running.run("asked", request).stdout
    assert re.search(r"Asked\. Salver waits for Mira Solberg's answer until \d+ \w\w\w\.", said), said
    assert f"`salver undo {request[-8:]}` takes this back" in said
    assert running.phase(request) == "asked"


@pytest.mark.parametrize(("order", "folder"), [("good", ".Good"), ("ugly", ".Ugly")])
def test_a_verdict_moves_the_mail_and_says_where_it_lies(running: House, order: str, folder: str) -> None:
    request = running.asks()
    assert running.lies(request) == ".Intriguing"
    said = running.run(order, request).stdout
    assert f"Mira Solberg's request is {order}, as you say. The mail lies in {folder[1:]} now." in said
    assert running.lies(request) == folder
    assert running.phase(request) == "settled"


def test_intriguing_settles_it_where_it_lies(running: House) -> None:
    request = running.asks()
    assert "request is intriguing, as you say. The mail lies in Intriguing now." in running.say("intriguing", request)
    assert (running.phase(request), running.lies(request)) == ("settled", ".Intriguing")


@pytest.mark.parametrize(
    ("order", "phase", "told"),
    [
        ("dismiss", "dismissed", "Dismissed. You hear no more of Mira Solberg's request"),
        ("withdrawn", "withdrawn", "Mira Solberg took the request back"),
        ("answered", "answered", "Noted: answered"),
    ],
)
def test_an_order_is_carried_out(running: House, order: str, phase: str, told: str) -> None:
    request = running.asks()
    assert told in running.say(order, request)
    assert running.phase(request) == phase


def test_done_ends_what_the_owner_owes(running: House) -> None:
    request = running.owed("0192f3a4b5c6d7e8f90123456789a001")
    assert "Nothing more is due to Otto Owed" in running.say("done", request)
    assert running.phase(request) == "settled"
    assert "settled already" in running.say("done", request)


@pytest.mark.parametrize(
    ("arguments", "seconds"),
    [
        ((), 86_400),
        (("--for", "12h"), 43_200),
        (("3d",), 259_200),
        (("--for=90s",), 90),
        (("3", "days"), 259_200),
        (("2 weeks",), 1_209_600),
        (("tomorrow",), 86_400),
        (("--for", "3 Tage"), 259_200),
        (("for", "3", "d"), 259_200),
        (("in 1 Woche",), 604_800),
    ],
)
def test_a_snooze_lasts_as_long_as_said(running: House, arguments: tuple[str, ...], seconds: int) -> None:
    request = running.asks()
    before = time.time()
    said = running.say("snooze", request, *arguments)
    assert "Put off. You hear of Mira Solberg again on" in said
    ((body,),) = running.rows("SELECT body FROM conversations WHERE request = ?", request)
    told = json.loads(str(body))
    assert told["phase"] == "snoozed"
    assert before - 1 <= told["until"] / 1000 - seconds <= time.time() + 1


def test_a_request_that_nobody_talked_of_can_be_judged_but_not_put_off(running: House) -> None:
    request = running.asks("Nina Note", note=NOTE)
    assert running.phase(request) == "none"
    error = running.say("snooze", request, code=1)
    assert "Nina Note: Salver does not follow this request up; say `asked`, `good`" in error
    assert running.phase(request) == "none"
    assert "lies in Ugly now" in running.say("ugly", request)
    assert (running.phase(request), running.lies(request)) == ("settled", ".Ugly")


# --- what it does not allow


@pytest.mark.parametrize(
    ("first", "order", "why"),
    [
        ("asked", "snooze", "there is no reminder to put off"),
        ("asked", "done", "nobody waits for an answer of yours here"),
        ("good", "dismiss", "it is settled, so `dismiss` changes nothing here; you can say `asked`, `good`"),
        ("good", "answered", "it is settled, so `answered` changes nothing here"),
        ("dismiss", "snooze", "you dismissed it, so `snooze` changes nothing here"),
        ("withdrawn", "done", "nobody waits for an answer of yours here"),
        ("answered", "snooze", "they answered, so `snooze` changes nothing here"),
    ],
)
def test_what_the_table_refuses_is_told_with_what_to_do_instead(
    running: House, first: str, order: str, why: str
) -> None:
    request = running.asks()
    running.say(first, request)
    error = running.say(order, request, code=1)
    assert error.startswith("Error: Mira Solberg: ")
    assert why in error
    assert error.count("\n") == 1
    assert f"`{order}`" not in error.partition("you can say")[2], "what is refused is not offered"
    assert running.orders(request) == [first], "nothing was put into the log"


@pytest.mark.parametrize("order", ["asked", "good", "snooze", "dismiss", "withdrawn", "answered"])
def test_what_was_said_already_is_not_done_again_and_is_no_error(running: House, order: str) -> None:
    request = running.asks()
    running.say(order, request)
    assert re.search(r"(said so|known) already", running.say(order, request))
    assert running.orders(request) == [order]


def test_two_presses_at_once_are_one_order(running: House) -> None:
    request = running.asks()
    command = [sys.executable, "-m", "pipeline.cli", "asked", request, "--config", str(running.server.config)]
    presses = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(3)
    ]
    said = [press.communicate(timeout=60)[0] for press in presses]
    assert [press.returncode for press in presses] == [0, 0, 0]
    assert len([each for each in said if "already" not in each]) == 1, said
    assert running.orders(request) == ["asked"]


def test_several_are_done_in_turn_and_one_that_fails_holds_up_none(running: House) -> None:
    first, second = running.asks("Ann Arbour"), running.asks("Ben Brook")
    done = running.run("asked", first, "nowhere0", second, code=1)
    assert done.stdout.count("Salver waits for") == 2
    assert done.stderr.count("\n") == 1
    assert "nothing is known of nowhere0" in done.stderr
    assert (running.phase(first), running.phase(second)) == ("asked", "asked")


# --- which request is meant


def test_the_end_of_an_id_will_do_and_so_does_the_mail_of_the_only_request(running: House) -> None:
    person = running.person()
    running.deliver(linkedin.invitation_modern(person))
    request = running.newest()
    running.deliver(linkedin.reminder(person))
    (mail,) = running.rows("SELECT id FROM mails ORDER BY rowid DESC LIMIT 1")[0]
    assert mail != request
    assert "Asked." in running.say("asked", request[-6:])
    assert "said so already" in running.say("asked", f" {mail}\r")
    assert "said so already" in running.say("asked", str(mail)[-6:])


def test_an_end_that_is_too_short_or_ambiguous_or_unknown_is_told(running: House) -> None:
    request = running.asks()
    assert "write the last 6 characters" in running.say("good", request[-5:], code=1)
    assert "nothing is known of 0000000000" in running.say("good", "0" * 10, code=1)
    running.owed("0192f3a4b5c6d7e8f901234567999999")
    for end in ("a", "b"):
        running.deliver(linkedin.invitation_modern(running.person()))
        with contextlib.closing(sqlite3.connect(running.server.store, timeout=10)) as db, db:
            db.execute("UPDATE requests SET id = ? WHERE id = ?", (f"{end}7777777", running.newest()))
    assert "2 ids or more end in 777777: write more of it" in running.say("good", "777777", code=1)


def test_a_mail_of_several_requests_or_of_none_is_told(running: House) -> None:
    people = [running.person(f"Person {letter}") for letter in ("One", "Two")]
    for person in people:
        running.deliver(linkedin.invitation_modern(person))
    requests = [str(id) for (id,) in running.rows("SELECT id FROM requests ORDER BY rowid DESC LIMIT 2")]
    running.deliver(linkedin.digest_of_invitations(people))
    (mail,) = running.rows("SELECT id FROM mails ORDER BY rowid DESC LIMIT 1")[0]
    error = running.say("good", str(mail), code=1)
    assert "holds 2 requests, name one of them" in error
    assert all(request[-8:] in error for request in requests)
    running.deliver(linkedin.news())
    (mail,) = running.rows("SELECT id FROM mails ORDER BY rowid DESC LIMIT 1")[0]
    assert "holds no request that was judged" in running.say("good", str(mail), code=1)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("asked",), "Missing argument 'REQUEST...'"),
        (("snooze", "abcdef", "--for", "3"), "is no duration"),
        (("snooze", "abcdef", "--for", "0d"), "longer than none"),
        (("snooze", "10s"), "name a request, and then how long: `salver snooze REQUEST 10s`"),
        (("snooze", "3", "days"), "name a request"),
        (("snooze", "abcdef", "banana"), '"banana" is no duration; write "12h", "3 days", "2 weeks" or "tomorrow"'),
        (("snooze", "abcdef", "3", "bananas"), '"3 bananas" is no duration'),
    ],
)
def test_a_mistake_in_the_arguments_is_told(running: House, arguments: tuple[str, ...], told: str) -> None:
    assert told in running.say(*arguments, code=2)


@pytest.mark.parametrize("command", ["good", "snooze", "undo"])
def test_what_is_no_text_is_told(running: House, command: str) -> None:
    running.asks()
    assert "what was typed is no valid text" in running.say(command, "\udcff\udcfe1234567", code=1)


def test_a_request_can_be_named_by_a_name_that_only_one_open_conversation_has(running: House) -> None:
    maren = running.asks("Maren Ångström-Weber")
    assert "Maren Ångström-Weber" in running.say("snooze", "maren", "3", "days")
    assert running.phase(maren) == "snoozed"
    assert "nothing is known of aren" in running.say("asked", "aren", code=1)
    assert "Asked. " in running.say("asked", "WEBER")
    assert running.phase(maren) == "asked"
    other = running.asks("Maren Lind")
    error = running.say("snooze", "Maren", code=1)
    assert '2 open conversations fit "Maren": ' in error
    assert f"Maren Lind ({other[-8:]})" in error
    assert f"Maren Ångström-Weber ({maren[-8:]})" in error
    assert "Settled" in running.say("good", "maren l")
    assert "Dismissed" in running.say("dismiss", "Maren"), "the other one is open no more"
    assert '2 requests fit "Maren": ' in running.say("good", "Maren", code=1), "a verdict can be on either of them"


def test_a_message_that_may_be_theirs_is_shown_whatever_the_phase_and_so_is_that_no_reminder_follows(
    own: House,
) -> None:
    with serving(own):
        ids = {name: own.asks(name) for name in ("Ina Silent", "Jo Last", "Kim Open")}
    with contextlib.closing(sqlite3.connect(own.server.store)) as db, db:
        for name, changes in (
            ("Ina Silent", {"phase": "silent", "maybe_at": 1_764_150_000_000}),
            ("Jo Last", {"reminders": 2, "tell_at": None}),
        ):
            ((body,),) = db.execute("SELECT body FROM conversations WHERE request = ?", (ids[name],))
            told = {**json.loads(body), **changes}
            db.execute(
                "UPDATE conversations SET body = ?, phase = ? WHERE request = ?",
                (json.dumps(told), told["phase"], ids[name]),
            )
    text = own.terminal("follow-ups", columns=120)
    rows = {line[10:].split("  ")[0]: line for line in text.split("\n\n")[0].splitlines()[2:]}
    assert rows["Ina Silent"].rstrip().endswith("is it theirs?")
    assert rows["Jo Last"].rstrip().endswith("ask them (no more reminders)")
    assert rows["Kim Open"].rstrip().endswith("ask them")
    assert "Times are UTC. If the message was their answer: `salver answered" in text


def test_undo_alone_tells_how_a_word_is_taken_back_and_log_who_judged(running: House) -> None:
    request = running.asks()
    running.say("good", request)
    running.server.settled()
    assert running.say("undo").startswith("`salver undo REQUEST` takes back what you said of a request;")
    assert "judged again: good (by: you)" in " ".join(running.say("log", request).split())


def test_without_a_store_it_is_said_that_there_is_none(own: House) -> None:
    for command in (("asked", "abcdef"), ("follow-ups",)):
        assert "there is no store at" in own.run(*command, code=1).stderr


# --- while Salver does not run


def test_what_is_said_while_salver_does_not_run_is_noted_and_done_at_the_next_start(own: House) -> None:
    with serving(own):
        request, other = own.asks(), own.asks("Ola Nord")
    assert "Noted: good, Mira Solberg. Salver is not running" in own.run("good", request).stdout
    again = own.say("good", request)
    assert "You said so already" in again
    assert "Salver is not running" in again
    assert "Noted: dismiss, Ola Nord." in own.say("dismiss", other)
    error = own.say("snooze", other, code=1)
    assert "you dismissed it" in error, "what is noted counts already"
    assert (own.phase(request), own.phase(other)) == ("to_ask", "to_ask")
    with serving(own):
        own.server.settled()
    assert (own.phase(request), own.phase(other)) == ("settled", "dismissed")
    assert own.lies(request) == ".Good"
    assert own.rows("SELECT count(*) FROM events WHERE kind IN ('Refused', 'Failed')") == [(0,)]


def test_looking_whether_salver_runs_leaves_the_lock_alone(own: House) -> None:
    assert not served(own.server.store)
    with serving(own):
        assert served(own.server.store)
    assert own.server.store.with_name("salver.db.lock").exists()
    for _ in range(3):
        assert not served(own.server.store)
    with serving(own):
        assert served(own.server.store)


@pytest.mark.nightly
def test_that_the_mail_cannot_be_moved_now_is_told_and_it_is_moved_when_it_can(own: House) -> None:
    with serving(own):
        request = own.asks()
        good = own.server.mailbox / ".Good"
        shutil.rmtree(good, ignore_errors=True)
        good.write_text("in the way")
        said = own.say("good", request)
        assert "request is good, as you say. Where the mail belongs now is not settled yet (" in said
        good.unlink()
        own.server.settled()
        assert own.lies(request) == ".Good"


# --- follow-ups, status, log


@pytest.fixture
def filled(own: House) -> Iterator[House]:
    """Conversations of every kind, with names that are long, wide, or try to steer a terminal."""
    with serving(own):
        own.owed("0192f3a4b5c6d7e8f90123456789a002")
        names = ("Jonas Weber-Hohenstein von und zu Altenburg", "李雷李雷李雷李雷李雷李雷", "Eve \x1b[2J\u202eGone")
        for name in names:
            own.asks(name)
        own.say("asked", own.asks("Ada Asked"))
        own.say("snooze", own.asks("Sam Snoozed"))
        own.say("dismiss", own.asks("Dan Dismissed"))
        own.say("good", own.asks("Gil Good"))
        yield own


def columns(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in line)


def test_follow_ups_fit_a_terminal_of_eighty_columns_and_say_who_how_and_what_next(filled: House) -> None:
    text = filled.terminal("follow-ups", "--all")
    table = text.split("\n\n")[0].splitlines()
    assert all(columns(line) <= 80 for line in table), text
    assert table[0].split() == ["id", "who", "how", "it", "stands", "since", "next"]
    stands = {line[10:].split("  ")[0]: line for line in table[2:]}
    assert len(stands) == 8
    assert table[2][10:].startswith("Otto Owed"), "what needs the owner most comes first"
    assert "they wait for your answer" in stands["Otto Owed"]
    assert re.search(r"their answer is waited for +\d\d:\d\d +until \d+ \w\w\w$", stands["Ada Asked"])
    assert re.search(r"you put it off +\d\d:\d\d +back \d+ \w\w\w$", stands["Sam Snoozed"])
    assert "you said good" in stands["Gil Good"]
    assert "you dismissed it" in stands["Dan Dismissed"]
    assert any("Jonas Weber-Hoh" in name and name.endswith("…") for name in stands)
    assert not re.search("[\x1b\u202e]", text)
    assert "`salver done 6789a002`" in text


def test_follow_ups_alone_are_those_that_are_open(filled: House) -> None:
    piped = filled.say("follow-ups")
    assert "Dan Dismissed" not in piped
    assert "Gil Good" not in piped
    assert "Sam Snoozed" in piped
    assert all(columns(line) <= 80 for line in piped.split("\n\n")[0].splitlines())
    assert filled.say("follow-ups", "--owner", "amy") == piped
    assert filled.say("follow-ups", "--owner", "amy@salver.test") == piped
    assert "there is no owner bob; known are amy" in filled.say("follow-ups", "--owner", "bob", code=1)


def test_follow_ups_as_json_are_one_object_a_line(filled: House) -> None:
    found = [json.loads(line) for line in filled.say("follow-ups", "--json", "--all").splitlines()]
    by = {each["name"]: each for each in found}
    assert len(by) == 8
    assert {by[name]["phase"] for name in ("Ada Asked", "Sam Snoozed", "Gil Good")} == {"asked", "snoozed", "settled"}
    assert by["Gil Good"]["verdict"] == by["Gil Good"]["said"] == "good"
    assert by["Ada Asked"]["asked_at"] < by["Ada Asked"]["next_at"]
    assert by["Ada Asked"]["answered_at"] is None
    assert by["Otto Owed"]["request"] == "0192f3a4b5c6d7e8f90123456789a002"


def test_follow_ups_of_one_owner_are_theirs_alone(own: House) -> None:
    with own.server.config.open("a") as config:
        config.write(f'[[owner]]\naddresses = ["bob@salver.test"]\nmailbox = "maildir:{own.server.folder}/bob"\n')
    with serving(own):
        own.asks("Ann Arbour")
        own.deliver(linkedin.invitation_modern(own.person("Ben Brook")), "bob@salver.test")
    for owner, theirs, others in (("amy", "Ann Arbour", "Ben Brook"), ("bob@salver.test", "Ben Brook", "Ann Arbour")):
        told = own.say("follow-ups", "--owner", owner)
        assert theirs in told
        assert others not in told
    assert own.say("follow-ups").count("nobody has asked them yet") == 2
    assert "bob: follow-ups: 1 to ask" in own.say("status")


def test_nothing_open_is_said_in_words_and_as_json_by_nothing(own: House) -> None:
    with serving(own):
        own.deliver(linkedin.news())
    assert "Nothing is open" in own.say("follow-ups")
    assert own.say("follow-ups", "--json") == ""


def test_status_counts_conversations_and_says_what_holds_mails_back(own: House) -> None:
    own.server.config.write_text(own.server.config.read_text().replace(CALM, f"{CALM}\nper_hour = 2"))
    with serving(own):
        requests = [own.asks(f"Person {letter}") for letter in "ABCDE"]
        own.say("asked", requests[0])
        own.say("snooze", requests[1])
        own.owed("0192f3a4b5c6d7e8f90123456789a003")
        status = own.say("status")
    assert "amy: follow-ups: 3 to ask, 1 asked, 1 to answer, 1 snoozed\n" in status
    assert re.search(r"^  \d reminders? waits? until .+: 2 mails an hour at most$", status, re.MULTILINE), status
    assert re.search(r"^  \d reminders? waits?: Salver is not running$", own.say("status"), re.MULTILINE)


def test_status_says_when_the_next_digest_comes(own: House) -> None:
    daily = '[follow_up]\ndigest = "daily"\ndigest_at = "08:00"'
    own.server.config.write_text(own.server.config.read_text().replace(CALM, daily))
    with serving(own):
        own.asks()
    assert re.search(r"amy: follow-ups: 1 to ask; next digest: \d+ \w\w\w, 08:00$", own.say("status"), re.MULTILINE)


def test_log_tells_a_conversation_in_sentences_that_fit_a_terminal(own: House) -> None:
    with serving(own):
        request = own.asks()
        own.say("asked", request)
        own.say("good", request)
    text = own.terminal("log", request[-8:])
    table = text.split("\n\n")[0].splitlines()
    assert all(columns(line) <= 80 for line in table), text
    assert table[1].endswith("-" * 20)
    flat = re.sub(r"\s+", " ", text)
    assert "begins -> to ask: the request does not say why: ask them (by: your rules)" in flat
    assert "to ask -> asked: you asked them; an answer is waited for 7 days (by: you, in the terminal)" in flat
    assert "asked -> settled: you said good (by: you, in the terminal)" in flat
    assert "you said `good` in the terminal" in flat
    assert "judged again: " in flat
    assert "Decided by: you, who said so" in flat
