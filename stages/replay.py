"""(recorded decisions, Rules) -> what those rules would have decided, by the very functions of the live path.

What came later hangs on what was decided first: a reminder follows its request, and nobody answers a question that
would never have been asked. So decisions are replayed in the order in which they were made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from stages.decide import decide
from stages.events import Decision, Enriched, Judgement, Verdict
from stages.names import FOLDERS
from stages.rules.language import Rules


class Recorded(NamedTuple):
    """One decision of Salver's own, as the log has it: never one in which the owner's word decided."""

    enriched: Enriched
    judgement: Judgement
    """as the signals made it (`Scored`)"""
    verdict: Verdict
    rule: str
    folder: str
    """of the request, not of the mail"""

    @property
    def request(self) -> str:
        return self.judgement.request.id


class _First(NamedTuple):
    """What was decided of a request, when it was decided first; recorded and now."""

    recorded: Verdict
    now: Verdict


def replayed(history: Iterable[Recorded], rules: Rules) -> Iterator[Decision | None]:
    """The decision of these rules for each, in order; None where it would not have come to one."""
    first: dict[str, _First] = {}
    last: dict[str, Decision] = {}
    for each in history:
        began = first.get(each.request)
        asked = each.judgement.request.asked is not None
        if asked and began is not None and began.recorded == "follow_up" != began.now:
            yield None
            continue
        made = decide(_following(each.judgement, last), each.enriched, rules)
        first.setdefault(each.request, _First(each.verdict, made.verdict))
        last[each.request] = made
        yield made


def _following(judgement: Judgement, last: dict[str, Decision]) -> Judgement:
    """The judgement of a mail that joins a request, as that would have been decided. The owner's moves stay."""
    request, past = judgement.request, judgement.request.past
    before = last.get(past.request or "")
    if not request.joins or before is None or past.verdict is None:
        return judgement
    moved = past.folder is not None and past.folder in FOLDERS.values() and past.folder != FOLDERS[past.verdict]
    told = {"verdict": before.verdict} | ({} if moved else {"folder": before.folder})
    follows = request.model_copy(update={"past": past.model_copy(update=told)})
    return judgement.model_copy(update={"request": follows})
