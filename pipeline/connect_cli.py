"""The command line of `salver connect` and `salver disconnect`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from pipeline import connecting, disconnecting
from pipeline.account_choice import ConnectError, Wanted
from pipeline.options import config_option, configuration_of, own

_LONGEST_LINE = 10_000


@click.command("connect")
@click.argument("kind", metavar="gmail|outlook|imap|NAME")
@config_option
@click.option("--name", default="", help="what you call the account; default: after the provider")
@click.option("--user", default="", metavar="ADDRESS", help="the address, or the name you sign in with")
@click.option(
    "--host", default="", metavar="HOST[:PORT]", help="of the IMAP server, where the address does not tell it"
)
@click.option("--tls", type=click.Choice(["implicit", "starttls", "none"]), help="default: as the port says")
@click.option(
    "--ca", default="", metavar="FILE", help="certificates to trust instead of the system's: a CA of your own"
)
@click.option("--owner", default="", metavar="ADDRESS|ID", help="whose requests lie there; default: the first owner")
@click.option(
    "--secret",
    default="",
    metavar="REFERENCE",
    help="where the password or token lies or shall lie: file:PATH, keyring:SERVICE/USER, or env:NAME for a password; "
    "default: your keyring, else a file beside the store that only you can read",
)
@click.option("--client-id", default="", metavar="ID", help="of your own app registration")
@click.option(
    "--client-secret", default="", metavar="SECRET|REFERENCE", help="of it, if it has one; better env:NAME or file:PATH"
)
@click.option("--issuer", default="", metavar="URL", help="OpenID provider of a server of your own that takes tokens")
@click.option("--app-password", is_flag=True, help="gmail: with an app password, instead of an app registration")
@click.option("--device", is_flag=True, help="sign in on another device, with a short code (not at Google)")
@click.option("--no-browser", is_flag=True, help="print the address to open, instead of opening it")
def connect_(kind: str, config: Path | None, no_browser: bool, **told: object) -> None:
    """Sign in to a mail account: with the browser and your own app registration, or with an app password.

    NAME is an account that signs in anew: only its secret is replaced. What is not told is asked; without a terminal,
    answers are read from standard input, one a line.
    """
    path = own(config, "accounts are told")
    wanted = Wanted(kind, browser=not no_browser, **{key: value or "" for key, value in told.items() if value})  # type: ignore[arg-type]
    connecting.connect(path, configuration_of(path), wanted, _ask, click.echo)


@click.command("disconnect")
@click.argument("name")
@config_option
def disconnect_(name: str, config: Path | None) -> None:
    """Sign out of an account: revoke its token, remove its secret, and take it out of the configuration."""
    path = own(config, "accounts are told")
    disconnecting.disconnect(path, configuration_of(path), name, click.echo, lambda line: click.echo(line, err=True))


def _ask(question: str, option: str, hidden: bool = False) -> str:
    if sys.stdin.isatty():
        return str(click.prompt(question, default="", show_default=False, hide_input=hidden))
    line = sys.stdin.readline(_LONGEST_LINE)
    if not line:
        raise ConnectError(f"there was no answer to: {question}. Tell it with {option}, or on standard input")
    return line.rstrip("\r\n")
