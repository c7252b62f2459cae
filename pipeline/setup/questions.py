"""The few questions -> answers. Each has a line that explains it and, where one can be had, a default in brackets."""

from __future__ import annotations

import contextlib
import os
import pwd
import re
import socket
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple
from zoneinfo import available_timezones

from pipeline.configuration import host_and_port
from pipeline.setup.addresses import domain_of
from pipeline.setup.forwarding import PROVIDERS, guessed, named
from pipeline.setup.talk import SetupError, Talk, wrapped

Answers = Mapping[str, str]
ACCOUNT, FORWARD = "account", "forward"
BACK = "back"
_ROADS = ((ACCOUNT, "Salver reads your account, as a mail program does"), (FORWARD, "your account forwards to Salver"))
_AT_HOME = (".local", ".localhost", ".localdomain", ".lan", ".home", ".internal", ".home.arpa", ".corp")


class Question(NamedTuple):
    """One thing to know."""

    key: str
    asks: str
    explains: str
    read: Callable[[str], str]
    """(answer) -> what is kept. ValueError, in words for a person"""
    default: Callable[[Answers], str]
    """empty: there is none"""
    choices: tuple[tuple[str, str], ...] = ()
    """key and words of each, to be answered by number, key or the beginning of the words"""
    road: str = ""
    """asked on this road only"""


def _name(text: str) -> str:
    return text[:100]


def _addresses(text: str) -> str:
    given = [each for each in re.split(r"[,;\s]+", text.lower()) if each]
    for each in given:
        if not re.fullmatch(r"[^@\s<>\"'\\]+@[^@\s<>\"'\\]+\.[^@\s<>\"'\\]+", each):
            raise ValueError(f'"{each}" is no e-mail address; write it as amy@example.org')
    return ", ".join(dict.fromkeys(given))


def _host(text: str) -> str:
    domain = text.strip().lower().rstrip(".")
    if _is_number(domain):
        raise ValueError("mail providers send to names, not to numbers; write a name that leads here")
    if domain.endswith(_AT_HOME):
        raise ValueError(f"{domain} is known in your own network only, and your provider could not find it")
    return domain_of(domain)


def _is_number(host: str) -> bool:
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def _listen(text: str) -> str:
    if text.isdigit():
        # Port 25 is for the world; another one is for a mail server on this machine that hands over.
        text = f"{'0.0.0.0' if int(text) == 25 else '127.0.0.1'}:{int(text)}"  # noqa: S104 - the world is to reach it
    _, port = host_and_port(text)
    if not port:
        raise ValueError("choose a port above 0")
    return text


def _folder(text: str) -> str:
    path = Path(text).expanduser().absolute()
    if path.exists() and not path.is_dir():
        raise ValueError(f"{path} is a file; name a folder, new or old")
    return str(path)


def _zone(text: str) -> str:
    found = next((zone for zone in available_timezones() if zone.lower() == text.lower().replace(" ", "_")), None)
    if found is None:
        raise ValueError(f'"{text}" is no time zone; write one such as Europe/Paris, or UTC')
    return found


def _own_name(_: Answers) -> str:
    with contextlib.suppress(KeyError):
        told = pwd.getpwuid(os.getuid()).pw_gecos.split(",")[0].strip()
        return "" if told.lower() in ("", "root") else told
    return ""


def _provider(answers: Answers) -> str:
    found = guessed(answers["accounts"].split(", ")[0])
    return found.key if found else ""


def _port(_: Answers) -> str:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", 25), 1):
        return "2525"  # another mail server has it
    return "25"


def _own_zone(_: Answers) -> str:
    local = os.environ.get("TZ", "").removeprefix(":")
    with contextlib.suppress(OSError):
        local = local or os.readlink("/etc/localtime").partition("zoneinfo/")[2]
    return local if local in available_timezones() else "UTC"


