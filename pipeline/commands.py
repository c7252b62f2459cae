"""What the commands that read mails or the store do; `cli.py` parses their arguments and prints what they return."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any, NamedTuple

from pipeline import (
    emptying,
    follow_up_status,
    handshakes,
    inspections,
    moves,
    quiet,
    sample,
    telling,
)
from pipeline.called import is_called, several
from pipeline.clock import utc
from pipeline.configuration import Configuration
from pipeline.dovecot import health
from pipeline.explain import Explained, Explainer
from pipeline.learning import looking
from pipeline.results import receipts
from pipeline.rules import status as rules_status
from pipeline.rules.doubting import doubtful
from pipeline.settings import ConfigError, stage_settings, told_settings
from pipeline.shadow import reporting
from pipeline.store import state
from pipeline.store.log import Log
from pipeline.store.unmoved import unmoved
from pipeline.story import gist
from pipeline.table import table
from stages.receipt import receipt
from stages.recipients import owner_of
from stages.report import report, unread
from stages.rules.examples import failing_examples
from stages.settings import Owner, Settings


class CommandError(Exception):
    """A command cannot be done; the text says why and what to do."""


def owner_named(settings: Settings, *candidates: str) -> str:
    """The id of the owner of the first candidate that is given; else the first owner's."""
    for address in candidates:
        if address:
            found = owner_of(address, settings.owners)
            if found is None:
                known = ", ".join(known for owner in settings.owners for known in owner.addresses)
                raise CommandError(f"{address} belongs to no owner; known are {known}")
            return found.id
    return settings.owners[0].id


class Told(NamedTuple):
    """What is said about one file: for a person, and as an object."""

    file: str
    text: str
    report: dict[str, Any]
    opened: bool = True


async def explain(
    configuration: Configuration, files: Iterable[str], owner: str, mail_from: str, rcpt: str
) -> AsyncIterator[Told]:
    """What would happen to the mail in each file, in order."""
    settings = stage_settings(configuration)
    # A recipient of elsewhere (an old mail's) still says how it was forwarded; only --owner must be known here.
    whose = owner_named(settings, owner or (rcpt if owner_of(rcpt, settings.owners) else ""))
    async with Explainer.ready(configuration, settings) as explainer:
        for file in files:
            try:
                raw = _bytes_of(file)
            except OSError as error:
                why = f"the file cannot be read: {error.strerror}"
                yield Told(file, f"{file}: {why}", unread(file, why), opened=False)
                continue
            found = await explainer.explain(raw, whose, mail_from, (rcpt,) if rcpt else ())
            hint = "\nThis is an mbox; only its first mail was looked at. `salver import --dry-run` shows all.\n"
            text = _text(found, settings.owner(whose))
            yield Told(file, text + (hint if _several(raw) else ""), _object(file, found))


def _bytes_of(file: str) -> bytes:
    return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()


def _text(found: Explained, owner: Owner) -> str:
    if found.enriched is None or found.routed is None:
        return f"This mail could not be read ({found.trouble}); it would lie whole in the INBOX."
    return receipt(found.routed, found.enriched, owner)


def _several(raw: bytes) -> bool:
    """Whether the file looks like an mbox of several mails, of which only the first is explained."""
    return raw.startswith(b"From ") and b"\n\nFrom " in raw.replace(b"\r\n", b"\n")


def _object(file: str, found: Explained) -> dict[str, Any]:
    if found.enriched is None or found.routed is None:
        return unread(file, found.trouble or "the mail could not be read")
    return report(file, found.enriched, found.routed)


# --- check, status, log, retry


def check(settings: Settings) -> list[str]:
    """What is doubtful in rules that load, and the examples in them that fail."""
    return [*doubtful(settings), *failing_examples(settings)]


def store_path(configuration: Configuration) -> Path:
    """Where the store lies. CommandError: there is none yet."""
    path = configuration.store.path
    if not path.exists():
        raise CommandError(
            f"there is no store at {path} yet; start Salver with `salver serve`, or name its configuration"
        )
    return path


async def reading_store(configuration: Configuration) -> Log:
    """The store, which must be there. Raises CommandError."""
    return await Log.open(store_path(configuration), configuration.requests.name_window)


