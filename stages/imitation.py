"""Letter, Brand -> who it claims to be, and what in its sender and its links only imitates a network.

Every source asks the same here. A look-alike domain, a misspelt name, a name that writes from elsewhere, and links made
like the network's own that lead away are positive evidence (`stages/authenticity.py`); whatever else is no proof.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from stages import urls
from stages.events import Links, Notice
from stages.forwards import inline
from stages.letter import Letter

_SERVICES = (
    "news|bulletin|notifications?|jobs?|alerts?|messages?|messaging|invitations?|connections?|security|support|team"
    "|network|updates?|premium|recruiter|sales|navigator|learning|newsletters?|services?|corporation|members?"
    "|customer|account|verification|careers?|editors|talent|solutions"
)
"""What machines put behind a brand's name; nobody is called so."""
_QUOTED = re.compile(
    r"^[ \t]{0,20}(?:>|-----[ \t]*Original|(?:From|Sent|To|Von|Gesendet):[ \t]|.{0,120}\bwrote:[ \t]*$)", re.MULTILINE
)
_ANSWERED = re.compile(r"\s*(?:\[[^\]]{1,60}\]\s*)?(?:re|aw|antw|sv|vs|fwd?|fw|wg|tr|rv)\s*:", re.IGNORECASE)
_FOR_ONE_READER = re.compile(r"#[^\s@]{1,64}(?:@|%40)[\w-]+\.")
_NEAR = 6
"""letters of the shortest name that one other letter leaves recognisable"""


@dataclass(frozen=True)
class Brand:
    """A network as people know it, and where its mail really comes from."""

    name: str
    """as it is written: LinkedIn"""
    domains: tuple[str, ...]
    """its mail comes from these and below them; people are told the first"""
    spellings: tuple[str, ...] = ()
    """other honest ways to write the name, in several words: Linked In"""
    kin: tuple[str, ...] = ()
    """domains of the same house: writing from there is no imitation, and no proof either"""
    services: str = ""
    """more words, with `|` between them, that its machines put behind its name"""

    @property
    def key(self) -> str:
        return self.name.casefold()


@lru_cache(maxsize=64)
def _via(name: str) -> re.Pattern[str]:
    """`Ann Bell (via LinkedIn)`: a person, by way of the brand."""
    brand = re.escape(name)
    return re.compile(rf"\s*(?:\(via {brand}\)|\bvia {brand})\s*$", re.IGNORECASE)


@lru_cache(maxsize=64)
def _list_via(name: str) -> re.Pattern[str]:
    """`LinkedIn via Our List`: a mailing list that rewrote From."""
    return re.compile(rf"\s+via\s+(?!{re.escape(name)}\b)\S.*$", re.IGNORECASE)


@lru_cache(maxsize=64)
def _service(more: str) -> re.Pattern[str]:
    words = f"{_SERVICES}|{more}" if more else _SERVICES
    return re.compile(rf"(?:\s+(?:{words}))*", re.IGNORECASE)


def _one_line(name: str) -> str:
    return " ".join(name.split())[:300]


def claimed_sender(mail: Letter, brand: Brand) -> tuple[str, str]:
    """(display name, domain) the mail claims; a mailing list that rewrote From left the claim in Reply-To."""
    name, domain = _one_line(mail.from_name), mail.from_address.lower().rpartition("@")[2]
    reply = mail.reply_to_address.lower().rpartition("@")[2]
    rewritten = _by_a_list(mail, name, brand)
    claims = urls.within(reply, brand.domains) or urls.looks_like(reply, brand.key)
    if rewritten and claims and domain not in brand.domains:
        return _one_line(mail.reply_to_name) or _list_via(brand.name).sub("", name), reply
    return name, domain


def _by_a_list(mail: Letter, name: str, brand: Brand) -> bool:
    return bool(mail.last("list-id")) or bool(_list_via(brand.name).search(name))


def claims_to_be(mail: Letter, brand: Brand) -> bool:
    """True if the sender's domain or name is the brand's, or made to look like it."""
    name, domain = claimed_sender(mail, brand)
    return urls.within(domain, brand.domains) or urls.looks_like(domain, brand.key) or is_brand(name, brand)


def is_brand(name: str, brand: Brand) -> bool:
    """True for `LinkedIn`, `LinkedIn Job Alerts`, and either with the brand misspelt by one letter."""
    for spelling in brand.spellings:
        name = name.replace(spelling, brand.name)
    words = name.split()
    service = "".join(f" {word}" for word in words[1:])
    return bool(words) and _near(words[0], brand.key) and bool(_service(brand.services).fullmatch(service))


