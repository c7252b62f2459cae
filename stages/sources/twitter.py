"""Twitter, called X since 2023: who follows the owner. A follow asks for nothing, so no mail of it is a request.

Follow mails of 2009 and 2015 are attested (NETWORKS guide, 3); what X sends since is not. A mail that says that
somebody follows, and is laid out in another way, is shown to the owner.
"""

from __future__ import annotations

import re

from stages import imitation, urls
from stages.events import ABSENT, UNKNOWN, Kind, Network, Notice, Seen, shown
from stages.imitation import Brand
from stages.language import detect
from stages.layouts import layout_of
from stages.letter import Item, Letter
from stages.sources import Reading

NETWORK: Network = "twitter"
TITLE = "Twitter"
DOMAINS: tuple[str, ...] = ("twitter.com", "x.com", "t.co", "twimg.com")
WRITES_FROM = ("twitter.com", "x.com")
SITES = ("twitter.com", "x.com")
REQUESTS = False
KIND_FIELDS: frozenset[str] = frozenset()
_BRAND = Brand(TITLE, DOMAINS)
_SERIES = re.compile(r"\byou have new followers on Twitter\b|\byou have \d{1,6} new followers\b", re.IGNORECASE)
_FOLLOWS = re.compile(r"(.{1,200}) is now following you on Twitter!?$")
_HANDLE = re.compile(r"@?([A-Za-z0-9_]{1,20})")
_NAMED = re.compile(r"(.{1,200}) \(@?([A-Za-z0-9_]{1,20})\)$")
_SAID_IN_2009 = re.compile(r"^(.{1,200}) \(([A-Za-z0-9_]{1,20})\) is now following your tweets on Twitter\b")
_HELLO = re.compile(r"([^\W\d_][\w'’.-]{0,40}),")
_LINE = 998
_LONGEST = 500
_MOST_LINES = 60
_PHOTO = re.compile(r"/profile_images/")
_PLACES = frozenset({"i", "intent", "settings", "account"})


def recognise(mail: Letter) -> bool:
    """True if it comes from Twitter. Many honest senders have its name in theirs: none is said to imitate it."""
    return urls.within(imitation.claimed_sender(mail, _BRAND)[1], DOMAINS)


def read(mail: Letter) -> Reading:
    """Who follows, as far as shown."""
    subject = " ".join(mail.subject.split())[:_LINE]
    follows = _FOLLOWS.match(subject)
    notice = _follower(mail, follows[1]) if follows else None
    links = urls.links(mail, DOMAINS, NETWORK)
    return Reading(
        claims=_kind(mail, subject),
        recipient_first_name=_greeted(mail),
        language=detect(mail.words if mail.words.strip() else subject),
        notices=(notice,) if notice else (),
        links=links.model_copy(update={"imitating": ()}),  # what people link to is theirs, whatever it is called
        layout=layout_of(mail, _role),
        layout_known=notice is None or not mail.words.strip() or notice.profile_url.state == "shown",
    )


def _kind(mail: Letter, subject: str) -> Kind:
    local = mail.from_address.lower().partition("@")[0]
    return "digest" if local == "info" or _SERIES.search(subject) else "other"


def _follower(mail: Letter, called: str) -> Notice:
    """The person whom the subject names, `Name (@handle)` or `Name`, with what stands below their handle."""
    named = _NAMED.match(called)
    name, handle = (named[1], named[2]) if named else (called, _handle_of_2009(mail, called))
    headline, location = _below_the_handle(mail, handle)
    return Notice(
        name=_shown(name),
        headline=headline,
        location=location,
        profile_url=_shown(f"https://twitter.com/{handle}") if handle else UNKNOWN,
        photo_url=_shown(_photo(mail, handle)),
    )


def _shown(text: str) -> Seen[str]:
    return shown(text[:_LONGEST]) if text else UNKNOWN


def _handle_of_2009(mail: Letter, called: str) -> str:
    """What the text calls them behind the name that the subject gives."""
    for line in mail.words.split("\n")[:_MOST_LINES]:
        if (said := _SAID_IN_2009.match(line.strip())) and said[1] == called:
            return said[2]
    return ""


def _below_the_handle(mail: Letter, handle: str) -> tuple[Seen[str], Seen[str]]:
    """(what they say of themselves, where they are): in the page a place is a link to nowhere, in the text the second.

    One line alone may be either, where there is no page to tell.
    """
    if not handle:
        return UNKNOWN, UNKNOWN
    items = [item for item in mail.page.items if not item.hidden and item.text.strip()]
    at = next((n for n, item in enumerate(items) if item.text.strip() == f"@{handle}"), None)
    if at is not None:
        end = next((n for n in range(at + 1, len(items)) if items[n].href.strip("#")), len(items))
        below = items[at + 1 : end]
        said = [_line(item) for item in below if not item.href]
        places = [_line(item) for item in below if item.href]
        sure = len(said) <= 1 and len(places) <= 1
        return (_place(said), _place(places)) if sure else (UNKNOWN, UNKNOWN)
    lines = [line.strip() for line in mail.text.split("\n")[:_MOST_LINES]]
    if f"@{handle}" not in lines:
        return UNKNOWN, UNKNOWN
    below_it = lines[lines.index(f"@{handle}") + 1 :]
    facts = below_it[: next((n for n, line in enumerate(below_it) if not line or line == "Follow:"), len(below_it))]
    return (_shown(facts[0]), _shown(facts[1])) if len(facts) == 2 else (UNKNOWN, UNKNOWN)


def _line(item: Item) -> str:
    return " ".join(item.text.split())


def _place(found: list[str]) -> Seen[str]:
    return _shown(found[0]) if found else ABSENT


def _photo(mail: Letter, handle: str) -> str:
    """The picture that leads to their page; the owner's own leads elsewhere."""
    for item in mail.page.items:
        target = urls.unwrap(item.href)
        target = urls.parameter(target, "url") or target
        own_host = urls.within(urls.host_of(item.src), DOMAINS) if item.src else False
        if handle and own_host and _PHOTO.search(item.src) and urls.path_of(target).strip("/") == handle:
            return item.src
    return ""


def _greeted(mail: Letter) -> str | None:
    """`Ivor,` on the first line: a first name, if it is one word."""
    first = next((line.strip() for line in mail.words.split("\n")[:_MOST_LINES] if line.strip()), "")
    hello = _HELLO.fullmatch(first)
    return hello[1] if hello else None


def _role(href: str) -> str:
    place = urls.path_of(urls.unwrap(href)).lstrip("/").partition("/")[0].lower()
    return place if place in _PLACES else ""
