"""What `salver undo` does: brings back what went out of Ugly, takes a conversation's last step back, or puts mails that
were sorted in accounts back, verified."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence

from pipeline.accounts.session import AccountTrouble, Session
from pipeline.accounts.tokens import token_of
from pipeline.clock import now, utc
from pipeline.commands import SHORTEST
from pipeline.configuration import Configuration
from pipeline.following_up import deadline_from_now, is_text, lies_in, outcome
from pipeline.mailboxes.in_place import InPlace
from pipeline.pulling import SHORT, PullError
from pipeline.settings import told_settings
from pipeline.store.follow_ups import Came
from pipeline.store.going import Gone, taken_away
from pipeline.store.lock import served
from pipeline.store.log import Log
from pipeline.store.moved import Moved, moved, note_returned
from pipeline.store.state import last_enriched
from pipeline.store.steps import steps_of, talked_of
from pipeline.table import table
from stages.conversation import Advanced, Ordered, Refused, RejudgingWanted
from stages.events import Filed
from stages.header import clean
from stages.standing import PHASES
from stages.steps import Undoable, last_step

Tell = Callable[[str], None]
_HOW = "`salver undo REQUEST` takes back what you said of a request; `salver follow-ups --all` shows their ids."


async def runs(configuration: Configuration) -> str:
    """The runs of which something still lies where it was moved."""
    store = await _store(configuration)
    try:
        found = await moved(store)
    finally:
        await store.close()
    if not found:
        return f"{_HOW}\nNothing that Salver moved in an account lies where it was moved."
    count = Counter((each.run, each.account) for each in found)
    last = {(each.run, each.account): each.at for each in reversed(found)}
    rows = [(run[-SHORT:], account, str(number), utc(last[run, account])) for (run, account), number in count.items()]
    return (
        table(("run", "account", "mails", "last moved (UTC)"), rows)
        + "\n\n`salver undo --run RUN` puts those of one run back, `--all` every one, `salver undo MAIL` one mail."
    )


async def undo(configuration: Configuration, named: str | None, run: str | None, tell: Tell) -> tuple[str, bool]:
    """Take back the last step about a request, or put back one mail, a run, or (neither named) all.

    What was said or answered came after the mail was sorted, so it is taken back first. Returns what to say, and
    whether all that was asked is done. Raises PullError where there is nothing of it to take back.
    """
    store = await _store(configuration)
    try:
        if named and not is_text(named):
            raise PullError("what was typed is no valid text: copy the id anew")
        gone = await taken_away(store.read, named) if named and len(named) >= SHORTEST else []
        if len(gone) > 1:
            raise PullError(f"{len(gone)} mails that were taken out of Ugly end in {named}: write more of it")
        if gone:
            return await _bring_back(store, gone[0], served(configuration.store.path))
        step = await _step(configuration, store, named) if named else None
        if step is not None:
            return await _take_back(store, step, served(configuration.store.path))
        wanted = await moved(store, named, run)
        if not wanted:
            if named:
                raise PullError(f"nothing of {named} can be taken back; `salver log {named}` tells what happened to it")
            raise PullError(
                f"there is no {f'run {run}' if run else 'mail'} that lies where Salver moved it; "
                "`salver undo` lists the runs"
            )
        return await _put_back(configuration, store, wanted, tell)
    finally:
        await store.close()


async def _bring_back(store: Log, gone: Gone, serving: bool) -> tuple[str, bool]:
    """Have a mail that went out of Ugly judged and filed once more, from the octets that the store keeps."""
    known = await last_enriched(store, gone.mail)
    first = next(iter(known.requests), None) if known is not None else None
    wanted = RejudgingWanted(
        mail=gone.mail,
        owner=gone.owner,
        request=first.id if first is not None else "",
        asked=first.asked if first is not None else None,
        said=first.said if first is not None else None,
        firmly=True,
        at=now(),
    )
    id = f"{gone.mail}.back{gone.times}"
    await store.ask(id, wanted)
    came = await outcome(store, id, serving, deadline_from_now())
    name = clean(first.notice.name.value or "", 60) if first is not None else ""
    name = name or gone.mail[-SHORT:]
    if not came.waiting and came.events:
        return f"{name}: the mail is back.{_lies(came)}", True
    why = "Salver is busy and has not come to it yet" if serving else "Salver is not running (`salver serve`)"
    return f"Noted: the mail of {name} is brought back as soon as it can be. {why}.", True


async def _step(configuration: Configuration, store: Log, named: str) -> Undoable | None:
    """The last step of the request that is named, by the end of its id or of its mail's. PullError: of several."""
    talked = await talked_of(store.read, named) if len(named) >= SHORTEST else []
    settings, _ = told_settings(configuration)
    steps = [last_step(await steps_of(store.read, request, mail, settings)) for request, mail in talked]
    found = [step for step in steps if step is not None]
    if len(found) > 1:
        ends = ", ".join(step.before.request[-SHORT:] for step in found)
        raise PullError(f"{named} may mean any of {len(found)} requests, name one of them: {ends}")
    return found[0] if found else None


