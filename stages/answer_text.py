"""Letter -> the lines that its writer wrote, without what their client quotes, signs or appends.

A line at a time and in one pass, for what was not cut off would be read as an order: so it cuts rather too early. The
libraries for this (mail-parser-reply, email-reply-parser) let a foreign line pass sooner than lose one, and need
seconds for a few thousand blank lines.
"""

from __future__ import annotations

import re

from stages.letter import Letter

LINES = 50
"""of what they wrote that are read"""
CHARACTERS = 2_000
"""the same"""
_SEARCHED_LINES = 1_000
_SEARCHED = 60_000
_LINE = 400
"""characters of a line that are looked at to see whether a quotation begins"""
_SALUTATION = frozenset("hi hello hey hallo dear liebe lieber liebes moin servus guten good".split())  # noqa: SIM905
_RULE = re.compile(r"[-_=*~\u2013\u2014]{3,}")
_FROM = re.compile(
    r"\*?(?:from|von|de|da|van|fra|från|od|lähettäjä|от|差出人|发件人|寄件者|보낸 사람|expéditeur|mittente|remitente)"
    r"\*?[ \t]?[:：]",
    re.IGNORECASE,
)
_APPENDED = (
    "sent from ", "sent via ", "sent with ", "get outlook", "von meinem ", "gesendet von ", "gesendet mit ",
    "gesendet über ", "diese nachricht wurde ", "holen sie sich outlook", "outlook für ", "outlook for ",
    "envoyé de ", "envoyé depuis ", "enviado desde ", "enviado do ", "inviato da ", "verstuurd vanaf ",
    "verzonden vanaf ", "begin forwarded message", "anfang der weitergeleiteten",
)  # fmt: skip
"""What phones and apps write below, and what begins an original."""
_OURS = (
    "how to answer", "so antworten sie", "how to tell salver", "so sagen sie es salver", "who it is", "wer das ist",
    "what we know", "was wir wissen", "a question you can paste", "eine frage zum einfügen", "what happens next",
    "wie es weitergeht", "to ask: why would they", "nachfragen: warum möchten sie", "waiting for your answer",
    "diese warten auf ihre antwort", "what changed", "was sich geändert hat", "did we miss one?",
    "haben wir etwas übersehen?", "to paste:", "zum einfügen:", "reply to this mail with",
    "antworten sie auf diese mail",
    "they wrote: “", "geschrieben wurde: „", "in the last 7 days: ", "in den letzten 7 tagen: ", "what was not done",
    "was nicht geschah", "what was done", "was geschah", "more is waiting than you want single mails",
    "es wartet mehr, als sie an einzelnen mails", "what salver could learn", "was salver lernen könnte",
    "a message came from somebody", "jemand dieses namens hat ihnen",
)  # fmt: skip
"""How the headings and fixed sentences of our own mails begin. Those are texts of the configuration, which a reader
does not get; a test compares the two."""
_ADDRESS_ALONE = re.compile(r"<?https?://\S+")
_FROM_US = re.compile(r"\*?[^\W\d_][^:：]{0,30}[:：]\*?\s*[\"']?salver\b[\"']?\s*(?:[<\[(].*)?", re.IGNORECASE)
"""`Kimden: Salver`, in any language; and `Salver <` wherever it stands."""
_MARK = re.compile(r"[^\W\d_]{0,3}>")
"""Of a quoted line; some put initials before it."""
_DATED = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}[.:/]\d{1,2}\b|年")


def written(letter: Letter) -> tuple[str, ...]:
    """The writer's own lines, stripped; an empty one parts paragraphs. From the text part, else from the page."""
    own = _own(letter.text) or _own("\n".join(letter.page.marked) or letter.page.text)
    return () if any(map(_is_ours, own)) else own


def _is_ours(line: str) -> bool:
    """Whether a mail of ours stands in what was taken for the answer: what it says is nobody's order."""
    folded = line.casefold()
    return folded.startswith(_OURS) or _ADDRESS_ALONE.fullmatch(folded) is not None


def _own(text: str) -> tuple[str, ...]:
    lines = [line.strip() for line in text[:_SEARCHED].split("\n")[:_SEARCHED_LINES]]
    end = next((at for at in range(len(lines)) if _ends(lines, at)), len(lines))
    return _bounded(lines[:end]) or _bounded(_below(lines, end))


def _ends(lines: list[str], at: int) -> bool:
    """Whether what the writer wrote on top ends before this line."""
    line = lines[at][:_LINE]
    return _quoted(line) or _closes(line) or (_attributes(lines, at) and not _begins_later(lines, at))


def _begins_later(lines: list[str], at: int) -> bool:
    """Whether the line that says who wrote begins below: then this one, directly above it, is the writer's."""
    line = lines[at][:_LINE]
    if _DATED.search(line) or "salver" in line.casefold():
        return False  # wrapped, it begins here
    return any(_attributes(lines, later) for later in range(at + 1, min(at + 3, len(lines))))


def _quoted(line: str) -> bool:
    return line.startswith(("|", "\u00bb", ": ")) or _MARK.match(line) is not None


def _closes(line: str) -> bool:
    """Nothing below is the writer's: a signature, a rule, a phone's advertisement, an original without marks."""
    if line == "--" or _RULE.match(line) or _FROM.match(line) or _FROM_US.fullmatch(line) or "Salver <" in line:
        return True
    return line.casefold().startswith(_APPENDED) or "@" in line


def _attributes(lines: list[str], at: int) -> bool:
    """Does it say who wrote what is quoted below? `On ... wrote:`, in any language, on up to three lines."""
    told = ""
    for line in lines[at : at + 3]:
        if not line or _quoted(line):
            return False
        told = f"{told} {line[:_LINE]}"
        if told.endswith((":", "：", ": \u200e")):
            return _names_a_mail(told)
    return False


def _names_a_mail(told: str) -> bool:
    words = told.split()
    if words[0].strip(",:").casefold() in _SALUTATION and len(words) <= 3:
        return False
    return "@" in told or "salver" in told.casefold() or (len(words) > 3 and _DATED.search(told) is not None)


def _below(lines: list[str], start: int) -> list[str]:
    """Paragraphs that begin below or between quoted lines. What follows one directly may be its wrapped end."""
    own: list[str] = []
    quoting = writing = False
    for at in range(start, len(lines)):
        line = lines[at]
        if _quoted(line):
            quoting, writing = True, False
        elif quoting and not line:
            writing = True
            own.append("")
        elif quoting and writing:
            if _closes(line[:_LINE]) or (_attributes(lines, at)):
                break
            own.append(line)
    return own


def _bounded(lines: list[str]) -> tuple[str, ...]:
    """The first lines with anything in them, and of runs of empty ones a single one."""
    kept: list[str] = []
    left = CHARACTERS
    for line in lines:
        if len(kept) >= LINES or left <= 0:
            break
        if line or (kept and kept[-1]):
            kept.append(line[:left])
            left -= len(line)
    return tuple(kept) if any(kept) else ()
