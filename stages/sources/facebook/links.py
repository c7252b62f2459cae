"""A link of Facebook's mail -> whose profile it leads to, and which part of the page it belongs to. Never its tokens.

`bcode`, `mid` and `n_m` let whoever has them in, so of an address nothing is kept but what is picked out here: the
FIRST key of the query of /n/ and /nd/ says where it leads (NETWORKS guide, 1.2).
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from stages.sources.facebook.frame import MAIL, SITE
from stages.urls import host_of, parameter, path_of, unwrap, within

DOMAINS: tuple[str, ...] = (MAIL, SITE, "fb.com", "fbcdn.net")
ACTOR = "actor_profile"
"""`lloc` of the links to whoever did what the mail tells of"""

_PEOPLE_AT = re.compile(r"(?:(?:www|m|web|mbasic|touch|[a-z]{2}-[a-z]{2})\.)?facebook\.com")
_RELAYED = re.compile(r"/nd?/?")
_USERNAME = re.compile(r"[A-Za-z0-9.]{1,50}")
_NUMBER = re.compile(r"\d{1,20}")
_PART = re.compile(r"[a-z_]{1,40}")
_LONGEST = 200
_NO_USERNAMES = frozenset(
    """n nd help settings notifications friends messages messenger groups events pages watch marketplace gaming hashtag
    login recover security privacy policies policy legal terms about careers business ads photo photos video videos
    stories story reel reels me home find-friends findfriends unsubscribe confirmemail confirm people public search
    media share sharer plugins tr images""".split()  # noqa: SIM905 - read as a list of words
)


def key_of(url: str) -> str:
    """What an address on Facebook's site leads to: `profile.php`, a username, `reqs.php`; empty elsewhere."""
    if not _PEOPLE_AT.fullmatch(host_of(url)):
        return ""
    path = path_of(url)
    if not _RELAYED.fullmatch(path):
        return path.strip("/")[:_LONGEST]
    first = url.partition("?")[2][:_LONGEST].partition("#")[0].partition("&")[0]
    return "" if "=" in first else unquote(first).strip("/")


def profile_of(href: str) -> str:
    """`https://www.facebook.com/n/?profile.php&id=4&bcode=...` -> `https://www.facebook.com/profile.php?id=4`.

    Empty for a link to anything but a person's own page.
    """
    url = unwrap(href)
    key = key_of(url)
    if key == "profile.php":
        number = parameter(url, "id")
        return f"https://www.{SITE}/profile.php?id={number}" if _NUMBER.fullmatch(number) else ""
    named = _USERNAME.fullmatch(key) and not key.endswith(".php") and key.lower() not in _NO_USERNAMES
    return f"https://www.{SITE}/{key}" if named else ""


def part_of(href: str) -> str:
    """`lloc`: which element was clicked; letters only, so that nobody's name or number can stand there."""
    said = parameter(unwrap(href), "lloc")
    return said if _PART.fullmatch(said) else ""


def role(href: str) -> str:
    """The part of the page and the kind of target, for the layout's fingerprint: no ids, no names."""
    url = unwrap(href)
    host = host_of(url)
    if not host or not within(host, DOMAINS):
        return "elsewhere" if host else ""
    key = key_of(url)
    leads = "profile" if profile_of(href) else key if re.fullmatch(r"[a-z]{1,20}\.php", key) else "page"
    return f"{part_of(href)}/{leads}"


def is_photo(src: str) -> bool:
    """True for pictures that people put there; `static` hosts serve icons."""
    host = host_of(src)
    return host.startswith("scontent") and within(host, ("fbcdn.net",))
