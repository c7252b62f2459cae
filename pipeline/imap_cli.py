"""`salver password` and `salver imap-config`: parse arguments, print what pipeline/dovecot/ makes."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

import click

from pipeline.commands import CommandError
from pipeline.configuration import Configuration
from pipeline.dovecot import files, passwords, program
from pipeline.dovecot.configuration import own_text
from pipeline.dovecot.trouble import Trouble
from pipeline.options import config_option, configuration_of, set_option
from pipeline.profile_file import toml_text
from pipeline.whole_file import put


@click.command("password")
@click.argument("owner", required=False)
@click.option("--output", "-o", type=click.Path(path_type=Path), help="write the hash into this file, for you alone")
@config_option
@set_option
def password_(owner: str | None, output: Path | None, config: Path | None, settings: tuple[str, ...]) -> None:
    """Make the hash of the password that OWNER (by default the first) signs in with where Salver serves IMAP.

    It asks for the password twice, unseen; without a terminal it reads one line of standard input.
    """
    configuration = configuration_of(config, settings)
    id = _owner(configuration, owner)
    if sys.stdin.isatty():
        word = click.prompt("Password", hide_input=True, confirmation_prompt="Once more", err=True)
    else:
        word = _line()
    try:
        hash = passwords.hashed(word, configuration.imap.program)
    except Trouble as trouble:
        raise CommandError(str(trouble)) from None
    value = hash
    if output is not None:
        try:
            put(output, f"{hash}\n".encode())
        except OSError as error:
            raise CommandError(f"{output} cannot be written: {error.strerror}") from None
        value = f"file:{output}"
    click.echo(f"Put this line into [[owner]] of {id}, and start Salver again:", err=True)
    click.echo(f"password = {toml_text(value)}")


def _line() -> str:
    try:
        return sys.stdin.readline().rstrip("\r\n")
    except UnicodeDecodeError:
        raise CommandError("the password is no UTF-8 text; write it in UTF-8") from None


def _owner(configuration: Configuration, name: str | None) -> str:
    ids = [owner.id for owner in configuration.owner]
    if name is None:
        return ids[0]
    for owner in configuration.owner:
        if name in (owner.id, *owner.addresses):
            return owner.id
    raise CommandError(f"{name} is no owner; there are {', '.join(ids)}")


@click.command("imap-config")
@click.option("--dovecot", "wanted", type=click.Choice(["2.3", "2.4"]), help="its version; default: the one installed")
@config_option
@set_option
def imap_config(wanted: str | None, config: Path | None, settings: tuple[str, ...]) -> None:
    """Print what to add to the configuration of a Dovecot that you run yourself."""
    configuration = configuration_of(config, settings)
    if wanted is None:
        try:
            _, version = program.found(configuration.imap.program)
        except Trouble:
            version = (2, 4)
    else:
        version = (2, int(wanted[2:]))
    owners = tuple((owner, root, _ids(configuration, root)) for owner, root in files.served(configuration))
    if not owners:
        raise CommandError("no owner has a Maildir; name one in [[owner]] mailbox")
    filing = configuration.filing
    click.echo(own_text(version, owners, filing.buttons, filing.folders), nl=False)


def _ids(configuration: Configuration, root: Path) -> str:
    """Whose the Maildir is, or will be: ours; where we are root, that of whom the configuration names."""
    with contextlib.suppress(OSError):
        found = root.stat()
        return f"{found.st_uid}:{found.st_gid}"
    try:
        person = files.person_of(configuration)
    except Trouble as trouble:
        raise CommandError(str(trouble)) from None
    return f"{person.uid}:{person.gid}"
