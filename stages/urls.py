"""Where links lead: hosts, wrappers taken off, hosts made to look like somebody else's. Nothing here opens a link."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from rapidfuzz.distance import OSA

from stages.events import Links
from stages.letter import Letter, urls_in as urls_in

_USUAL = re.compile(r"https?://([A-Za-z0-9.-]++)(/[^?#\t\r\n]*+)?+(?:\?([^#\t\r\n]*+))?+(?=#|\Z)")
"""(host, path, query) of an address whose host can be nothing but letters, digits, dots and hyphens: nearly all are."""
_USER = re.compile(r"^((?:https?:)?//)[^/?#]*@", re.IGNORECASE)
_WEB = re.compile(r"(?:https?:)?//[^/?#]{0,300}(?:[/?#]|\Z)", re.IGNORECASE)
"""No host has more than 253 octets (RFC 1035 3.1), and to compose a heap of accents takes quadratic time."""
_SHOWN_HOST = re.compile(r"(?:https?://|www\.)?((?:[\w-]+\.)+[a-z]{2,24})(?=[/?#:]|$)", re.IGNORECASE)
_CONFUSABLE = str.maketrans("013457@$|!іıⅼɩеоасрԁɡкһѕӏ", "oleastasllilileoacpdgkhsl")
_DROPPED = re.compile(r"[\t\r\n]")
"""Browsers and the standard library leave these out of an address."""
_MOST_PARAMETERS = 200
"""Who writes more into one address wants to keep us busy; none of them is read."""
_LABEL = 63
"""Octets of one part of a host name (RFC 1035 2.3.4); Python's punycode takes quadratic time on longer ones."""

_WRAPPERS = {
    "google.com": ("q", "url"),
    "safelinks.protection.outlook.com": ("url",),
    "linkprotect.cudasvc.com": ("a",),
    "l.facebook.com": ("u",),
    "lm.facebook.com": ("u",),
}
_WRAPPING = ("urldefense.com", "urldefense.proofpoint.com", *_WRAPPERS)


class _Address(NamedTuple):
    """A URL, taken apart."""

    host: str
    path: str
    given: Mapping[str, str]
    """the query; values are decoded only when asked for, for most of a tracked link is never read"""


@lru_cache(maxsize=512)
def _taken_apart(url: str) -> _Address:
    """Once a link: one mail asks about its few links hundreds of times, and this bound is more than a mail's links."""
    if usual := _USUAL.match(url) or _USUAL.match(clean := _DROPPED.sub("", url)):
        host, path, query = usual.groups("")
    elif _WEB.match(clean := _USER.sub(r"\1", clean.strip())):
        try:
            parts = urlsplit(clean)
        except ValueError:
            return _Address("", "", {})
        host, path, query = parts.hostname or "", parts.path, parts.query
    else:
        host, (path, _, query) = "", clean.partition("#")[0].partition("?")
    fields = [field.partition("=") for field in query.split("&")] if query.count("&") < _MOST_PARAMETERS else []
    given = {name if name.isalnum() else _decoded(name): value for name, _, value in reversed(fields) if value}
    return _Address(host.rstrip(".").lower(), path, given)


def _decoded(text: str) -> str:
    return unquote(text.replace("+", " ")) if "%" in text or "+" in text else text


def host_of(url: str) -> str:
    """`HTTPS://user@WWW.Example.ORG:8443/x` -> `www.example.org`; empty for anything but http and https."""
    return _taken_apart(url).host


def path_of(url: str) -> str:
    """The path of a URL, as written."""
    return _taken_apart(url).path


def parameter(url: str, name: str) -> str:
    """The first value of this name in the query of a URL that is not empty, decoded; else empty."""
    return _decoded(_taken_apart(url).given.get(name, ""))


def within(host: str, domains: Iterable[str]) -> bool:
    """True if `host` is one of `domains` or below one of them."""
    for domain in domains:  # noqa: SIM110 - asked several times a link; a generator takes longer than the question
        if host == domain or host.endswith(f".{domain}"):
            return True
    return False


