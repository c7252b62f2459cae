"""What `salver undo` does: brings mails that were sorted in accounts back to where they lay, each verified."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence

from pipeline.accounts.session import AccountTrouble, Session
from pipeline.accounts.tokens import token_of
from pipeline.clock import utc
from pipeline.configuration import Configuration
from pipeline.mailboxes.in_place import InPlace
from pipeline.pulling import SHORT, PullError
from pipeline.store.log import Log
from pipeline.store.moved import Moved, moved, note_returned
from pipeline.table import table

Tell = Callable[[str], None]


async def runs(configuration: Configuration) -> str:
    """The runs of which something still lies where it was moved."""
    store = await _store(configuration)
    try:
        found = await moved(store)
    finally:
        await store.close()
    if not found:
        return "Nothing that Salver moved in an account lies where it was moved."
    count = Counter((each.run, each.account) for each in found)
    last = {(each.run, each.account): each.at for each in reversed(found)}
    rows = [(run[-SHORT:], account, str(number), utc(last[run, account])) for (run, account), number in count.items()]
    return (
        table(("run", "account", "mails", "last moved (UTC)"), rows)
        + "\n\n`salver undo --run RUN` puts those of one run back, `--all` every one, `salver undo MAIL` one mail."
    )


async def undo(configuration: Configuration, mail: str | None, run: str | None, tell: Tell) -> tuple[str, bool]:
    """Put back one mail, a run, or (neither named) all. Returns what to say, and whether all that was asked is done.

    Raises PullError where nothing of it was moved by us.
    """
    store = await _store(configuration)
    try:
        wanted = await moved(store, mail, run)
        if not wanted:
            what = f"mail {mail}" if mail else f"run {run}" if run else "mail"
            raise PullError(f"there is no {what} that lies where Salver moved it; `salver undo` lists the runs")
        return await _put_back(configuration, store, wanted, tell)
    finally:
        await store.close()


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
            mailbox = mailboxes.setdefault(each.account, InPlace(Session(account, token_of)))
            _, raw = await store.load(each.mail)
            try:
                back = await asyncio.to_thread(mailbox.put_back, raw, each.mail)
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


async def _store(configuration: Configuration) -> Log:
    path = configuration.store.path
    if not path.exists():
        raise PullError(f"there is no store at {path} yet, so nothing was moved; or name the configuration with -c")
    return await Log.open(path, configuration.requests.name_window)
