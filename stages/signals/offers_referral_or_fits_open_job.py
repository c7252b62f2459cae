"""The person offers a referral, or is interested in a job you are filling."""

from __future__ import annotations

from stages.events import Finding, Request
from stages.signals import Facts, pitches_a_job
from stages.wording import Phrases, evidence, find, read
from stages.wording.mentions import jobs, named
from stages.wording.quoting import said
from stages.wording.referrals import for_your_opening
from stages.wording.vocabulary import INTRODUCES

POINTS = 3.0

_REFERS = Phrases(
    "refer you|referral*|recommend ~ for|i know someone|i know somebody|know a great|know a good",
    "introduce you to ~ candidate|candidate for your|candidate for the",
    "empfehlen|empfehlung|ich kenne jemanden|recommander|je connais quelqu un|recomendar*|conozco a alguien",
    "indicar|indicacao|conheco alguem|consigliar*|conosco qualcuno",
    "aanbevelen|ik ken iemand|former colleague ~ looking|colleague ~ looking",
)
_INTERESTED = Phrases(
    "i applied|i ve applied|i have applied|i just applied|applied for|applied to|applying|my application",
    "interested in|interest in|i d be a|i would be a|fit|suits",
    "still open|learn more about|looking for|i saw you re hiring|i saw you are hiring|is hiring|you re hiring",
    "you are hiring|your team is hiring|caught my eye|ask about",
    "like a ~ match|like a ~ fit|match for me|fit for me|suit me|suits me|fits me|match my|matches my|fits my",
    "beworben|bewerbung|interessiere mich|interessiert mich|noch offen|passt|postule|candidature|m interesse",
    "interessee par|interesse par|toujours ouvert*|encore ouvert*",
    "me interesa|aplique|postule|candidatura|candidatei|tenho interesse|interessad*|ainda aberta|mi interessa",
    "candidat*|sollicit*|geinteresseerd|interesse in",
)
_OPENINGS = Phrases(
    "opportunities at|openings at|roles at|jobs at|positions at|working at|joining|join your team",
    "offene stellen|stellen bei|arbeiten bei|postes chez|travailler chez",
    "oportunidades en|vacantes en|trabajar en|oportunidades na|oportunidades no|vagas na|vagas no|trabalhar na",
    "opportunita in|lavorare in|vacatures bij|werken bij",
)
_ANY_JOB = 2.0
"""Points for wanting a job where the owner is hiring, without naming which."""


def check(request: Request, facts: Facts) -> Finding | None:
    note = request.notice.words
    if facts.profile is None or not facts.profile.open_jobs or not note:
        return None
    words = read(note)
    refers = find(words, _REFERS) or find(words, INTRODUCES) or for_your_opening(words)
    if not refers and (not find(words, _INTERESTED) or pitches_a_job.check(request, facts)):
        return None
    for job, hit in jobs(words, facts.profile):
        welcome = job.referrals_welcome and bool(refers)
        about = f'your open job "{evidence(job.title)}"' + (" (referrals welcome)" if welcome else "")
        return Finding(points=POINTS, evidence=said(words, hit, about=about))
    for employer in dict.fromkeys(job.employer for job in facts.profile.open_jobs if job.employer):
        if (spoken := named(words, employer)) and (openings := find(words, _OPENINGS)):
            about = f'you are hiring for "{evidence(employer)}"'
            return Finding(points=_ANY_JOB, evidence=said(words, spoken, openings[0], about=about))
    return None
