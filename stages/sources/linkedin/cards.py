"""LinkedIn's html -> what it shows of each person; never of the recipient (LINKEDIN guide, 5 and 6)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from stages.letter import Item, Page
from stages.sources.linkedin.kinds import DOMAIN, section_of
from stages.urls import host_of, parameter, path_of, unwrap, within

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
FOOTER = re.compile(
    r"^(?:this email was intended for|you are receiving|learn why we included|unsubscribe\b|©|\(c\) \d{4}, linkedin"
    r"|diese e-mail war für|cet e-mail était destiné|este (?:correo|e-mail) )",
    re.IGNORECASE,
)
_PICTURES = (DOMAIN, "licdn.com")
_MEMBER = re.compile(r"/in/([^/?#]+)")
_VIEW = re.compile(r"/profile/view/?$")
_INVITATION = re.compile(r"/invitationId/(\d{1,25})(?:/|\?|$)|[?&]invitationId=(\d{1,25})(?:&|#|$)")
_ACCEPT = re.compile(r"/invite-accept\b|/comm/invitations\b")
_CALL = re.compile(r"[~-]cta$|profile~text$")
_FOOTER_SECTION = re.compile(r"^(?:footer|securityhelp|unsub|help)", re.IGNORECASE)
_MOST = 100
"""people one mail is read about; the longest collections seen list about ten"""
_MOST_ITEMS = 2_000
"""runs of text and images that are looked at; the longest digest seen has 48"""
_SUGGESTED = re.compile(r"pymk|suggest|network~?_?of|similar", re.IGNORECASE)


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
    pictured: bool = False
    """the page shows pictures: one that is not there is missing"""


@dataclass(frozen=True)
class Layout:
    """What the html part shows: its cards, and the lines above the first one."""

    cards: tuple[Card, ...] = ()
    before: tuple[str, ...] = ()
    framed: bool = False
    """LinkedIn's own header stands above those lines, so that they are nobody's who handed the mail on"""
    has_note: bool = True
    """a note would be found if there were one"""


def canonical_profile(url: str) -> str:
    """`https://ae.linkedin.com/comm/in/x?midToken=...` -> `https://www.linkedin.com/in/x`; empty for other links."""
    if not within(host_of(url), (DOMAIN,)):
        return ""
    path = path_of(url).removeprefix("/comm")
    if match := _MEMBER.match(path):
        return f"https://www.linkedin.com/in/{match[1]}"
    if _VIEW.match(path) and (member := parameter(url, "id")):
        return f"https://www.linkedin.com/profile/view?id={member}"
    return ""


def invitation_id(url: str) -> str:
    """The invitation's number in an accept link; the mailbox number (`mboxid`, `/blk/I..._55/`) is something else."""
    if not within(host_of(url), (DOMAIN,)):
        return ""
    match = _INVITATION.search(url)
    return (match[1] or match[2]) if match else ""


class _Target(NamedTuple):
    """What a link's address says, read once for all the runs of text and images that link there."""

    href: str
    section: str
    profile: str
    accepts: bool
    in_header: bool
    in_footer: bool

    @classmethod
    def of(cls, href: str) -> _Target:
        url = unwrap(href)
        section = section_of(url)
        accepts = bool(_ACCEPT.search(url)) or "accept" in section.lower()
        in_footer = bool(_FOOTER_SECTION.match(section))
        return cls(url, section, canonical_profile(url), accepts, section.startswith("header"), in_footer)


def read_page(page: Page) -> Layout:
    """The cards of an html part. The page header's and footer's links are the recipient's own and make no card."""
    items = page.items[:_MOST_ITEMS]
    targets = {href: _Target.of(href) for href in {item.href for item in items}}
    own = {target.profile for target in targets.values() if target.section.startswith(("header", "footer"))}
    of_somebody = {href for href, to in targets.items() if to.accepts or (to.profile and to.profile not in own)}
    last = next((n for n in range(len(items) - 1, -1, -1) if items[n].href in of_somebody), -1)
    cards: list[Card] = []
    before: list[str] = []
    framed = False
    for number, item in enumerate(items):
        target = targets[item.href]
        if item.hidden:
            continue
        if target.in_header:
            before.clear()
            framed = True
        elif target.in_footer or (number > last and FOOTER.match(item.text)):
            break  # a footer's words above the last person's link are the person's own words
        elif not target.profile or target.profile not in own:
            _take(item, target, cards, before)
    pictured = any(within(host_of(item.src), _PICTURES) for item in items if item.src)
    for card in cards:
        card.pictured = pictured  # a client may have dropped all pictures, and a text has none
    return Layout(tuple(cards), tuple(before), framed)


def _take(item: Item, target: _Target, cards: list[Card], before: list[str]) -> None:
    """Put one item where it belongs: into a new card, the last card, or the lines above all cards."""
    profile = target.profile
    if profile and (not cards or cards[-1].profile_url != profile):
        if len(cards) >= _MOST:
            return
        known = next((card for card in cards if card.profile_url == profile), None)
        cards.append(known or Card(profile_url=profile))
        cards[-1].suggested = bool(_SUGGESTED.search(target.section))
        if known:
            cards.remove(known)
    if item.tag == "img" or item.src:
        if cards and (profile or not item.href) and _is_photo(item.src) and not cards[-1].photo_url:
            cards[-1].photo_url = item.src
        if profile and item.text and not cards[-1].name:
            cards[-1].name = item.text
        return
    if target.accepts and cards:
        cards[-1].accepts = cards[-1].closed = True
        cards[-1].invitation_id = cards[-1].invitation_id or invitation_id(target.href)
    elif profile:
        _name_or_button(item, target.section, cards[-1])
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
    if _CALL.search(section) or _CHROME.match(text):
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
