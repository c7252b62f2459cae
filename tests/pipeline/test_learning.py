"""What corrections teach: proposed, told, answered, and forgotten. Real mails and files, and a Salver that runs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from pipeline.app import App
from pipeline.learning.file import load_lessons, write_lessons
from pipeline.learning.looking import Learning
from pipeline.learning.teaching import learn
from pipeline.reload import reloading
from pipeline.settings import ConfigError, load, stage_settings
from pipeline.store import proposals
from pipeline.store.log import Log
from pipeline.store.migrations import decode
from pipeline.store.proposals import Kept
from stages.events import Decision, Routed
from stages.learning import LearningWanted, LessonAnswered, Teaching
from stages.proposals import Proposal
from tests.builders import linkedin
from tests.builders.correcting import (
    RULES,
    comes,
    command,
    configure,
    corrected,
    crowd,
    digest,
    kept,
    proposal,
    put,
    spread,
    states,
    taken_back,
    taught,
)
from tests.builders.linkedin import Person
from tests.builders.replies import answer_to, reply, text_of
from tests.builders.running import deliver, filed, settled
from tests.builders.talked_of import files, owners_move, until as waited, unwatched

HOUR = 3_600_000


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reloading, "QUIET_SECONDS", 0.05)


async def decisions(app: App, owner: str = "amy") -> list[tuple[Routed, Decision]]:
    rows = await app.store.read("SELECT kind, version, body FROM events WHERE kind = 'Routed' ORDER BY seq")
    found = [decode(*row) for row in rows]
    return [
        (each, each.decisions[0])
        for each in found
        if isinstance(each, Routed) and each.owner == owner and each.decisions
    ]


def ours(folder: Path, what: str) -> list[str]:
    """The texts of our own mails in the owner's INBOX, oldest first."""
    return [text_of(raw) for raw in _ours(folder, what)]


def _ours(folder: Path, what: str) -> list[bytes]:
    return [raw for raw in filed(folder)["INBOX"] if f"\r\nMessage-ID: <{what}.".encode() in raw]


async def answer(app: App, said: str, to: bytes) -> None:
    assert (await deliver(app, reply(said, to), "amy@mail.test", answer_to(to))).startswith("250 ")
    await settled(app)


def plain(decision: Decision) -> dict[str, Any]:
    """A decision without what names its mail."""
    told = decision.model_dump(mode="json", exclude={"judgement": {"request"}})
    assert told
    return told


# --- the whole story ---


async def test_four_moves_are_proposed_in_a_digest_answered_by_mail_judged_by_and_forgotten(tmp_path: Path) -> None:
    async with taught(tmp_path) as app:
        await unwatched(app)
        for number in range(4):
            await comes(app, number)
        await crowd(app, 30)
        await comes(app, 3, "Baker")
        for path in files(tmp_path / "mail")["Intriguing"]:
            if b"Sommelier" in path.read_bytes():
                owners_move(path, "Good", tmp_path / "mail")
        for _ in range(3):
            await app.moves.look()
            await settled(app)
        await spread(app.store, 25)
        assert await app.learning.look()
        (proposed,) = await proposals.proposals(app.store.read)
        assert (proposed.owner, proposed.state, len(proposed.proposal.corrections)) == ("amy", "open", 4)
        code, live = proposed.id, app.settings.hash

        await comes(app, 4)  # nothing changed by being proposed
        before_routed, before = (await decisions(app))[-1]
        assert (before.verdict, before.taught, app.settings.rules.lessons) == ("intriguing", (), ())
        assert not (tmp_path / "lessons.toml").exists()
        assert f"salver accept {code}" in await command(tmp_path, "proposals")

        await digest(app)
        (mail,) = _ours(tmp_path, "digest")
        told = " ".join(text_of(mail).split())
        for words in ("What Salver could learn", f"{code}: ", "right 4 of 4 times", f'"accept {code}" if Salver'):
            assert words in told
        await answer(app, f"accept {code}", mail)
        assert await states(app.store) == {proposed.what: "accepted"}
        await reloaded(app, code)
        assert [each.owner for each in app.settings.rules.lessons] == ["amy"]
        assert not ours(tmp_path, "reply"), "what was done needs no mail"

        await comes(app, 5)
        _, now = (await decisions(app))[-1]
        assert (now.verdict, now.folder, [each.lesson for each in now.taught]) == ("good", "Good", [code])
        await comes(app, 6, rcpt="bob@salver.test")
        assert [each.verdict for _, each in await decisions(app, "bob")] == ["intriguing"], "Bob was never asked"
        listed = await command(tmp_path, "lessons")
        for words in ("took part in 1 decision since, the last about Fay Berg", code, "4 corrections", "right 4 of 4"):
            assert words in listed
        ((request,),) = await app.store.read("SELECT id FROM requests ORDER BY id DESC LIMIT 1 OFFSET 1")
        story = " ".join((await command(tmp_path, "log", str(request)[-8:])).split())
        assert " ".join(now.taught[0].says.split())[:60] in story

        await answer(app, f"no {code}, accept k999999", mail)
        (trouble,) = [" ".join(text.split()) for text in ours(tmp_path, "reply")]
        assert f"{code}: you accepted it already" in trouble
        assert "k999999: no lesson of this name was proposed to you" in trouble

        said = await command(tmp_path, "lessons", "forget", code)
        assert "Mail that comes now is judged without it" in said
        assert f"salver undo --lesson {code}" in said
        assert load_lessons(tmp_path / "lessons.toml") == ()
        await comes(app, 7)
        after_routed, after = (await decisions(app))[-1]
        assert plain(after) == plain(before)
        assert (after_routed.settings_hash, app.settings.hash) == (before_routed.settings_hash, live)
        assert await states(app.store) == {proposed.what: "forgotten"}
        for path in files(tmp_path / "mail")["Good"]:
            assert b"Sommelier" in path.read_bytes(), "what it filed stays where it lies"