async def _take_back(store: Log, last: Undoable, serving: bool) -> tuple[str, bool]:
    """Put the order into the log, and wait until a running Salver has done it."""
    before, request = last.before, last.before.request
    order = Ordered(
        mail=before.mail,
        owner=before.owner,
        request=request,
        order="undo",
        by="terminal",
        at=now(),
        before=before,
        version=last.version,
    )
    id = f"{request}.undo{last.version}"
    await store.ask(id, order)
    came = await outcome(store, id, serving, deadline_from_now())
    name = clean(before.about.name.value or "", 60) or request[-SHORT:]
    refused = next((event.why for event in came.events if isinstance(event, Refused)), None)
    if refused is not None:
        return f"{name}: {refused}", False
    what = f'{name}: "{last.step.reason}" is taken back'
    if not any(isinstance(event, Advanced) for event in came.events):
        why = "Salver is busy and has not come to it yet" if serving else "Salver is not running (`salver serve`)"
        return f"Noted: {what} as soon as it can be. {why}.", True
    return f"{what}; now {PHASES[before.phase]}.{_lies(came)}", True


async def _put_back(configuration: Configuration, store: Log, wanted: Sequence[Moved], tell: Tell) -> tuple[str, bool]:
    done = gone = 0
    troubles: dict[str, str] = {}
    mailboxes: dict[str, InPlace] = {}
    try:
        for number, each in enumerate(wanted, 1):
            account = configuration.account_named(each.account)
            if account is None:
                troubles[each.mail] = f'the account "{each.account}" is no longer in the configuration'
                continue
            mailbox = mailboxes.setdefault(
                each.account, InPlace(Session(account, token_of), declared=configuration.filing.folders)
            )
            _, raw = await store.load(each.mail)
            try:
                back = await asyncio.to_thread(mailbox.put_back, raw, each.mail, each.folder)
            except AccountTrouble as error:
                troubles[each.mail] = str(error)
                continue
            if back is None:
                gone += 1
                await note_returned(store, each, "")
            else:
                done += 1
                await note_returned(store, each, back[1])
            tell(f"{number} of {len(wanted)}")
    finally:
        for mailbox in mailboxes.values():
            await asyncio.to_thread(mailbox.close)
    found = "; each was looked for there and found." if done else "."
    lines = [f"{done} of {len(wanted)} lie in the inbox again{found}"]
    if gone:
        lines.append(f"{gone} lie in none of our folders: you moved or deleted them, and they stay as you left them.")
    lines += [f"{count} x {trouble}" for trouble, count in Counter(troubles.values()).items()]
    if troubles:
        lines.append("Nothing is lost by that: call `salver undo` again.")
    return "\n".join(lines), not troubles


def _lies(came: Came) -> str:
    """Where the mail lies now, if it was to be moved."""
    if came.waiting or came.dead:
        return " Where the mail belongs now is not settled yet; `salver status` says what it waits for."
    filed = [event for event in came.events if isinstance(event, Filed)]
    return f" {lies_in(filed)}" if filed else ""


async def _store(configuration: Configuration) -> Log:
    path = configuration.store.path
    if not path.exists():
        raise PullError(f"there is no store at {path} yet, so nothing was moved; or name the configuration with -c")
    return await Log.open(path, configuration.requests.name_window)
