"""What `salver pull` does: shows what would become of the requests in accounts, and moves them when it is told to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence

from pipeline.accounts import reading
from pipeline.accounts.account import Account
from pipeline.accounts.reading import Batch
from pipeline.accounts.session import Session
from pipeline.accounts.tokens import token_of
from pipeline.app import App
from pipeline.clock import now
from pipeline.configuration import Configuration
from pipeline.explain import Explainer
from pipeline.results import HEAD, lines_of
from pipeline.settings import stage_settings
from pipeline.store import state
from pipeline.store.moved import moved
from pipeline.store.reading import Older, fingerprints, reading as reading_of
from pipeline.table import table
from stages.candidates import may_concern
from stages.events import INBOX
from stages.fingerprint import fingerprint
from stages.settings import Limits

Tell = Callable[[str], None]
SHORT = 8
"""Characters by which a run or a mail is named."""


class PullError(Exception):
    """Accounts cannot be sorted; the text says why and what to do."""


def chosen(configuration: Configuration, names: Sequence[str]) -> tuple[Account, ...]:
    """The accounts of these names, or all. Raises PullError."""
    if not configuration.account:
        raise PullError("there is no [[account]] in the configuration; `salver connect` signs in to one and writes it")
    for name in names:
        if configuration.account_named(name) is None:
            known = ", ".join(account.name for account in configuration.account)
            raise PullError(f'there is no account "{name}"; known are {known}')
    return tuple(account for account in configuration.account if not names or account.name in names)


async def trial(configuration: Configuration, accounts: Sequence[Account], since: int | None, tell: Tell) -> str:
    """A table of what would become of the requests in these accounts' inboxes. Nothing is stored, moved or marked."""
    settings = stage_settings(configuration)
    lines: list[tuple[str, ...]] = []
    looked_at = kept = mails = before = 0
    known = await _known(configuration)
    async with Explainer.ready(configuration, settings) as explainer:
        for account in accounts:
            owner = configuration.owner_of_account(account)
            session = Session(account, token_of)
            try:
                async for batch in _batches(configuration, settings.limits, session, since):
                    looked_at += batch.looked_at
                    kept += len(batch.mails)
                    tell(f"{account.name}: {looked_at} mails looked at, {kept} of them may be requests")
                    for mail in batch.mails:
                        if (owner, fingerprint(mail.raw)) in known:
                            before += 1
                            continue
                        found = await explainer.explain(mail.raw, owner)
                        if found.enriched is not None and found.routed is not None and found.routed.verdict:
                            mails += 1
                            lines.extend((account.name, *line) for line in lines_of(found.enriched, found.routed))
            finally:
                await asyncio.to_thread(session.close)
    others = f"{looked_at} mails looked at; {looked_at - mails - before} are no requests and stay as they are."
    if before:
        others += f"\n{before} were handled before, and are left where they lie: you put them back, or they are none."
    if not lines:
        return f"No request among them: {others}"
    told = table(("account", *HEAD[:-1], "would go to"), [_aimed(line, accounts) for line in lines])
    return (
        f"{told}\n\n{others}\n"
        f"This was a trial: nothing was moved or marked. `salver pull --move` moves {_these(mails)}; "
        "`salver undo` puts all back.\nTo have it done for you as they come, set sort = true in [[account]]."
    )


def _these(count: int) -> str:
    return "the mail" if count == 1 else f"these {count} mails (one may hold several requests)"


async def _known(configuration: Configuration) -> set[tuple[str, str]]:
    """(owner, fingerprint) of every mail the log has; none where there is no store yet, or it cannot be read now."""
    path = configuration.store.path
    if not path.exists():
        return set()
    try:
        async with reading_of(path) as read:
            return await fingerprints(read)
    except Older:
        return set()


def _aimed(line: tuple[str, ...], accounts: Sequence[Account]) -> tuple[str, ...]:
    """The line with the folder as the account shows it."""
    account = next(account for account in accounts if account.name == line[0])
    folder, _, rest = line[-1].partition(" ")
    aim = folder if folder == INBOX else f"{account.folders}/{folder}"
    return (*line[:-1], f"{aim} {rest}".rstrip())


async def _batches(
    configuration: Configuration, limits: Limits, session: Session, since: int | None
) -> AsyncIterator[Batch]:
    """The parts of an inbox, read in a thread."""
    account = session.account
    batches: Iterator[Batch] = reading.news(
        session,
        None,
        since=now() - (account.since if since is None else since),
        batch=configuration.pull.batch,
        largest=configuration.smtp.size,
        wanted=lambda head: may_concern(head, limits),
    )
    while (batch := await asyncio.to_thread(next, batches, None)) is not None:
        yield batch


async def move(configuration: Configuration, accounts: Sequence[Account], tell: Tell) -> str:
    """Sort the requests in these accounts' inboxes now, and tell what was done. Raises PullError, AccountTrouble."""
    app = App(configuration)
    async with app.running(receiving=False):
        for account in accounts:
            watch = app.watcher(account)
            try:
                count = await watch.once()
            finally:
                await watch.stop()
            tell(f"{account.name}: {count} mails may be requests")
        await _settled(app, tell)
        await app.timers.look(now())  # whom to ask why is told in this run, as far as the owner may be written to now
        await _settled(app, tell)
        done = await moved(app.store, run=app.run)
        waits = await state.waiting(app.store)
        moved_now = [each.mail for each in done]
        judged = {routed.mail: (enriched, routed) for enriched, routed in await state.judged(app.store, moved_now)}
        rows = [
            (each.mail[-SHORT:], each.account, *line)
            for each in reversed(done)
            for line in lines_of(*judged[each.mail])
        ]
    lines = [table(("mail", "account", *HEAD), rows)] if rows else ["No request was moved."]
    lines += [f"{count} x {step} wait: {error}" for step, error, count in waits]
    if rows:
        lines.append(
            f"{len(done)} mails moved. `salver undo --run {app.run[-SHORT:]}` puts them back, `salver undo MAIL` one."
        )
    return "\n".join(lines)


async def _settled(app: App, tell: Tell) -> None:
    """Until nothing is left to do, or what is left waits for a server that fails."""
    while True:
        counts = await state.counts(app.store)
        left = counts["ready"] + counts["claimed"]
        stuck = sum(count for _, _, count in await state.waiting(app.store))
        if not counts["claimed"] and left <= stuck:
            return
        tell(f"{left} steps to do")
        await asyncio.sleep(0.2)