async def reloaded(app: App, code: str) -> None:
    await waited(lambda: code in [each.id for each in app.settings.rules.lessons], 20)


# --- what is kept of proposals ---


class Searched(Learning):
    """One whose search finds what a test says."""

    finds: tuple[Proposal, ...] = ()

    async def _search(
        self, owner: str, at: int, most: int, known: tuple[str, ...], opened: Iterable[Kept]
    ) -> list[Proposal]:
        again = [each.proposal for each in opened]
        taken = {*known, *(each.what for each in again)}
        return [*again, *(each for each in self.finds if each.what not in taken)][:most]


async def search(folder: Path, store: Log, *finds: Proposal) -> Searched:
    configuration = load(folder / "salver.toml", environment={})
    settings = stage_settings(configuration)
    made = Searched(store, configuration, lambda: settings)
    made.finds = finds
    await made.look()
    return made


async def test_at_most_three_are_open_and_each_has_a_code_that_no_number_or_word_is(tmp_path: Path) -> None:
    async with kept(tmp_path) as store:
        await corrected(store, "r1", "r2", "r3")
        await search(tmp_path, store, *(proposal(f"w{number}") for number in range(5)))
        found = await proposals.proposals(store.read)
        assert [each.what for each in sorted(found, key=lambda each: each.what)] == ["w0", "w1", "w2"]
        assert all(each.id[0] == "k" and each.id[1:].isdigit() for each in found)
        assert all((each.proposal.lesson.id, each.proposal.lesson.owner) == (each.id, "amy") for each in found)
        await search(tmp_path, store, proposal("w0"), proposal("w9"))
        assert len(await proposals.proposals(store.read)) == 3


async def test_two_who_look_at_once_propose_nothing_twice_and_not_too_much(tmp_path: Path) -> None:
    async with kept(tmp_path) as store:
        for number, what in enumerate(("w1", "w1", "w2", "w3", "w4")):
            await store.write([proposals.made(f"k00000{number}", "amy", what, "{}", number)])
        assert [each.id for each in await proposals.proposals(store.read)] == ["k000000", "k000002", "k000003"]
        await store.write([proposals.made("k000009", "bob", "w1", "{}", 9)])
        assert len(await proposals.proposals(store.read, "bob")) == 1