async def status(configuration: Configuration) -> str:
    """What waits, what lies where, and the dead letters."""
    store = await reading_store(configuration)
    try:
        counts = await state.counts(store)
        lines = [f"{counts['mails']} mails taken; {counts['ready'] + counts['claimed']} steps wait or are being done."]
        lines += [f"  {count} x {step} wait: {error}" for step, error, count in await state.waiting(store)]
        for owner in configuration.owner:
            folders = await state.folders(store, owner.id)
            told = ", ".join(f"{folder} {count}" for folder, count in folders.items()) or "nothing yet"
            lines.append(f"{owner.id}: filed so far, wherever it lies now: {told}")
        for owner_id, mails in (await unmoved(store)).items():
            lie = "1 mail lies" if mails == 1 else f"{mails} mails lie"
            lines.append(
                f"{owner_id}: {lie} where LMTP first put it, though it belongs elsewhere now: LMTP moves nothing."
            )
        lines += await follow_up_status.lines(store, configuration)
        lines += await follow_up_status.corrected(store, configuration)
        settings, mistakes = _told(configuration)
        lines += await rules_status.lines(store, settings, mistakes)
        lines += await emptying.lines(store, settings)
        lines += await reporting.lines(store, configuration, settings)
        lines += await looking.lines(store)
        lines += await handshakes.lines(store, configuration)
        lines += await quiet.lines(store, configuration)
        lines += await telling.lines(store)
        lines += await inspections.lines(store)
        lines += await health.lines(configuration)
        lines += await moves.lines(store)
        dead = await state.dead(store)
        if dead:
            letters = "1 dead letter; its mail lies" if len(dead) == 1 else f"{len(dead)} dead letters; their mails lie"
            lines.append(f"{letters} raw in the INBOX. `salver retry ID` or `--all` tries again:")
            lines.append(
                table(("id", "step", "what happened"), [(step.id, step.kind, step.error or "") for step in dead])
            )
        return "\n".join(lines)
    finally:
        await store.close()


def _told(configuration: Configuration) -> tuple[Settings, str]:
    """The settings, and why that is not all: what judges may not load, which keeps no running Salver from anything."""
    try:
        return told_settings(configuration)
    except ConfigError as error:  # texts of our own mails that cannot be used
        settings = Settings(owners=configuration.owner, follow_up=configuration.follow_up)
        return settings.but(ugly_after=configuration.filing.ugly_after), str(error)


SHORTEST = 6
"""Characters of an id that will do, where only one ends in them."""


async def story(configuration: Configuration, id: str) -> str:
    """Every event of a mail or request, and the receipt of the last decision about each of its mails."""
    store = await reading_store(configuration)
    id = id.strip()  # copied out of a header field, it may bring the line's end along
    try:
        steps = await state.story(store, id)
        if not steps and len(id) >= SHORTEST:
            ends_so = await state.meant(store, id)
            if len(ends_so) > 1:
                raise CommandError(f"{len(ends_so)} ids or more end in {id}: write more of it")
            id = ends_so[0] if ends_so else id
            steps = await state.story(store, id)
        if not steps:
            id = await _of_a_person(store, id)
            steps = await state.story(store, id)
        if not steps:
            raise CommandError(
                f"nothing is known of {id} in {configuration.store.path}; ids stand in X-Salver-Mail and "
                "X-Salver-Request of the filed mail, and in what `salver pull --move` says"
            )
        rows = [(utc(step.at, "seconds"), step.kind, step.state, gist(step)) for step in steps]
        told = table(("when (UTC)", "event", "state", "what"), rows, wraps=True)
        return "\n\n".join((told, *receipts(steps, id))).rstrip()
    finally:
        await store.close()


async def _of_a_person(store: Log, name: str) -> str:
    """The id of the one request of somebody of this name; the name itself where there is none."""
    found = [(request, called) for request, called in await state.people(store) if is_called(called, name)]
    if len(found) > 1:
        raise CommandError(several("requests", name, found))
    return found[0][0] if found else name


async def retry(configuration: Configuration, id: str | None) -> int:
    """Revive dead letters; a running server takes them up within a second."""
    store = await reading_store(configuration)
    try:
        count = await store.revive(id.strip() if id else None)
    finally:
        await store.close()
    if id is not None and count == 0:
        raise CommandError(f"{id} is no dead letter; `salver status` lists them")
    return count


def remove_samples(configuration: Configuration) -> int:
    """Delete the sample mails from the mailboxes. Raises CommandError: a mailbox cannot be read, with why."""
    try:
        return sample.remove(configuration)
    except OSError as error:
        raise CommandError(f"not all sample mails are gone: {error.strerror or error}") from None
