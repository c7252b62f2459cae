"""(configured text) -> the mailbox it names: `maildir:PATH`, `imap://ACCOUNT`, and, for mail that lies there already,
`account:ACCOUNT`."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.accounts.account import NAME
from pipeline.accounts.session import Session
from pipeline.mailboxes import Mailbox
from pipeline.mailboxes.imap import ImapMailbox
from pipeline.mailboxes.in_place import InPlace
from pipeline.mailboxes.maildir import Maildir, maildir_path
from stages.targets import IN_PLACE

IMAP = "imap://"


def account_named_by(target: str) -> str | None:
    """The account of an `imap://` target; None for a target of another kind. ValueError: no account's name."""
    if not target.startswith(IMAP):
        return None
    name = target.removeprefix(IMAP).rstrip("/")
    if not NAME.fullmatch(name):
        raise ValueError(f'"{target}" names no account; write imap://NAME, with the name of an [[account]]')
    return name


def place_of(target: str) -> str:
    """For a person: the path of a Maildir, or the target itself."""
    return str(maildir_path(target)) if target.startswith("maildir:") else target


def open_target(target: str, sessions: Mapping[str, Session]) -> Mailbox:
    """The mailbox. ValueError, in words for a person: there is no such kind, or no such account."""
    name = target.removeprefix(IN_PLACE) if target.startswith(IN_PLACE) else account_named_by(target)
    if name is None:
        return Maildir(maildir_path(target))
    if name not in sessions:
        raise ValueError(f'there is no [[account]] with the name "{name}"')
    return InPlace(sessions[name]) if target.startswith(IN_PLACE) else ImapMailbox(sessions[name])