async def test_where_nothing_was_corrected_and_where_nothing_changed_nobody_looks(tmp_path: Path) -> None:
    async with kept(tmp_path) as store:
        looked = await search(tmp_path, store, proposal())
        assert await states(store) == {}
        await corrected(store, "r1", "r2", "r3")
        assert await looked.look()
        assert not await looked.look()
        await taken_back(store, "r9")
        assert not await looked.look()
        await taken_back(store, "r1")
        assert await looked.look()


async def test_a_proposal_whose_correction_was_taken_back_is_outdated_and_may_be_made_anew(tmp_path: Path) -> None:
    async with kept(tmp_path) as store:
        await corrected(store, "r1", "r2", "r3", "r4")
        looked = await search(tmp_path, store, proposal())
        await taken_back(store, "r2")
        looked.finds = ()
        await looked.look()
        assert await states(store) == {"good: sommelier": "outdated"}
        without = proposal(corrections=1)
        looked.finds = (without,)
        await taken_back(store, "r3")
        await looked.look()
        assert sorted(each.state for each in await proposals.proposals(store.read)) == ["open", "outdated"]


async def test_what_was_declined_is_not_proposed_again_before_twice_as_much_speaks_for_it(tmp_path: Path) -> None:
    async with kept(tmp_path) as store:
        await corrected(store, *(f"r{number}" for number in range(1, 8)))
        await search(tmp_path, store, proposal())
        (first,) = await proposals.proposals(store.read)
        await said(tmp_path, store, first.id, "decline")
        await search(tmp_path, store, proposal(), proposal(corrections=5), proposal("another"))
        assert await states(store) == {"good: sommelier": "declined", "another": "open"}
        await search(tmp_path, store, proposal(corrections=6))
        assert [each.state for each in await proposals.proposals(store.read) if each.what == first.what] == [
            "declined",
            "open",
        ]


async def test_a_lesson_whose_lines_its_owner_deleted_counts_as_forgotten(tmp_path: Path) -> None:
    async with kept(tmp_path) as store:
        await corrected(store, "r1", "r2", "r3")
        await put(store)
        await said(tmp_path, store, "k000001", "accept")
        (tmp_path / "lessons.toml").write_text("# nothing\n", "utf-8")
        await search(tmp_path, store)
        assert await states(store) == {"good: sommelier": "forgotten"}


async def test_one_that_another_salver_made_stops_nothing(tmp_path: Path) -> None:
    async with kept(tmp_path) as store:
        await corrected(store, "r1", "r2", "r3")
        await store.write([proposals.made("k000007", "amy", "odd", '{"lesson": {"new": 1}}', 1)])
        await search(tmp_path, store, proposal())
        assert await states(store) == {"odd": "outdated", "good: sommelier": "open"}


async def test_it_can_be_switched_off(tmp_path: Path) -> None:
    async with taught(tmp_path, "[learning]\nproposals = false\n") as app:
        await corrected(app.store, "r1", "r2", "r3")
        await app.learning.run()
        assert await states(app.store) == {}
    assert "off in [learning]" in await command(tmp_path, "proposals")


# --- an answer ---


def wanted(id: str, what: Teaching, owner: str = "amy", by: str = "terminal", at: int = 2 * HOUR) -> LearningWanted:
    given = {"mail": "m", "owner": owner, "lesson": id, "answer": what, "by": by, "at": at}
    return LearningWanted.model_validate(given)


async def said(folder: Path, store: Log, id: str, what: Teaching, **more: Any) -> LessonAnswered:
    configuration = load(folder / "salver.toml", environment={})
    return await learn(store, configuration, wanted(id, what, **more), stage_settings(configuration).rules)


async def test_accepting_writes_one_lesson_of_this_owner_and_changes_no_other_file(tmp_path: Path) -> None:
    async with kept(tmp_path) as store:
        await put(store)
        before = (tmp_path / "rules.toml").read_bytes(), (tmp_path / "salver.toml").read_bytes()
        assert not (await said(tmp_path, store, "k000001", "accept")).why
        (lesson,) = load_lessons(tmp_path / "lessons.toml")
        assert (lesson.id, lesson.owner, lesson.at, len(lesson.corrections)) == ("k000001", "amy", 2 * HOUR, 3)
        assert before == ((tmp_path / "rules.toml").read_bytes(), (tmp_path / "salver.toml").read_bytes())
        text = (tmp_path / "lessons.toml").read_bytes()
        assert "already" in (await said(tmp_path, store, "k000001", "accept")).why
        assert (tmp_path / "lessons.toml").read_bytes() == text


