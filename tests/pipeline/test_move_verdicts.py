"""What a whole Salver makes of moves: of any mail with a request, in any order, with clients that move and copy."""

from __future__ import annotations

import asyncio
import random
from itertools import pairwise
from pathlib import Path

import pytest

from pipeline.app import App
from pipeline.story import gist
from stages.conversation import Advanced, Ordered, ReplyWanted
from stages.events import Filed, Moved, Routed
from tests.builders import linkedin, talked_of
from tests.builders.running import deliver, running, settled
from tests.builders.talked_of import ZOE, brought, files, known, owners_move, say, unwatched

WORDY = linkedin.Person(
    name="Ada Fern", vanity="ada-fern", number=77_101,
    note="Hi Amy, I read your article on type-safe parsers and would like to hear how you test them.",
)  # fmt: skip
BUTTONS = '[filing]\nbuttons = ["Asked", "Snooze/3 days", "Never again"]\n'


async def looked(app: App, times: int = 3) -> None:
    """Look for moves, several times over, and let all come of it."""
    for _ in range(times):
        await app.moves.look()
        await settled(app)


def lies(root: Path) -> dict[str, list[Path]]:
    """The mails of others; what Salver writes into the INBOX is left out."""
    while True:
        try:
            found = {
                folder: [path for path in paths if b"X-Salver-Mail:" in path.read_bytes()]
                for folder, paths in files(root).items()
            }
            return {folder: paths for folder, paths in found.items() if paths}
        except FileNotFoundError:  # Salver moved it between the listing and the reading
            continue


def one(root: Path) -> tuple[str, Path]:
    ((folder, (path,)),) = lies(root).items()
    return folder, path


async def cues(app: App) -> list[str]:
    """By what its owner moved the conversation."""
    return [each.cue for each in await talked_of.events(app, Advanced) if isinstance(each, Advanced) and each.by]


# --- whatever its conversation ---


