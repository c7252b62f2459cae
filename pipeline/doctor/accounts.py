"""Can Salver sign in to each account, and what can be done there? A token that has run out is refreshed by that."""

from __future__ import annotations

import asyncio
import contextlib

from imapclient.exceptions import IMAPClientError

from pipeline.accounts import survey
from pipeline.accounts.account import Account
from pipeline.accounts.folders import Folders
from pipeline.accounts.session import AccountTrouble, SignInRefused, in_words, open_client
from pipeline.accounts.survey import Sight
from pipeline.accounts.tokens import token_of
from pipeline.doctor.finding import Case, Finding, Findings, Level, in_thread
from pipeline.mailboxes import SORTED

SECONDS = 18.0


async def check(case: Case) -> Findings:
    accounts = case.configuration.account
    if not accounts:
        return (Finding("ok", "no account is configured: mail is forwarded to Salver"),)
    folders = (*SORTED, *case.configuration.filing.folders)
    return tuple(await asyncio.gather(*(_look(account, folders) for account in accounts)))


async def _look(account: Account, folders: tuple[str, ...]) -> Finding:
    try:
        async with asyncio.timeout(SECONDS):
            seen, missing = await in_thread(_see, account, folders)
    except TimeoutError:
        return Finding("fault", f"{account.name}: {account.host} does not answer in {SECONDS:g} s", "try again later")
    except SignInRefused as error:
        return Finding("fault", str(error), f"salver connect {account.name}, or look at `secret`")
    except AccountTrouble as error:
        return Finding("fault", str(error), "look at `host`, `tls` and `inbox` of this [[account]], and at the network")
    return _told(account, seen, missing)


def _told(account: Account, seen: Sight, missing: list[str]) -> Finding:
    if seen.read_only:
        level: Level = "fault" if account.sort else "warning"
        return Finding(
            level, f"{account.name}: signed in, but {seen.inbox} may only be read: nothing can be sorted there",
            "ask who runs that account for the right to move mail",
        )  # fmt: skip
    move = "moves by labels" if "X-GM-EXT-1" in seen.capabilities else "moves mail at once"
    if not seen.capabilities & {"X-GM-EXT-1", "MOVE"}:
        move = "copies mail and removes the original (no MOVE)"
    news = "tells news at once" if "IDLE" in seen.capabilities else "is asked for news (no IDLE)"
    keywords = {True: "keeps keywords", False: "keeps no keywords", None: "may keep keywords"}[seen.keywords]
    folders = f"; not there yet, made when first needed: {', '.join(missing)}" if missing else ""
    return Finding(
        "ok",
        f"{account.name}: signed in; {seen.mails} mails in {seen.inbox}, {seen.folders} folders; {move}, {news}, "
        f"{keywords}{folders}",
    )


def _see(account: Account, names: tuple[str, ...]) -> tuple[Sight, list[str]]:
    """What is there, and which of our folders are not. Raises AccountTrouble."""
    client = open_client(account, token_of)
    try:
        folders = Folders(account, names)
        wanted = [folders.path(client, name) for name in names]
        missing = [path for path in wanted if not client.folder_exists(path)]
        return survey.look(client, account), missing  # last: of a read-only inbox the library takes no more commands
    except IMAPClientError as error:
        raise in_words(account, error) from None
    finally:
        with contextlib.suppress(IMAPClientError, OSError):
            client.logout()