async def test_whoever_was_cut_off_after_the_file_was_written_ends_it(tmp_path: Path) -> None:
    async with kept(tmp_path) as store:
        await put(store)
        (one,) = await proposals.proposals(store.read)
        write_lessons(tmp_path / "lessons.toml", [one.proposal.lesson])
        text = (tmp_path / "lessons.toml").read_bytes()
        assert not (await said(tmp_path, store, "k000001", "accept")).why
        assert (tmp_path / "lessons.toml").read_bytes() == text
        assert await states(store) == {"good: sommelier": "accepted"}


async def test_a_file_that_cannot_be_read_is_not_written_over_and_the_proposal_stays_open(tmp_path: Path) -> None:
    async with kept(tmp_path) as store:
        await put(store)
        (tmp_path / "lessons.toml").write_text("[[lesson]\n# mine\n", "utf-8")
        with pytest.raises(ConfigError):
            await said(tmp_path, store, "k000001", "accept")
        assert (tmp_path / "lessons.toml").read_text("utf-8") == "[[lesson]\n# mine\n"
        assert await states(store) == {"good: sommelier": "open"}


async def test_nobody_answers_what_was_proposed_to_another(tmp_path: Path) -> None:
    async with kept(tmp_path) as store:
        await put(store, owner="bob")
        assert "no lesson" in (await said(tmp_path, store, "k000001", "accept")).why
        assert await proposals.standing_of(store.read, "amy", ["k000001"]) == ()
        assert await states(store) == {"good: sommelier": "open"}


async def test_by_mail_only_what_is_open_is_answered_and_the_terminal_may_change_its_mind(tmp_path: Path) -> None:
    async with kept(tmp_path) as store:
        await put(store)
        await said(tmp_path, store, "k000001", "decline", by="mail")
        assert "declined it already" in (await said(tmp_path, store, "k000001", "accept", by="mail")).why
        assert load_lessons(tmp_path / "lessons.toml") == ()
        assert not (await said(tmp_path, store, "k000001", "accept")).why
        assert len(load_lessons(tmp_path / "lessons.toml")) == 1
        assert "accepted it already" in (await said(tmp_path, store, "k000001", "decline")).why


async def test_two_lessons_whose_rules_would_have_one_name_are_told_apart(tmp_path: Path) -> None:
    async with kept(tmp_path) as store:
        await put(store)
        await put(store, "k000002", "bob")
        await said(tmp_path, store, "k000001", "accept")
        await said(tmp_path, store, "k000002", "accept", owner="bob")
        names = [each.rule.name for each in load_lessons(tmp_path / "lessons.toml") if each.rule]
        assert names == ["learned-sommelier", "learned-sommelier-k000002"]


# --- in the terminal ---


async def test_commands_list_accept_decline_and_forget_while_no_salver_runs(tmp_path: Path) -> None:
    async with kept(tmp_path) as store:
        await put(store)
        await put(store, "k000002", made=proposal("another", corrections=1))
    listed = await command(tmp_path, "proposals")
    for words in ("k000001", "right 3 of 4 times", "Nell Ask (ugly -> good)", '+ rule.name = "learned-sommelier"'):
        assert words in listed
    assert "amy: 2 lessons are proposed (`salver proposals`)" in await command(tmp_path, "status")
    assert "Ada Fern" not in listed.split("it changes")[1].split("\n")[0], "whom the owner corrected is no surprise"
    told = [json.loads(line) for line in (await command(tmp_path, "proposals", "--json")).splitlines()]
    assert {each["lesson"] for each in told} == {"k000001", "k000002"}
    assert told[0]["patch"].startswith("[[lesson]]")
    assert (await command(tmp_path, "proposals", "--owner", "bob")).startswith("Nothing is proposed")
    assert "counts from the next start" in await command(tmp_path, "accept", "k000001")
    assert "not proposed again" in await command(tmp_path, "decline", "k000002")
    assert "no lesson k777777" in await command(tmp_path, "accept", "k777777", code=1)
    assert "accepted it already" in await command(tmp_path, "accept", "k000001", code=1)
    lessons = await command(tmp_path, "lessons")
    assert "It took part in no decision yet." in lessons
    (one,) = [json.loads(line) for line in (await command(tmp_path, "lessons", "--json")).splitlines()]
    assert (one["lesson"], one["decisions"], one["receipt"]["right"], one["doubts"]) == ("k000001", 0, 3, [])
    assert "Forgotten" in await command(tmp_path, "forget", "k000001")
    assert "learned nothing" in await command(tmp_path, "lessons")
    assert "no lesson of this name counts" in await command(tmp_path, "lessons", "forget", "k000001", code=1)
    story = await command(tmp_path, "log", "k000001")
    assert "it counts from now on" in story
    assert "it counts no more" in story


