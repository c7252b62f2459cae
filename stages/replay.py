"""(recorded decisions, Rules) -> what those rules would have decided, by the very functions of the live path.

What came later hangs on what was decided first: a reminder follows its request, and nobody answers a question that
would never have been asked. So decisions are replayed in the order in which they were made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from stages.asked_before import Questions, asks
from stages.decide import decide, follows_another
from stages.events import Decision, Enriched, Judgement, Verdict
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
    said: bool = False
    """it joins a request of which its owner had said what it is: that counts, whatever the rules"""
    earlier: bool = False
    """it came before what is looked at: what follows hangs on it, and it is not counted"""

    @property
    def request(self) -> str:
        return self.judgement.request.id


class _Opened(NamedTuple):
    """What was decided of a request's own mail, recorded and by the other rules."""

    recorded: Verdict
    recorded_folder: str
    made: Verdict
    made_folder: str


class Replay:
    """Recorded decisions by one set of rules, one after the other. It keeps of each request a few words."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._first: dict[str, _Opened] = {}
        self._last: dict[str, _Opened] = {}
        self._questions = Questions() if asks(rules) else None
        self._unknown: set[str] = set()
        """requests about which nobody knows what these rules would have said first"""
        self.unknowable = 0
        """decisions for which a rule asks when an earlier question was, and nobody knows it by these rules"""

    def decided(self, each: Recorded, judgement: Judgement | None = None) -> Decision | None:
        """What these rules say; None where it would not have come to a decision, or nobody knows (`unknowable`).

        `judgement`: as it is judged now.
        """
        judged = self._as_asked_before(each, judgement or each.judgement)
        if judged is None:
            self.unknowable += not each.earlier
            return None
        began = self._first.get(each.request)
        if judged.request.asked is not None and began is not None and began.recorded == "follow_up" != began.made:
            return None
        rules = self._rules.without(*each.enriched.without)
        made = decide(judged if each.said else self._following(judged), each.enriched, rules)
        opened = _Opened(each.verdict, each.folder, made.verdict, made.folder)
        if self._questions is not None and began is None and not judged.request.joins:
            self._questions.came(
                judged.request, each.enriched, each.verdict == "follow_up", made.verdict == "follow_up"
            )
        self._first.setdefault(each.request, opened)
        if not judged.request.joins:  # what joins a request changes nothing about it
            self._last[each.request] = opened
        return made

    def _as_asked_before(self, each: Recorded, judgement: Judgement) -> Judgement | None:
        """The judgement with the question that these rules would have had before. None: nobody knows."""
        request = judgement.request
        if self._questions is None:
            return judgement
        if follows_another(judgement):  # no rule is asked
            return None if request.id in self._unknown and not each.said else judgement
        past = self._questions.past(request, each.enriched)
        if past is None:
            if not request.joins and not (request.id in self._first or request.id in self._unknown):
                self._unknown.add(request.id)
                self._questions.came(request, each.enriched, each.verdict == "follow_up", None)
            return None
        if past is request.past:
            return judgement
        return judgement.model_copy(update={"request": request.model_copy(update={"past": past})})

    def _following(self, judgement: Judgement) -> Judgement:
        """The judgement of a mail that joins a request, as that would have been decided. The owner's moves stay."""
        request, past = judgement.request, judgement.request.past
        before = self._last.get(past.request or "")
        if not request.joins or before is None or past.verdict != before.recorded:
            return judgement
        told: dict[str, object] = {"verdict": before.made, "placed": before.made_folder}
        if past.folder == before.recorded_folder:  # else its owner had moved it, or where it lay said nothing
            told["folder"] = before.made_folder
        follows = request.model_copy(update={"past": past.model_copy(update=told)})
        return judgement.model_copy(update={"request": follows})


def replayed(history: Iterable[Recorded], rules: Rules) -> Iterator[Decision | None]:
    """The decision of these rules for each, in order; None where it would not have come to one."""
    replay = Replay(rules)
    for each in history:
        yield replay.decided(each)