def _near(word: str, key: str) -> bool:
    plain = _bare(word)
    return plain == key or (len(key) >= _NEAR and OSA.distance(plain, key) <= 1)


def _bare(word: str) -> str:
    return re.sub(r"\W", "", word).casefold()


def goes_via(name: str, brand: Brand) -> bool:
    """True for `Ann Bell (via LinkedIn)`."""
    return bool(_via(brand.name).search(name))


def imitates(mail: Letter, brand: Brand) -> str | None:
    """What in the sender imitates the brand, in words; None where nothing does."""
    name, domain = claimed_sender(mail, brand)
    if not domain or mail.from_count == 0:
        return None
    own = urls.within(domain, (*brand.domains, *brand.kin))
    first = name.split()[0] if name.split() else ""
    spelt = {brand.key, *(_bare(spelling.split()[0]) for spelling in brand.spellings)}
    if not own and urls.looks_like(domain, brand.key):
        return f"the sender's domain {domain} is made to look like {brand.domains[0]}"
    if is_brand(name, brand) and _bare(first) not in spelt:
        return f'the sender\'s name "{first}" is a misspelt {brand.name}'
    if not own and is_brand(_list_via(brand.name).sub("", name), brand):
        return f"the sender calls itself {brand.name} and writes from {domain}"
    if not own and goes_via(name, brand):
        return f'the sender writes "via {brand.name}" from {domain}'
    return None


def from_elsewhere(mail: Letter, brand: Brand) -> bool:
    """True if somebody else sends it, in their own name: they hand it on, and its first words may be theirs.

    Not where no address is shown, and not for a list that put itself into From: then the name is still the person's.
    """
    name = _one_line(mail.from_name)
    if not mail.from_address or goes_via(name, brand) or _by_a_list(mail, name, brand):
        return False
    return not claims_to_be(mail, brand)


def person(mail: Letter, brand: Brand) -> str:
    """The person in From; empty where the brand itself, an address, or whoever hands the mail on is named there."""
    if from_elsewhere(mail, brand):
        return ""
    name = _one_line(mail.from_name)
    if mail.from_address.lower().rpartition("@")[2] not in brand.domains:
        name = _list_via(brand.name).sub("", name)
    name = _via(brand.name).sub("", name).strip(" \"'“”")
    return "" if is_brand(name, brand) or "@" in name else name


def quotes(mail: Letter) -> bool:
    """True if it holds another mail, quoted or forwarded by a mail program: what it quotes it does not claim to be."""
    return bool(_QUOTED.search(mail.all_words)) or inline.holds_one(mail)


def answers(mail: Letter) -> bool:
    """True if its subject says that a person answered or handed on another mail."""
    return bool(_ANSWERED.match(mail.subject))


def begins_with_link(mail: Letter) -> bool:
    """True if the network's frame comes first: who writes above a quoted mail is no machine."""
    for item in mail.page.items:
        if item.href:
            return True
        if item.text.strip() and not item.hidden and not item.src:
            return False
    return False


def links(
    mail: Letter,
    domains: tuple[str, ...],
    brand: Brand,
    notices: Iterable[Notice],
    made_like: re.Pattern[str],
    button: re.Pattern[str],
) -> Links:
    """Where the mail's links lead; a URL that the person wrote in plain text is theirs, not the network's.

    `domains` are the network's own. `made_like` finds its paths and tokens in a URL; `button` matches its whole labels.
    """
    words = [words for notice in notices if (words := notice.words)]
    found = urls.links(mail, domains, brand.key, words)
    copied = _copied(mail, domains, made_like, button)
    return found.model_copy(update={"imitating": tuple(dict.fromkeys((*found.imitating, *copied)))})


def _copied(mail: Letter, domains: tuple[str, ...], made_like: re.Pattern[str], button: re.Pattern[str]) -> list[str]:
    """Foreign hosts of links that are made like the network's own, or made for one reader.

    The address copies the network's paths and tokens; or one of its buttons leads away while other links of the page do
    lead to the network (a mail filter that wraps links wraps them all); or the reader's address stands behind the `#`,
    where only the page that is opened can see it (LINKEDIN guide, 7).
    """
    targets = [(urls.unwrap(item.href), item.text.strip()) for item in mail.page.items if item.href]
    foreign = [(url, label) for url, label in targets if (host := urls.host_of(url)) and not urls.within(host, domains)]
    mixed = any(urls.within(urls.host_of(url), domains) for url, _ in targets)
    return [
        urls.host_of(url)
        for url, label in foreign
        if made_like.search(url) or _FOR_ONE_READER.search(url) or (mixed and button.fullmatch(label))
    ]
