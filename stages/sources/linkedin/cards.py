"""LinkedIn's html and text -> what they show of each person; never of the recipient (LINKEDIN guide, 5 and 6)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from urllib.parse import urlsplit

from stages.letter import Item, Letter, Page
from stages.sources.linkedin.kinds import DOMAIN, section_of
from stages.urls import host_of, parameters, unwrap, within

_CHROME = re.compile(
    r"^(?:linkedin|[·•|]|[·•|]? ?\(?(?:1st|2nd|3rd)\+?\)?|waiting for your response"
    r"|you have (?:an?|\d+)(?: new| pending)? invitations?\W*"
    r"|accept|ignore|decline|view profile|see profile|view invitations?|see all(?: invitations?)?|reply|message)$",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"(?:requested to add you as a connection|(?:wants|would like) to connect|invited you to connect"
    r"|sent you (?:an invitation|a connection request)|is waiting for your response"
    r"|has indicated you are|['’]s invitation is waiting for your response)\b.{0,60}$",
    re.IGNORECASE,
)
"""What LinkedIn says about the person; only behind that person's name, for notes use such words too."""
_MUTUAL = re.compile(
    r"^(?:[^.!?]{1,80} (?:and|und|et|y|e|en) |you (?:both )?(?:have|share) )?"
    r"(\d{1,3}(?:[.,]\d{3})+|\d{1,5})\+?\s+(other\s+)?"
    r"(?:(?:mutual|shared|common)\s+connections?|connections?\s+in\s+common"
    r"|gemeinsame[rn]?\s+kontakte?|relations?\s+en\s+commun|contactos?\s+en\s+común|conex(?:ão|ões)\s+em\s+comum"
    r"|collegament[io]\s+in\s+comune|gemeenschappelijke\s+connecties?)\W*$",
    re.IGNORECASE,
)
_FOOTER = re.compile(
    r"^(?:this email was intended for|you are receiving|learn why we included|unsubscribe\b|©|\(c\) \d{4}, linkedin"
    r"|diese e-mail war für|cet e-mail était destiné|este (?:correo|e-mail) )",
    re.IGNORECASE,
)
_FOOTER_SECTION = re.compile(r"^(?:footer|securityhelp|unsub|help)", re.IGNORECASE)
_MOST = 100
"""people one mail is read about; the longest collections seen list about ten"""
_MOST_ITEMS = 2_000
"""runs of text and images that are looked at; the longest digest seen has 48"""
_SUGGESTED = re.compile(r"pymk|suggest|network~?_?of|similar", re.IGNORECASE)
_LABELLED_URL = re.compile(r"^.{0,80}?:{0,2}\s*https?://\S+\s*$")
_RULE = re.compile(r"^\s*[-.–—_=]{8,}\s*$")


@dataclass
class Card:
    """One person in a mail, as far as shown."""

    profile_url: str = ""
    name: str = ""
    lines: list[str] = field(default_factory=list)
    photo_url: str = ""
    invitation_id: str = ""
    accepts: bool = False
    suggested: bool = False
    closed: bool = False


@dataclass(frozen=True)
class Layout:
    """What the html part shows: its cards, and the lines above the first one."""

    cards: tuple[Card, ...] = ()
    before: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plain:
    """What the text part shows of one person; `known` is False where it has none of the known layouts."""

    known: bool = False
    name: str = ""
    message: str = ""
    lines: tuple[str, ...] = ()
    old: bool = False
    """of 2011-12: it has no place for a headline"""


@lru_cache(maxsize=512)
def canonical_profile(url: str) -> str:
    """`https://ae.linkedin.com/comm/in/x?midToken=...` -> `https://www.linkedin.com/in/x`; empty for other links."""
    if not within(host_of(url), (DOMAIN,)):
        return ""
    path = urlsplit(url).path.removeprefix("/comm")
    if match := re.match(r"/in/([^/?#]+)", path):
        return f"https://www.linkedin.com/in/{match[1]}"
    if re.match(r"/profile/view/?$", path) and (member := parameters(url).get("id")):
        return f"https://www.linkedin.com/profile/view?id={member}"
    return ""


def invitation_id(url: str) -> str:
    """The invitation's number in an accept link; the mailbox number (`mboxid`, `/blk/I..._55/`) is something else."""
    if not within(host_of(url), (DOMAIN,)):
        return ""
    match = re.search(r"/invitationId/(\d{1,25})(?:/|\?|$)|[?&]invitationId=(\d{1,25})(?:&|#|$)", url)
    return (match[1] or match[2]) if match else ""


