"""(Weighed) -> what was seen and what is proposed, in words for the owner."""

from __future__ import annotations

from stages.header import clean
from stages.names import FOLDERS
from stages.proposing.candidates import Candidate
from stages.proposing.traits import quoted
from stages.proposing.weighing import Spoken, Weighed
from stages.rules.language import Rules
from stages.saying import number

NAMED = 3
"""people that a proposal names"""


def seen(found: Weighed, rules: Rules) -> str:
    """`You said ugly of 4 requests where the note pitches a job, ... ("Jane Roe" and 3 more). Proposed: ...`"""
    said = _listed(tuple(dict.fromkeys(each.correction.said for each in found.mended)))
    count = len(found.mended)
    if found.candidate.threshold:
        about = f"You said {said} of {count} requests that Salver had decided otherwise by their points"
    else:
        where = " and ".join(trait.says for trait in found.candidate.traits)
        about = f"You said {said} of {count} requests where {where}, which Salver had decided otherwise"
    proposal = f"{about} ({_people(found.mended)}). Proposed: {change(found.candidate, rules)}."
    if found.candidate.verdict is None:
        return proposal
    most = ", and lifts what one of them calls ugly to Intriguing at most" if found.candidate.verdict == "good" else ""
    return f"{proposal} It is read before your own rules{most}."


def learned(found: Weighed, rules: Rules) -> str:
    """What the lesson says once it is accepted; at most 500 characters."""
    text = change(found.candidate, rules)
    return clean(f"{text[:1].upper()}{text[1:]}: you said so of {_people(found.mended)}.", 500)


def change(candidate: Candidate, rules: Rules) -> str:
    """`requests where the note pitches a job count 0.75 less`"""
    amount = f"{number(abs(candidate.points))} {'more' if candidate.points > 0 else 'less'}"
    if candidate.threshold:
        was = getattr(rules.marks, candidate.threshold)
        return f"{candidate.threshold} from {number(was + candidate.points)} points on, instead of {number(was)}"
    where = " and ".join(trait.says for trait in candidate.traits)
    if candidate.verdict is None:
        return f"where {where}, that counts {amount}"
    place = f" ({FOLDERS[candidate.verdict]})" if candidate.verdict != "ugly" else ""
    return f"a request is {candidate.verdict}{place} where {where}"


def _people(some: tuple[Spoken, ...]) -> str:
    """`"Jane Roe", "John Doe" and 3 more`: what strangers call themselves is in quotes"""
    names: dict[str, str] = {}
    for each in some:
        shown = each.correction.decision.judgement.request.notice.name.value or ""
        names.setdefault(each.correction.person, quoted(shown) if clean(shown) else "somebody")
    first = list(names.values())[:NAMED]
    more = len(names) - len(first)
    return _listed((*first, f"{more} more") if more else tuple(first))


def _listed(some: tuple[str, ...]) -> str:
    return some[0] if len(some) == 1 else f"{', '.join(some[:-1])} and {some[-1]}"