async def test_a_lesson_that_does_nothing_is_told_by_check_and_by_lessons(tmp_path: Path) -> None:
    async with kept(tmp_path) as store:
        await put(store)
    await command(tmp_path, "accept", "k000001")
    path = tmp_path / "lessons.toml"
    path.write_text(
        path.read_text("utf-8").replace('field = "headline", word = "sommelier"', 'signal = "was_once"'), "utf-8"
    )
    doubt = "it asks for a signal was_once, which there is no more"
    assert f"! {doubt}" in await command(tmp_path, "lessons")
    assert f"lesson k000001: {doubt}" in await command(tmp_path, "check", code=1)


async def test_a_broken_file_of_lessons_is_told_by_check_with_its_line(tmp_path: Path) -> None:
    configure(tmp_path)
    (tmp_path / "lessons.toml").write_text('[[lesson]]\nid = "k000001"\nat = 5\nsays = "x"\ngoood = 1\n', "utf-8")
    told = await command(tmp_path, "check", code=1)
    assert "lessons.toml, line 5" in told
    assert "Mend" in told


async def test_a_threshold_that_was_learned_counts_where_it_made_a_difference(tmp_path: Path) -> None:
    path = tmp_path / "lessons.toml"
    path.write_text(
        '[[lesson]]\nid = "k000003"\nowner = "amy"\nat = 1970-01-01 00:00:00\nsays = "Stricter."\nintriguing = 0.25\n',
        "utf-8",
    )
    async with taught(tmp_path) as app:
        await comes(app, 0)
        await comes(app, 1, "Baker")
        await comes(app, 2, rcpt="bob@salver.test")
        plain = Person(
            name="Ulf Egge", vanity="ulf-egge", headline="Roofer", number=7_330_000_000_000_000_001, photo=False
        )
        await deliver(app, linkedin.invitation_modern(plain))  # ugly, whether it was learned or not
        await settled(app)
        assert [each.verdict for _, each in await decisions(app)] == ["ugly", "follow_up", "ugly"]
        assert [each.verdict for _, each in await decisions(app, "bob")] == ["intriguing"]
        assert "took part in 1 decision" in await command(tmp_path, "lessons")
    assert (tmp_path / "rules.toml").read_text("utf-8") == RULES


async def test_a_decision_in_which_a_lesson_took_part_says_so_also_where_it_was_held(tmp_path: Path) -> None:
    async with kept(tmp_path) as store:
        await put(store)
    await command(tmp_path, "accept", "k000001")
    mail = tmp_path / "mail.eml"
    mail.write_bytes(linkedin.invitation_modern(Person(headline="Sommelier at House 1", photo=True)))
    told = await command(tmp_path, "explain", str(mail))
    assert "You said so of 3: good: sommelier." in " ".join(told.split())
    (one,) = [json.loads(line) for line in (await command(tmp_path, "explain", "--json", str(mail))).splitlines()]
    assert (one["verdict"], one["rule"]) == ("good", "learned-sommelier")
    path = tmp_path / "lessons.toml"
    path.write_text(path.read_text("utf-8").replace('verdict = "good"', 'verdict = "ugly"'), "utf-8")
    (tmp_path / "rules.toml").write_text("[thresholds]\ngood = 0.0\nintriguing = -1.0\n", "utf-8")
    told = await command(tmp_path, "explain", str(mail))
    assert "Belongs in: Intriguing" in told
    assert "what you taught Salver says the opposite of what it would be without that" in " ".join(told.split())
