"""(configured text) -> the mailbox it names: `maildir:PATH`, `imap://ACCOUNT`, `lmtp://HOST:PORT/ADDRESS`, and, for
mail that lies there already, `account:ACCOUNT`."""

from __future__ import annotations

import os
import pwd
from collections.abc import Callable, Mapping

from pipeline.accounts.account import NAME
from pipeline.accounts.session import Session
from pipeline.mailboxes import Changes, Mailbox
from pipeline.mailboxes.imap import ImapMailbox
from pipeline.mailboxes.imap_watch import ImapChanges
from pipeline.mailboxes.in_place import InPlace
from pipeline.mailboxes.lmtp import LmtpMailbox
from pipeline.mailboxes.lmtp_place import lmtp_place
from pipeline.mailboxes.maildir import Maildir, maildir_path
from pipeline.mailboxes.maildir_threads import OURSELVES, Ids, able
from pipeline.mailboxes.maildir_watch import MaildirChanges, Unwatched
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


def whose_place(target: str) -> str:
    """The same for two spellings of the same mailbox. ValueError, with what to write instead."""
    place = lmtp_place(target)
    if place is not None:
        return place.whose
    if account_named_by(target) is not None:
        return target
    if not target.startswith("maildir:"):
        known = "maildir:PATH, imap://NAME (of an [[account]]) or lmtp://HOST:PORT/ADDRESS"
        raise ValueError(f'"{target}" is no mailbox we can file into; write {known}')
    return str(maildir_path(target))


def place_of(target: str) -> str:
    """For a person: the path of a Maildir, or the target itself."""
    return str(maildir_path(target)) if target.startswith("maildir:") else target


def given_to(user: str) -> Ids | None:
    """Whose Maildirs are where we run as root, as whom all work in them is done; ourselves where there is no such user
    or the system cannot do that, which is told by whoever serves them. None: we are not root."""
    if os.geteuid() != 0:
        return None
    try:
        found = pwd.getpwnam(user)
    except KeyError:
        return OURSELVES
    return (found.pw_uid, found.pw_gid) if found.pw_uid and able() else OURSELVES


def open_target(
    target: str,
    sessions: Mapping[str, Session],
    sieve_key: Callable[[str], str] = lambda address: "",
    buttons: tuple[str, ...] = (),
    ids: Ids | None = None,
    declared: tuple[str, ...] = (),
) -> Mailbox:
    """The mailbox. `buttons`: folders that say what to do with a mail; `declared`: others that rules may file into;
    `ids`: whose a Maildir is.

    ValueError, in words for a person: there is no such kind, or no such account.
    """
    place = lmtp_place(target)
    if place is not None:
        return LmtpMailbox(place, sieve_key(place.address), declared)
    name = target.removeprefix(IN_PLACE) if target.startswith(IN_PLACE) else account_named_by(target)
    if name is None:
        return Maildir(maildir_path(target), declared, buttons, ids)
    if name not in sessions:
        raise ValueError(f'there is no [[account]] with the name "{name}"')
    session = sessions[name]
    if target.startswith(IN_PLACE):
        return InPlace(session, buttons, declared)
    return ImapMailbox(session, buttons, declared=declared)


def changes_of(mailbox: Mailbox) -> Changes:
    """What tells when it is worth looking at a mailbox again."""
    if isinstance(mailbox, ImapMailbox):
        return ImapChanges(mailbox)
    return MaildirChanges(mailbox) if isinstance(mailbox, Maildir) else Unwatched()
