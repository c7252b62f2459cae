"""LinkedIn: connection requests, and everything else its machines send (LINKEDIN guide)."""

from __future__ import annotations

import re

from rapidfuzz.distance import OSA

from stages import urls
from stages.events import Links, Network, Notice
from stages.language import detect
from stages.letter import Letter
from stages.sources import Reading
from stages.sources.linkedin.cards import read_page
from stages.sources.linkedin.default_texts import greeted
from stages.sources.linkedin.kinds import DOMAIN, INVITING, bare_subject, hrefs, kind_of, local_part, template_of
from stages.sources.linkedin.mail_ids import mail_time
from stages.sources.linkedin.notices import direct_message, one_person, requesters, writers

NETWORK: Network = "linkedin"
TITLE = "LinkedIn"
REQUESTS = True
SITES = (DOMAIN,)
DOMAINS: tuple[str, ...] = (DOMAIN, "licdn.com", "lnkd.in")
KIND_FIELDS = frozenset({"x-linkedin-template", "x-linkedin-class"})
BRAND = "linkedin"

_VIA = re.compile(r"\s*(?:\(via LinkedIn\)|\bvia LinkedIn)\s*$", re.IGNORECASE)
_LIST_VIA = re.compile(r"\s+via\s+(?!linkedin\b)\S.*$", re.IGNORECASE)
_SERVICE = re.compile(
    r"(?:\s+(?:news|bulletin|notifications?|jobs?|alerts?|messages?|messaging|invitations?|connections?|security|support"
    r"|team|network|updates?|premium|recruiter|sales|navigator|learning|newsletters?|services?|corporation|members?"
    r"|customer|account|verification|careers?|editors|talent|solutions))*",
    re.IGNORECASE,
)
_FRAME = (
    r"\bLinkedIn (?:Corporation|Ireland)\b",
    r"\bThis email was intended for\b",
    r"\bYou are receiving .{0,60}emails\b",
    r"\bthe LinkedIn logo are registered trademarks\b",
)
_QUOTED = re.compile(
    r"^[ \t]{0,20}(?:>|-----[ \t]*Original|(?:From|Sent|To|Von|Gesendet):[ \t]|.{0,120}\bwrote:[ \t]*$)", re.MULTILINE
)
_ANSWERED = re.compile(r"\s*(?:\[[^\]]{1,60}\]\s*)?(?:re|aw|antw|sv|vs|fwd?|fw|wg|tr|rv)\s*:", re.IGNORECASE)
_ADDRESSED = re.compile(
    r"^(.{1,40}?), (?:please add me to your LinkedIn network|start a conversation with your new|do you know\b)",
    re.IGNORECASE,
)
_COPIED = re.compile(r"^https?://[^/]+/(?:comm/\w|e/v2\b)|[?&](?:midToken|midSig|trkEmail)=|[?&]trk=eml-")
_FOR_ONE_READER = re.compile(r"#[^\s@]{1,64}(?:@|%40)[\w-]+\.")
_BUTTON = re.compile(r"accept(?: invitation)?|ignore|view (?:profile|invitations?|messages?)|reply", re.IGNORECASE)


def recognise(mail: Letter) -> bool:
    """True if the mail is, or claims to be, of LinkedIn; not for a mail that only mentions it."""
    name, domain = _claimed_sender(mail)
    if urls.within(domain, DOMAINS) or mail.last("x-linkedin-template"):
        return True
    if urls.looks_like(domain, BRAND) or _is_brand(name):
        return True
    if _QUOTED.search(mail.all_words):
        return False
    tracked = [bool(re.search(r"[?&](?:midToken|trk=eml-|lipi=urn)", url)) for url in hrefs(mail)]
    if sum(tracked) >= 2 and sum(tracked) * 2 > len(tracked) and _begins_with_link(mail):
        return True
    if _ANSWERED.match(mail.subject):
        return False
    frame = sum(bool(re.search(words, mail.all_words)) for words in _FRAME)
    return frame >= 2 or (bool(_VIA.search(name)) and bool(re.search(r"linkedin", mail.all_words, re.I)))


def _links(mail: Letter, notices: tuple[Notice, ...]) -> Links:
    """Where the mail's links lead; a URL that the person wrote in plain text is theirs, not LinkedIn's."""
    words = [words for notice in notices if (words := notice.words)]
    found = urls.links(mail, DOMAINS, BRAND, words)
    return found.model_copy(update={"imitating": tuple(dict.fromkeys((*found.imitating, *_copied(mail))))})


def _copied(mail: Letter) -> list[str]:
    """Foreign hosts of links that are made like LinkedIn's own, or made for one reader.

    The address copies LinkedIn's paths and tokens; or one of its buttons leads away while other links of the page do
    lead to LinkedIn (a mail filter that wraps links wraps them all); or the reader's address stands behind the `#`,
    where only the page that is opened can see it (guide, 7).
    """
    targets = [(urls.unwrap(item.href), item.text.strip()) for item in mail.page.items if item.href]
    foreign = [(url, label) for url, label in targets if (host := urls.host_of(url)) and not urls.within(host, DOMAINS)]
    mixed = any(urls.within(urls.host_of(url), DOMAINS) for url, _ in targets)
    return [
        urls.host_of(url)
        for url, label in foreign
        if _COPIED.search(url) or _FOR_ONE_READER.search(url) or (mixed and _BUTTON.fullmatch(label))
    ]


