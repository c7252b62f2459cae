"""Mails that say who follows on Twitter, in the shapes of 2009 and 2015, with invented people."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import formatdate
from html import escape
from urllib.parse import quote

from tests.builders.linkedin import NOON, address, assemble

PICTURES = "https://pbs.twimg.com/profile_images"


@dataclass(frozen=True)
class Follower:
    name: str = "Ylva Moberg"
    handle: str = "ylva_mo"
    bio: str = "Ceramics, mostly blue. Sometimes trains."
    place: str = "Umeå"
    photo: bool = True


YLVA = Follower()


def _redirect(url: str, number: int) -> str:
    return f"https://twitter.com/i/redirect?url={quote(url + '?t=1&cn=Zm9v', safe='')}&uid=4410&nid=23+{number}"


def follow_2015(
    who: Follower = YLVA,
    *,
    html: bool = True,
    text: bool = True,
    hello: str = "Amy",
    to: str = "Amy <amy@salver.test>",
    subject: str = "",
) -> bytes:
    """`text` and `html` say which of its parts are there. The owner's own picture stands above the follower's."""
    plain = f"""{hello},
You have a new follower on Twitter.

------------------------

{who.name}
@{who.handle}
{who.bio}{chr(10) if who.bio else ""}{who.place}{chr(10) if who.place else ""}

Follow:
https://twitter.com/{who.handle}


--

Need help?
https://support.twitter.com
"""
    page = _redirect(f"https://twitter.com/{who.handle}", 1100)
    picture = f'<a href="{escape(page)}"><img src="{PICTURES}/71/{who.handle}_normal.png"></a>' if who.photo else ""
    own = _redirect("https://twitter.com/amy_here", 22)
    body = f"""<html><body><table><tr><td>{hello},</td></tr><tr><td>You have a new follower on Twitter.</td></tr>
<tr><td><a href="{escape(own)}"><img alt="{hello}" src="{PICTURES}/12/amy_normal.png"></a></td></tr>
<tr><td>{picture}</td></tr><tr><td><a href="{escape(page)}">{escape(who.name)}</a></td></tr>
<tr><td><a href="{escape(page)}">@{who.handle}</a></td></tr><tr><td>{escape(who.bio)}</td></tr>
<tr><td>{f'<a href="#">{escape(who.place)}</a>' if who.place else ""}</td></tr>
<tr><td><a href="{escape(_redirect("https://twitter.com/intent/follow", 489))}">Follow</a></td></tr>
<tr><td>Need <a href="{escape(_redirect("https://support.twitter.com", 97))}">help</a>?</td></tr></table>
</body></html>"""
    return assemble(
        [
            ("Date", formatdate(NOON / 1000)),
            ("From", address(f"{who.name} (via Twitter)", "notify@twitter.com")),
            ("To", to),
            ("Subject", subject or f"{who.name} (@{who.handle}) is now following you on Twitter!"),
            ("Message-ID", "<7.11.20931.4CA1B2@twitter.com>"),
        ],
        plain if text else None,
        body if html else None,
    )


def follow_2009(name: str = "YlvaMoberg", handle: str = "ylva_mo", *, body: bool = True) -> bytes:
    said = f"{name} ({handle}) is now following your tweets on Twitter.\n\nA little information about {name}:\n"
    return assemble(
        [
            ("Date", formatdate(NOON / 1000)),
            ("From", "Twitter <twitter-follow-amy=salver.test@postmaster.twitter.com>"),
            ("Reply-To", "noreply@postmaster.twitter.com"),
            ("To", "amy@salver.test"),
            ("Subject", f"{name} is now following you on Twitter!"),
        ],
        said if body else "",
    )


def other(subject: str, sender: str = "Twitter <info@twitter.com>", body: str = "See what is new.\n") -> bytes:
    return assemble(
        [("Date", formatdate(NOON / 1000)), ("From", sender), ("To", "amy@salver.test"), ("Subject", subject)], body
    )
