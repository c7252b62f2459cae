"""Where links lead: hosts, wrappers taken off, hosts made to look like somebody else's. Nothing here opens a link."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import islice
from types import MappingProxyType
from urllib.parse import parse_qs, unquote, urlsplit

from rapidfuzz.distance import OSA

from stages.events import Links
from stages.letter import Letter

_URL = re.compile(r"https?://[^\s<>\"\[\]]+", re.IGNORECASE)
_LIST_FOOTER = re.compile(r"^_{20,}[ \t]*$", re.MULTILINE)
_SHOWN_HOST = re.compile(r"(?:https?://|www\.)?((?:[\w-]+\.)+[a-z]{2,24})(?=[/?#:]|$)", re.IGNORECASE)
_CONFUSABLE = str.maketrans("013457@$|!іıⅼɩеоасрԁɡкһѕӏ", "oleastasllilileoacpdgkhsl")
_LABEL = 63
"""Octets of one part of a host name (RFC 1035 2.3.4); Python's punycode takes quadratic time on longer ones."""
_remembered = lru_cache(maxsize=512)
"""One mail asks the same about its few links hundreds of times; a bound that one mail's links fit in."""

_WRAPPERS = {
    "google.com": ("q", "url"),
    "safelinks.protection.outlook.com": ("url",),
    "linkprotect.cudasvc.com": ("a",),
}


@_remembered
def host_of(url: str) -> str:
    """`HTTPS://user@WWW.Example.ORG:8443/x` -> `www.example.org`; empty for anything but http and https."""
    if not re.match(r"\s*(https?:)?//", url, re.IGNORECASE):
        return ""
    try:
        return (urlsplit(url.strip()).hostname or "").rstrip(".").lower()
    except ValueError:
        return ""


def within(host: str, domains: Iterable[str]) -> bool:
    """True if `host` is one of `domains` or below one of them."""
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)


@_remembered
def parameters(url: str) -> Mapping[str, str]:
    """The query of a URL, decoded; of repeated names the first."""
    try:
        query = urlsplit(url).query
        given = {name: values[0] for name, values in parse_qs(query, max_num_fields=200).items()}
    except ValueError:
        given = {}
    return MappingProxyType(given)


@_remembered
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
    if host == "urldefense.com" and (version_3 := re.search(r"/v3/__(.+?)__;", url)):
        return re.sub(r"^(https?):/+", r"\1://", version_3[1])
    if host == "urldefense.proofpoint.com" and (version_2 := parameters(url).get("u")):
        return unquote(version_2.replace("-", "%").replace("_", "/"))
    for wrapper, names in _WRAPPERS.items():
        if within(host, (wrapper,)) and (wrapper != "google.com" or urlsplit(url).path == "/url"):
            given = parameters(url)
            return next((given[name] for name in names if host_of(given.get(name, ""))), "")
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


def urls_in(text: str, most: int | None = None) -> tuple[str, ...]:
    """The http and https URLs written out in a text, in order, at most so many; a mailing list's footer is left out."""
    footer = _LIST_FOOTER.search(text)
    found = _URL.finditer(text, 0, footer.start() if footer else len(text))
    return tuple(match[0].rstrip(").,;>'") for match in islice(found, most))


def links(mail: Letter, domains: tuple[str, ...], brand: str, own_words: Iterable[str] = ()) -> Links:
    """Where the mail's links lead, seen from the network with these `domains`.

    `own_words` is what the person wrote: a URL written there in plain text is no link of the network's frame.
    """
    theirs = {url for words in own_words for url in urls_in(words)}
    written = [url for url in urls_in(mail.text) if url not in theirs]
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
        target = host_of(unwrap(item.href))
        match = _SHOWN_HOST.match(item.text.strip()) if target else None
        if match is None:
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
