"""Facebook: friend requests, and everything else its machines send (NETWORKS guide, 1)."""

from __future__ import annotations

import re

from stages import imitation, urls
from stages.events import Network, Notice
from stages.fields import plain
from stages.imitation import Brand
from stages.language import detect
from stages.layouts import layout_of
from stages.letter import Letter
from stages.sources import Reading
from stages.sources.facebook.frame import MAIL, SITE, made_by_its_machine
from stages.sources.facebook.kinds import Told, asking, did_something, kind_of, subject_of, tells_a_kind
from stages.sources.facebook.links import DOMAINS as DOMAINS, role
from stages.sources.facebook.people import everybody, mutual_friends, one_person

NETWORK: Network = "facebook"
TITLE = "Facebook"
REQUESTS = True
SITES = (SITE,)
KIND_FIELDS = frozenset({"from", "subject"})
"""Facebook signs neither X-Facebook-Notify nor Feedback-ID, so the kind is told without them: by these two."""
BRAND = Brand(
    TITLE,
    (MAIL, SITE, "fb.com"),
    spellings=("Face Book",),
    kin=("instagram.com", "meta.com", "metamail.com"),
    services="ads|business|center|centre|friends?|groups?|help|login|marketplace|pages?|policy|safety",
)

SECRETS = (
    re.compile(r"(?:[?&;]|%(?:25)*3F|%(?:25)*26)(?:bcode|n_m|mid)(?:=|%(?:25)*3D)([^\s&#<>\"]{1,500})", re.IGNORECASE),
)
"""Whoever has one of a link's tokens is let in."""

_MADE_LIKE = re.compile(r"^https?://[^/?#]{1,300}/nd?/?\?[^&=#]{1,100}&|[?&](?:bcode|n_m|lloc)=|/o\.php\?k=")
"""Facebook's relay paths, its personal tokens, its way to unsubscribe."""
_BUTTON = re.compile(
    r"(?:confirm|accept|delete|view|see|respond to)(?: all)?(?: friend)? requests?|confirm|confirm friend|not now"
    r"|(?:view|see) profile|go to facebook|log ?in(?: to facebook)?",
    re.IGNORECASE,
)
_RELAYED = re.compile(r"^https?://(?:www\.)?facebook\.com/nd?/?\?.{0,4000}[?&](?:bcode|n_m)=", re.DOTALL)
_MOST_LINKS = 400
_MOST_LINES = 400


def recognise(mail: Letter) -> bool:
    """True if the mail is, or claims to be, of Facebook; not for a mail that only mentions it, or quotes one.

    Its people write from its other domains as people do everywhere: of those only what calls itself Facebook counts.
    """
    name, domain = imitation.claimed_sender(mail, BRAND)
    if urls.within(domain, (MAIL,)) or imitation.is_brand(name, BRAND):
        return True
    if urls.within(domain, (*BRAND.domains, *BRAND.kin)):
        return urls.within(domain, BRAND.domains) and (tells_a_kind(mail) or made_by_its_machine(mail))
    if imitation.claims_to_be(mail, BRAND) or made_by_its_machine(mail):
        return True
    if imitation.quotes(mail) or imitation.answers(mail):
        return False
    linked = mail.page.hrefs[:_MOST_LINKS]
    relayed = sum("facebook" in url and bool(_RELAYED.match(urls.unwrap(url))) for url in linked)
    bare = mail.from_count == 0  # the body alone: there is no sender who could have put it into a letter of theirs
    return relayed >= 2 and relayed * 2 > len(linked) and (bare or imitation.begins_with_link(mail))


def read(mail: Letter) -> Reading:
    """What the mail says. The kind comes first; a missing field never changes it."""
    told = kind_of(mail)
    notices: tuple[Notice, ...] = ()
    if told.kind == "digest":
        notices = everybody(mail, told)
    elif told.kind != "suggestion" and (notice := one_person(mail, told)):
        mutual = {"mutual_connections": mutual_friends(mail)} if told.kind == "invitation" else {}
        notices = (notice.model_copy(update=mutual),)
    return Reading(
        claims=told.kind,
        imitates=imitation.imitates(mail, BRAND),
        language=_language(mail, told, notices),
        notices=notices,
        links=imitation.links(mail, DOMAINS, BRAND, notices, _MADE_LIKE, _BUTTON),
        layout=layout_of(mail, role),
        layout_known=not told.doubtful and _known(mail, told, notices),
        told_by=told.by,
    )


def _known(mail: Letter, told: Told, notices: tuple[Notice, ...]) -> bool:
    """Whether a request was read as far as we know such mails: its person by name, and in its body again.

    No whole friend request was ever public, so a body that does not show its person is one to look at.
    """
    if told.kind == "digest":
        return bool(notices) or not told.requests
    if told.kind != "invitation":
        return True
    if not notices or notices[0].name.state != "shown":
        return False
    empty = not mail.text.strip() and not mail.page.items
    return empty or notices[0].profile_url.state == "shown" or notices[0].name.value in asking(mail)


def _language(mail: Letter, told: Told, notices: tuple[Notice, ...]) -> str | None:
    """Of Facebook's frame: that of the words which told the kind, else what the page says of itself, else its words."""
    if told.language:
        return told.language
    name = (notices[0].name.value or "") if len(notices) == 1 else ""
    if name and any(did_something(plain(line)) == name for line in mail.page.lines[:_MOST_LINES]):
        return "en"
    stated = mail.page.lang.strip().replace("_", "-")
    if re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,2}", stated):
        return stated
    frame = re.sub(r"[\"“„«][^\"”“»]{0,2000}[\"”“»]", " ", mail.all_words[:20_000])
    return detect((frame.replace(name, " ") if len(name) > 3 else frame) if frame.strip() else subject_of(mail))
