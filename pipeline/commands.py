"""What the commands do; `cli.py` parses their arguments and prints what they return."""

from __future__ import annotations

import asyncio
import contextlib
import mailbox
import resource
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline import sample
from pipeline.app import App, received_of
from pipeline.delivery import Delivery
from pipeline.explain import Explained, Explainer
from pipeline.settings import Configuration, load, shipped, stage_settings
from pipeline.store import state
from pipeline.store.log import Log
from pipeline.store.migrations import decode
from pipeline.table import table
from stages.events import Enriched, Routed
from stages.fingerprint import fingerprint
from stages.receipt import receipt, sentence
from stages.recipients import owner_of
from stages.report import report, unread
from stages.rules import explain_rules
from stages.settings import Settings
from stages.signals import SIGNALS

Say = Callable[[str], Any]
HEAD = ("who", "verdict", "score", "two strongest reasons", "folder")


class CommandError(Exception):
    """A command cannot be done; the text says why and what to do."""


# --- serve and demo


async def serve(configuration: Configuration, name: str, say: Say) -> None:
    """Run everything until SIGINT or SIGTERM."""
    fresh = not configuration.store.path.exists()
    _raise_open_files(configuration.smtp.connections + 200)
    app = App(configuration)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with contextlib.AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(app.running())
        except OSError as error:
            why = error.strerror or str(error)
            raise CommandError(f"cannot start: {why}; choose other ports in [smtp], or stop who has them") from error
        say(greeting(app, name))
        if configuration.sample.on_first_start and fresh:
            await _send_samples(app)
            say(f"\nSalver sent itself {len(sample.samples())} sample mails, to have something to see:\n")
            say(await filed_table(app.store))
            say(_next_steps(configuration))
        await stop.wait()
        say("Salver is stopping.")


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
        lines.extend(f"    {Path(target.removeprefix('maildir:')).resolve()}" for target in owner.targets)
    return "\n".join(lines)


def _place(address: tuple[str, int] | None) -> str:
    return f"{address[0]} port {address[1]}" if address else "nowhere"


def _next_steps(configuration: Configuration) -> str:
    root = Path(configuration.owner[0].targets[0].removeprefix("maildir:")).resolve()
    return (
        "\nNext:\n"
        f"  Look inside:            neomutt -f {root}   (or any client that reads Maildir)\n"
        "  See why, for any mail:  .venv/bin/salver explain FILE.eml\n"
        "  Take the samples away:  .venv/bin/salver sample remove\n"
        '  Point your own forwarding rule here: README, "Forward your mail".\n'
        "Ctrl-C stops Salver; nothing is lost by it."
    )


async def _send_samples(app: App) -> None:
    assert app.receiver.smtp_address is not None
    count = await sample.send(*app.receiver.smtp_address, app.settings.owners[0].addresses[0])
    async with asyncio.timeout(60):
        while True:
            ((filed,),) = await app.store.read("SELECT count(DISTINCT mail) FROM events WHERE kind = 'Filed'")
            waiting = await app.store.next_due()
            ((busy,),) = await app.store.read("SELECT count(*) FROM events WHERE state = 'claimed'")
            if int(filed) >= count and waiting is None and not int(busy):
                return
            await asyncio.sleep(0.05)


async def demo(say: Say) -> None:
    """Start in a throw-away folder, send the samples, print the table, stop."""
    with tempfile.TemporaryDirectory(prefix="salver-demo-") as folder:
        overrides = {
            "smtp.listen": "127.0.0.1:0",
            "store.url": f"sqlite:///{folder}/salver.db",
            "sample.on_first_start": "true",
        }
        configuration = load(shipped("example.toml"), overrides)
        owner = configuration.owner[0].model_copy(update={"mailbox": f"maildir:{folder}/mail", "mailboxes": ()})
        app = App(configuration.model_copy(update={"owner": (owner,)}))
        async with app.running():
            await _send_samples(app)
            say(await filed_table(app.store))
        say("\nThat was a throw-away folder; it is gone. `make run` keeps one.")


