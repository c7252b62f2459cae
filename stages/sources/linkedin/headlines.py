"""A headline -> (title, company), where it says so unmistakably."""

from __future__ import annotations

import re

_PLAIN = r"at|@|bei|bei der|beim|chez|presso|bij|hos"
"""Words that stand between a title and a company and hardly ever anywhere else."""
_AMBIGUOUS = r"en|em|na|no|in|w"
"""These also follow a field of study (`Ingeniera en Sistemas`), so the company must show its legal form."""
_LEGAL_FORM = (
    r"(?:S\.?A\.?|S\.?L\.?|S\.?p\.?A\.?|S\.?r\.?l\.?|Ltda\.?|Lda\.?|GmbH|AG|Inc\.?|Ltd\.?|LLC"
    r"|B\.?V\.?|N\.?V\.?|Sp\. z o\.o\.)"
)

_AT = re.compile(rf"^(?P<title>\S.*?) (?:{_PLAIN}) (?P<company>[^\W_a-zß-öø-ÿ].*)$")
_IN = re.compile(rf"^(?P<title>\S.*?) (?:{_AMBIGUOUS}) (?P<company>[^\W_a-zß-öø-ÿ].*\b{_LEGAL_FORM})$")
_AGAIN = re.compile(rf" (?:{_PLAIN}) ")
_SEVERAL = re.compile(r"[|•·/;:!?]| [–—-] |\bex-", re.IGNORECASE)
_DOING = re.compile(
    r"^(?:helping|looking|working|building|making|driving|enabling|leading|seeking|currently|happy)\b", re.I
)


def title_and_company(headline: str) -> tuple[str, str] | None:
    """`Head of Sales at Acme` -> `("Head of Sales", "Acme")`; None where the headline may mean something else."""
    text = " ".join(headline.split())
    if len(text) > 120 or _SEVERAL.search(text) or _DOING.match(text):
        return None
    match = _AT.match(text) or _IN.match(text)
    if match is None or _AGAIN.search(match["company"]):
        return None
    title, company = match["title"].strip(" ,"), match["company"].strip(" ,")
    return (title, company) if title and company and len(title) <= 80 else None
