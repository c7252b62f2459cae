"""Wellfound, once AngelList Talent: people who write to you there, as far as anything is known (NETWORKS guide, 2).

No raw mail of it is public. Attested, by code that reads such mails, are sender shapes and a few subjects; what they
look like inside is not. So what a person's mail says is read as their words, nothing in it as a fact about them, and
its layout always counts as unknown: it is shown to the owner, and never ugly for what we may have misread.
"""

from __future__ import annotations

import re

from stages import imitation, urls
from stages.events import UNKNOWN, Kind, Links, Network, Notice, Seen, shown
from stages.imitation import Brand
from stages.language import detect
from stages.layouts import layout_of
from stages.letter import Letter
from stages.sources import Reading

NETWORK: Network = "wellfound"
TITLE = "Wellfound"
DOMAINS: tuple[str, ...] = ("wellfound.com", "angel.co")
"""Since 2022, and before [DOC]. angellist.com is the investment firm, which is another house since."""
SITES = DOMAINS
REQUESTS = True
KIND_FIELDS: frozenset[str] = frozenset()
"""None tells a kind by which anything is heard; what tells a request is asked mail by mail (`_told_by`)."""
SECRETS = (
    re.compile(
        r"conversation-[A-Za-z0-9-]{1,40}(?:_|%(?:25)*5F)[\s>=]{0,4}((?:[0-9a-f][\s>=]{0,4}){11,31}[0-9a-f])",
        re.IGNORECASE,
    ),
)
"""Whoever has such an address can answer in the owner's name [CODE, a real address]; also wrapped, or in a link."""

_BRANDS = (
    Brand(TITLE, DOMAINS),
    Brand("AngelList", DOMAINS[::-1], spellings=("Angel List",), kin=("angellist.com",)),
)
_VIA = re.compile(r"\s+via (?:Wellfound|AngelList)$", re.IGNORECASE)
"""`Ada B via Wellfound`: attested [CODE], and by analogy [INF]."""
_REMAIL = ("remail.wellfound.com", "remail.angel.co")
"""Hands on what people write to each other: attested [CODE], and by analogy [INF]."""
_CONVERSATION = re.compile(r"conversation-([A-Za-z0-9-]{1,40})_[0-9a-f]{32}@", re.IGNORECASE)
_ANNOUNCERS = frozenset({"team", "talent"})
_APPLIED = re.compile(r"^(?:your application to |an update from )", re.IGNORECASE)
"""News of what the owner applied for, whoever may be answered [CODE]: nobody asks to connect."""
_FRAME = re.compile(
    r"^(?:unsubscribe|you(?:['’]re| are) receiving this .{0,200}|reply to this e-?mail .{0,200}|©.{0,200}"
    r"|(?:reply|view (?:profile|message|conversation))|https?://(?:[\w-]+\.)*(?:wellfound\.com|angel\.co)(?:/\S*)?)$",
    re.IGNORECASE,
)
"""Lines that nobody writes to a person. None is attested, so each is left out alone: nothing hides below one."""
_LONGEST_WORDS = 8_000
_LONGEST_NAME = 500
_MOST_LINES = 400
_PLACES = frozenset({"u", "company", "jobs", "messages", "settings", "unsubscribe", "help", "role", "l"})


def recognise(mail: Letter) -> bool:
    """True if the mail is, or claims to be, of Wellfound or of AngelList Talent; not of the investment firm."""
    domain = mail.from_address.lower().rpartition("@")[2]
    if any(urls.within(domain, brand.kin) for brand in _BRANDS):
        return False
    return any(imitation.claims_to_be(mail, brand) or imitation.goes_via(mail.from_name, brand) for brand in _BRANDS)


def read(mail: Letter) -> Reading:
    """What the mail says. A request's layout is not known, nor is that of what the recipe does not name."""
    kind = _kind(mail)
    notices = (_notice(mail),) if kind == "invitation" else ()
    domain = mail.from_address.lower().rpartition("@")[2]
    told = kind == "digest" or bool(_APPLIED.match(mail.subject)) or _is_of_an_applicant(mail)
    return Reading(
        claims=kind,
        imitates=next((why for brand in _BRANDS if (why := imitation.imitates(mail, brand))), None),
        language=_language(mail, kind),
        notices=notices,
        links=_links(mail, notices),
        layout=layout_of(mail, _role),
        layout_known=kind != "invitation" and (told or not urls.within(domain, DOMAINS)),
        told_by=_told_by(mail) if notices else (),
    )


