"""`salver undo --rule NAME`: what a rule did is shown, undone mail by mail, verified; and what stays is listed."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.app import App
from pipeline.cli import main
from pipeline.settings import load_rules
from pipeline.store.conversations import conversation_of
from stages.conversation import Advanced, RejudgingWanted
from tests.builders import linkedin
from tests.builders.running import deliver, running, settled
from tests.builders.talked_of import events, files, known, owners_move, say, unwatched

RULES = """
[[rule]]
name = "no-lisbon"
verdict = "ugly"
all = [{ field = "headline", contains = "baker" }]

[[rule]]
name = "likes-cake"
points = 6.0
all = [{ field = "note", contains = "cake" }]

[[rule]]
name = "ask"
verdict = "follow_up"
any = [{ signal = "note_is_blank" }]
"""
BAKERS = [
    linkedin.Person(name=name, vanity=name.lower().replace(" ", "-"), headline="Baker in Porto", number=88_000 + at)
    for at, name in enumerate(("Rita Lopes", "Tom Ashe", "Uma Vale"))
]


def salver(folder: Path, *arguments: str, answer: str = "") -> Result:
    told = CliRunner().invoke(main, [*arguments, "-c", str(folder / "salver.toml")], input=answer)
    assert told.exception is None or isinstance(told.exception, SystemExit), told.exception
    return told


async def undo(app: App, folder: Path, *arguments: str, answer: str = "") -> Result:
    result = await asyncio.to_thread(salver, folder, "undo", *arguments, answer=answer)
    await settled(app)
    return result


def with_rules(folder: Path, text: str = RULES) -> str:
    (folder / "rules.toml").write_text(text, "utf-8")
    return f'rules = "{folder}/rules.toml"\n'


async def brought(app: App, *people: linkedin.Person) -> None:
    for person in people:
        await deliver(app, linkedin.invitation_modern(person))
    await settled(app)


def lies(folder: Path) -> dict[str, str]:
    """Person -> folder of every request that is filed."""
    return {
        person.name: where
        for where, paths in files(folder / "mail").items()
        for path in paths
        for person in BAKERS
        if b"X-Salver-Request:" in (raw := path.read_bytes()) and person.name.encode() in raw
    }


async def test_what_a_rule_did_is_shown_and_moved_back_and_said_again_there_is_nothing(tmp_path: Path) -> None:
    async with running(tmp_path, first=with_rules(tmp_path)) as app:
        await brought(app, *BAKERS)
        assert set(lies(tmp_path).values()) == {"Ugly"}
        shown = await undo(app, tmp_path, "--rule", "no-lisbon", answer="n\n")
        assert shown.exit_code == 0
        assert "took part in the decisions of 3 mails" in shown.output
        assert "Rita Lopes" in shown.output
        assert "ugly, in Ugly" in shown.output
        assert "follow up, in Intriguing" in shown.output
        assert "It goes on deciding about new mail" in shown.output
        assert "Nothing was changed." in shown.output
        assert set(lies(tmp_path).values()) == {"Ugly"}
        done = await undo(app, tmp_path, "--rule", "no-lisbon", "--yes")
        assert done.exit_code == 0, done.output
        assert "3 of 3 mails lie where they belong without it." in done.output
        assert set(lies(tmp_path).values()) == {"Intriguing"}
        again = await undo(app, tmp_path, "--rule", "no-lisbon", "--yes")
        assert "took part in no decision, or what it did is undone." in again.output
        assert again.exit_code == 0


async def test_who_is_to_be_asked_without_it_is_asked_and_who_is_not_any_more_is_not(tmp_path: Path) -> None:
    async with running(tmp_path, first=with_rules(tmp_path)) as app:
        await brought(app, BAKERS[0])
        assert await app.store.read("SELECT 1 FROM conversations") == []
        await undo(app, tmp_path, "--rule", "no-lisbon", "--yes")
        ((request, phase),) = await app.store.read("SELECT request, phase FROM conversations")
        assert phase == "to_ask"
        await undo(app, tmp_path, "--rule", "ask", "--yes")
        talk = await conversation_of(app.store.read, str(request))
        assert talk is not None
        assert talk.phase == "settled"
        last = [step for step in await events(app, Advanced) if isinstance(step, Advanced)][-1]
        assert last.reason == 'without the rule "ask", there is nothing to ask: intriguing'
        # Both are undone now: the first is not forgotten when the second is taken out.
        assert lies(tmp_path) == {"Rita Lopes": "Intriguing"}


async def test_what_its_owner_moved_or_asked_about_is_left_and_listed(tmp_path: Path) -> None:
    async with running(tmp_path, first=with_rules(tmp_path)) as app:
        await unwatched(app)
        await brought(app, *BAKERS)
        ugly = {path: path.read_bytes() for path in files(tmp_path / "mail")["Ugly"]}
        rita = next(path for path, raw in ugly.items() if b"Rita Lopes" in raw)
        tom = next(path for path, raw in ugly.items() if b"Tom Ashe" in raw)
        owners_move(rita, "Good", tmp_path / "mail")
        await app.moves.look()
        await settled(app)
        owners_move(tom, "Elsewhere", tmp_path / "mail")
        told = await undo(app, tmp_path, "--rule", "no-lisbon", "--yes")
        assert told.exit_code == 1, told.output
        assert "left: you said that it is good" in " ".join(told.output.split())
        assert "1 of 2 mails lie where they belong without it." in told.output
        assert "Tom Ashe: it lies in Elsewhere, where you put it" in told.output
        assert lies(tmp_path) == {"Rita Lopes": "Good", "Tom Ashe": "Elsewhere", "Uma Vale": "Intriguing"}


async def test_what_its_owner_asked_about_goes_on_as_it_is(tmp_path: Path) -> None:
    async with running(tmp_path, first=with_rules(tmp_path)) as app:
        painter = linkedin.Person(name="Rita Lopes", vanity="rita-p", headline="Painter", number=88_200)
        await brought(app, painter)
        await say(app, "asked")
        told = await undo(app, tmp_path, "--rule", "ask", "--yes")
        assert "left: you asked them already" in " ".join(told.output.split())
        assert "Nothing is to be moved." in told.output
        assert (await known(app)).phase == "asked"


async def test_a_reminder_that_joined_its_request_goes_with_it(tmp_path: Path) -> None:
    async with running(tmp_path, first=with_rules(tmp_path)) as app:
        await brought(app, BAKERS[0])
        await deliver(app, linkedin.reminder(BAKERS[0]))
        await settled(app)
        assert [len(paths) for where, paths in files(tmp_path / "mail").items() if where == "Ugly"] == [2]
        done = await undo(app, tmp_path, "--rule", "no-lisbon", "--yes")
        assert "2 of 2 mails" in done.output, done.output
        assert "Ugly" not in files(tmp_path / "mail")


async def test_points_that_a_rule_added_are_taken_away_again(tmp_path: Path) -> None:
    baker = linkedin.Person(name="Rita Lopes", vanity="rita-l", headline="Painter", number=88_100, note="I bake cake.")
    async with running(tmp_path, first=with_rules(tmp_path)) as app:
        await brought(app, baker)
        assert lies(tmp_path) == {"Rita Lopes": "Good"}
        done = await undo(app, tmp_path, "--rule", "likes-cake", "--since", "1d", "--yes")
        assert "1 of 1 mail lies" in done.output, done.output
        assert lies(tmp_path)["Rita Lopes"] != "Good"


def changed(folder: Path, app: App, text: str) -> None:
    """Other rules decide from now on."""
    with_rules(folder, text)
    app.settings = app.settings.but(rules=load_rules(folder / "rules.toml"))
    app.worker.settings = app.settings


OTHER = """
[[rule]]
name = "painters-too"
verdict = "ugly"
all = [{ field = "headline", contains = "painter" }]
"""
LABEL = """
[[rule]]
name = "only-a-label"
label = "guild"
all = [{ field = "headline", contains = "painter" }]

