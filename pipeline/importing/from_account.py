"""A past period of a connected account -> its mails: opened for reading only, nothing moved or marked as seen."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.accounts import reading
from pipeline.accounts.account import Account
from pipeline.accounts.session import AccountTrouble, Session
from pipeline.importing.mbox import Item, Wanted, travelled
from pipeline.importing.sources import Seen, Source
from pipeline.importing.trouble import SourceTrouble

ACCOUNT = "account:"
"""Scheme of a path that is an account: `account:work`, or `account:work/Archive` for another folder than its inbox."""


def account_source(account: Account, session: Session, folder: str, batch: int, wanted: Wanted) -> Source:
    """The mails of a folder that came since `wanted.since`; it can be gone on with."""
    name = f"{ACCOUNT}{account.name}" + (f"/{folder}" if folder else "")
    return Source(name, 0, lambda seen: _mails(name, session, seen, batch, wanted), f"import:{name}")


def _mails(name: str, session: Session, seen: Seen | None, batch: int, wanted: Wanted) -> Iterator[Item]:
    begun = reading.Seen(*seen) if seen is not None else None
    try:
        for found in reading.news(
            session, begun, since=wanted.since, batch=batch, largest=wanted.largest, wanted=wanted.concerns
        ):
            for mail in found.mails:
                older = "older" if mail.came_at < wanted.since else ""
                at = min(mail.came_at, wanted.now)
                yield Item(0, f"{name} {mail.uid}", b"" if older else travelled(mail.raw), at, older)
            yield from (Item(0, name, left_out="too large") for _ in found.too_large)
            others = found.looked_at - len(found.mails) - len(found.too_large)
            yield from (Item(0, name, left_out="other") for _ in range(others))
            yield Item(0, seen=(found.seen.validity, found.seen.uid))
    except AccountTrouble as error:
        raise SourceTrouble(str(error)) from None
    finally:
        session.close()