def _told_by(mail: Letter) -> tuple[str, ...]:
    """Reply-To, where it makes the mail a request, names the person, or says which conversation it is.

    What Wellfound signs is not attested. Where it does not sign this field, a request is one without proof.
    """
    return ("reply-to",) if _answered_by_remail(mail) or _VIA.search(_one_line(mail.reply_to_name)) else ()


def _answered_by_remail(mail: Letter) -> bool:
    return urls.within(mail.reply_to_address.lower().rpartition("@")[2], _REMAIL)


def _kind(mail: Letter) -> Kind:
    """By the sender, as the guide's recipe has it; what nobody attests is no request."""
    local, _, domain = mail.from_address.lower().partition("@")
    if urls.within(domain, _REMAIL) or not urls.within(domain, DOMAINS):
        return "invitation" if _VIA.search(_one_line(mail.from_name)) else "other"
    if _APPLIED.match(mail.subject):
        return "other"
    if _answered_by_remail(mail):
        return "invitation"
    announces = local in _ANNOUNCERS and not _VIA.search(_one_line(mail.from_name))
    return "digest" if announces and not _is_of_an_applicant(mail) else "other"


def _is_of_an_applicant(mail: Letter) -> bool:
    """Somebody applied to the owner, and can be answered directly [CODE]: a matter of a job, no wish to connect."""
    local, _, domain = mail.from_address.lower().partition("@")
    answered = mail.reply_to_address.lower().rpartition("@")[2]
    return (local, domain) == ("talent", DOMAINS[0]) and bool(answered) and not urls.within(answered, DOMAINS)


def _notice(mail: Letter) -> Notice:
    """Who wrote, which conversation it is, and what the mail says; whatever else it shows has no attested place."""
    called = next((name for name in map(_one_line, (mail.from_name, mail.reply_to_name)) if _VIA.search(name)), "")
    name = _VIA.sub("", called).strip(" \"'“”")
    conversation = _CONVERSATION.match(mail.reply_to_address) if _answered_by_remail(mail) else None
    return Notice(
        name=shown(name) if name else UNKNOWN,
        invitation_id=shown(conversation[1]) if conversation else UNKNOWN,
        message=_said(_words(mail)),
    )


def _said(words: str) -> Seen[str]:
    return shown(words[:_LONGEST_WORDS]) if words else UNKNOWN


def _words(mail: Letter) -> str:
    """The text without lines of a frame. A message, not a note: whether there was room for one is not known.

    Quoted in a mail that does not show where the quote ends, words below may be the forwarder's: then only those above
    the frame's last line are surely the person's, and where no frame is, none.
    """
    lines = [line.strip() for line in mail.words.split("\n")[:_MOST_LINES]]
    if mail.unended:
        lines = lines[: max((at for at, line in enumerate(lines) if _FRAME.match(line)), default=0)]
    said = "\n".join(line for line in lines if not _FRAME.match(line))
    return re.sub(r"\n{3,}", "\n\n", said).strip()


def _links(mail: Letter, notices: tuple[Notice, ...]) -> Links:
    """Only what imitates counts: where such mails lead is not known, and a mailing service may count their clicks."""
    words = [words for notice in notices if (words := notice.words)]
    found = [urls.links(mail, DOMAINS, brand.key, words) for brand in _BRANDS]
    kin = tuple(domain for brand in _BRANDS for domain in brand.kin)
    imitating = (host for links in found for host in links.imitating if not urls.within(host, kin))
    return Links(hosts=found[0].hosts, imitating=tuple(dict.fromkeys(imitating)))


def _language(mail: Letter, kind: Kind) -> str | None:
    """Of the frame: what the page says of itself; of a person's mail nothing else is known to be frame."""
    stated = mail.page.lang.strip().replace("_", "-")
    if re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,2}", stated):
        return stated
    return None if kind == "invitation" else detect(mail.words if mail.words.strip() else mail.subject)


def _role(href: str) -> str:
    """Which part of the site a link leads to, if that names nobody."""
    place = urls.path_of(urls.unwrap(href)).lstrip("/").partition("/")[0].lower()
    return place if place in _PLACES else ""


def _one_line(name: str) -> str:
    return " ".join(name.split())[:_LONGEST_NAME]
