"""(what was tried) -> the next step, in a sentence."""

from __future__ import annotations

from pathlib import Path

from pipeline.backtest.live import Compared, Wanted, same_rules
from pipeline.configuration import Configuration

_AT_THE_TOP = "at the top of your configuration, above its first [section]"


def onwards(configuration: Configuration, wanted: Wanted, both: Compared) -> str:
    """How what was tried comes to decide; of nothing, how something is tried."""
    live, new = both.live, both.new
    if wanted.points:
        told = ", ".join(
            f"{name} = {points:g}" for name, points in sorted(new.points.items()) if live.points.get(name) != points
        )
        return f"Next: to keep these points, write under [points] in your configuration: {told}." if told else ""
    if same_rules(live, new) and new.points == live.points:
        return "" if wanted else "Next: write other rules into a file, and try them: `salver backtest --rules FILE`."
    if not wanted or (wanted.rules is not None and _is_configured(configuration, wanted.rules)):
        return "Next: `salver rules apply` takes them over, or change the file once more."
    return _of_a_file(configuration, wanted)


def _is_configured(configuration: Configuration, rules: Path) -> bool:
    return bool(configuration.rules) and Path(configuration.rules).resolve() == rules.resolve()


def _of_a_file(configuration: Configuration, wanted: Wanted) -> str:
    name = str(wanted.rules) if wanted.rules is not None else "next.toml"
    first = "" if wanted.rules is not None else f"`salver rules show {wanted.version} --toml > {name}` writes them; "
    if configuration.rules:
        keep = f"save {'it' if wanted.rules is not None else 'that'} as {configuration.rules}"
    else:
        keep = f'put rules = "{name}" {_AT_THE_TOP}'
    return f'Next: {first}{keep}, or try it in the shadow first, at no risk: shadow = "{name}" {_AT_THE_TOP}.'
