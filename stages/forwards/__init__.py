"""Letter -> how it was forwarded, and the original inside it.

`shapes.py`: a mail that was handed on as it is; `inline.py`: one that quotes the original; `way.py`: through both, and
through attachments, to the original; `handshakes.py`: a provider asks whether it may forward.
"""

from __future__ import annotations

import re

from stages.events import Forwarded, Slice
from stages.forwards.shapes import answers_by_itself, from_a_list, handed_on, rule_of
from stages.letter import Letter


def forwarded(letter: Letter) -> Forwarded | None:
    """How the mail came from the owner's own mailbox, by the shapes A to C of the FORWARDING guide; None if directly.

    Everything but the envelope can be written by anybody: it says who claims to have forwarded, and proves nothing.
    """
    as_it_is = automatic(letter)
    if as_it_is is not None:
        return as_it_is
    if attached(letter):
        return Forwarded(by=letter.from_address or None, how="attachment")
    return Forwarded(by=letter.from_address, how="rule") if by_rule(letter) else None


def automatic(letter: Letter) -> Forwarded | None:
    """How it was handed on as it is (shape A); None: not so."""
    shape = handed_on(letter)
    return Forwarded(by=shape.by or None, how="auto") if shape is not None else None


def by_rule(letter: Letter) -> bool:
    """A rule of the mailbox that it comes from wrote it (shape B, or C)."""
    return bool(letter.from_address) and rule_of(letter) == letter.from_address


def attached(letter: Letter) -> tuple[Slice, ...]:
    """The mails forwarded as attachments; none of what answers by itself, such as a bounce."""
    return () if answers_by_itself(letter) else letter.attached


def rewritten_by(letter: Letter) -> str | None:
    """A shown hop that may have changed what a signature covers, in words; None if none is shown.

    A plain Gmail forward changes nothing (FORWARDING guide, section 5).
    """
    if from_a_list(letter):
        return "a mailing list"
    tag = re.match(r"\s*(\[[^\]]{1,40}\]|fwd?:|fw:)", letter.subject, re.IGNORECASE)
    if tag:
        return f"whoever put {tag[1]} before the subject"
    if any(name.startswith(("x-ms-exchange-", "x-eopattributedmessage")) for name, _ in letter.fields):
        return "an Exchange or Microsoft 365 server"
    return None
