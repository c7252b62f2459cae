"""Which sources of mail went quiet against their usual rhythm?"""

from __future__ import annotations

from pipeline.doctor.finding import Case, Finding, Findings
from pipeline.quiet import Known, known, sentence
from pipeline.store.migrations import StoreError
from pipeline.store.reading import reading


async def check(case: Case) -> Findings:
    path = case.configuration.store.path
    if not path.exists():
        return (Finding("ok", "not checked: no mail came yet"),)
    try:
        async with reading(path) as read:
            sources = await known(read, case.configuration, case.at)
    except StoreError:
        return (Finding("ok", "not checked: see store"),)
    return tuple(_told(each) for each in sources) or (Finding("ok", "no mail of a network came yet"),)


def _told(source: Known) -> Finding:
    if not source.quiet:
        return Finding("ok", sentence(source))
    do = "look at the networks' notification settings, and for filters or programs that move such mail out of the inbox"
    if not source.source.account:
        do = (
            "see whether the forward at your provider is still switched on, look at the network's notification "
            "settings, and whether the provider can reach our port"
        )
    return Finding("warning", sentence(source), do)
