"""The note is a staffing vendor's blast: a hotlist, people on the bench, a wish for your daily requirements.

One of its words may stand in any note; two different ones, or one and such a headline, are a vendor's.
"""

from __future__ import annotations

from stages.events import Finding, Request
from stages.signals import Facts
from stages.wording import Hit, Phrases, apart, find, read
from stages.wording.quoting import said

POINTS = -4.0

_VENDOR = (
    Phrases("hotlist|hotlists|hot list|hot lists|bench list|updated list of|list of consultants|list of candidates"),
    Phrases(
        "bench sales|bench candidates|bench consultants|bench resources|bench profiles|bench strength|on bench",
        "on our bench|on my bench|on the bench|from our bench|from my bench|available on bench|benchsales",
    ),
    Phrases(
        "vendor list|vendors list|preferred vendor*|prime vendor*|implementation partner*",
        "tier one vendor*|vendor empanel*",
        "distribution list|mailing list for requirements|c2c|c2h|corp to corp|corp 2 corp|corp2corp",
        "third party vendor*",
        "staff augmentation|tax terms|w2 candidates|w2 consultants|h1b|h1 b|opt candidates|opt cpt|gc ead|usc gc",
    ),
    Phrases(
        "your ~ requirements|daily requirements|client requirements|job requirements daily|requirements to this email",
        "share ~ requirements|send ~ requirements|share the reqs|your reqs|c2c requirements|requirement* ~ daily",
    ),
    Phrases(
        "consultants available|available consultants|candidates available|available candidates|resources available",
        "available resources|immediately available|immediate joiners|available immediately|available for immediate",
        "consultants are available|candidates are available|submit ~ consultants|submit ~ resumes",
    ),
)
"""Kinds of such words; the same thing said twice is one."""

_HEADLINE = Phrases(
    "bench sales|us it recruiter|us it staffing|it bench|benchsales|c2c|contract staffing|staffing vendor"
)


def check(request: Request, facts: Facts) -> Finding | None:
    words = read(request.words)
    kinds: list[Hit] = [apart(hits)[0] for phrases in _VENDOR if (hits := find(words, phrases))]
    sure = len(kinds) > 1 or (kinds and find(read(request.notice.headline.value or ""), _HEADLINE))
    return Finding(points=POINTS, evidence=said(words, *kinds)) if sure else None
