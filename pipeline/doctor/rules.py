"""Do the rules load, and all that judges with them? Did a running Salver refuse changed ones? Is any of it doubtful?"""

from __future__ import annotations

from pipeline.configuration import Configuration
from pipeline.doctor.finding import Case, Finding, Findings, in_thread
from pipeline.rules.doubting import doubtful
from pipeline.settings import ConfigError, stage_settings
from pipeline.store import rulings
from pipeline.store.migrations import StoreError
from pipeline.store.reading import reading
from stages.rules.examples import failing_examples
from stages.rules.words import counted
from stages.settings import Settings

_CHECK = "see `salver check`"


async def check(case: Case) -> Findings:
    return (*await in_thread(_files, case.configuration), *await _refused(case))


def _files(configuration: Configuration) -> Findings:
    try:
        return _looked_at(stage_settings(configuration))
    except ConfigError as error:
        return (_broken(str(error)),)


def _broken(mistakes: str) -> Finding:
    first, *others = mistakes.splitlines()
    more = f" (and {counted(len(others), 'more mistake')})" if others else ""
    do = "put the file right: `salver check` tells every mistake. A Salver that runs goes on by the rules it has"
    return Finding("fault", f"Salver cannot start with the files as they are: {first.rstrip('.')}{more}", do)


def _looked_at(settings: Settings) -> Findings:
    rules, found = settings.rules, []
    if failing := failing_examples(settings):
        what = f"{counted(len(failing), 'example')} of the rules {'fails' if len(failing) == 1 else 'fail'}"
        found.append(Finding("warning", f"{what}; a running Salver does not take such rules over", _CHECK))
    if odd := doubtful(settings):
        found.append(Finding("warning", f"{counted(len(odd), 'doubt')} about the rules", _CHECK))
    told = f"{counted(len(rules.rule), 'rule')} of {rules.file}, version {rules.version}"
    return tuple(found) or (Finding("ok", f"{told}: no mistake, no doubt, no example that fails"),)


async def _refused(case: Case) -> Findings:
    path = case.configuration.store.path
    if not path.exists():
        return ()
    try:
        async with reading(path) as read:
            refused = await rulings.standing(read)
    except StoreError:
        return ()  # the check of the store says so
    if refused is None:
        return ()
    return (Finding("warning", "changed rules were not taken over, and older ones decide", "`salver status` says why"),)
