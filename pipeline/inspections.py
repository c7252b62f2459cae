"""For `salver status`: mails in layouts that are not known, and fields that are read less often than before."""

from __future__ import annotations

from pipeline.clock import now, utc
from pipeline.store import drifts
from pipeline.store.drifts import Template
from pipeline.store.log import Log
from stages.drift import is_down
from stages.durations import DAY
from stages.header import clean
from stages.sources import title_of

_SHOWN = 60 * DAY
"""ms for which a mail in an unknown layout is told of"""
_MOST = 20
"""kinds of mails that are named: their senders choose what they call them"""


async def lines(store: Log) -> list[str]:
    """A line for each kind of mail that changed, and what to do."""
    told = []
    for odd in (await drifts.strange(store.read, now() - _SHOWN))[:_MOST]:
        mails = "1 mail is" if odd.mails == 1 else f"{odd.mails} mails are"
        told.append(
            f"{_named(odd.template)}: {mails} laid out in a way that is not known, since {utc(odd.since)} "
            f"UTC, such as {odd.mail}. What is not certain in them counts as unknown."
        )
    for fall in (await drifts.announced(store.read))[:_MOST]:
        past = await drifts.past_of(store.read, fall.template)
        if is_down(past, fall.what):
            told.append(
                f"{_named(fall.template)}: {fall.what.replace('_', ' ')} can hardly be read any more, since "
                f"{utc(fall.at)} UTC, such as in {fall.mail}."
            )
    if told:
        told.append(
            "Networks change their mails: `salver fixture make MAIL` writes one without personal data, to be attached "
            "to an issue; after an update `salver reparse` shows what is read then."
        )
    return told


def _named(template: Template) -> str:
    proven = "" if template.proven else ", mails that prove nothing"
    return f"{title_of(template.network)} mail for {template.owner} ({clean(template.template, 60)}{proven})"
