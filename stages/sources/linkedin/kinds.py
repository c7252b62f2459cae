"""Letter -> the kind LinkedIn gives it: by template, then sender, subject, footer (LINKEDIN guide, 1 to 5)."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from urllib.parse import unquote

from stages.events import Kind
from stages.letter import Letter
from stages.urls import parameter, unwrap

DOMAIN = "linkedin.com"
_TEMPLATE, _CLASS, _UNSUBSCRIBE = "x-linkedin-template", "x-linkedin-class", "list-unsubscribe"

_BY_TEMPLATE: tuple[tuple[str, Kind], ...] = (
    (r"accept_?invite|invite_?accept", "invitation_accepted"),
    (r"m2m_?invit.*remind", "invitation_reminder"),
    (r"m2m_?invit.*digest", "digest"),
    (r"m2m_?invit|invite_(?:guest|member)(?:_|$)", "invitation"),
    (r"pymk|connection_suggestion", "suggestion"),
    (r"inmail.*repl", "message"),
    (r"inmail", "inmail"),
    (r"member_message|messag", "message"),
    (r"digest|jymbii|news_?letter|editorial|round_up|recap|top_conversations|recommended|network_update", "digest"),
)
_BY_CLASS: dict[str, Kind] = {
    "INVITE-MBR": "invitation",
    "INVITE-GUEST": "invitation",
    "MBR-TO-MBR": "message",
    "INMAIL": "inmail",
    "JOBS-TO-MBR": "digest",
    "SAVEDSEARCH": "digest",
    "WELCOME": "other",
    "EMAIL_REPORTS": "other",
}
INVITING = frozenset({"invitations", "invitations-noreply", "member", "connections"})
_BY_LOCAL_PART: dict[str, Kind] = {
    "messaging-digest-noreply": "message",
    "inmail-hit-reply": "inmail",
    "hit-reply": "inmail",
    "hit-reply-premium-inmail": "inmail",
    "messages-noreply": "digest",
    "notifications-noreply": "digest",
    "updates-noreply": "digest",
    "newsletters-noreply": "digest",
    "groups-noreply": "digest",
    "jobs-noreply": "digest",
    "jobs-listings": "digest",
    "jobalerts-noreply": "digest",
    "editors-noreply": "digest",
    "news-noreply": "digest",
    "linkedin": "digest",
    "security-noreply": "other",
    "welcome": "other",
    "dmarc-noreply": "other",
}
_BY_SUBJECT: tuple[tuple[str, Kind], ...] = (
    (r"accepted your invitation|has accepted your linkedin invitation", "invitation_accepted"),
    (r"^see .+(?:'|’)s (?:and other people(?:'|’)s )?connections, experience, and more", "invitation_accepted"),
    (r"start a conversation with your new connection", "invitation_accepted"),
    (
        r"invit\w* you to (?:subscribe|follow|attend|like|join (?:the|an?) )|invited you to an? (?:event|page|group)",
        "other",
    ),
    (r"just messaged you|sent (?:you )?(?:a )?new messages?|acabou de enviar uma mensagem", "message"),
    (r"^message replied:", "message"),
    (r"invitation is waiting for your response|^reminder: .+ invited you to connect", "invitation_reminder"),
    (r"you have (?:1|one|a) new invitation\b", "invitation_reminder"),
    (r"you have (?:\d+|several) (?:new |pending )?invitations", "digest"),
    (r"do you know .+\?$|^add .+ - .+|, meet .+|, añade a |去認識一下|você conhece ", "suggestion"),
    (r"^invitation to connect on linkedin$|^join my network on linkedin$", "invitation"),
    (r"please add me to your linkedin network|^i want to connect\b|^voglio collegarmi\b", "invitation"),
    (r"^you have an invitation\b|^i(?:'|’)ve sent you a connection request", "invitation"),
    (r"^i(?:'|’)d like to join your (?:professional|linkedin) network", "invitation"),
    (r"hat ihnen eine einladung auf linkedin gesendet|view my invitation to connect", "invitation"),
)
_BY_FOOTER: tuple[tuple[str, Kind], ...] = (
    (r"You are receiving Accepted Invitation emails", "invitation_accepted"),
    (r"You are receiving Invitation emails", "invitation"),
    (r"You are receiving Messages digest emails", "message"),
    (r"You are receiving People You May Know notification emails", "suggestion"),
    (r"You are receiving Suggested Top Conversations emails", "digest"),
)
_BY_WORDS: tuple[tuple[str, Kind], ...] = (
    (r"(?:please add me to|like to join) your (?:LinkedIn|professional) network", "invitation"),
)
"""Last of all: the words of the body, for mails that show none of the marks above."""
_MOST_LINKS = 400
"""The longest digest seen has 33 in its html; where links lead is checked for all of them (`stages.urls.links`)."""
_SECTION = re.compile(r"eml-[A-Za-z0-9_]+-(.+)")
_NUMBERS = re.compile(r"[^A-Za-z_~-]+")
_PREFIX = re.compile(r"^(?:\s*(?:\[[^\]]{1,60}\]|(?:fwd?|fw|wg|tr|rv|i|enc)\s*:)\s*)+", re.IGNORECASE)


def bare_subject(subject: str) -> str:
    """A subject without list tags and forward prefixes."""
    return _PREFIX.sub("", " ".join(subject.split())[:998])


def hrefs(mail: Letter) -> tuple[str, ...]:
    """The links of the html and of the text, in order, as far as LinkedIn's own mails have so many."""
    return tuple(unwrap(url) for url in (*mail.page.hrefs[:_MOST_LINKS], *mail.written[:_MOST_LINKS]))