QUESTIONS = (
    Question("name", "What is your name?", "Reminders greet you by it.", _name, _own_name),
    Question(
        "accounts",
        "Where do LinkedIn's mails to you come in now?",
        "Your address there; several, with commas, if they come in at more than one.",
        _addresses,
        lambda _: "",
    ),
    Question(
        "provider",
        "Who keeps that mailbox?",
        "So that you are shown the right menus.",
        str,
        _provider,
        tuple((each.key, each.title) for each in PROVIDERS),
    ),
    Question(
        "road",
        "How shall Salver get your mail?",
        "The first works from a laptop. For the second Salver must run day and night on a machine with a name, which "
        "the internet can reach on port 25; a laptop, or a computer at home, mostly cannot be.",
        str,
        lambda _: ACCOUNT,
        _ROADS,
    ),
    Question(
        "host",
        "Which name shall your provider send to?",
        "What stands after the @ of your new address, such as requests.example.org. You have none? Write: none.",
        _host,
        lambda _: "",
        road=FORWARD,
    ),
    Question(
        "listen",
        "On which port shall Salver take mail?",
        "25 if it takes it from the internet itself; 2525 if another mail server here has 25 and hands over to it.",
        _listen,
        _port,
        road=FORWARD,
    ),
    Question(
        "folder",
        "In which folder shall Salver keep what it knows?",
        "Its log and, if you forward, the sorted mail. It grows with your mail and is readable by you only.",
        _folder,
        lambda _: str(Path("var").absolute()),
    ),
    Question("zone", "In which time zone do you live?", "For the dates in reminders.", _zone, _own_zone),
)


def asked_of(answers: Answers) -> tuple[Question, ...]:
    """Those on the road that was chosen."""
    return tuple(each for each in QUESTIONS if each.road in ("", answers.get("road", FORWARD)))


def ask_all(answers: dict[str, str], talk: Talk, keep: Callable[[dict[str, str]], None]) -> dict[str, str]:
    """Ask what is not answered yet, keeping each answer at once. Raises SetupError, AnswersEnded."""
    at = next((number for number, each in enumerate(asked_of(answers)) if each.key not in answers), None)
    while at is not None and at < len(asked_of(answers)):
        question = asked_of(answers)[at]
        line = _answer(question, answers, talk, at + 1)
        if line == BACK:
            at = max(0, at - 1)
            continue
        if question.key == "host" and line == "none":
            talk.say("  Then Salver reads your account; no name is needed for that.")
            answers["road"] = ACCOUNT
        else:
            answers[question.key] = line
        keep(answers)
        at = next((number for number, each in enumerate(asked_of(answers)) if each.key not in answers), at + 1)
    return answers


def _answer(question: Question, answers: Answers, talk: Talk, number: int) -> str:
    """What is to be kept; or BACK, or "none" for a host."""
    default = answers.get(question.key) or question.default(answers)
    talk.say(f"\n{number}. {question.asks}")
    talk.say(wrapped(f"   {question.explains}"))
    for count, (_, words) in enumerate(question.choices, 1):
        talk.say(f"     {count}  {words}")
    shown = default
    if question.choices:
        shown = next((str(n) for n, (key, _) in enumerate(question.choices, 1) if key == default), "")
    while True:
        line = talk.ask(f"   [{shown}] " if shown else "   > ").strip()
        if line.lower() == BACK or (question.key == "host" and line.lower() == "none"):
            return line.lower()
        try:
            if not line and not default:
                raise ValueError("this has no default; please answer it")
            if question.choices:
                return _chosen(question, line) if line else default
            return question.read(line or default)
        except ValueError as error:
            if not talk.again:
                raise SetupError(f"question {number} ({question.key}): {error}") from None
            talk.say(f"   {error}")


def _chosen(question: Question, line: str) -> str:
    keys = [key for key, _ in question.choices]
    if line.isdigit() and 0 < int(line) <= len(keys):
        return keys[int(line) - 1]
    for key, words in question.choices:
        if line.lower() == key or (len(line) > 2 and words.lower().startswith(line.lower())):
            return key
    raise ValueError(f'"{line}" is none of them; write a number from 1 to {len(keys)}')


def so_far(answers: Answers) -> list[str]:
    """What was answered, for one who comes back."""
    titles = {"provider": lambda key: named(key).title, "road": lambda key: dict(_ROADS)[key]}
    return [
        f"  {each.asks} {titles.get(each.key, str)(answers[each.key])}"
        for each in asked_of(answers)
        if each.key in answers
    ]