@lru_cache(maxsize=512)
def unwrap(url: str) -> str:
    """The target inside a link that a mail filter or a search engine wrapped, at most three layers deep."""
    for _ in range(3):
        inner = _unwrapped(url)
        if not inner:
            break
        url = inner
    return url


def _unwrapped(url: str) -> str:
    host = host_of(url)
    if not host.endswith(_WRAPPING):
        return ""
    if host == "urldefense.com" and (version_3 := re.search(r"/v3/__(.+?)__;", url)):
        return re.sub(r"^(https?):/+", r"\1://", version_3[1])
    if host == "urldefense.proofpoint.com" and (version_2 := parameter(url, "u")):
        return unquote(version_2.replace("-", "%").replace("_", "/"))
    for wrapper, names in _WRAPPERS.items():
        if within(host, (wrapper,)) and (wrapper != "google.com" or path_of(url) == "/url"):
            return next((given for name in names if host_of(given := parameter(url, name))), "")
    return ""


def looks_like(host: str, brand: str) -> bool:
    """True if a part of the host is `brand`, holds it, or differs from it by a typist's slip or by look-alike letters.

    Distance is counted by OSA (a swap of neighbours is one step): one step for parts of at least six letters.
    """
    for label in re.split(r"[.-]", _readable(host)):
        plain = _skeleton(label)
        if brand in plain or (len(brand) >= 6 and OSA.distance(plain, brand) <= 1):
            return True
    return brand in _skeleton(_readable(host).replace("-", ""))


def _readable(host: str) -> str:
    """The host with its international parts as they are shown; what is no part of a host name stays as it is."""
    labels = []
    for label in host.lower().split("."):
        encoded = label.startswith("xn--") and len(label) <= _LABEL
        try:
            labels.append(label[4:].encode("ascii").decode("punycode") if encoded else label)
        except (UnicodeError, ValueError):
            labels.append(label)
    return ".".join(labels)


def _skeleton(label: str) -> str:
    plain = unicodedata.normalize("NFKD", label).translate(_CONFUSABLE)
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return plain.replace("vv", "w").replace("rn", "m")


def links(mail: Letter, domains: tuple[str, ...], brand: str, own_words: Iterable[str] = ()) -> Links:
    """Where the mail's links lead, seen from the network with these `domains`.

    `own_words` is what the person wrote: a URL written there in plain text is no link of the network's frame.
    """
    theirs = {url for words in own_words for url in urls_in(words)}
    written = [url for url in mail.written if url not in theirs]
    targets = [unwrap(url) for url in dict.fromkeys((*mail.page.hrefs, *written))]
    hosts = tuple(dict.fromkeys(host for host in map(host_of, targets) if host))
    foreign = tuple(host for host in hosts if not within(host, domains))
    return Links(
        hosts=hosts,
        foreign=foreign,
        imitating=tuple(host for host in foreign if looks_like(host, brand)),
        disguised=_disguised(mail, domains, brand),
    )


def _disguised(mail: Letter, domains: tuple[str, ...], brand: str) -> tuple[str, ...]:
    """Hosts of anchors whose text names another host. A bare name such as `Booking.com` may be a company: no proof."""
    found = []
    for item in mail.page.items:
        match = _SHOWN_HOST.match(item.text.strip()) if item.href else None
        target = host_of(unwrap(item.href)) if match else ""
        if match is None or not target:
            continue
        says = match[1].lower()
        spelt_out = item.text.strip().lower().startswith(("http://", "https://", "www.")) or looks_like(says, brand)
        same = within(target, domains) if within(says, domains) else _related(says, target)
        if spelt_out and not same:
            found.append(target)
    return tuple(dict.fromkeys(found))


def _related(one: str, other: str) -> bool:
    one, other = one.removeprefix("www."), other.removeprefix("www.")
    return within(one, (other,)) or within(other, (one,))
