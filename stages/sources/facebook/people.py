"""Facebook's page and text -> the people it shows, never the recipient (NETWORKS guide, 1.2)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from stages.events import UNCOUNTED, UNKNOWN, Notice, Seen, counted, shown
from stages.fields import plain
from stages.letter import Letter
from stages.sources.facebook.kinds import Told, is_name
from stages.sources.facebook.links import ACTOR, is_photo, part_of, profile_of

_MOST = 100
"""people one mail is read about"""
_MOST_ITEMS = 2_000
_MOST_LINES = 400
_LONGEST = 500
"""characters of a name or a link"""
_MUTUAL = re.compile(r"(?:You (?:both )?(?:have|share) )?(\d{1,4}) mutual friends?\.?", re.IGNORECASE)


@dataclass
class Actor:
    """Somebody whom the page links as the one who did what the mail tells of."""

    profile_url: str
    name: str = ""
    photo_url: str = ""


def actors(mail: Letter, called: str = "") -> tuple[Actor, ...]:
    """Everybody whose link says so, or whose link is labelled with the name `called`; each once, in order."""
    found: dict[str, Actor] = {}
    items = mail.page.items[:_MOST_ITEMS]
    targets = {href: (profile_of(href), part_of(href)) for href in {item.href for item in items if item.href}}
    for item in items:
        profile, part = targets.get(item.href, ("", ""))
        says = bool(called) and item.text.casefold() == called.casefold()
        if item.hidden or not profile or not (part == ACTOR or says) or len(found) >= _MOST:
            continue
        actor = found.setdefault(profile, Actor(profile))
        if item.tag != "img" and not actor.name and is_name(item.text):
            actor.name = item.text
    for item in items:  # a second time: a picture may stand before the name that tells whose it is
        actor_of = found.get(targets.get(item.href, ("", ""))[0])
        if actor_of and not item.hidden and not actor_of.photo_url and is_photo(item.src):
            actor_of.photo_url = item.src
    return tuple(found.values())


def one_person(mail: Letter, told: Told) -> Notice | None:
    """The person whom the subject names, with the page's link to them; else the only one whom the page shows.

    None where neither names anybody. Two links under one name are two people of that name: neither is taken.
    """
    people = actors(mail, told.name)
    named = [actor for actor in people if actor.name.casefold() == told.name.casefold()] if told.name else list(people)
    nameless = [actor for actor in people if not actor.name] if len(people) == 1 else []
    chosen = named or nameless
    actor = chosen[0] if len(chosen) == 1 else None
    name = told.name or (actor.name if actor else "")
    if told.doubtful and not told.name:
        return None
    return _notice(name, actor) if name or actor else None


def everybody(mail: Letter, told: Told) -> tuple[Notice, ...]:
    """The people behind a reminder of several requests: only if it shows as many as it speaks of, by name."""
    people = actors(mail)
    shows_all = bool(people) and len(people) == told.requests and all(actor.name for actor in people)
    return tuple(_notice(actor.name, actor) for actor in people) if shows_all else ()


def mutual_friends(mail: Letter) -> Seen[int]:
    """How many friends are shared, where a line of its own says that and no other line says another number."""
    lines = (*mail.text.split("\n")[:_MOST_LINES], *mail.page.lines[:_MOST_LINES])
    told = {
        match[1] for line in lines if len(line) < 100 and (match := _MUTUAL.fullmatch(" ".join(plain(line).split())))
    }
    return counted(int(told.pop())) if len(told) == 1 else UNCOUNTED


def _notice(name: str, actor: Actor | None) -> Notice:
    """Facebook's requests carry no note, and its mails have no place for a headline: all that is unknown."""
    return Notice(
        name=_seen(name),
        profile_url=_seen(actor.profile_url if actor else ""),
        photo_url=_seen(actor.photo_url if actor else ""),
    )


def _seen(text: str) -> Seen[str]:
    return shown(text[:_LONGEST]) if text else UNKNOWN
