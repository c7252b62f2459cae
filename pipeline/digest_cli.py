"""`salver digest`: the next digest as it would be now. Reads the store, and changes nothing."""

from __future__ import annotations

import asyncio
from email.parser import BytesParser
from email.policy import SMTP
from pathlib import Path
from typing import Any

import click

from pipeline import digest
from pipeline.clock import moment, now
from pipeline.commands import owner_named, store_path
from pipeline.configuration import Configuration
from pipeline.options import config_option, configuration_of, set_option
from pipeline.settings import told_settings
from pipeline.store import digests
from pipeline.store.reading import reading
from stages.calm import next_digest
from stages.compose import compose
from stages.conversation import DigestWanted
from stages.settings import Owner, Settings

_BROKEN = (
    "The files do not load as they are (`salver status` says why); digests of a Salver that runs come all the same."
)


@click.command("digest")
@click.option("--owner", default="", metavar="ID|ADDRESS", help="whose digest; default: the first owner's")
@config_option
@set_option
def digest_(owner: str, config: Path | None, settings: tuple[str, ...]) -> None:
    """Print the next digest as it would be now. Nothing is sent, and nothing changes."""
    click.echo(asyncio.run(preview(configuration_of(config, settings), owner)))


async def preview(configuration: Configuration, named: str) -> str:
    """When the digest comes, and its text."""
    settings, wrong = told_settings(configuration)
    ids = [owner.id for owner in settings.owners]
    owner = settings.owner(named if named in ids else owner_named(settings, named))
    async with reading(store_path(configuration)) as read:

        async def rows(sql: str, parameters: tuple[object, ...]) -> list[Any]:
            return list(await read(sql, parameters))

        at, last = now(), await digests.last_of(rows, owner.id)
        since = at if last is None or last.slot > at else last.slot
        slot = next_digest(since, settings.follow_up, owner.zone)
        made = await digest.made(rows, settings, owner, at, last, slot or at)
    when = f"{_when(slot, at, owner)} {_BROKEN if wrong else ''}".rstrip()
    if made is None:
        return f"{when} As things stand it has nothing to tell, so there would be none."
    return f"{when} As things stand:\n\n{_text(made.digest, owner, settings)}"


def _when(slot: int | None, at: int, owner: Owner) -> str:
    if slot is None:
        return f'{owner.id} gets no digests but one mail a request (digest = "off").'
    return f"The next digest for {owner.id} is due {'now' if slot <= at else moment(slot, at, owner.zone)}."


def _text(made: DigestWanted, owner: Owner, settings: Settings) -> str:
    """The plain text of the mail."""
    mail = BytesParser(policy=SMTP).parsebytes(compose(made, owner, settings))
    plain = mail.get_body(("plain",))
    assert plain is not None
    return str(plain.get_content()).replace("\r\n", "\n").rstrip()
