"""Rules that are changed while Salver runs: taken over at once and whole, or refused with a word why."""

from __future__ import annotations

import asyncio
import hashlib
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.app import App
from pipeline.cli import main
from pipeline.learning.file import write_lessons
from pipeline.reload import reloading
from pipeline.reload.trial import too_much
from pipeline.store import rulings
from pipeline.store.rulings import Tried
from stages.score import decided_with
from tests.builders.reloaded import (
    KEEPERS,
    ask,
    configure,
    decisions,
    held,
    invitation,
    live,
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

FAILING = '[[rule.examples]]\nheadline = "Painter of lighthouses"\nfolder = "Ugly"\n'
FITTING = FAILING.replace("Ugly", "Good")


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """How long it waits is the product's own matter: it is shorter here."""
    monkeypatch.setattr(reloading, "LOOK_SECONDS", 0.2)
    monkeypatch.setattr(reloading, "QUIET_SECONDS", 0.05)
    monkeypatch.setattr(reloading, "PATIENCE_SECONDS", 0.1)


def version(folder: Path) -> str:
    return hashlib.sha256((folder / "rules.toml").read_bytes()).hexdigest()[:8]


async def salver(folder: Path, *arguments: str) -> Result:
    """A command, beside the running server."""
    told = [*arguments, "-c", str(folder / "salver.toml")]
    return await asyncio.to_thread(CliRunner(env={"COLUMNS": "400"}).invoke, main, told)


async def test_the_next_mail_is_judged_by_the_rules_as_they_are_now(tmp_path: Path) -> None:
    write(tmp_path, rules("good"))
    async with reloaded(tmp_path) as app:
        await ask(app, 1)
        write(tmp_path, rules("ugly", name="no-lighthouses"))
        ruling = await live(app, "no-lighthouses")
        await ask(app, 2)
        first, second = await decisions(app.store)
    assert (first.verdict, second.verdict) == ("good", "ugly")
    assert (first.rule, second.rule) == ("lighthouses", "no-lighthouses")
    assert second.version == ruling.version == version(tmp_path)
    assert second.settings == ruling.settings != first.settings
    assert (ruling.by, ruling.tried) == ("file", Tried(1, 1, {"good": {"ugly": 1}}))


def renamed(path: Path, text: str) -> None:
    beside = path.with_name("4913~")
    beside.write_text(text, "utf-8")
    beside.replace(path)


def emptied_and_written(path: Path, text: str) -> None:
    """Half of it stands there for a while, and no half is what is meant."""
    with path.open("w", encoding="utf-8") as file:
        file.flush()
        file.write(text[: len(text) // 2])
        file.flush()
        os.fsync(file.fileno())
        file.write(text[len(text) // 2 :])


def link_swapped(path: Path, text: str) -> None:
    """As a container's configuration is put in place: the file stands still, and a folder's name leads elsewhere."""
    data = path.parent / "data"
    new = path.parent / f"version-{hashlib.sha256(text.encode()).hexdigest()[:6]}"
    new.mkdir()
    (new / path.name).write_text(text, "utf-8")
    (path.parent / "data.new").symlink_to(new.name)
    (path.parent / "data.new").replace(data)
    if not path.is_symlink():
        path.unlink(missing_ok=True)
        path.symlink_to(f"data/{path.name}")


def moved_away_and_copied_back(path: Path, text: str) -> None:
    """As editors do that keep a backup by renaming."""
    path.replace(path.with_name("rules.toml~"))
    path.write_text(text, "utf-8")


async def test_however_an_editor_saves_the_whole_file_is_read(tmp_path: Path) -> None:
    path = write(tmp_path, rules("good"))
    ways = (renamed, emptied_and_written, moved_away_and_copied_back, link_swapped, link_swapped, renamed)
    async with reloaded(tmp_path) as app:
        for number, save in enumerate(ways):
            save(path, rules("ugly", name=f"saved-{number}"))
            await live(app, f"saved-{number}")
        ((count,),) = await app.store.read("SELECT count(*) FROM rulings WHERE state = 'refused'")
    assert not count


async def test_what_is_being_written_slowly_is_read_when_it_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each beginning of it would load, and mean something else."""
    monkeypatch.setattr(reloading, "QUIET_SECONDS", 0.6)
    monkeypatch.setattr(reloading, "LOOK_SECONDS", 0.02)
    path = write(tmp_path, rules("good"))
    async with reloaded(tmp_path) as app:
        with path.open("w", encoding="utf-8") as file:
            for number in range(30):
                file.write(rules("ugly", name=f"part-{number}"))
                file.flush()
                await asyncio.sleep(0.05)
        await until(held(lambda: app.settings.rules.version == version(tmp_path)))
        assert len(app.settings.rules.rule) == 30
        ((count,),) = await app.store.read("SELECT count(*) FROM rulings")
    assert count == 2


async def test_of_fifty_saves_at_once_the_last_one_counts(tmp_path: Path) -> None:
    path = write(tmp_path, rules("good"))
    async with reloaded(tmp_path) as app:
        for number in range(50):
            emptied_and_written(path, rules("ugly", name=f"saved-{number}"))
            await asyncio.sleep(0)
        await live(app, "saved-49")
        assert app.settings.rules.version == version(tmp_path)
        ((count,),) = await app.store.read("SELECT count(*) FROM rulings")
    assert count < 25, "while files change they are left alone"


async def test_a_file_that_does_not_load_leaves_the_old_rules_and_all_mistakes_are_told(tmp_path: Path) -> None:
    good = rules("good")
    write(tmp_path, good)
    async with reloaded(tmp_path) as app:
        with told() as lines:
            write(tmp_path, rules("splendid") + '[[rule]]\nname = "two"\nverdict = "ugly"\nall = [{ signal = "xx" }]\n')
            why = await refused(app, "splendid")
            assert "no signal" in why or '"xx"' in why
            assert f"{tmp_path}/rules.toml, line" in why
            await until(lambda: _logged(lines, "rules_not_taken_over"))
        status = await salver(tmp_path, "status")
        assert status.exit_code == 0, status.output
        assert "Your changed rules were not taken over" in status.output
        assert "splendid" in status.output
        assert "Salver cannot start with the files as they are, for the same reason." in status.output
        assert status.output.count("splendid") == 1
        await ask(app, 1)
        assert [each.verdict for each in await decisions(app.store)] == ["good"]
        write(tmp_path, good)  # put right: as it was
        await right(app)
        assert app.settings.rules.version == version(tmp_path)
        status = await salver(tmp_path, "status")
        assert "not taken over" not in status.output
        assert "cannot start" not in status.output


async def _logged(lines: list[dict[str, object]], event: str) -> bool:
    return any(line["event"] == event for line in lines)


async def test_a_file_that_goes_is_missed_and_taken_when_it_is_back(tmp_path: Path) -> None:
    path = write(tmp_path, rules("good"))
    async with reloaded(tmp_path) as app:
        path.rename(tmp_path / "elsewhere")
        await refused(app, "rules.toml")
        await ask(app, 1)
        (tmp_path / "elsewhere").rename(path)
        await right(app)
        path.unlink()
        await refused(app, "rules.toml")
        path.write_text(rules("ugly", name="back"), "utf-8")
        await live(app, "back")
        assert await rulings.standing(app.store.read) is None
        assert [each.verdict for each in await decisions(app.store)] == ["good"]


async def test_rules_that_fail_an_example_of_their_own_are_not_taken_over(tmp_path: Path) -> None:
    write(tmp_path, rules("good"))
    async with reloaded(tmp_path) as app:
        write(tmp_path, rules("good", name="shown", more=FAILING))
        why = await refused(app, "Painter of lighthouses")
        assert "rules.toml, line" in why
        assert app.settings.rules.rule[0].name == "lighthouses"
        tried = await salver(tmp_path, "rules", "apply", "--yes")
        assert tried.exit_code == 1
        assert "fail examples of their own" in tried.output
        write(tmp_path, rules("good", name="shown", more=FITTING))
        await live(app, "shown")
        assert await rulings.standing(app.store.read) is None


async def test_too_large_a_change_waits_until_its_owner_says_apply(tmp_path: Path) -> None:
    write(tmp_path, rules("good"))
    async with reloaded(tmp_path) as app:
        await ask(app, *range(10))
        write(tmp_path, rules("ugly", name="storm"))
        why = await refused(app, "10 of the last 10 decisions")
        for words in ("10 good -> ugly", "25%", f"salver backtest --rules {tmp_path}/rules.toml", "salver rules apply"):
            assert words in why
        assert "Robin" not in why, "it goes to every owner"
        await ask(app, 20)
        status = await salver(tmp_path, "status")
        assert "10 of the last 10 decisions" in status.output
        assert status.output.count(": good -> ugly") == 3
        assert "\n  and 7 more\n" in status.output
        assert "Robin Sample0" in status.output
        asked = await salver(tmp_path, "rules", "apply", "--yes")
        assert asked.exit_code == 0, asked.output
        assert "rule storm was added" in asked.output
        assert "11 of the last 11 decisions" in asked.output
        assert "  and 8 more\n" in asked.output
        assert "has taken them over" in asked.output
        ruling = await live(app, "storm")
        assert (ruling.by, ruling.tried) == ("apply", Tried(11, 11, {"good": {"ugly": 11}}))
        assert await rulings.standing(app.store.read) is None
        await ask(app, 30)
        assert [each.verdict for each in await decisions(app.store)] == ["good"] * 11 + ["ugly"]
        again = await salver(tmp_path, "rules", "apply", "--yes")
        assert "nothing to apply" in again.output
        write(tmp_path, rules("good", name="another"))  # what was let pass is that very set, and no other
        await refused(app, "12 ugly -> good")
        assert app.settings.rules.rule[0].name == "storm"


async def test_how_much_may_change_is_the_owners_to_say(tmp_path: Path) -> None:
    write(tmp_path, rules("good"))
    async with reloaded(tmp_path) as app:
        await ask(app, *range(10))
        write(tmp_path, rules("ugly", name="storm"))
        await refused(app, "10 of the last 10")
        configure(tmp_path, more="[reload]\nchanged = 1\n")
        await live(app, "storm")
        configure(tmp_path)
        write(tmp_path, rules("good", name="calm"))
        await refused(app, "10 ugly -> good")
        configure(tmp_path, more="[reload]\nrecent = 0\n")
        ruling = await live(app, "calm")
        assert ruling.tried == Tried(0, 0, {})


@pytest.mark.parametrize(
    ("changed", "of", "share", "too"),
    [(9, 9, 0.25, False), (10, 10, 0.25, True), (3, 10, 0.25, True), (2, 10, 0.25, False), (50, 200, 0.25, False),
     (51, 200, 0.25, True), (1, 10, 0.0, True), (0, 10, 0.0, False), (10, 10, 1.0, False)],
)  # fmt: skip
def test_above_its_share_a_change_is_too_large_and_a_share_of_a_few_says_nothing(
    changed: int, of: int, share: float, too: bool
) -> None:
    assert too_much(Tried(changed, of, {}), share) is too


async def test_a_list_is_part_of_the_rules(tmp_path: Path) -> None:
    names = tmp_path / "names.txt"
    names.write_text("Keeper of trains\n")
    write(
        tmp_path,
        f'[[rule]]\nname = "listed"\nverdict = "good"\nall = [{{ field = "headline", is = {{ file = "{names}" }} }}]\n'
        '[[rule]]\nname = "others"\nverdict = "ugly"\nall = [{ field = "kind", is = "invitation" }]\n',
    )
    async with reloaded(tmp_path) as app:
        await ask(app, 1)
        before = app.settings.rules.version
        names.write_text("Keeper of trains\nKeeper of lighthouses\n")
        await until(held(lambda: app.settings.rules.version != before))
        await ask(app, 2)
        first, second = await decisions(app.store)
        assert (first.verdict, second.verdict) == ("ugly", "good")
        assert first.version == before != second.version
        last = await rulings.last_live(app.store.read)
        assert last is not None
        assert last.rules == app.settings.rules, "its entries are kept with it"


async def test_points_count_anew_and_ports_wait_for_a_restart(tmp_path: Path) -> None:
    write(tmp_path, "[thresholds]\ngood = 3\nintriguing = 1\n")
    async with reloaded(tmp_path) as app:
        await ask(app, 1)
        (first,) = await decisions(app.store)
        port = app.configuration.smtp.listen
        with told() as lines:
            text = configure(tmp_path, more="[points]\nnote_is_blank = 20\n").read_text()
            (tmp_path / "salver.toml").write_text(text.replace("127.0.0.1:0", "127.0.0.1:1"))
            await until(held(lambda: app.settings.points.get("note_is_blank") == 20))
            text = (tmp_path / "salver.toml").read_text().replace("= 20", "= 25")
            (tmp_path / "salver.toml").write_text(text)
            await until(held(lambda: app.settings.points.get("note_is_blank") == 25))
        restarts = [line["changed"] for line in lines if line["event"] == "needs_a_restart"]
        assert restarts == [["smtp.listen"]], "it is told once"
        assert app.configuration.smtp.listen == port
        await ask(app, 2)
        _, second = await decisions(app.store)
        assert first.verdict != second.verdict
        last = await rulings.last_live(app.store.read)
        assert last is not None
        assert last.tried == Tried(0, 1, {}), "the second change alone changes nothing that was decided"


async def test_a_folder_that_is_declared_anew_waits_for_a_restart_with_the_rules_that_file_into_it(
    tmp_path: Path,
) -> None:
    write(tmp_path, rules("good"))
    async with reloaded(tmp_path) as app:
        configure(tmp_path, more='[filing]\nfolders = ["Harbour"]\n')
        write(tmp_path, rules("good", name="to-harbour").replace('"good"\n', '"good"\nfolder = "Harbour"\n'))
        why = await refused(app, "Harbour")
        assert why.count("Harbour") == 1, "one message, and no other that contradicts it"
        assert why.endswith('"Harbour" is declared anew, and can be filed into from the next start on')
        await ask(app, 1)
    async with reloaded(tmp_path, more='[filing]\nfolders = ["Harbour"]\n') as app:
        assert await rulings.standing(app.store.read) is None
        await ask(app, 2)
        assert [each.rule for each in await decisions(app.store)] == ["lighthouses", "to-harbour"]
    assert len([*(tmp_path / "mail" / ".Harbour" / "new").iterdir()]) == 1


async def test_a_lesson_that_was_accepted_counts_however_much_it_changes(tmp_path: Path) -> None:
    write(tmp_path, "[thresholds]\ngood = 3\nintriguing = -50\n")
    async with reloaded(tmp_path) as app:
        await ask(app, *range(10))
        lesson = KEEPERS
        await app.store.write(proposed(lesson, "accepted"))
        write_lessons(app.configuration.lessons, (lesson,))
        await until(held(lambda: bool(app.settings.rules.lessons)))
        last = await rulings.last_live(app.store.read)
        assert last is not None
        assert (last.by, last.tried) == ("lesson", Tried(10, 10, {"intriguing": {"good": 10}}))
        await ask(app, 30)
        made = await decisions(app.store)
        assert [made[0].verdict, made[-1].verdict] == ["intriguing", "good"]
        assert made[0].version == made[-1].version
        assert made[0].settings != made[-1].settings == last.settings
        back = (await rulings.ruling_of(app.store.read, last.settings)).rules
        assert [each.says for each in back.lessons] == [lesson.says]


async def test_each_of_many_mails_is_judged_wholly_by_one_set_while_rules_change(tmp_path: Path) -> None:
    path = write(tmp_path, rules("good", name="set-0"))
    async with reloaded(tmp_path, more="[reload]\nchanged = 1\n") as app:
        known = {(app.settings.rules.version, decided_with(app.settings)): ("set-0", "good")}

        async def change() -> None:
            for number in range(1, 21):
                verdict = ("good", "ugly", "intriguing")[number % 3]
                renamed(path, f"# set {number}\n" + rules(verdict, name=f"set-{number}"))
                await live(app, f"set-{number}")
                known[app.settings.rules.version, decided_with(app.settings)] = (f"set-{number}", verdict)

        changing = asyncio.create_task(change())
        count = 0
        while not changing.done():
            await asyncio.gather(*(deliver(app, invitation(count + each)) for each in range(3)))
            count += 3
            await asyncio.sleep(0.2)
        await changing
        await settled(app)
        made = await decisions(app.store)
    assert len(made) == count
    assert len({each.version for each in made}) > 3
    for each in made:
        assert known[each.version, each.settings] == (each.rule, each.verdict)


async def test_a_start_takes_the_files_as_they_are_and_the_same_set_is_no_news(tmp_path: Path) -> None:
    write(tmp_path, rules("good"))
    async with reloaded(tmp_path) as app:
        await ask(app, *range(10))
        write(tmp_path, rules("ugly", name="storm"))
        await refused(app, "10 of the last 10")
    async with reloaded(tmp_path) as app:
        assert app.settings.rules.rule[0].name == "storm"
        assert await rulings.standing(app.store.read) is None
        last = await rulings.last_live(app.store.read)
        assert last is not None
        assert (last.by, last.tried) == ("start", Tried(10, 10, {"good": {"ugly": 10}}))
    async with reloaded(tmp_path) as app:
        found = await rulings.history(app.store.read)
    assert [(each.by, each.version == version(tmp_path)) for each in found] == [("start", True), ("start", False)]


async def test_apply_without_a_running_salver_says_that_the_next_start_takes_it(tmp_path: Path) -> None:
    write(tmp_path, rules("good"))
    async with reloaded(tmp_path) as app:
        await ask(app, 1)
    write(tmp_path, rules("ugly", name="storm"))
    no = await asyncio.to_thread(
        CliRunner().invoke, main, ["rules", "apply", "-c", str(tmp_path / "salver.toml")], input="n\n"
    )
    assert no.exit_code == 1
    assert "nothing was changed" in no.output
    yes = await salver(tmp_path, "rules", "apply", "--yes")
    assert yes.exit_code == 0
    assert "next start takes the rules" in yes.output
    assert "1 of the last 1 decisions would be another (1 good -> ugly)" in yes.output
    assert "Robin Sample1: good -> ugly" in yes.output


async def test_no_text_but_that_of_rules_is_kept(tmp_path: Path) -> None:
    write(tmp_path, rules("good"))
    profile = tmp_path / "me.toml"
    profile.write_text('name = "Amy Quillfeather"\nschools = ["Saltmarsh"]\n')
    app: App
    async with reloaded(tmp_path) as app:
        text = (
            (tmp_path / "salver.toml")
            .read_text()
            .replace(
                "[[owner]]\n", f'[[owner]]\npassword = "env:HIDDEN"\nprofile = "{profile}"\nname = "Quillfeather"\n'
            )
        )
        (tmp_path / "salver.toml").write_text(text)
        await until(held(lambda: bool(app.settings.profiles)))
        assert app.settings.profiles["amy"].schools == ("Saltmarsh",)
        rows = await app.store.read("SELECT * FROM rulings")
        assert len(rows) == 2
        rows = [*rows, *await app.store.read("SELECT * FROM ruling_texts")]
    for word in ("Quillfeather", "Saltmarsh", "HIDDEN"):
        assert word not in str([tuple(row) for row in rows])


async def test_a_take_over_says_in_the_log_and_the_status_that_there_are_doubts(tmp_path: Path) -> None:
    write(tmp_path, rules("good"))
    async with reloaded(tmp_path) as app:
        status = await salver(tmp_path, "status")
        assert f"The rules of version {version(tmp_path)} decide since " in status.output
        assert "doubt" not in status.output
        with told() as lines:
            write(tmp_path, rules("good", name="first") + rules("ugly", name="never"))
            await live(app, "first")
            await until(lambda: _logged(lines, "rules_taken_over"))
        (line,) = (each for each in lines if each["event"] == "rules_taken_over")
        assert line["log_level"] == "warning"
        assert line["rules"] == "2 came, 1 went, 2 in all"
        assert line["doubts"] == "1 (`salver check`)"
        status = await salver(tmp_path, "status")
        assert "The rules that decide hold 1 doubt: `salver check` tells." in status.output
        diff = await salver(tmp_path, "rules", "diff")
        assert "they are the same" in diff.output
        write(tmp_path, "[[rule]]\n")
        await refused(app, "rules.toml")
        status = await salver(tmp_path, "status")
        assert "The rules that decide hold 1 doubt; the files say something else by now." in status.output