[[rule]]
name = "no-further"
then = "stop"
all = [{ field = "headline", contains = "painter" }]

[[rule]]
name = "never-read"
verdict = "good"
all = [{ field = "headline", contains = "painter" }]
"""


async def test_what_other_changes_of_the_rules_would_do_is_not_done_in_its_name(tmp_path: Path) -> None:
    painter = linkedin.Person(name="Rita Lopes", vanity="rita-q", headline="Painter", number=88_400, note="Hello Amy.")
    async with running(tmp_path, "[reload]\nwatch = false\n", first=with_rules(tmp_path, LABEL)) as app:
        await brought(app, painter)
        before = lies(tmp_path)
        changed(tmp_path, app, LABEL + OTHER)
        told = await undo(app, tmp_path, "--rule", "only-a-label", "--yes")
        assert "took part in the decision of 1 mail" in told.output, told.output
        assert "Nothing is to be moved." in told.output
        assert lies(tmp_path) == before
        changed(tmp_path, app, OTHER + LABEL)
        told = await undo(app, tmp_path, "--rule", "painters-too", "--yes")
        assert "left: your rules have changed in other ways since" in " ".join(told.output.split())
        assert lies(tmp_path) == before


async def test_a_rule_that_only_kept_others_from_being_read_is_undone(tmp_path: Path) -> None:
    painter = linkedin.Person(name="Rita Lopes", vanity="rita-r", headline="Painter", number=88_500, note="Hello Amy.")
    async with running(tmp_path, first=with_rules(tmp_path, LABEL)) as app:
        await brought(app, painter)
        assert lies(tmp_path)["Rita Lopes"] != "Good"
        told = await undo(app, tmp_path, "--rule", "no-further", "--yes")
        assert "1 of 1 mail" in told.output, told.output
        assert lies(tmp_path) == {"Rita Lopes": "Good"}


async def test_a_rule_that_is_no_longer_in_the_file_is_undone_too(tmp_path: Path) -> None:
    async with running(tmp_path, "[reload]\nwatch = false\n", first=with_rules(tmp_path)) as app:
        await brought(app, BAKERS[0])
        assert lies(tmp_path) == {"Rita Lopes": "Ugly"}
        changed(tmp_path, app, RULES.partition("\n\n")[2])
        told = await undo(app, tmp_path, "--rule", "no-lisbon", "--yes")
        assert "1 of 1 mail" in told.output, told.output
        assert lies(tmp_path) == {"Rita Lopes": "Intriguing"}


async def test_a_reminder_of_what_its_owner_spoke_about_is_left(tmp_path: Path) -> None:
    async with running(tmp_path, first=with_rules(tmp_path)) as app:
        await brought(app, BAKERS[0])
        await deliver(app, linkedin.reminder(BAKERS[0]))
        await settled(app)
        result = await asyncio.to_thread(salver, tmp_path, "ugly", "Rita Lopes")
        assert result.exit_code == 0, result.output
        await settled(app)
        before = {where: len(paths) for where, paths in files(tmp_path / "mail").items()}
        told = await undo(app, tmp_path, "--rule", "no-lisbon", "--yes")
        assert "left: you said that it is ugly" in " ".join(told.output.split())
        assert {where: len(paths) for where, paths in files(tmp_path / "mail").items()} == before


async def test_a_collection_goes_with_the_requests_that_it_repeats(tmp_path: Path) -> None:
    welder = linkedin.Person(name="Tom Ashe", vanity="tom-w", headline="Welder", number=88_600)
    rules = RULES.replace('contains = "baker"', 'contains = ["baker", "welder"]')
    async with running(tmp_path, first=with_rules(tmp_path, rules)) as app:
        await brought(app, BAKERS[0])
        await deliver(app, linkedin.digest_of_invitations((welder, BAKERS[0])))
        await settled(app)
        assert set(lies(tmp_path).values()) == {"Ugly"}
        told = await undo(app, tmp_path, "--rule", "no-lisbon", "--yes")
        assert "2 of 2 mails" in told.output, told.output
        assert "Ugly" not in files(tmp_path / "mail")


LESSON = """
[[lesson]]
id = "k000001"
at = 2026-01-01T00:00:00Z
says = "bakers are ugly"
rule.name = "learned-bakers"
rule.verdict = "ugly"
rule.all = [{ field = "headline", contains = "baker" }]
"""
SHIFT = """
[[lesson]]
id = "k000002"
at = 2026-01-01T00:00:00Z
says = "softer"
good = -1.0
"""


async def test_what_a_lesson_did_is_undone_by_its_id(tmp_path: Path) -> None:
    (tmp_path / "lessons.toml").write_text(LESSON, "utf-8")
    text = RULES.partition('[[rule]]\nname = "likes-cake"')[2]
    async with running(tmp_path, first=with_rules(tmp_path, '[[rule]]\nname = "likes-cake"' + text)) as app:
        await brought(app, BAKERS[0])
        assert lies(tmp_path) == {"Rita Lopes": "Ugly"}
        done = await undo(app, tmp_path, "--lesson", "k000001", "--yes")
        assert "1 of 1 mail lies where it belongs without it" in done.output, done.output
        assert lies(tmp_path) == {"Rita Lopes": "Intriguing"}


async def test_what_a_moved_threshold_did_is_undone_too(tmp_path: Path) -> None:
    (tmp_path / "lessons.toml").write_text(SHIFT, "utf-8")
    rules = '[[rule]]\nname = "cake"\npoints = 2.5\nall = [{ field = "note", contains = "cake" }]\n'
    baker = linkedin.Person(name="Rita Lopes", vanity="rita-l", headline="Painter", number=88_300, note="I bake cake.")
    async with running(tmp_path, first=with_rules(tmp_path, rules)) as app:
        await brought(app, baker)
        if (before := lies(tmp_path)["Rita Lopes"]) != "Good":
            ((score,),) = await app.store.read("SELECT score FROM requests")
            pytest.fail(f"the mail scores {score} and lies in {before}: the lesson takes no part in it")
        done = await undo(app, tmp_path, "--lesson", "k000002", "--yes")
        assert "1 of 1 mail" in done.output, done.output
        assert lies(tmp_path) == {"Rita Lopes": "Intriguing"}


def test_without_a_running_salver_it_is_noted_and_done_at_the_next_start(tmp_path: Path) -> None:
    async def before() -> None:
        async with running(tmp_path, first=with_rules(tmp_path)) as app:
            await brought(app, BAKERS[1])

    async def after() -> None:
        async with running(tmp_path, first=with_rules(tmp_path)) as app:
            await settled(app)

    asyncio.run(before())
    told = salver(tmp_path, "undo", "--rule", "no-lisbon", "--yes")
    assert "1 mail will be moved as soon as it can be: Salver is not running" in told.output
    assert lies(tmp_path) == {"Tom Ashe": "Ugly"}
    asyncio.run(after())
    assert lies(tmp_path) == {"Tom Ashe": "Intriguing"}


async def test_what_was_undone_stays_undone_when_the_request_is_judged_once_more(tmp_path: Path) -> None:
    async with running(tmp_path, first=with_rules(tmp_path)) as app:
        await brought(app, BAKERS[0])
        await undo(app, tmp_path, "--rule", "no-lisbon", "--yes")
        ((mail, request),) = await app.store.read("SELECT mail, id FROM requests")
        again = RejudgingWanted(mail=str(mail), owner="amy", request=str(request), at=1)
        await app.store.ask(f"{mail}.test", again)
        await settled(app)
        assert lies(tmp_path) == {"Rita Lopes": "Intriguing"}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--rule", "no-lisbom"), 'there is and was no rule "no-lisbom"; did you mean "no-lisbon"?'),
        (("--rule", "score-ugly"), 'there is and was no rule "score-ugly"'),
        (("--lesson", "abcd"), 'there is and was no lesson "abcd"'),
        (("--rule", "a", "--lesson", "b"), "name one"),
        (("--since", "1d"), "--since and --yes belong to"),
        (("--rule", "no-lisbon", "--since", "soon"), "is no day"),
    ],
)
def test_what_cannot_be_undone_is_said_in_a_line(tmp_path: Path, arguments: tuple[str, ...], says: str) -> None:
    async def before() -> None:
        async with running(tmp_path, first=with_rules(tmp_path)) as app:
            await brought(app, BAKERS[2])

    asyncio.run(before())
    told = salver(tmp_path, "undo", *arguments)
    assert told.exit_code != 0
    assert says in told.output
    assert "Traceback" not in told.output
