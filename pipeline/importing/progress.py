"""How far an import is, on standard error, and only where that is a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

Advance = Callable[[int], None]


@contextmanager
def bar(label: str, length: int) -> Iterator[Advance]:
    """Gives what moves the bar on. Without a length nobody knows the end: then it counts."""
    if not sys.stderr.isatty():
        yield lambda _: None
    elif length:
        with click.progressbar(length=length, label=label, file=sys.stderr) as shown:
            yield shown.update
    else:
        count = 0

        def advance(more: int) -> None:
            nonlocal count
            count += more
            click.echo(f"\r{label}: {count:,} looked at", err=True, nl=False)

        yield advance
        click.echo(err=True)
