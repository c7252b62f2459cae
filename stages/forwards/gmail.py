"""Letter -> Gmail's question whether mail may be forwarded here (FORWARDING guide, section 2).

With a code until 2025, with a link alone since; a company's own brand may stand where it says Gmail. Nothing here
depends on a language.
"""

from __future__ import annotations

import re

from stages.events import Confirmation
from stages.forwards.askers import GOOGLE
from stages.forwards.mentioned import (
    SEARCHED,
    addresses,
    code_in_subject,
    labelled_code,
    lone_code,
    urls,
)
from stages.letter import Letter

_CONFIRMS = re.compile(
    r"https://(?:mail-settings|mail|isolated\.mail)\.google\.com/mail/(?:\w[\w.-]{0,99}/){0,4}vf-[\w%.~=+\[\]-]{1,1500}",
    re.ASCII,
)
"""Only these hosts, and only `vf-`: `uf-` takes a confirmation back."""
_MOST = 500
"""links of a page that are looked at"""


def links(letter: Letter) -> tuple[str, ...]:
    """The mail's links that confirm at Google."""
    found = (*urls(letter.words), *letter.page.hrefs[:_MOST])
    return tuple(link for link in found if _CONFIRMS.fullmatch(link))


def from_google(letter: Letter) -> bool:
    return GOOGLE.writes(letter.from_address)


def handed_on(letter: Letter) -> bool:
    """Whether somebody passes on what looks like the question: a mailing list, a stored copy, a person.

    One mark that anybody can write is too few.
    """
    if not letter.fields:
        return bool(links(letter))
    marks = (
        bool(links(letter)),
        bool(letter.first("x-google-address-confirmation")),
        from_google(letter) or GOOGLE.writes(letter.reply_to_address),
        code_in_subject(letter.subject) is not None,
    )
    return sum(marks) >= 2


def read(letter: Letter, to: tuple[str, ...]) -> Confirmation:
    """What it asks. `to`: the addresses it was written to, without those in copy."""
    text = letter.words[:SEARCHED]
    mentioned = tuple(each for each in addresses(text) if not GOOGLE.writes(each))
    in_subject = addresses(letter.subject)
    # It names who asks first, and last in the subject. Where the two differ somebody plays with the words between.
    said = (*mentioned[:1], *in_subject[-1:])
    requester = said[0] if said and said[0] not in to and len(set(said)) == 1 else None
    others = [each for each in mentioned if each not in said]
    confirms = links(letter)
    return Confirmation(
        provider=GOOGLE.name,
        requester=requester,
        destination=next(iter(others), None) or next(iter(to), None),
        code=code_in_subject(letter.subject) or labelled_code(text) or lone_code(text),
        confirm_url=confirms[0] if confirms else None,
    )
