"""Rules in the shadow in a whole Salver: real mail over SMTP, filed as if they were not there; what is told of them."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from structlog.testing import capture_logs

from pipeline.app import App
from pipeline.cli import main
from pipeline.reload import reloading
from pipeline.settings import load, stage_settings
from pipeline.shadow.file import announce
from stages.events import Event, Routed
from tests.builders import linkedin
from tests.builders.linkedin import Person
from tests.builders.reloaded import reloaded, until
from tests.builders.running import deliver, filed, running, settled
from tests.builders.shadowed import BAKER, EVERYTHING, LIVE, NEXT, ROPER, without_ids, write
from tests.builders.talked_of import events

FOLDERS = '[filing]\nfolders = ["Recruiters"]\n'


async def brought(app: App, *people: Person) -> None:
    for person in people:
        await deliver(app, linkedin.invitation_modern(person))
        await settled(app)


def salver(folder: Path, *arguments: str, code: int = 0) -> str:
    done = CliRunner().invoke(main, [*arguments, "-c", str(folder / "salver.toml")])
    assert done.exit_code == code, (done.output, done.exception)
    return done.output


async def beside(folder: Path, *arguments: str, code: int = 0) -> str:
    """A command beside the running server."""
    return await asyncio.to_thread(salver, folder, *arguments, code=code)


def told(event: Event) -> dict[str, Any]:
    """An event without what no two runs share, and without what the shadow said."""
    text = re.sub(r"\b[0-9a-f]{26,32}\b", "ID", event.model_dump_json())
    text = re.sub(r"\b1[0-9]{9}([0-9]{3})?\b(?!-)", "0", text)
    found: dict[str, Any] = {"kind": type(event).__name__, **json.loads(text)}
    for decision in found.get("decisions", ()):
        decision.pop("shadow")
    return found


async def run(folder: Path, first: str, *people: Person) -> tuple[dict[str, list[bytes]], list[Event]]:
    async with running(folder, FOLDERS, first=first) as app:
        await brought(app, *people)
        return filed(folder), await events(app, Event)


async def test_the_same_mails_are_filed_alike_with_and_without_a_shadow(tmp_path: Path) -> None:
    """A shadow that adds points, labels, rings, asks and files elsewhere leaves every octet and every event alone."""
    first = write(tmp_path, shadow=EVERYTHING)
    home = tmp_path / "home"
    home.mkdir()
    alone, events_alone = await run(home, first.splitlines()[0] + "\n", ROPER, BAKER)
    home.rename(tmp_path / "alone")
    home.mkdir()
    beside_it, events_beside = await run(home, first, ROPER, BAKER)
    routed = [event for event in events_beside if isinstance(event, Routed)]
    assert [decision.shadow and decision.shadow.folder for each in routed for decision in each.decisions] == [
        "Recruiters",
        "Recruiters",
    ]
    octets = [
        {name: [without_ids(each) for each in found] for name, found in mails.items()} for mails in (alone, beside_it)
    ]
    assert octets[0] == octets[1]
    assert sum(map(len, octets[0].values())) == 2
    assert not (home / "mail" / ".Recruiters").exists()
    assert [told(event) for event in events_alone] == [told(event) for event in events_beside]


async def test_the_report_says_who_and_by_what_and_who_was_right(tmp_path: Path) -> None:
    async with running(tmp_path, first=write(tmp_path)) as app:
        await brought(app, ROPER, BAKER)
        said = await beside(tmp_path, "shadow", "report")
        assert "It saw 2 requests" in said
        assert "would have decided 1 otherwise" in said
        assert re.search(r"^ugly +good +1$", said, re.MULTILINE)
        assert re.search(r"Tove Rep +ugly, by rope-makers +good, by ropes-are-fine", said)
        assert "Nils" not in said
        assert "nobody knows who is right" in said
        ((request,),) = await app.store.read("SELECT id FROM requests WHERE name = 'Tove Rep'")
        await beside(tmp_path, "good", str(request))
        await settled(app)
        said = await beside(tmp_path, "shadow", "report")
        assert "Of 1 request you said yourself what it is, 1 of them against the live rules." in said
        assert "The live rules were right never, those in the shadow once." in said
        assert "1 request they would" not in said
        status = await beside(tmp_path, "status")
        assert (
            f"Rules in the shadow ({tmp_path}/next.toml): of 2 requests they would have decided 1 otherwise" in status
        )


async def test_the_report_is_an_object_with_every_disagreement_for_machines(tmp_path: Path) -> None:
    async with running(tmp_path, first=write(tmp_path)) as app:
        await brought(app, ROPER, BAKER)
        found = json.loads(await beside(tmp_path, "shadow", "report", "--json", "--owner", "amy@salver.test"))
    assert (found["requests"], found["disagreements"], found["decided_before_rules"]) == (2, 1, 0)
    assert found["turns"] == [
        {
            "live": {"verdict": "ugly", "folder": "Ugly"},
            "shadow": {"verdict": "good", "folder": "Good"},
            "requests": 1,
        }
    ]
    (last,) = found["last"]
    assert (last["name"], last["live"]["rule"], last["shadow"]["rule"]) == ("Tove Rep", "rope-makers", "ropes-are-fine")
    assert found["said_by_owner"] == {"said": 0, "corrected": 0, "live": 0, "shadow": 0}
    assert found["off"] == []


async def test_a_changed_shadow_file_is_told_apart_from_what_it_was(tmp_path: Path) -> None:
    first = write(tmp_path)
    async with running(tmp_path, first=first) as app:
        await brought(app, ROPER)
    write(tmp_path, shadow=LIVE + "\n# as it is\n")
    async with running(tmp_path, first=first) as app:
        said = await beside(tmp_path, "shadow", "report")
        assert "has seen no request yet" in said
        await brought(app, BAKER)
        said = await beside(tmp_path, "shadow", "report")
    assert "It saw 1 request " in said
    assert "would have decided none otherwise" in said
    assert (
        "Before, 1 other version of rules in the shadow saw 1 request that rules decide, and would have decided 1"
        in said
    )


async def test_a_digest_that_is_sent_anyway_says_it_in_a_few_lines(tmp_path: Path) -> None:
    asks = '[[rule]]\nname = "ask"\nverdict = "follow_up"\nall = [{ field = "headline", contains = "baker" }]\n'
    first = write(tmp_path, LIVE.replace("\n[thresholds]", f"\n{asks}\n[thresholds]"))
    async with running(tmp_path, first=first) as app:
        await brought(app, ROPER, BAKER)
        said = " ".join((await beside(tmp_path, "digest")).split())
    assert "Your rules in the shadow" in said
    assert "saw 2 requests, and would have decided 2 otherwise:" in said
    assert "- Nils Brod: to ask why, in the shadow Intriguing - Tove Rep: Ugly, in the shadow Good" in said


BROKEN = {
    "no TOML": ("[[rule\n", "line"),
    "an unknown key": (NEXT.replace("verdict", "verdikt"), "line 4"),
    "an unknown signal": (NEXT.replace('field = "headline", contains = "rope"', 'signal = "sels_a_service"'), "line"),
    "no such folder": (NEXT.replace('"good"', '"good"\nfolder = "Nowhere"', 1), "Nowhere"),
    "a failing example": (
        NEXT.replace("all = [", 'examples = [{ headline = "Maker of rope", folder = "Ugly" }]\nall = [', 1),
        "its example fails",
    ),
    "not UTF-8": ("# \udcff\n", "cannot be read"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_shadow_that_does_not_load_is_off_and_check_and_log_say_why(tmp_path: Path, name: str) -> None:
    text, why = BROKEN[name]
    (tmp_path / "salver.toml").write_text(write(tmp_path) + '[[owner]]\naddresses = ["amy@salver.test"]\n', "utf-8")
    (tmp_path / "next.toml").write_bytes(text.encode("utf-8", "surrogateescape"))
    found = load(tmp_path / "salver.toml", environment={})
    settings = stage_settings(found)
    assert settings.shadow is None
    assert settings.rules.rule[0].name == "rope-makers"
    assert why in salver(tmp_path, "check", code=1)
    with capture_logs() as logged:
        announce(found, settings)
    assert {line["event"] for line in logged} == {"shadow_rules_off"}
    assert why in " ".join(str(line["why"]) for line in logged)


async def test_a_shadow_that_does_not_load_takes_nothing_from_the_mail_and_everybody_says_why(tmp_path: Path) -> None:
    text, why = BROKEN["an unknown key"]
    first = write(tmp_path, shadow=text)
    with capture_logs() as logged:
        async with running(tmp_path, first=first) as app:
            await brought(app, ROPER)
            assert [len(mails) for mails in filed(tmp_path).values()] == [0, 0, 0, 1]
            status = await beside(tmp_path, "status")
            report = await beside(tmp_path, "shadow", "report")
            promote = await beside(tmp_path, "shadow", "promote", "--yes", code=1)
    assert "shadow_rules_off" in [line["event"] for line in logged]
    for said in (status, report, promote):
        assert f"The rules in the shadow ({tmp_path}/next.toml) are off; mail is sorted by the live ones:" in said
        assert why in said
    assert "nothing was changed" in promote
    assert first in (tmp_path / "salver.toml").read_text("utf-8")


def test_a_shadow_file_that_is_not_there_keeps_nobody_from_starting(tmp_path: Path) -> None:
    (tmp_path / "salver.toml").write_text(write(tmp_path) + '[[owner]]\naddresses = ["amy@salver.test"]\n', "utf-8")
    (tmp_path / "next.toml").unlink()
    assert App(load(tmp_path / "salver.toml", environment={})).settings.shadow is None
    assert "there is no such file" in salver(tmp_path, "check", code=1)


def test_without_a_shadow_the_report_says_how_to_begin(tmp_path: Path) -> None:
    (tmp_path / "salver.toml").write_text('[[owner]]\naddresses = ["amy@salver.test"]\n', "utf-8")
    said = salver(tmp_path, "shadow", "report", code=1)
    assert 'put shadow = "next.toml" at the top of your configuration' in said


def test_check_names_what_is_hardly_meant_in_the_shadow_too(tmp_path: Path) -> None:
    twice = NEXT.replace(
        "\n[thresholds]", NEXT.partition("\n[thresholds]")[0].replace("ropes-are", "more") + "\n[thresholds]"
    )
    first = write(tmp_path, shadow=twice)
    (tmp_path / "salver.toml").write_text(f'{first}[[owner]]\naddresses = ["amy@salver.test"]\n', "utf-8")
    assert "more-fine" in salver(tmp_path, "check", code=1)


async def test_what_was_learned_stands_in_front_of_the_shadow_as_well(tmp_path: Path) -> None:
    """Else the two would differ in what was learned, and not in the rules alone."""
    first = write(tmp_path, shadow=LIVE + "\n# the same\n")
    (tmp_path / "lessons.toml").write_text(
        '[[lesson]]\nid = "abcd1234"\nat = 2026-01-01T00:00:00Z\nsays = "bakers"\n'
        '[lesson.rule]\nname = "bakers"\nverdict = "good"\nall = [{ field = "headline", contains = "baker" }]\n',
        "utf-8",
    )
    async with running(tmp_path, first=first) as app:
        await brought(app, BAKER)
        (routed,) = await events(app, Routed)
    assert isinstance(routed, Routed)
    (decision,) = routed.decisions
    assert decision.rule == "bakers"
    assert decision.shadow is not None
    assert decision.shadow.rule == "bakers"


async def test_a_shadow_file_that_changes_is_taken_over_while_salver_runs_and_the_live_rules_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, seconds in (("LOOK_SECONDS", 0.2), ("QUIET_SECONDS", 0.05), ("PATIENCE_SECONDS", 0.1)):
        monkeypatch.setattr(reloading, name, seconds)
    (tmp_path / "rules.toml").write_text(LIVE, "utf-8")
    write(tmp_path)
    with capture_logs() as logged:
        async with reloaded(tmp_path, first=f'shadow = "{tmp_path}/next.toml"\n') as app:
            live, first = app.settings.rules, app.settings.shadow
            assert first is not None

            async def other() -> bool:
                return app.worker.settings.shadow != first

            (tmp_path / "next.toml").write_text(NEXT + "\n# as it is\n", "utf-8")
            await until(other)
            second = app.worker.settings.shadow
            assert second is not None
            assert second.version != first.version

            async def off() -> bool:
                return app.worker.settings.shadow is None

            (tmp_path / "next.toml").write_text("[[rule\n", "utf-8")
            await until(off)
            assert app.worker.settings.rules == live
    told = [line["event"] for line in logged if str(line["event"]).startswith("shadow_rules")]
    assert told == ["shadow_rules_run", "shadow_rules_run", "shadow_rules_off"]
