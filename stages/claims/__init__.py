"""(Request, Facts) -> Claims: what a note says about its reader, each checked: true, false or unknown.

One file a kind. Each reads the note by its own phrases and checks it against the profile, the people named there and
what was seen of the person before. False needs a contradiction a person would accept, since it can cost a good request
its place; unknown is never told as verified; and without a profile everything is unknown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stages.claims import (
    connections,
    contact,
    employer,
    group,
    job,
    language,
    met,
    name,
    published,
    role,
    school,
    sent,
    tool,
)
from stages.claims.note import Claims, note_of
from stages.events import Claim, ClaimKind, Request
from stages.wording import Words
from stages.wording.ties import Weighed, anchors

if TYPE_CHECKING:
    from stages.signals import Facts

READERS = (published, met, sent, job, school, employer, group, tool, role, language, connections, contact, name)
"""In the order in which claims are shown."""

MOST = 3
"""Claims of one kind that are kept; a note has at most 300 characters, a direct message a few thousand."""

KNOWN_TO_BOTS: frozenset[ClaimKind] = frozenset({"role", "employer", "language", "connections", "name"})
"""Kinds that say nothing of whom a note was written for, even where they are true."""

_UNCHECKED = "there is no profile to check it against"


def claims_of(request: Request, facts: Facts) -> tuple[Claim, ...]:
    """Every claim of what the person wrote, in the order of `READERS`; each said once."""
    if not request.words:
        return ()
    note = note_of(request, facts)
    found: list[Claim] = []
    for reader in READERS:
        found += _once(reader.read(note))
    if facts.profile is not None:
        return tuple(found)
    return tuple(claim.model_copy(update={"truth": "unknown", "fact": _UNCHECKED}) for claim in found)


def _once(claims: Claims) -> tuple[Claim, ...]:
    """The first MOST claims; of those that were checked against one fact, the first."""
    kept: dict[tuple[str, str, str], Claim] = {}
    for claim in claims:
        told = claim.fact if claim.truth == "true" else claim.words
        kept.setdefault((claim.kind, claim.truth, told), claim)
    return tuple(kept.values())[:MOST]


def sentences(claims: tuple[Claim, ...]) -> tuple[str, ...]:
    """One line each for a person: what is said, and what came of checking it."""
    return tuple(f'Says: "{claim.words}" - {_found(claim)}' for claim in claims)


def _found(claim: Claim) -> str:
    found = "could not be checked" if claim.truth == "unknown" else claim.truth
    return f"{found}: {claim.fact}" if claim.fact else found


def kept_ties(words: Words, left: tuple[int, ...], claims: tuple[Claim, ...]) -> list[Weighed]:
    """The ties between a note and its reader (`anchors`), but for those that are known to be false."""
    false = [claim.words for claim in claims if claim.truth == "false"]
    tied = anchors(words, left)
    return [tie for tie in tied if not any(words.quote(tie[1].first, tie[1].last) in said for said in false)]
