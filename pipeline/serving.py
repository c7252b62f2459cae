"""`salver serve` and `salver demo`: run everything, and say in plain words what is there."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import resource
import signal
import tempfile
from collections.abc import Callable, Coroutine
from typing import Any

from pipeline import sample
from pipeline.app import App
from pipeline.configuration import Configuration
from pipeline.mailboxes.targets import place_of
from pipeline.reload.origin import Origin
from pipeline.results import filed_table
from pipeline.settings import load, shipped
from pipeline.store import state

Say = Callable[[str], Any]


class CannotServe(Exception):
    """Salver cannot start; the text says why and what to do."""


class HangUps:
    """SIGHUPs from now on: they end nothing, and `serve` makes up for them when it can."""

    def __init__(self) -> None:
        self.heard = False
        signal.signal(signal.SIGHUP, self._hear)

    def _hear(self, *_: object) -> None:
        self.heard = True


async def serve(
    configuration: Configuration, name: str, say: Say, origin: Origin | None = None, early: HangUps | None = None
) -> None:
    """Run everything until SIGINT or SIGTERM. With its `origin` it is read again when it changes, and at a SIGHUP.

    `early`: those that came while it started.
    """
    _raise_open_files(configuration.smtp.connections + 200)
    early = early or HangUps()
    app = App(configuration, origin)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    loop.add_signal_handler(signal.SIGHUP, app.reload)
    if early.heard:
        app.reload()
    async with contextlib.AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(app.running())
        except OSError as error:
            raise CannotServe(f"cannot start: {error.strerror or error}; {_way_out(error)}") from error
        say(greeting(app, name))
        for mailbox, trouble in await app.prepare():
            say(f"  It cannot write to {mailbox} now ({trouble}). Mail is taken all the same, and filed when it can.")
        if configuration.imap.serve and not await _until(stop, _serve_imap(app, say), say):
            return
        if configuration.sample.on_first_start and not (await state.counts(app.store))["mails"]:
            if not await _until(stop, _send_samples(app), say):
                return
            say(f"\nSalver sent itself {len(sample.samples())} sample mails, to have something to see:\n")
            say(await filed_table(app.store))
            say(_next_steps(configuration))
        await stop.wait()
        say("Salver is stopping.")


def _way_out(error: OSError) -> str:
    """What to do when Salver cannot start."""
    if isinstance(error, PermissionError) and error.filename:
        return f"let this user write to {error.filename}, or name another place in the configuration"
    if error.errno == errno.EADDRNOTAVAIL:
        return "this machine has no such address; look at listen and lmtp in [smtp]"
    return "choose other ports in [smtp], or stop who has them"


async def _until(stop: asyncio.Event, work: Coroutine[Any, Any, None], say: Say) -> bool:
    """Whether to go on: False if `stop` came first. That the work takes too long is said, not raised."""
    task, stopped = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    await asyncio.wait({task, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if not task.done():
        task.cancel()
        say("Salver is stopping.")
        return False
    try:
        task.result()
    except TimeoutError:
        say("The sample mails are taken, but not filed yet; `salver status` says what they wait for.")
    return True


def _raise_open_files(wanted: int) -> None:
    """Room for every client we take: many systems allow 256 or 1,024 open files unless asked."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted if hard < 0 else min(wanted, hard), hard))


def greeting(app: App, name: str) -> str:
    """Where it listens and where the mailboxes are, in plain words."""
    lines = [f"Salver is running with {name}.", f"  It takes mail by SMTP at {_place(app.receiver.smtp_address)}"]
    if app.receiver.lmtp_address is not None:
        lines.append(f"  and by LMTP at {_place(app.receiver.lmtp_address)}")
    for owner in app.configuration.owner:
        lines.append(f"  for {', '.join(owner.addresses)}, and files it in")
        lines.extend(f"    {place_of(target)}" for target in owner.targets)
    for account in app.configuration.account:
        if account.sort:
            lines.append(f"  It sorts the requests in {account.user}'s inbox at {account.host}, where they lie.")
        else:
            lines.append(
                f"  It leaves the account {account.name} alone: `salver pull {account.name}` shows what it would do."
            )
    return "\n".join(lines)


def _place(address: tuple[str, int] | None) -> str:
    return f"{address[0]} port {address[1]}" if address else "nowhere"


def _next_steps(configuration: Configuration) -> str:
    root = place_of(configuration.owner[0].targets[0])
    return (
        "\nNext:\n"
        f"  Look inside:            neomutt -f {root}/.Good\n"
        f"                          neomutt -f {root}/.Intriguing   (and .Ugly; {root} itself is the INBOX)\n"
        "                          Any client that reads Maildir will do. The reasons stand in each mail's header:\n"
        "                          press h in neomutt, or ask your client for all headers.\n"
        "  See whom to ask why:    .venv/bin/salver follow-ups\n"
        "  See why, for any mail:  .venv/bin/salver explain FILE.eml\n"
        "  Take the samples away:  .venv/bin/salver sample remove\n"
        "  Make it yours:          .venv/bin/salver setup   (your account, or a forwarding rule)\n"
        "Ctrl-C stops Salver; nothing is lost by it."
    )


async def _serve_imap(app: App, say: Say) -> None:
    for line in await app.served.start():
        say(line)


async def _send_samples(app: App) -> None:
    assert app.receiver.smtp_address is not None
    count = await sample.send(*app.receiver.smtp_address, app.settings.owners[0].addresses[0])
    async with asyncio.timeout(30):
        while True:
            steps = await state.counts(app.store)
            if await state.filed(app.store) >= count and not steps["ready"] + steps["claimed"]:
                return
            await asyncio.sleep(0.05)


async def demo(say: Say) -> None:
    """Start in a throw-away folder, send the samples, print the table, stop."""
    with tempfile.TemporaryDirectory(prefix="salver-demo-") as folder:
        overrides = {
            "smtp.listen": "127.0.0.1:0",
            "store.url": f"sqlite:///{folder}/salver.db",
            "sample.on_first_start": "true",
            "imap.serve": "false",
        }
        configuration = load(shipped("example.toml"), overrides)
        owner = configuration.owner[0].model_copy(update={"mailbox": f"maildir:{folder}/mail", "mailboxes": ()})
        app = App(configuration.model_copy(update={"owner": (owner,)}))
        async with app.running():
            await _send_samples(app)
            say(await filed_table(app.store))
        say("\nThat was a throw-away folder; it is gone. `make run` keeps one.")
