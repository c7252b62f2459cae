"""Which folder of an account is which of ours, and selecting one. Names and levels differ between servers."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, IMAPClientReadOnlyError

from pipeline.accounts.account import Account
from pipeline.accounts.session import Refused, asks_for_pause
from pipeline.accounts.wire import plausible
from pipeline.table import plain
from stages.events import INBOX
from stages.names import FOLDERS

ORIGINALS = "Originals"
"""Where the untouched mail goes when the owner asked for copies."""
_NAMES = (INBOX, *dict.fromkeys(FOLDERS.values()), ORIGINALS)
_NOT_SELECTABLE = (b"\\noselect", b"\\nonexistent")
_LAST = ((b"\\all", b"\\flagged", b"\\important"), (b"\\junk", b"\\trash"))
"""Special uses (RFC 6154, RFC 8457) of what is looked into last: views of mails that lie elsewhere too, on Gmail of
every one; then what was thrown away."""


class Folders:
    """The paths of our folders in an account: `Good` -> "Salver/Good", or "INBOX.Salver.Good" as the server has it."""

    def __init__(self, account: Account, more: tuple[str, ...] = ()) -> None:
        """`more`: declared ones that rules may file into, and buttons, with a slash between levels."""
        self._account = account
        self._names = (*_NAMES, *more)
        self._separator: str | None = None
        self._prefix = ""
        self._there: set[str] = set()
        self._not_subscribed: set[str] = set()

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
        return next((name for name in self._names if self.path(client, name) == path), path)

    def is_ours(self, client: IMAPClient, path: str) -> bool:
        """Whether it is the inbox, a folder we file into, or a button."""
        return any(self.path(client, name) == path for name in self._names)

    def make(self, client: IMAPClient, folder: str) -> str:
        """The path of a folder of ours, made if it is not there. Refused: it cannot be made."""
        path = self.path(client, folder)
        if folder == INBOX or path in self._there:
            return path
        if not exists(client, path):
            self._not_subscribed.add(path)
            try:
                client.create_folder(path)
            except IMAPClientAbortError:
                raise
            except IMAPClientError as error:
                if asks_for_pause(error):
                    raise
                if not exists(client, path):  # another of ours may have made it meanwhile
                    raise Refused(
                        f"{self._account.name}: the folder {plain(path)} cannot be made ({plain(str(error))}); "
                        f"make it yourself, or name another with `folders`"
                    ) from None
        if path in self._not_subscribed:
            self._subscribe(client, path)
        self._there.add(path)
        return path

    def _subscribe(self, client: IMAPClient, path: str) -> None:
        """Many clients show subscribed folders only; a server that knows no such thing is no reason not to file."""
        try:
            client.subscribe_folder(path)
        except IMAPClientAbortError:
            raise
        except IMAPClientError:
            pass
        self._not_subscribed.discard(path)

    def all_paths(self, client: IMAPClient) -> list[str]:
        """Every folder that holds mail: first the INBOX and our own, last what is only a view, spam and trash."""
        first = [self.path(client, name) for name in self._names]
        rows = sorted(client.list_folders(), key=lambda row: _rank(row[0]))
        listed = [name for flags, _, name in rows if _holds_mail(flags)]
        known = set(listed)
        return [path for path in first if path in known or path == self._account.inbox] + [
            path for path in listed if path not in first
        ]


def trash(client: IMAPClient) -> str | None:
    """Where the account keeps what was thrown away (special use, RFC 6154); None: it names no such folder."""
    rows = client.list_folders()
    uses = ((name, {flag.lower() for flag in flags}) for flags, _, name in rows if _holds_mail(flags))
    return next((name for name, flags in uses if b"\\trash" in flags), None)


def _levels(client: IMAPClient) -> tuple[str, str]:
    """(prefix, separator) of the owner's own folders: NAMESPACE (RFC 2342), else what LIST tells of the root."""
    if client.has_capability("NAMESPACE"):
        personal = client.namespace().personal
        if personal:
            return personal[0][0] or "", personal[0][1] or "/"
    found = client.list_folders("", "")
    separator = found[0][1] if found else b"/"
    return "", separator.decode() if separator else "/"


def exists(client: IMAPClient, path: str) -> bool:
    """Whether there is a folder of that name that can hold mail: what only has folders below it is none."""
    return any(name == path and _holds_mail(flags) for flags, _, name in client.list_folders("", path))


def _holds_mail(flags: Collection[bytes]) -> bool:
    return not any(flag.lower() in _NOT_SELECTABLE for flag in flags)


def _rank(flags: Collection[bytes]) -> int:
    uses = {flag.lower() for flag in flags}
    return max((rank for rank, last in enumerate(_LAST, 1) if uses.intersection(last)), default=0)


def select(client: IMAPClient, path: str, readonly: bool = False) -> int | None:
    """Select a folder; its UIDVALIDITY, or None where it is gone. See `opened`."""
    told = opened(client, path, readonly)
    return None if told is None else int(told.get(b"UIDVALIDITY", 0))


def opened(client: IMAPClient, path: str, readonly: bool = False) -> dict[bytes, Any] | None:
    """Select a folder; what the server tells of it, or None where it is gone.

    Refused where it can only be read, and `readonly` was not asked for.
    """
    try:
        return plausible(dict(client.select_folder(path, readonly)))
    except IMAPClientReadOnlyError:
        client.select_folder(path, readonly=True)  # or imaplib refuses every other command from here on
        raise Refused(f"the folder {path} may only be read by this account: nothing can be moved there") from None
    except IMAPClientAbortError:
        raise
    except IMAPClientError:
        if client.folder_exists(path):
            raise
        return None


def look(client: IMAPClient, path: str) -> int | None:
    """Open a folder that is not one of ours, to look only; None where that is not allowed, or it is gone."""
    try:
        return select(client, path, readonly=True)
    except IMAPClientAbortError:
        raise
    except IMAPClientError as error:
        if asks_for_pause(error):
            raise
        return None
