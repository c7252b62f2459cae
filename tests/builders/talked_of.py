"""A request that is to be asked about, in a whole Salver, and what its owner says of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

from pipeline.app import App
from pipeline.store.conversations import conversation_of
from pipeline.store.migrations import decode
from stages.conversation import Advanced, By, Conversation, Ordered
from stages.events import Event, Order
from tests.builders import linkedin
from tests.builders.dovecot import Dovecot
from tests.builders.running import deliver, settled

ZOE = linkedin.Person(name="Zoe Marsh", vanity="zoe-marsh", number=77_002)


async def brought(app: App) -> Conversation:
    """The conversation about a request without a note that has just come in."""
    await deliver(app, linkedin.invitation_modern(ZOE))
    await settled(app)
    return await known(app)


async def known(app: App) -> Conversation:
    """The one conversation there is, as it stands."""
    ((request,),) = await app.store.read("SELECT request FROM conversations")
    found = await conversation_of(app.store.read, str(request))
    assert found is not None
    return found


async def say(app: App, order: Order, by: By = "terminal", wait: bool = True) -> Conversation:
    """The owner's word, and how the conversation stands after it."""
    talked = await known(app)
    at = time.time_ns() // 1_000_000
    said = Ordered(mail=talked.mail, owner=talked.owner, request=talked.request, order=order, by=by, at=at)
    await app.store.ask(f"{talked.request}.test{time.time_ns()}", said)
    if wait:
        await settled(app)
    return await known(app)


async def events(app: App, *kinds: type[Event]) -> list[Event]:
    """Those of these kinds, in order."""
    rows = await app.store.read("SELECT kind, version, body FROM events ORDER BY seq")
    return [event for event in (decode(*row) for row in rows) if isinstance(event, kinds)]


async def steps(app: App) -> list[tuple[str, str]]:
    """(what moved it, in which phase it was then) of each step."""
    made = await events(app, Advanced)
    return [(step.cue, step.conversation.phase) for step in made if isinstance(step, Advanced)]


async def until(true: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for it."""
    async with asyncio.timeout(seconds):
        while True:
            if true():
                return
            await asyncio.sleep(0.02)


async def unwatched(app: App) -> None:
    """From now on moves are noticed by `app.moves.look()` alone."""
    (task,) = (task for task in asyncio.all_tasks() if task.get_name() == "moves")
    task.cancel()
    await asyncio.wait([task])


def files(root: Path) -> dict[str, list[Path]]:
    """Folder -> the files of a Maildir, its folders of any name included."""
    found: dict[str, list[Path]] = {}
    for path in sorted(path for part in ("new", "cur") for path in root.glob(f"**/{part}/*")):
        folder = path.parent.parent
        found.setdefault("INBOX" if folder == root else folder.name[1:], []).append(path)
    return found


def owners_move(path: Path, folder: str, root: Path, flags: str = "S") -> Path:
    """What a client does to move a file of a Maildir."""
    for part in ("tmp", "new", "cur"):
        (root / f".{folder}" / part).mkdir(parents=True, exist_ok=True)
    moved = root / f".{folder}" / "cur" / f"{path.name.partition(':')[0]}:2,{flags}"
    path.rename(moved)
    return moved


def accounts_of(server: Dovecot, port: int = 0, **more: str) -> str:
    """The table of an account for a configuration."""
    told = server.account(port).model_dump(include={"name", "host", "tls", "user", "secret"}) | more
    return "[[account]]\n" + "".join(f'{key} = "{value}"\n' for key, value in told.items())
