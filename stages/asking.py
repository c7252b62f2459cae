"""(Notice, the owner's texts) -> what a mail of ours shows of a person: link, name, facts, the question to paste."""

from __future__ import annotations

import re
from collections.abc import Iterable

from stages.blocks import Paste
from stages.events import Network, Notice
from stages.header import clean
from stages.settings import Owner, Settings
from stages.sources import SOURCES, domains_of, title_of
from stages.texts import Texts, count, say
from stages.urls import host_of, within

MOST_FACTS = 12
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]{1,20}://|\bwww\.|\bmailto:", re.IGNORECASE)
_LINK = re.compile(r"https?://[A-Za-z0-9.-]{4,250}(?:/[!#-;=?-\[\]_a-z~]{0,700})?")
"""A plain web address: no user or port before its path, nothing that a reader may end or bend it at."""
_TITLE = re.compile(r"[^\W\d_]{2,4}\.")
_WORD = r"[^\W\d_]+(?:['’-][^\W\d_]+)*"
_SHORT = r"(?:(?:[^\W\d_]{2,4}|(?:[^\W\d_]\.)*[^\W\d_])\. )*"
"""Titles and initials. A space follows them: what goes on without one may be the name of a host."""
_NAME = re.compile(rf"{_SHORT}{_WORD}(?: {_SHORT}{_WORD}){{0,3}}")


def safe(text: str, limit: int, texts: Texts) -> str:
    """What a stranger wrote, on one line, cut short; and no address that a mail program would make a link of."""
    words = clean(text, 4 * limit).split(" ")
    return clean(" ".join(texts.common.link_left_out if _ADDRESS.search(word) else word for word in words), limit)


def name_of(about: Notice, texts: Texts) -> str:
    """Empty where no name is shown."""
    return safe(about.name.value or "", 60, texts)


def link_of(about: Notice, network: Network | None) -> str:
    """The profile's address if it is a plain one of the network, else empty: it stands alone, and people follow it."""
    link = (about.profile_url.value or "").strip()
    domains = domains_of(network) if network else tuple(domain for each in SOURCES for domain in domains_of(each))
    return link if _LINK.fullmatch(link) and within(host_of(link), domains) else ""


def on(link: str, network: Network | None, texts: Texts) -> str:
    """` on LinkedIn`, as a piece of a sentence; empty where the network is not known."""
    host = host_of(link)
    found = network or next((each for each in SOURCES if within(host, domains_of(each))), None)
    return f" {say(texts.common.on, network=title_of(found))}" if found else ""


def person(about: Notice, texts: Texts) -> tuple[str, ...]:
    """What the notice says of a person beside the name, each once."""
    told = [safe(part.value or "", 200, texts) for part in (about.headline, about.location)]
    title, company = (safe(part.value or "", 100, texts) for part in (about.title, about.company))
    if not told[0] and (title or company):
        told[0] = say(texts.common.title_at, title=title, company=company) if title and company else title or company
    if about.mutual_connections.value is not None:
        common = texts.common
        told.append(count(common.in_common_one, common.in_common_many, about.mutual_connections.value))
    return tuple(fact for fact in told if fact)


def facts(known: Iterable[str], texts: Texts) -> tuple[str, ...]:
    """What is known beside that: our own sentences, which may quote a stranger."""
    told = [safe(texts.sentence(clean(fact, 400)), 300, texts) for fact in known]
    return tuple(fact for fact in told if fact)[:MOST_FACTS]


def question(about: Notice, language: str | None, owner: Owner, settings: Settings) -> Paste:
    """One to paste, in the requester's language if we have it, else in the owner's."""
    spoken = (language or "").replace("_", "-").lower()
    told = next((known for known in (spoken, spoken.split("-")[0]) if known in settings.questions), owner.language)
    words, name, sender = settings.questions[told], _address(about), clean(owner.name, 60)
    parts = (
        say(words.hello, name=name, first=_first(name)) if name else words.hello_unnamed,
        words.text,
        say(words.bye, owner=sender) if sender else words.bye_unnamed,
    )
    return Paste(" ".join(part for part in parts if part), told)


def _address(about: Notice) -> str:
    """Only what looks like a name is put into the owner's mouth: no link, no number, no whole sentence."""
    name = re.split(r"\s*[,(|]", clean(about.name.value or ""))[0]
    return name if len(name) <= 40 and _NAME.fullmatch(name) else ""


def _first(name: str) -> str:
    """The first name; the whole one where only an initial is given."""
    words = [word for word in name.split() if not _TITLE.fullmatch(word)]
    return words[0] if words and "." not in words[0] else name
