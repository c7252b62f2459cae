"""`salver sieve`: prints the script by which a mail server files what Salver hands over to it."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.commands import CommandError, owner_named
from pipeline.options import config_option, configuration_of, set_option
from pipeline.settings import stage_settings
from pipeline.sieve import places_of, script
from pipeline.store.key import key_path, made_key
from pipeline.store.log import make_folder


@click.command("sieve")
@click.argument("owner", default="", metavar="[ID|ADDRESS]")
@click.option("--prefix", default="", metavar="TEXT", help='what every folder lies under there, such as "INBOX."')
@config_option
@set_option
def sieve_(owner: str, prefix: str, config: Path | None, settings: tuple[str, ...]) -> None:
    """Print the Sieve script for an owner whose mailbox is lmtp://...; default: the first owner.

    Give it to that mailbox's server, by ManageSieve or as the file ~/.dovecot.sieve of Dovecot.
    """
    configuration = configuration_of(config, settings)
    told = stage_settings(configuration)
    found = told.owner(owner if owner in [each.id for each in told.owners] else owner_named(told, owner))
    places = places_of(found)
    if not places:
        raise CommandError(
            f"{found.id} has no mailbox that Salver hands mail to by LMTP; "
            'write mailbox = "lmtp://HOST:PORT/ADDRESS" for it, or name another owner'
        )
    if not prefix.isprintable():
        raise CommandError("--prefix is text on one line")
    store = configuration.store.path
    try:
        make_folder(store.parent)
        key = made_key(store)
    except OSError as error:
        raise CommandError(
            f"the key {key_path(store)} cannot be made ({error.strerror}); run this as the user that Salver runs as, "
            "or start Salver first"
        ) from None
    filing = configuration.filing
    click.echo(script(places, key, prefix, filing.keywords, filing.folders), nl=False)