def read(mail: Letter) -> Reading:
    """What the mail says. The kind comes first; a missing field never changes it."""
    template = template_of(mail)
    kind = kind_of(mail, template)
    page = read_page(mail.page)
    name = _person(mail)
    notices: tuple[Notice, ...] = ()
    known = True
    if kind in ("invitation", "invitation_reminder", "invitation_accepted"):
        notice, known = one_person(mail, kind, name, page)
        notices = (notice,) if notice else ()
        known = known or kind == "invitation_accepted"
    elif kind == "message":
        notices = writers(mail, name, page)
    elif kind == "inmail":
        notices = (direct_message(mail, name),)
    elif kind == "digest" and _collects_invitations(mail, template):
        notices = requesters(mail, page)
        known = bool(notices)
    elif kind == "other":
        known = local_part(mail) not in INVITING or template is not None
    return Reading(
        claims=kind,
        template=template,
        mail_time=mail_time(mail),
        imitates=_imitates(mail),
        recipient_first_name=_recipient(mail, notices),
        language=_language(mail, notices),
        notices=notices,
        links=_links(mail, notices),
        layout_known=known,
    )


# --- the sender -------------------------------------------------------------------------------------------------


def _one_line(name: str) -> str:
    return " ".join(name.split())[:300]


def _claimed_sender(mail: Letter) -> tuple[str, str]:
    """(display name, domain) the mail claims; a mailing list that rewrote From left the claim in Reply-To."""
    name, address = _one_line(mail.from_name), mail.from_address
    reply = mail.reply_to_address.lower()
    if (mail.last("list-id") or _LIST_VIA.search(name)) and reply and not address.lower().endswith(f"@{DOMAIN}"):
        domain = reply.rpartition("@")[2]
        if urls.within(domain, DOMAINS) or urls.looks_like(domain, BRAND):
            return _one_line(mail.reply_to_name) or _LIST_VIA.sub("", name), domain
    return name, address.lower().rpartition("@")[2]


def _is_brand(name: str) -> bool:
    """True for `LinkedIn`, `LinkedIn Job Alerts`, and either with the brand misspelt by one letter."""
    words = name.replace("Linked In", "LinkedIn").split()
    return bool(words) and _near_brand(words[0]) and bool(_SERVICE.fullmatch("".join(f" {word}" for word in words[1:])))


def _near_brand(word: str) -> bool:
    return OSA.distance(re.sub(r"\W", "", word).casefold(), BRAND) <= 1


def _imitates(mail: Letter) -> str | None:
    """What in the sender imitates LinkedIn, in words; None where nothing does."""
    name, domain = _claimed_sender(mail)
    if not domain or mail.from_count == 0:
        return None
    own = urls.within(domain, (DOMAIN,))
    first = re.sub(r"\W", "", name.split()[0]).casefold() if name.split() else ""
    if not own and urls.looks_like(domain, BRAND):
        return f"the sender's domain {domain} is made to look like {DOMAIN}"
    if _is_brand(name) and first != BRAND and first != "linked":
        return f'the sender\'s name "{name.split()[0]}" is a misspelt LinkedIn'
    if not own and _is_brand(_LIST_VIA.sub("", name)):
        return f"the sender calls itself LinkedIn and writes from {domain}"
    if not own and _VIA.search(name):
        return f'the sender writes "via LinkedIn" from {domain}'
    return None


def _person(mail: Letter) -> str:
    """The person in From; empty where LinkedIn itself is named there."""
    name = _one_line(mail.from_name)
    if not mail.from_address.lower().endswith(f"@{DOMAIN}"):
        name = _LIST_VIA.sub("", name)
    name = _VIA.sub("", name).strip(" \"'“”")
    return "" if _is_brand(name) or "@" in name else name


# --- the mail ---------------------------------------------------------------------------------------------------


def _collects_invitations(mail: Letter, template: str | None) -> bool:
    if template:
        return bool(re.search(r"m2m_?invit", template, re.IGNORECASE))
    return local_part(mail) in INVITING or bool(re.search(r"\binvitations\b", mail.subject, re.IGNORECASE))


def _begins_with_link(mail: Letter) -> bool:
    """True if LinkedIn's frame comes first: who writes above a quoted mail is no machine."""
    for item in mail.page.items:
        if item.href:
            return True
        if item.text.strip() and not item.hidden and not item.src:
            return False
    return False


def _recipient(mail: Letter, notices: tuple[Notice, ...]) -> str | None:
    """The recipient's first name, where LinkedIn itself greets them."""
    if match := _ADDRESSED.match(bare_subject(mail.subject)):
        return match[1]
    text = mail.text.strip() or mail.page.text.strip()
    for notice in notices:
        if notice.default_text and (name := _greeting(text)):
            return name
        if notice.message.value and (name := greeted(notice.message.value)):
            return name
    return None


def _greeting(text: str) -> str | None:
    lines = [line for line in text.splitlines() if line.strip()]
    return next((name for line in lines[:8] if (name := greeted(line))), None)


def _language(mail: Letter, notices: tuple[Notice, ...]) -> str | None:
    """Of LinkedIn's frame: what the html says of itself, else what its words are, without those of the person."""
    stated = mail.page.lang.strip().replace("_", "-")
    if re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,2}", stated):
        return stated
    for url in hrefs(mail):
        if urls.within(urls.host_of(url), (DOMAIN,)) and re.fullmatch(
            r"[a-z]{2}(?:[-_][A-Za-z]{2})?", lang := urls.parameter(url, "lang")
        ):
            return lang.replace("_", "-")
    frame = mail.all_words
    for notice in notices:
        for words in (notice.words, notice.headline.value or "", notice.name.value or ""):
            frame = frame.replace(words, " ") if len(words) > 3 else frame
    return detect(frame if frame.strip() else mail.subject)