async def filed_table(store: Log) -> str:
    """Who, verdict, score, two strongest reasons, folder: of every mail that was filed, in order of arrival."""
    rows = await store.read(
        "SELECT mail, kind, version, body FROM events WHERE kind IN ('Enriched', 'Routed') ORDER BY seq"
    )
    enriched: dict[str, Enriched] = {}
    lines: list[tuple[str, ...]] = []
    for mail, kind, version, body in sorted(rows, key=lambda row: str(row[0])):
        event = decode(kind, version, body)
        if isinstance(event, Enriched):
            enriched[mail] = event
        elif isinstance(event, Routed) and mail in enriched:
            lines.extend(_lines(enriched[mail], event))
    return table(HEAD, lines)


def _lines(enriched: Enriched, routed: Routed) -> Iterator[tuple[str, ...]]:
    """One line a request; one for a mail without requests."""
    if not routed.decisions:
        names = [notice.name.value for notice in enriched.parsed.notices if notice.name.value]
        yield (
            names[0] if names else enriched.parsed.from_name or "-",
            "no request",
            "",
            enriched.kind.replace("_", " "),
            routed.folder,
        )
    for decision in routed.decisions:
        judgement = decision.judgement
        reasons = sorted(judgement.reasons, key=lambda reason: (not reason.veto, -abs(reason.points)))[:2]
        why = "; ".join(f"{_short(reason.signal)} {reason.points:+g}" for reason in reasons)
        who = judgement.request.notice.name.value or enriched.parsed.from_name or "-"
        yield (who, decision.verdict.replace("_", " "), f"{judgement.score:g}", why, routed.folder)


def _short(signal: str) -> str:
    return signal.replace("_", " ")


# --- explain and import


def _owner(settings: Settings, *candidates: str) -> str:
    """The id of the owner of the first candidate that is given; else the first owner's."""
    for address in candidates:
        if address:
            found = owner_of(address, settings.owners)
            if found is None:
                known = ", ".join(known for owner in settings.owners for known in owner.addresses)
                raise CommandError(f"{address} belongs to no owner; known are {known}")
            return found.id
    return settings.owners[0].id


async def explain(
    configuration: Configuration, files: Iterable[str], owner: str, mail_from: str, rcpt: str
) -> AsyncIterator[tuple[str, str, dict[str, Any]]]:
    """(file, text for a person, JSON object) of each file, in order."""
    settings = stage_settings(configuration)
    # A recipient of elsewhere (an old mail's) still says how it was forwarded; only --owner must be known here.
    whose = _owner(settings, owner or (rcpt if owner_of(rcpt, settings.owners) else ""))
    async with Explainer.ready(configuration, settings) as explainer:
        for file in files:
            try:
                raw = _bytes_of(file)
            except OSError as error:
                why = f"the file cannot be read: {error.strerror}"
                yield file, why, unread(file, why)
                continue
            found = await explainer.explain(raw, whose, mail_from, (rcpt,) if rcpt else ())
            yield file, _text(found), _object(file, found)


def _bytes_of(file: str) -> bytes:
    return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()


def _text(found: Explained) -> str:
    if found.enriched is None or found.routed is None:
        return f"This mail could not be read ({found.trouble}); it would lie whole in the INBOX."
    return receipt(found.routed, found.enriched)


def _object(file: str, found: Explained) -> dict[str, Any]:
    if found.enriched is None or found.routed is None:
        return unread(file, found.trouble or "the mail could not be read")
    return report(file, found.enriched, found.routed)


def mails_in(path: Path) -> Iterator[tuple[str, bytes]]:
    """(name, raw) of every mail in a file, an mbox or a Maildir. Raises CommandError."""
    try:
        if path.is_dir():
            if not (path / "cur").is_dir():
                raise CommandError(
                    f"{path} is a folder, but no Maildir (it has no cur/); name files, mboxes or Maildirs"
                )
            for file in sorted([*(path / "new").glob("*"), *(path / "cur").glob("*")]):
                yield file.name, file.read_bytes()
        elif path.open("rb").read(5) == b"From ":
            box = mailbox.mbox(path, create=False)
            for number, key in enumerate(box.keys(), 1):
                yield f"{path.name}#{number}", box.get_bytes(key)
        else:
            yield path.name, path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}") from None


