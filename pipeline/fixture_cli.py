"""`salver fixture make`: an anonymised copy of a mail, and what is expected of it, for a bug report."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from pipeline import fixtures
from pipeline.options import config_option, configuration_of, set_option


@click.group("fixture")
def fixture_() -> None:
    """Anonymised copies of mails, for bug reports."""


@fixture_.command("make")
@click.argument("mail", metavar="FILE|-|ID")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    metavar="FOLDER",
    help="where the two files go; default: this folder",
)
@config_option
@set_option
def make(mail: str, out: Path, config: Path | None, settings: tuple[str, ...]) -> None:
    """Write an anonymised copy of a mail (a file, - for standard input, or the id of a stored one), and its JSON.

    Every name, address, token, number, photo and free text becomes another of the same shape; a network's own
    sentences, function words, the structure and the day in its dates stay. If anything of the mail would be left,
    nothing is written. Look at the copy before you send it: the check knows words and numbers, you know what they mean.
    """
    made = asyncio.run(fixtures.make(configuration_of(config, settings), mail, out))
    click.echo(f"{made.mail}\n{made.expected}")
    if made.differs:
        click.echo("The copy is read otherwise than the mail, which is worth a line in your report:")
        for line in made.differs:
            click.echo(f"  {line}")
    else:
        click.echo("The copy is read as the mail is: the same kind, template, layout, and fields shown or not.")
    if not made.known:
        click.echo("It is no mail of a network that Salver reads: send it only if you think that it should be one.")
    click.echo(
        "Nothing of the mail was found in it but what is meant to stay: the day in its dates, the networks' own "
        "sentences, function words, and how long each word is, in the subject too. Look at it once more before you "
        "send it."
    )
