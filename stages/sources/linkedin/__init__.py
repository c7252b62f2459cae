"""LinkedIn: connection requests, and everything else its machines send (LINKEDIN guide)."""

from __future__ import annotations

import re

from stages import imitation, urls
from stages.events import Network, Notice
from stages.imitation import Brand
from stages.language import detect
from stages.layouts import layout_of
from stages.letter import Letter
from stages.sources import Reading
from stages.sources.linkedin.cards import read_page
from stages.sources.linkedin.default_texts import greeted
from stages.sources.linkedin.kinds import (
    DOMAIN,
    INVITING,
    bare_subject,
    hrefs,
    kind_of,
    local_part,
    role_of,
    template_of,
    told_by,
)
from stages.sources.linkedin.mail_ids import mail_time
from stages.sources.linkedin.notices import are_several, direct_message, one_person, requesters, writers

NETWORK: Network = "linkedin"
TITLE = "LinkedIn"
REQUESTS = True
SITES = (DOMAIN,)
DOMAINS: tuple[str, ...] = (DOMAIN, "licdn.com", "lnkd.in")
WRITES_FROM = (DOMAIN,)
KIND_FIELDS = frozenset({"x-linkedin-template", "x-linkedin-class"})
BRAND = Brand(TITLE, (DOMAIN,), spellings=("Linked In",))
SECRETS = (
    re.compile(
        r"(?:midToken|midSig|otpToken|sharedKey|authToken)(?:=|/|%(?:25)*3D|%(?:25)*2F)([^\s&#/<>\"]{1,500})",
        re.IGNORECASE,
    ),
)
"""Tokens of links: one of them signs in (guide, 6.3)."""

_FRAME = (
    r"\bLinkedIn (?:Corporation|Ireland)\b",
    r"\bThis email was intended for\b",
    r"\bYou are receiving .{0,60}emails\b",
    r"\bthe LinkedIn logo are registered trademarks\b",
)
_ADDRESSED = re.compile(
    r"^(.{1,40}?), (?:please add me to your LinkedIn network|start a conversation with your new|do you know\b)",
    re.IGNORECASE,
)
_MADE_LIKE = re.compile(r"^https?://[^/]+/(?:comm/\w|e/v2\b)|[?&](?:midToken|midSig|trkEmail)=|[?&]trk=eml-")
_BUTTON = re.compile(r"accept(?: invitation)?|ignore|view (?:profile|invitations?|messages?)|reply", re.IGNORECASE)


def recognise(mail: Letter) -> bool:
    """True if the mail is, or claims to be, of LinkedIn; not for a mail that only mentions it."""
    name, domain = imitation.claimed_sender(mail, BRAND)
    if urls.within(domain, DOMAINS) or mail.last("x-linkedin-template") or imitation.claims_to_be(mail, BRAND):
        return True
    if imitation.quotes(mail):
        return False
    tracked = [bool(re.search(r"[?&](?:midToken|trk=eml-|lipi=urn)", url)) for url in hrefs(mail)]
    if sum(tracked) >= 2 and sum(tracked) * 2 > len(tracked) and imitation.begins_with_link(mail):
        return True
    if imitation.answers(mail):
        return False
    frame = sum(bool(re.search(words, mail.all_words)) for words in _FRAME)
    return frame >= 2 or (imitation.goes_via(name, BRAND) and bool(re.search(r"linkedin", mail.all_words, re.I)))


def read(mail: Letter) -> Reading:
    """What the mail says. The kind comes first; a missing field never changes it."""
    template = template_of(mail)
    kind = kind_of(mail, template)
    page = read_page(mail.page)
    name, handed_on = imitation.person(mail, BRAND), imitation.from_elsewhere(mail, BRAND)
    several = kind in ("invitation", "invitation_reminder") and are_several(page, name)
    kind = "digest" if several else kind
    notices: tuple[Notice, ...] = ()
    known = True
    if kind in ("invitation", "invitation_reminder", "invitation_accepted"):
        notice, known = one_person(mail, kind, name, page, handed_on)
        notices = (notice,) if notice else ()
        known = known or kind == "invitation_accepted"
    elif kind == "message":
        notices = writers(mail, name, page)
    elif kind == "inmail":
        notices = (Notice() if handed_on else direct_message(mail, name),)  # whose words come first is not to be told
        known = not handed_on
    elif kind == "digest" and (several or _collects_invitations(mail, template)):
        notices = requesters(mail, page)
        known = bool(notices)
    elif kind == "other":
        known = local_part(mail) not in INVITING or template is not None
    return Reading(
        claims=kind,
        template=template,
        mail_time=mail_time(mail),
        imitates=imitation.imitates(mail, BRAND),
        recipient_first_name=_recipient(mail, notices),
        language=_language(mail, notices),
        notices=notices,
        links=imitation.links(mail, DOMAINS, BRAND, notices, _MADE_LIKE, _BUTTON),
        layout=layout_of(mail, role_of),
        layout_known=known,
        told_by=told_by(mail, template) if notices else (),
    )


# --- the mail ---------------------------------------------------------------------------------------------------


def _collects_invitations(mail: Letter, template: str | None) -> bool:
    if template:
        return bool(re.search(r"m2m_?invit", template, re.IGNORECASE))
    return local_part(mail) in INVITING or bool(re.search(r"\binvitations\b", mail.subject, re.IGNORECASE))


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
