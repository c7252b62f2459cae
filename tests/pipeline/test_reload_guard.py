"""What passes the guard of changed rules, and what it says of what did not: to whom, and how much of it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from pipeline.app import App
from pipeline.clock import now
from pipeline.learning.file import write_lessons
from pipeline.options import origin_of
from pipeline.reload.trial import said
from pipeline.settings import ConfigError, load
from pipeline.shadow import promoting
from pipeline.store import approved, rulings
from pipeline.store.rulings import Tried
from pipeline.store.writer import Statement
from stages.durations import DAY
from tests.builders import linkedin
from tests.builders.reloaded import (
    KEEPERS,
    ask,
    configure,
    held,
    live,
    person,
    proposed,
    refused,
    reloaded,
    right,
    rules,
    told,
    until,
    write,
)
from tests.builders.running import deliver, settled
from tests.pipeline.test_reloading import salver, soon

__all__ = ["soon"]
UNDECIDED = "[thresholds]\ngood = 3\nintriguing = -50\n"
STRICT = "[reload]\nchanged = 0.05\n"


# --- lessons ------------------------------------------------------------------------------------------------------


async def test_a_lesson_that_nobody_accepted_is_weighed_like_a_rule(tmp_path: Path) -> None:
    write(tmp_path, UNDECIDED)
    async with reloaded(tmp_path, more=STRICT) as app:
        await ask(app, *range(10))
        path = app.configuration.lessons
        write_lessons(path, (KEEPERS,))
        await refused(app, "10 intriguing -> good")
        path.unlink()
        await right(app)
        await app.store.write(proposed(KEEPERS, "declined"))
        write_lessons(path, (KEEPERS,))
        await refused(app, "10 intriguing -> good")
        path.unlink()
        await right(app)
        other = KEEPERS.model_copy(update={"id": "cd34ab12", "says": "Whoever keeps anything is welcome"})
        await app.store.write(proposed(other, "accepted"))
        write_lessons(path, (other.model_copy(update={"says": KEEPERS.says}),))  # of an accepted one, other words
        await refused(app, "10 intriguing -> good")
        assert not app.settings.rules.lessons


async def test_of_lessons_only_what_was_accepted_or_forgotten_passes(tmp_path: Path) -> None:
    write(tmp_path, UNDECIDED)
    async with reloaded(tmp_path, more=STRICT) as app:
        await ask(app, *range(10))
        path = app.configuration.lessons
        await app.store.write(proposed(KEEPERS, "accepted"))
        assert KEEPERS.rule is not None
        named = KEEPERS.rule.model_copy(update={"name": f"keepers-{KEEPERS.id}"})
        write_lessons(path, (KEEPERS.model_copy(update={"at": now(), "rule": named}),))
        await until(held(lambda: bool(app.settings.rules.lessons)))
        assert [each.by for each in await rulings.lines(app.store.read)] == ["lesson", "start"]
        kept = path.read_bytes()
        write_lessons(path, ())  # its lines were deleted by hand
        await refused(app, "10 good -> intriguing")
        path.write_bytes(kept)
        await right(app)
        await app.store.write(proposed(KEEPERS, "forgotten", at=now() - 2 * DAY))
        write_lessons(path, ())  # forgotten long ago, and put in again by hand since
        await refused(app, "10 good -> intriguing")
        path.write_bytes(kept)
        await right(app)
        await app.store.write([Statement("UPDATE proposals SET answered_at = ?", (now(),))])
        write_lessons(path, ())
        await until(held(lambda: not app.settings.rules.lessons))
        assert [each.by for each in await rulings.lines(app.store.read)] == ["lesson", "lesson", "start"]


async def test_a_small_change_of_lessons_by_hand_is_one_of_a_file(tmp_path: Path) -> None:
    write(tmp_path, UNDECIDED)
    async with reloaded(tmp_path) as app:
        write_lessons(app.configuration.lessons, (KEEPERS,))
        await until(held(lambda: bool(app.settings.rules.lessons)))
        assert [each.by for each in await rulings.lines(app.store.read)] == ["file", "start"]


async def test_an_answer_that_is_noted_a_moment_after_the_file_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.reload.reloading.PATIENCE_SECONDS", 1.0)
    write(tmp_path, UNDECIDED)
    async with reloaded(tmp_path, more=STRICT) as app:
        await ask(app, *range(10))
        with told() as lines:
            write_lessons(app.configuration.lessons, (KEEPERS,))
            await asyncio.sleep(0.4)
            await app.store.write(proposed(KEEPERS, "accepted"))
            await until(held(lambda: bool(app.settings.rules.lessons)))
        assert not [line for line in lines if line["event"] == "rules_not_taken_over"]


# --- what is let pass ---------------------------------------------------------------------------------------------


async def test_what_was_let_pass_passes_once(tmp_path: Path) -> None:
    good, ugly = rules("good", name="calm"), rules("ugly", name="storm")
    write(tmp_path, good)
    async with reloaded(tmp_path) as app:
        await ask(app, *range(10))
        write(tmp_path, ugly)
        await refused(app, "10 good -> ugly")
        await salver(tmp_path, "rules", "apply", "--yes")
        assert (await live(app, "storm")).by == "apply"
        write(tmp_path, good)
        await refused(app, "10 ugly -> good")
        await salver(tmp_path, "rules", "apply", "--yes")
        assert (await live(app, "calm")).by == "apply"
        write(tmp_path, ugly)
        await refused(app, "10 good -> ugly")
        configure(tmp_path, more="[reload]\nchanged = 1\n")
        assert (await live(app, "storm")).by == "file"
        assert list(await app.store.read("SELECT * FROM approved")) == []


async def test_what_was_let_pass_and_never_used_ends_after_a_day(tmp_path: Path) -> None:
    write(tmp_path, rules("good"))
    async with reloaded(tmp_path) as app:
        await ask(app, *range(10))
        before = await approved.approvals(app.store.read)
        for days, let in ((0.9, "apply"), (1.1, None), (-1.1, None)):
            at = now() - round(days * DAY)
            await app.store.write([approved.approved("abc", at)])
            assert await approved.approval(app.store.read, "abc", now()) == let
            before, last = await approved.approvals(app.store.read), before
            assert before > last, "whatever the clock shows"
        await app.store.write([approved.used("other", now())])
        assert list(await app.store.read("SELECT * FROM approved")) == []
        assert await approved.approvals(app.store.read) == before


async def test_a_promotion_that_cannot_be_written_lets_nothing_pass(tmp_path: Path) -> None:
    write(tmp_path, rules("good"))
    write(tmp_path, rules("ugly", name="storm"), "next.toml")
    async with reloaded(tmp_path, first=f'shadow = "{tmp_path}/next.toml"\n') as app:
        path = tmp_path / "salver.toml"
        promotion = promoting.prepared(path, load(path, {}, {}), (), {})
        path.write_text(path.read_text() + "# meanwhile\n")
        with pytest.raises(ConfigError, match="changed meanwhile"):
            await promoting.promote(promotion, app.store)
        assert list(await app.store.read("SELECT * FROM approved")) == []


async def test_another_guard_counts_from_the_next_change_on(tmp_path: Path) -> None:
    write(tmp_path, rules("good"))
    async with reloaded(tmp_path, more=STRICT) as app:
        await ask(app, *range(10))
        write(tmp_path, rules("ugly", name="storm"))
        configure(tmp_path, more="[reload]\nchanged = 1\n")  # both in one save
        why = await refused(app, "more than 5%")
        assert "counts from the next change on" in why
        write(tmp_path, rules("ugly", name="storm", more="# again\n"))
        await live(app, "storm")


# --- what is said of it -------------------------------------------------------------------------------------------


async def test_of_a_profile_only_its_owner_hears_where_and_nobody_what(tmp_path: Path) -> None:
    write(tmp_path, rules("good"))
    profile = tmp_path / "amy-profile.toml"
    profile.write_text('name = "Amy"\n')
    path = configure(tmp_path)
    path.write_text(
        path.read_text() + f'profile = "{profile}"\n'
        f'[[owner]]\naddresses = ["bob@salver.test"]\nmailbox = "maildir:{tmp_path}/bob"\n'
    )
    origin = origin_of(path)
    app = App(origin.load(), origin)
    async with app.running():
        with told() as lines:
            profile.write_text('name = "Amy"\nemployers = [{ name = "X", from = "SECRET-CLINIC" }]\nzz = "SECRET"\n')
            await refused(app, "SECRET-CLINIC")
            await until(held(lambda: any(line["event"] == "rules_not_taken_over" for line in lines)))
        assert "SECRET" not in str(lines)
        assert any("amy-profile.toml, line 2" in line.get("where", ()) for line in lines)
        assert "SECRET-CLINIC" in (await salver(tmp_path, "status")).output
        theirs = await rulings.kept_back(app.store.read, "amy")
        assert theirs is not None
        assert [(each.file, each.line) for each in theirs.places] == [("amy-profile.toml", 2), ("amy-profile.toml", 3)]
        assert "SECRET" not in theirs.model_dump_json()
        assert await rulings.kept_back(app.store.read, "bob") is None
        write(tmp_path, '[[rule]]\nname = "x"\nverdict = "splendid SECRET"\n')
        profile.write_text('name = "Amy"\n')
        await refused(app, "splendid SECRET")
        for owner in ("amy", "bob"):
            found = await rulings.kept_back(app.store.read, owner)
            assert found is not None
            assert {each.file for each in found.places} == {"rules.toml"}
            assert "SECRET" not in found.model_dump_json()


async def test_commands_that_need_no_rules_work_while_files_are_broken(tmp_path: Path) -> None:
    write(tmp_path, rules("follow_up"))
    async with reloaded(tmp_path, more='[follow_up]\ndigest = "daily"\n') as app:
        await ask(app, 1)
        write(tmp_path, "[[rule]]\nbroken\n")
        await refused(app, "rules.toml")
        digest = await salver(tmp_path, "digest")
        assert digest.exit_code == 0, digest.output
        for words in ("The files do not load as they are", "digests of a Salver that runs come all the same",
                      "Robin Sample1", "Something is wrong in rules.toml, line 2"):  # fmt: skip
            assert words in " ".join(digest.output.split())
        for command in (("log", "Robin Sample1"), ("follow-ups",), ("corrections",), ("people",),
                        ("good", "Robin Sample1"), ("rules", "history")):  # fmt: skip
            done = await salver(tmp_path, *command)
            assert done.exit_code == 0, (command, done.output)
        await settled(app)
        ((count,),) = await app.store.read("SELECT count(*) FROM corrections")
        assert count == 1


async def test_rules_that_only_label_or_tell_otherwise_say_so(tmp_path: Path) -> None:
    write(tmp_path, rules("good"))
    more = "[filing]\nkeywords = true\n[follow_up]\nper_day = 2\nper_hour = 2\n"
    async with reloaded(tmp_path, more=more) as app:
        await ask(app, 1, 2)
        loud = rules("good").replace("verdict =", 'notify = true\nlabel = ["zap"]\nverdict =')
        with told() as lines:
            write(tmp_path, loud)
            await until(held(lambda: bool(app.settings.rules.rule[0].notify)))
            await until(held(lambda: any(line["event"] == "rules_taken_over" for line in lines)))
        (taken,) = [line for line in lines if line["event"] == "rules_taken_over"]
        assert "none of the last 2 decisions would be another; labels or notifications of 2" in taken["effect"]
        history = " ".join((await salver(tmp_path, "rules", "history")).output.split())
        assert "labels or notifications of 2" in history
        for number in range(3, 7):
            await deliver(app, linkedin.invitation_modern(person(number), at=linkedin.NOON + number * 60_000))
        await settled(app)
        ((dropped,),) = await app.store.read("SELECT count(*) FROM events WHERE kind = 'NotificationDropped'")
        assert dropped >= 2
        assert f"{dropped} notifications that rules wanted were not told" in (await salver(tmp_path, "status")).output
    assert said(Tried(1, 4, {"good": {"ugly": 1}}, (), 2)).endswith(
        "(1 good -> ugly); labels or notifications of 2 more"
    )
