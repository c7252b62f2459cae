"""For `salver status`: mails that look different from those before them, a line for each kind, and what to do."""

from __future__ import annotations

from typing import NamedTuple

from pipeline.clock import now, utc
from pipeline.store import drifts
from pipeline.store.inspected import began
from pipeline.store.log import Log
from stages.drift import is_down
from stages.durations import DAY
from stages.field_words import named, worth_naming
from stages.fill_rates import Rate
from stages.header import clean
from stages.sources import title_of

_SHOWN = 60 * DAY
"""ms for which a mail in an unknown layout is told of"""
_MOST = 20
"""kinds of mails that are named: their senders choose what they call them"""


class _Kind(NamedTuple):
    """Mails that are told of together, pages and texts alike."""

    owner: str
    network: str
    template: str
    proven: bool


class _Odd(NamedTuple):
    """One thing that is told of them. Times in ms."""

    since: int
    reread: int
    """when the first mail came that may be read less"""
    mail: str
    strange: int = 0
    """mails in layouts that are not known"""
    fallen: Rate | None = None


async def lines(store: Log) -> list[str]:
    """A line for each kind of mail that looks different, and one that says what to do."""
    kinds: dict[_Kind, list[_Odd]] = {}
    for odd in await drifts.strange(store.read, now() - _SHOWN):
        kinds.setdefault(_Kind(*odd.template[:4]), []).append(_Odd(odd.since, odd.since, odd.mail, odd.mails))
    for fall in await drifts.announced(store.read):
        past = await drifts.past_of(store.read, fall.template)
        rate = next((each for each in past.rates if each.field == fall.what), Rate(field=fall.what, read=0))
        if is_down(past, fall.what):
            first = await began(store.read, fall.mail) or fall.at
            kinds.setdefault(_Kind(*fall.template[:4]), []).append(_Odd(fall.at, first, fall.mail, fallen=rate))
    shown = sorted(kinds.items(), key=lambda each: (not each[0].proven, each[0]))[:_MOST]
    if not shown:
        return []
    told = [f"{_named(kind)}: {_said(odd)}" for kind, odd in shown]
    if len(kinds) > len(shown):
        told.append(f"{len(kinds) - len(shown)} more kinds of mails look different.")
    example = shown[0][1][-1].mail
    first = min(each.reread for _, odd in shown for each in odd)
    return [*told, _todo(example, utc(first)[:10])]


def _named(kind: _Kind) -> str:
    called = f"{title_of(kind.network)} mail for {kind.owner}"
    template = clean(kind.template, 60)
    return f"{called} ({template})" if kind.proven else f"Unproven {called} ({template})"


def _said(odd: list[_Odd]) -> str:
    """What is odd about these mails, in one sentence."""
    said = []
    fallen = {each.fallen.field: each.fallen for each in odd if each.fallen is not None}
    if fallen:
        names = ", ".join(map(named, worth_naming(fallen)))
        most = max(fallen.values(), key=lambda rate: rate.lately.count("1"))
        read, of = most.lately.count("1"), len(most.lately)
        said.append(f"{names} can hardly be read any more ({f'in {read}' if read else 'in none'} of the latest {of})")
    if strange := sum(each.strange for each in odd):
        mails = "1 mail is" if strange == 1 else f"{strange} mails are"
        said.append(f"{mails} laid out in a way that Salver does not know")
    return f"{'; '.join(said)}; since {utc(min(each.since for each in odd))} UTC, such as {odd[-1].mail}."


def _todo(mail: str, day: str) -> str:
    return (
        "What Salver cannot read in them counts neither for nor against anybody; look at such mails yourself. "
        f"`salver fixture make {mail}` writes one without personal data, for a bug report. After an update, "
        f"`salver reparse --since {day}` shows what is read then, also in mails that were judged before this was "
        "noticed; with --apply it judges and files them anew."
    )
