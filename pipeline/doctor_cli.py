"""The command line of `salver doctor`."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import click

from pipeline import doctor
from pipeline.options import config_option, configuration_of, set_option
from pipeline.table import plain


@click.command("doctor")
@config_option
@set_option
@click.option("--json", "as_json", is_flag=True, help="one JSON object a finding, one a line")
def doctor_(config: Path | None, settings: tuple[str, ...], as_json: bool) -> None:
    """Look at everything Salver needs, and say what is the matter and what to do. Nothing is changed.

    Ends with 0 if there is no fault; warnings may be lived with.
    """
    told = asyncio.run(doctor.examine(configuration_of(config, settings), config))
    for each in told:
        if as_json:
            click.echo(json.dumps(each._asdict(), ensure_ascii=True))
        else:
            do = f". To do: {each.do}" if each.do else ""
            click.echo(plain(f"{each.level:<8} {each.check:<11}  {each.what}{do}."))
    if doctor.worst(told) == "fault":
        raise SystemExit(1)