async def import_dry_run(configuration: Configuration, paths: Iterable[Path], owner: str) -> str:
    """A table of what would happen to the mails."""
    settings = stage_settings(configuration)
    whose = _owner(settings, owner)
    lines: list[tuple[str, ...]] = []
    async with Explainer.ready(configuration, settings) as explainer:
        for path in paths:
            for name, raw in mails_in(path):
                found = await explainer.explain(raw, whose)
                if found.enriched is None or found.routed is None:
                    lines.append((name, "-", "not read", "", found.trouble or "", "INBOX"))
                else:
                    lines.extend((name, *line) for line in _lines(found.enriched, found.routed))
    return table(("mail", *HEAD), lines) + f"\n\n{len(lines)} lines; nothing was stored or moved."


async def import_mails(configuration: Configuration, paths: Iterable[Path], owner: str) -> str:
    """Append the mails to the log; a running server, or the next one, files them."""
    settings = stage_settings(configuration)
    whose = settings.owner(_owner(settings, owner))
    store = await Log.open(configuration.store.path, settings.requests.name_window)
    count = 0
    try:
        for path in paths:
            for _, raw in mails_in(path):
                delivery = Delivery("", (whose.addresses[0],), raw, "import", "", "import")
                await store.append(received_of(delivery, settings), raw, fingerprint(raw))
                count += 1
    finally:
        await store.close()
    return f"{count} mails are in the log; the running Salver, or the next one, files them, and none of them twice."


# --- check, status, log, retry


def check(configuration: Configuration) -> list[str]:
    """Mistakes in rules and profiles that load, but cannot mean what they say."""
    settings = stage_settings(configuration)
    return list(explain_rules(settings.rules, SIGNALS))


async def _reading(configuration: Configuration) -> Log:
    path = configuration.store.path
    if not path.exists():
        raise CommandError(
            f"there is no store at {path} yet; start Salver with `salver serve`, or name its configuration"
        )
    return await Log.open(path, configuration.requests.name_window)


async def status(configuration: Configuration) -> str:
    """What waits, what lies where, and the dead letters."""
    store = await _reading(configuration)
    try:
        counts = await state.counts(store)
        lines = [f"{counts['mails']} mails taken; {counts['ready'] + counts['claimed']} steps wait or are being done."]
        for owner in configuration.owner:
            folders = await state.folders(store, owner.id)
            told = ", ".join(f"{folder} {count}" for folder, count in folders.items()) or "nothing yet"
            lines.append(f"{owner.id}: {told}")
        dead = await state.dead(store)
        if dead:
            lines.append(
                f"{len(dead)} dead letters; their mails lie raw in the INBOX. `salver retry ID` or `--all` tries again:"
            )
            lines.append(
                table(("id", "step", "what happened"), [(step.id, step.kind, step.error or "") for step in dead])
            )
        return "\n".join(lines)
    finally:
        await store.close()


async def story(configuration: Configuration, id: str) -> str:
    """Every event of a mail or request, and the receipt."""
    store = await _reading(configuration)
    try:
        steps = await state.story(store, id)
        if not steps:
            raise CommandError(
                f"nothing is known of {id}; the ids stand in X-Salver-Mail and X-Salver-Request of the filed mail"
            )
        rows = [(_time(step.at), step.kind, step.state, _gist(step)) for step in steps]
        return table(("when (UTC)", "event", "state", "what"), rows)
    finally:
        await store.close()


def _time(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")


def _gist(step: state.Story) -> str:
    event = decode(step.kind, step.version, step.body)
    if step.error:
        return step.error
    if isinstance(event, Enriched):
        return f"{event.kind}, {event.authenticity.verdict}: {event.authenticity.detail}"
    if isinstance(event, Routed):
        return "; ".join(sentence(decision) for decision in event.decisions) or f"no request, to {event.folder}"
    told = event.model_dump(include={"folder", "name", "first", "error", "peer", "size", "claims", "rule"})
    return ", ".join(f"{key} {value}" for key, value in told.items() if value not in ("", None))


async def retry(configuration: Configuration, id: str | None) -> int:
    """Revive dead letters; a running server takes them up within a second."""
    store = await _reading(configuration)
    try:
        count = await store.revive(id)
    finally:
        await store.close()
    if id is not None and count == 0:
        raise CommandError(f"{id} is no dead letter; `salver status` lists them")
    return count


def remove_samples(configuration: Configuration) -> int:
    """Delete the sample mails from the mailboxes."""
    return sample.remove(configuration)
