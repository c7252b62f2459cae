"""LinkedIn's plain text -> what it shows of one person, and the text of a direct message (LINKEDIN guide, 5)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from stages.letter import Letter
from stages.sources.linkedin.cards import FOOTER, is_chrome, read_page

_LABELLED_URL = re.compile(r"^.{0,80}?:{0,2}\s*https?://\S+\s*$")
_RULE = re.compile(r"^\s*[-.–—_=]{8,}\s*$")


@dataclass(frozen=True)
class Plain:
    """What the text part shows of one person; `known` is False where it has none of the known layouts."""

    known: bool = False
    name: str = ""
    message: str = ""
    lines: tuple[str, ...] = ()
    old: bool = False
    """of 2011-12: it has no place for a headline"""


def read_text(mail: Letter, name: str) -> Plain:
    """The text part in the layouts of 2011 and of 2016 (guide, 5.1 and 5.2)."""
    lines = [line.strip() for line in mail.text.splitlines()]
    for number, line in enumerate(lines):
        if match := re.match(r"(.{1,120}) requested to add you as a connection on LinkedIn:?$", line):
            return _text_of_2011(lines[number + 1 :], match[1])
    at = [number for number, line in enumerate(lines) if name and line.casefold() == name.casefold()]
    if not at:
        return Plain()
    below = lines[at[-1] + 1 :]
    end = next((n for n, line in enumerate(below) if not line or _LABELLED_URL.match(line)), len(below))
    return Plain(known=True, name=name, message="\n".join(lines[: at[-1]]).strip(), lines=tuple(below[:end]))


def _text_of_2011(lines: list[str], name: str) -> Plain:
    message: list[str] = []
    inside = False
    for line in lines:
        if _RULE.match(line):
            if inside:
                break
            inside = True
        elif re.match(r"(?:accept|view) invitation from ", line, re.IGNORECASE):
            break
        elif inside:
            message.append(line)
    return Plain(known=True, name=name, message="\n".join(message).strip(), old=True)


def read_direct_message(mail: Letter, name: str) -> tuple[str, str]:
    """(message, sender's headline) of an InMail: between the sender's `Reply` link and the footer."""
    lines = [line.strip() for line in mail.text.splitlines()]
    ends = [n for n, line in enumerate(lines) if FOOTER.match(line)]
    intended = [n for n in ends if lines[n].lower().startswith("this email was intended for")]
    lines = lines[: (intended[-1:] or ends[:1] or [len(lines)])[0]]
    while lines and (not lines[-1] or _RULE.match(lines[-1])):
        lines.pop()
    at = next((n for n, line in enumerate(lines[:12]) if name and line.casefold() == name.casefold()), None)
    headline = ""
    if at is not None:
        reply = next((n for n, line in enumerate(lines[at : at + 8], at) if re.match(r"https?://\S+$", line)), at)
        between = [line for line in lines[at + 1 : max(reply - 1, at + 1)] if line]
        headline = between[0] if len(between) == 1 else ""
        lines = lines[reply + 1 :]
    else:
        subject = mail.subject.strip().casefold()
        while lines and (not lines[0] or lines[0].casefold() == subject):
            lines.pop(0)
    if message := "\n".join(lines).strip():
        return message, headline
    return _message_in_page(mail, name), headline


def _message_in_page(mail: Letter, name: str) -> str:
    """The same in an html part, for mails whose text part is the footer only."""
    written = read_page(mail.page)
    skip = {name.casefold(), mail.subject.strip().casefold()}
    lines = [*written.before, *(line for card in written.cards for line in card.lines)]
    return "\n".join(line for line in lines if line.casefold() not in skip and not is_chrome(line, name)).strip()
