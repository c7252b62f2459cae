"""Which folder of an account is which of ours, and selecting one. Names and levels differ between servers."""

from __future__ import annotations

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from pipeline.accounts.account import Account
from pipeline.accounts.session import AccountTrouble
from stages.events import INBOX
from stages.names import FOLDERS

ORIGINALS = "Originals"
"""Where the untouched mail goes when the owner asked for copies."""
_NOT_SELECTABLE = (b"\\noselect", b"\\nonexistent")


class Folders:
    """The paths of our folders in an account: `Good` -> "Salver/Good", or "INBOX.Salver.Good" as the server has it."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._separator: str | None = None
        self._prefix = ""
        self._there: set[str] = set()

    def forget(self) -> None:
        """What was known to be there may be there no longer."""
        self._there.clear()

    def path(self, client: IMAPClient, folder: str) -> str:
        """The account's name for a folder of ours."""
        if folder == INBOX:
            return self._account.inbox
        if self._separator is None:
            self._prefix, self._separator = _levels(client)
        return f"{self._prefix}{self._account.folders.strip('/')}/{folder}".replace("/", self._separator or "/")

    def ours(self, client: IMAPClient, path: str) -> str:
        """Our name for a path of the account; the path itself where it is none of ours."""
        names = (INBOX, *FOLDERS.values(), ORIGINALS)
        return next((name for name in names if self.path(client, name) == path), path)

    def make(self, client: IMAPClient, folder: str) -> str:
        """The path of a folder of ours, made if it is not there. AccountTrouble: it cannot be made."""
        path = self.path(client, folder)
        if folder == INBOX or path in self._there:
            return path
        if not client.folder_exists(path):
            try:
                client.create_folder(path)
            except IMAPClientError as error:
                if not client.folder_exists(path):  # another of ours may have made it meanwhile
                    raise AccountTrouble(
                        f"{self._account.name}: the folder {path} cannot be made ({error}); make it yourself, or name "
                        f"another with `folders`"
                    ) from None
            client.subscribe_folder(path)  # many clients show subscribed folders only
        self._there.add(path)
        return path

    def all_paths(self, client: IMAPClient) -> list[str]:
        """Every folder that holds mail: first the INBOX and our own."""
        first = [self.path(client, name) for name in (INBOX, *FOLDERS.values(), ORIGINALS)]
        listed = [
            name
            for flags, _, name in client.list_folders()
            if not any(flag.lower() in _NOT_SELECTABLE for flag in flags)
        ]
        known = set(listed)
        return [path for path in first if path in known or path == self._account.inbox] + [
            path for path in listed if path not in first
        ]


def _levels(client: IMAPClient) -> tuple[str, str]:
    """(prefix, separator) of the owner's own folders: NAMESPACE (RFC 2342), else what LIST tells of the root."""
    if client.has_capability("NAMESPACE"):
        personal = client.namespace().personal
        if personal:
            return personal[0][0] or "", personal[0][1] or "/"
    found = client.list_folders("", "")
    separator = found[0][1] if found else b"/"
    return "", separator.decode() if separator else "/"


def select(client: IMAPClient, path: str, readonly: bool = False) -> int | None:
    """Select a folder; its UIDVALIDITY, or None where it is gone.

    AccountTrouble where it can only be read, and `readonly` was not asked for.
    """
    try:
        told = client.select_folder(path, readonly)
    except IMAPClientError:
        if client.folder_exists(path):
            raise
        return None
    if not readonly and told.get(b"READ-ONLY"):
        raise AccountTrouble(f"{path} may only be read by this account: nothing can be moved there")
    return int(told.get(b"UIDVALIDITY", 0))
