"""Looks once at an account that signed in, and says what was seen: nothing is changed, nothing marked as seen."""

from __future__ import annotations

import contextlib
from typing import NamedTuple

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError, IMAPClientReadOnlyError

from pipeline.accounts.account import Account
from pipeline.accounts.folders import Folders
from pipeline.accounts.session import GARBLED, AccountTrouble, in_words
from stages.events import INBOX


class Sight(NamedTuple):
    """What was seen of an account."""

    inbox: str
    folders: int
    mails: int
    """in the inbox"""
    capabilities: frozenset[str]
    read_only: bool = False
    keywords: bool | None = None
    """None: not to be learned without touching a mail"""


def look(client: IMAPClient, account: Account) -> Sight:
    """Raises AccountTrouble."""
    try:
        inbox = Folders(account).path(client, INBOX)
        if not client.folder_exists(inbox):
            raise AccountTrouble(f"{account.name}: {account.host} has no folder {inbox}; name another with `inbox`")
        folders = len(client.list_folders())
        status = client.folder_status(inbox, ["MESSAGES", "RECENT"])
        told = frozenset(name.decode("ascii", "replace").upper() for name in client.capabilities())
        seen = Sight(inbox, folders, int(status.get(b"MESSAGES", 0)), told)
        if status.get(b"RECENT", 0):
            return seen  # to select it would take "recent" from these mails, which some clients show
        try:
            selected = client.select_folder(inbox)
        except IMAPClientReadOnlyError:
            return seen._replace(read_only=True)
        with contextlib.suppress(IMAPClientError):
            client.unselect_folder()  # never CLOSE, which expunges
        if selected.get(b"READ-ONLY"):  # told in passing, which the library does not mind
            return seen._replace(read_only=True)
        return seen._replace(keywords=b"\\*" in selected.get(b"PERMANENTFLAGS", ()))
    except AccountTrouble:
        raise
    except (IMAPClientError, OSError, *GARBLED) as error:
        raise in_words(account, error) from None


def in_lines(seen: Sight, poll: str) -> list[str]:
    """For a person. `poll`: how often a server without IDLE is asked."""
    folders = "1 folder" if seen.folders == 1 else f"{seen.folders} folders"
    mails = "1 mail" if seen.mails == 1 else f"{seen.mails} mails"
    lines = [f"It has {folders}, and {mails} in {seen.inbox}."]
    if seen.read_only:
        return [*lines, f"{seen.inbox} may only be read: Salver can judge what lies there, but move nothing."]
    if "X-GM-EXT-1" in seen.capabilities:
        lines.append("Moving: by labels, as Gmail does.")
    elif "MOVE" in seen.capabilities:
        lines.append("Moving: it can (MOVE).")
    else:
        lines.append("Moving: it cannot (no MOVE); a mail is copied, and removed once the copy is there.")
    told = "it tells at once (IDLE)" if "IDLE" in seen.capabilities else f"it cannot tell; it is asked every {poll}"
    lines.append(f"News: {told}.")
    keeps = {True: "it keeps them", False: "it keeps none; the folder alone tells the verdict", None: ""}
    lines.append(
        f"Keywords: {keeps[seen.keywords] or 'not known yet; to learn it, new mails would have been touched'}."
    )
    return lines