@lru_cache(maxsize=512)
def _accepts(url: str) -> bool:
    return bool(re.search(r"/invite-accept\b|/comm/invitations\b", url)) or "accept" in section_of(url).lower()


def read_page(page: Page) -> Layout:
    """The cards of an html part. The page header's and footer's links are the recipient's own and make no card."""
    items = [replace(item, href=unwrap(item.href)) for item in page.items[:_MOST_ITEMS]]
    own = {canonical_profile(item.href) for item in items if section_of(item.href).startswith(("header", "footer"))}
    cards: list[Card] = []
    before: list[str] = []
    last = max((n for n, item in enumerate(items) if _of_somebody(item, own)), default=-1)
    for number, item in enumerate(items):
        section = section_of(item.href)
        if item.hidden:
            continue
        if section.startswith("header"):
            before.clear()
        elif _FOOTER_SECTION.match(section) or (number > last and _FOOTER.match(item.text)):
            break  # a footer's words above the last person's link are the person's own words
        else:
            _take(item, section, own, cards, before)
    return Layout(tuple(cards), tuple(before))


def _of_somebody(item: Item, own: set[str]) -> bool:
    """True for a link that belongs to a card."""
    return _accepts(item.href) or (bool(profile := canonical_profile(item.href)) and profile not in own)


def _take(item: Item, section: str, own: set[str], cards: list[Card], before: list[str]) -> None:
    """Put one item where it belongs: into a new card, the last card, or the lines above all cards."""
    profile = canonical_profile(item.href)
    if profile in own and profile:
        return
    if profile and (not cards or cards[-1].profile_url != profile):
        if len(cards) >= _MOST:
            return
        known = next((card for card in cards if card.profile_url == profile), None)
        cards.append(known or Card(profile_url=profile))
        cards[-1].suggested = bool(_SUGGESTED.search(section))
        if known:
            cards.remove(known)
    if item.tag == "img" or item.src:
        if cards and (profile or not item.href) and _is_photo(item.src) and not cards[-1].photo_url:
            cards[-1].photo_url = item.src
        if profile and item.text and not cards[-1].name:
            cards[-1].name = item.text
        return
    if _accepts(item.href) and cards:
        cards[-1].accepts = cards[-1].closed = True
        cards[-1].invitation_id = cards[-1].invitation_id or invitation_id(item.href)
    elif profile:
        _name_or_button(item, section, cards[-1])
    elif item.href:
        if cards and item.text.strip():
            cards[-1].closed = cards[-1].closed or bool(cards[-1].name)  # a button of another kind: `Message`
    elif item.text.strip():
        if not cards:
            before.append(item.text.strip())
        elif not cards[-1].closed:
            cards[-1].lines.append(item.text.strip())


def _name_or_button(item: Item, section: str, card: Card) -> None:
    text = item.text.strip()
    if not text:
        return
    if re.search(r"~cta$|-cta$|profile~text$", section) or _CHROME.match(text):
        card.closed = card.closed or bool(card.name)
    elif not card.name or (not card.lines and card.name.casefold() == text.casefold()):
        card.name = text
    elif not card.closed:
        card.lines.append(text)


def _is_photo(src: str) -> bool:
    return host_of(src) in ("media.licdn.com", "media-exp1.licdn.com", "media-exp2.licdn.com") and not re.search(
        r"company-logo|ghost|article-cover|/dms/logo", src
    )


def mutual(lines: tuple[str, ...]) -> int | None:
    """Connections in common, where a line of its own names their number (`Ann and 3 other mutual connections`: 4)."""
    for line in lines:
        if match := _MUTUAL.match(line.strip()):
            return int(re.sub(r"\D", "", match[1])) + (1 if match[2] else 0)
    return None


def is_chrome(line: str, name: str) -> bool:
    """True for words of the network's own frame, also about the person of this name, and for a count in common."""
    line = line.strip()
    if _CHROME.match(line) or _MUTUAL.match(line):
        return True
    for called in (name, name.split(" ", maxsplit=1)[0]) if name else ():
        if line.casefold().startswith(called.casefold()) and _ABOUT.match(line[len(called) :].strip()):
            return True
    return False


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
    ends = [n for n, line in enumerate(lines) if _FOOTER.match(line)]
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