def template_of(mail: Letter) -> str | None:
    """The template's name: X-LinkedIn-Template, else what most links carry (`trkEmail`, `trk`, `ek`, `lipi`)."""
    return mail.last(_TEMPLATE).strip()[:100] or _linked(hrefs(mail)) or _linked(_unsubscribing(mail))


def _linked(urls: tuple[str, ...]) -> str | None:
    seen: Counter[str] = Counter()
    for url in urls:
        seen.update(_templates_in(url))
    return seen.most_common(1)[0][0] if seen else None


def _unsubscribing(mail: Letter) -> tuple[str, ...]:
    return tuple(re.findall(r"<(https?://[^<>]+)>", mail.last(_UNSUBSCRIBE)))


def told_by(mail: Letter, template: str | None) -> tuple[str, ...]:
    """The fields besides From and Subject by which alone its kind was told; none where its links tell it as well.

    Whoever signs or seals a mail covers its body. LinkedIn signs two of these fields; Google seals none.
    """
    if field := mail.last(_TEMPLATE).strip():
        return () if _is_said_by_links(mail, field) else (_TEMPLATE,)
    if template is None:
        return (_CLASS,) if mail.last(_CLASS).strip() else ()
    return () if _linked(hrefs(mail)) else (_UNSUBSCRIBE,)


def _is_said_by_links(mail: Letter, template: str) -> bool:
    """Whether more than half of the links that name a template in `trk` name this one, whoever wrapped them."""
    naming = [url for url in (*mail.page.hrefs[:_MOST_LINKS], *mail.written[:_MOST_LINKS]) if "eml-" in url]
    return 2 * sum(f"eml-{template}-" in url for url in naming) > len(naming)


def _templates_in(url: str) -> tuple[str, ...]:
    found = []
    for name in ("trkEmail", "trk"):
        if match := re.match(r"eml-([A-Za-z0-9_]+)-", unquote(parameter(url, name))):
            found.append(match[1])
    if match := re.match(r"urn:li:page:email_([A-Za-z0-9_]+);", parameter(url, "lipi")):
        found.append(match[1])
    if re.fullmatch(r"[A-Za-z0-9_]{3,100}", key := parameter(url, "ek")):
        found.append(key)
    if len(found) > 1 and found[0] != found[-1] and parameter(url, "trkEmail"):
        found = found[:1]  # an old accept link has a `trk` of its own beside the template in `trkEmail`
    return tuple(found)


@lru_cache(maxsize=512)
def section_of(url: str) -> str:
    """The part of the mail a link stands in: `hero-2-prof~name`, `header-6-profile`; empty where it does not say."""
    for name in ("trk", "trkEmail"):
        if match := _SECTION.match(unquote(parameter(url, name))):
            return match[1]
    return ""


def role_of(url: str) -> str:
    """The same without numbers, and without the mail's own id, which `trkEmail` carries behind it: for fingerprints."""
    section = section_of(url).partition("-null-")[0]
    return _NUMBERS.sub("", section[:100]).lower()


def local_part(mail: Letter) -> str:
    return mail.from_address.lower().partition("@")[0]


def is_notifier(local: str) -> bool:
    """True for the local parts LinkedIn's machines use; its employees write from `<login>@linkedin.com`."""
    return local in INVITING or local in _BY_LOCAL_PART or local.endswith(("-noreply", "-no-reply"))


def _first(table: tuple[tuple[str, Kind], ...], text: str) -> Kind | None:
    return next((kind for pattern, kind in table if re.search(pattern, text, re.IGNORECASE)), None)


def kind_of(mail: Letter, template: str | None) -> Kind:
    """What the mail claims to be. An employee's letter is `other`, whatever else it carries."""
    local, _, domain = mail.from_address.lower().partition("@")
    if domain == DOMAIN and not is_notifier(local):
        return "other"
    subject = bare_subject(mail.subject)
    if template and (kind := _first(_BY_TEMPLATE, template)):
        return "message" if kind == "inmail" and subject.lower().startswith("message replied:") else kind
    if template is None and (kind := _BY_CLASS.get(mail.last(_CLASS).strip().upper())):
        return kind
    if local in INVITING:
        return _first(_BY_SUBJECT, subject) or _first(_BY_FOOTER, mail.all_words) or _invites(mail)
    fixed = _BY_LOCAL_PART.get(local)
    if fixed in ("inmail", "message"):
        return fixed
    if fixed is None or local == "messages-noreply":
        said = _first(_BY_SUBJECT, subject) or _first(_BY_FOOTER, mail.all_words)
        fixed = said or fixed or _first(_BY_WORDS, " ".join(mail.all_words.split()))
    return "other" if fixed is None or (fixed == "digest" and template) else fixed


def _invites(mail: Letter) -> Kind:
    accepts = any(re.search(r"/invite-accept\b|/blk/I\d+_\d+/", url) for url in hrefs(mail))
    asks = "requested to add you as a connection on LinkedIn" in mail.all_words
    return "invitation" if accepts or asks else "other"