async def test_a_move_of_a_request_that_nobody_talked_of_is_a_verdict(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        await unwatched(app)
        await deliver(app, linkedin.invitation_modern(WORDY))
        await settled(app)
        assert not await app.store.read("SELECT 1 FROM conversations")
        before, path = one(tmp_path / "mail")
        aim = "Good" if before == "Ugly" else "Ugly"
        owners_move(path, aim, tmp_path / "mail")
        await looked(app)
        talk = await known(app)
        assert (talk.phase, talk.said, talk.about.name.value) == ("settled", aim.lower(), "Ada Fern")
        assert one(tmp_path / "mail")[0] == aim
        ((said,),) = await app.store.read("SELECT said FROM corrections WHERE taken_back_at IS NULL")
        assert said == aim.lower()


async def test_a_settled_request_can_be_moved_again_and_again(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        await unwatched(app)
        await brought(app)
        await say(app, "ugly")
        for folder in ("Good", "Intriguing", "Ugly", "Intriguing"):
            owners_move(one(tmp_path / "mail")[1], folder, tmp_path / "mail")
            await looked(app)
            assert one(tmp_path / "mail")[0] == folder
            assert (await known(app)).said == folder.lower()


async def test_an_accident_that_is_moved_back_leaves_no_trace_but_the_story(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        await unwatched(app)
        before = await brought(app)
        owners_move(one(tmp_path / "mail")[1], "Ugly", tmp_path / "mail")
        await looked(app)
        assert (await known(app)).said == "ugly"
        owners_move(one(tmp_path / "mail")[1], "Intriguing", tmp_path / "mail")
        await looked(app)
        after = await known(app)
        assert (after.phase, after.said, after.verdict) == (before.phase, None, before.verdict)
        assert await cues(app) == ["ugly", "undo"]
        folder, path = one(tmp_path / "mail")
        assert folder == "Intriguing"
        assert b"X-Salver-Verdict: follow_up" in path.read_bytes()
        assert not await app.store.read("SELECT 1 FROM corrections WHERE taken_back_at IS NULL")


async def test_a_move_to_a_third_folder_is_a_verdict_and_the_way_back_takes_only_that_one_back(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        await unwatched(app)
        await brought(app)
        for folder in ("Ugly", "Good", "Ugly"):
            owners_move(one(tmp_path / "mail")[1], folder, tmp_path / "mail")
            await looked(app)
        assert await cues(app) == ["ugly", "good", "undo"]
        assert (await known(app)).said == "ugly"
        owners_move(one(tmp_path / "mail")[1], "Intriguing", tmp_path / "mail")
        await looked(app)
        assert await cues(app) == ["ugly", "good", "undo", "undo"]
        assert (await known(app)).phase == "to_ask"


async def test_back_after_something_else_was_said_is_a_verdict_of_its_own(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        await unwatched(app)
        await brought(app)
        owners_move(one(tmp_path / "mail")[1], "Ugly", tmp_path / "mail")
        await looked(app)
        await say(app, "good")
        assert one(tmp_path / "mail")[0] == "Good"
        owners_move(one(tmp_path / "mail")[1], "Intriguing", tmp_path / "mail")
        await looked(app)
        assert await cues(app) == ["ugly", "good", "intriguing"]


async def test_a_move_of_a_reminder_is_about_the_request_that_it_joined(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        await unwatched(app)
        first = (await brought(app)).mail
        await deliver(app, linkedin.reminder(ZOE))
        await settled(app)
        assert {folder: len(paths) for folder, paths in lies(tmp_path / "mail").items()} == {"Intriguing": 2}
        (second,) = [path for path in lies(tmp_path / "mail")["Intriguing"] if first not in path.name]
        owners_move(second, "Good", tmp_path / "mail")
        await looked(app)
        (order,) = await talked_of.events(app, Ordered)
        (moved,) = await talked_of.events(app, Moved)
        assert (order.mail, moved.mail != first) == (first, True)
        assert (await known(app)).said == "good"
        assert {folder: len(paths) for folder, paths in lies(tmp_path / "mail").items()} == {"Good": 2}
        owners_move(next(path for path in lies(tmp_path / "mail")["Good"] if first not in path.name), "Intriguing",
                    tmp_path / "mail")  # fmt: skip
        await looked(app)
        assert await cues(app) == ["good", "undo"]
        assert {folder: len(paths) for folder, paths in lies(tmp_path / "mail").items()} == {"Intriguing": 2}


async def test_the_story_tells_of_a_move(tmp_path: Path) -> None:
    from pipeline.store import state

    async with running(tmp_path) as app:
        await unwatched(app)
        mail = (await brought(app)).mail
        owners_move(one(tmp_path / "mail")[1], "Good", tmp_path / "mail")
        await looked(app)
        told = [gist(step) for step in await state.story(app.store, mail)]
        assert "you moved it to Good" in told
        assert "you said `good` by moving the mail" in told


# --- buttons ---


async def test_a_button_does_what_it_says_and_the_mail_goes_back_where_it_belongs(tmp_path: Path) -> None:
    async with running(tmp_path, BUTTONS) as app:
        await unwatched(app)
        await brought(app)
        owners_move(one(tmp_path / "mail")[1], "Asked", tmp_path / "mail", "FS")
        await looked(app)
        assert (await known(app)).phase == "asked"
        folder, path = one(tmp_path / "mail")
        assert (folder, path.name.partition(":")[2]) == ("Intriguing", "2,FS")
        owners_move(path, "Never again", tmp_path / "mail")
        await looked(app)
        talk = await known(app)
        assert (talk.said, talk.always) == ("ugly", "person")
        folder, path = one(tmp_path / "mail")
        assert folder == "Ugly"
        assert b"X-Salver-Verdict: ugly" in path.read_bytes()
        assert await cues(app) == ["asked", "ugly"]


async def test_a_button_that_can_do_nothing_gives_the_mail_back_and_says_why(tmp_path: Path) -> None:
    async with running(tmp_path, BUTTONS) as app:
        await unwatched(app)
        await brought(app)
        await say(app, "good")
        owners_move(one(tmp_path / "mail")[1], "Snooze.3 days", tmp_path / "mail")
        await looked(app)
        assert one(tmp_path / "mail")[0] == "Good"
        (told,) = await talked_of.events(app, ReplyWanted)
        assert isinstance(told, ReplyWanted)
        assert "Zoe Marsh" in told.troubles[0]


async def test_a_digest_of_several_leaves_a_button_and_stays_wherever_else_it_is_put(tmp_path: Path) -> None:
    people = [linkedin.Person(name=f"Pat {name}", vanity=f"pat-{name}", number=78_000 + at)
              for at, name in enumerate(("Ash", "Birch", "Cedar"))]  # fmt: skip
    async with running(tmp_path, BUTTONS) as app:
        await unwatched(app)
        await deliver(app, linkedin.digest_of_invitations(people))
        await settled(app)
        before, path = one(tmp_path / "mail")
        content = path.read_bytes()
        owners_move(path, "Asked", tmp_path / "mail")
        await looked(app)
        folder, path = one(tmp_path / "mail")
        assert (folder, path.read_bytes()) == (before, content)
        (told,) = await talked_of.events(app, ReplyWanted)
        assert isinstance(told, ReplyWanted)
        assert "3 requests" in told.troubles[0]
        aim = "Good" if before != "Good" else "Ugly"
        owners_move(path, aim, tmp_path / "mail")
        await looked(app)
        assert one(tmp_path / "mail")[0] == aim
        assert not await talked_of.events(app, Ordered)


async def test_a_mail_without_a_request_leaves_a_button_for_the_inbox(tmp_path: Path) -> None:
    async with running(tmp_path, BUTTONS) as app:
        await unwatched(app)
        await deliver(app, linkedin.news())
        await settled(app)
        folder, path = one(tmp_path / "mail")
        assert folder == "INBOX"
        owners_move(path, "Never again", tmp_path / "mail")
        await looked(app)
        assert one(tmp_path / "mail")[0] == "INBOX"
        (told,) = await talked_of.events(app, ReplyWanted)
        assert isinstance(told, ReplyWanted)
        assert "no request" in told.troubles[0]


async def test_a_reminder_in_a_button_goes_back_beside_its_request(tmp_path: Path) -> None:
    async with running(tmp_path, BUTTONS) as app:
        await unwatched(app)
        first = (await brought(app)).mail
        await deliver(app, linkedin.reminder(ZOE))
        await settled(app)
        (second,) = [path for path in lies(tmp_path / "mail")["Intriguing"] if first not in path.name]
        owners_move(second, "Never again", tmp_path / "mail")
        await looked(app)
        assert {folder: len(paths) for folder, paths in lies(tmp_path / "mail").items()} == {"Ugly": 2}
        assert (await known(app)).said == "ugly"


# --- whatever comes in between ---


class Client:
    """One of the owner's: it moves, or copies and removes later, and keeps the file's name, or not."""

    def __init__(self, root: Path, turns: random.Random) -> None:
        self.root = root
        self.turns = turns
        self.late: list[Path] = []
        self.copy = root
        self.put = ""
        """where the owner put the mail last"""
        self._count = 0

    def files(self) -> list[Path]:
        """Those that are not to go: where the owner sees the mail."""
        return [path for paths in lies(self.root).values() for path in paths if path not in self.late]

    def acts(self) -> None:
        """A move, or the end of one that was begun."""
        here = self.files()
        if self.late or len(here) != 1:
            self.ends()
            return
        (path,) = here
        folder = self.turns.choice([name for name in ("Good", "Intriguing", "Ugly") if f".{name}" not in str(path)])
        self._count += 1
        name = self.turns.choice((path.name.partition(":")[0], f"17.M{self._count}P1.host"))
        into = self.root / f".{folder}" / "cur" / f"{name}:2,S"
        for part in ("tmp", "new", "cur"):
            (self.root / f".{folder}" / part).mkdir(parents=True, exist_ok=True)
        try:
            if self.turns.random() < 0.5:
                path.rename(into)
            else:
                into.write_bytes(path.read_bytes())
                self.late, self.copy = [path], into
        except FileNotFoundError:  # Salver was faster: the owner sees that, and lets it be
            into.unlink(missing_ok=True)
            return
        self.put = folder

    def ends(self) -> None:
        """Remove what was copied; where Salver gave it another name meanwhile, the owner sees two, and removes it."""
        for path in self.late:
            path.unlink(missing_ok=True)
        here = self.files()
        if self.late and len(here) > 1:
            there = [path for path in here if path == self.copy or f".{self.put}" in str(path)]
            for path in here:
                if path != (there or here)[0]:
                    path.unlink()
        self.late = []


@pytest.mark.parametrize("seed", range(6))
async def test_at_rest_the_verdict_is_the_folder_where_the_owner_put_it_last(tmp_path: Path, seed: int) -> None:
    """Moves and copies by a client, looks, and what Salver makes of them, in any order."""
    turns = random.Random(seed)
    root = tmp_path / "mail"
    async with running(tmp_path) as app:
        await unwatched(app)
        await brought(app)
        client = Client(root, turns)
        for _ in range(14):
            does = turns.random()
            if does < 0.45:
                client.acts()
            elif does < 0.7:
                await app.moves.look()
            elif does < 0.85:
                await asyncio.sleep(turns.random() / 20)
            else:
                await settled(app)
        client.ends()
        await looked(app, 4)
        folder, _ = one(root)
        if client.put:
            assert folder == client.put
        talk = await known(app)
        shown = "Intriguing" if talk.verdict == "follow_up" else talk.verdict.capitalize()
        assert shown == folder
        orders = [each for each in await talked_of.events(app, Ordered) if isinstance(each, Ordered)]
        moves = [each for each in await talked_of.events(app, Moved) if isinstance(each, Moved)]
        assert [each.order for each in orders] == [each.folder.lower() for each in moves], "each counts once"
        assert all(before.folder != after.folder for before, after in pairwise(moves))
        assert not [each for each in await talked_of.events(app, Filed) if isinstance(each, Filed) and not each.name]
        assert len(await talked_of.events(app, Routed)) == 1 + len(await cues(app))
