"""Mails in the shapes Facebook's machine makes, with invented people in them, as bytes with CRLF.

Written after the NETWORKS guide, and nothing here is taken from the readers under test. No whole friend request is
public: its page is guessed here from the words and the links that are attested.
"""

from __future__ import annotations

import hashlib
import quopri
from collections.abc import Iterable
from dataclasses import dataclass
from email.header import Header
from email.utils import formatdate
from html import escape

from tests.builders.signing import rsa_key, sign

NOON = 1_794_830_400_000
"""2026-11-16 12:00:00 UTC, in milliseconds."""
TO = "Amy <amy@salver.test>"
SENDER = "notification@facebookmail.com"
COVERS = ["Date", "To", "Subject", "From", "MIME-Version", "Content-Type"]
"""h= of its signature: nothing that names the type, no Message-ID, no Reply-To"""
MINE = "amy.owner"
"""username of the one who reads"""


@dataclass(frozen=True)
class Friend:
    """Somebody who wants to be friends."""

    name: str = "Tove Lindqvist"
    key: str = "tove.lindqvist.5"
    """as it stands first in the query of a relayed link"""
    photo: bool = True
    mutual: str = ""


TOVE = Friend()


def relayed(key: str, element: str = "", site: str = "https://www.facebook.com", path: str = "/n/") -> str:
    """A link with the tokens it gives to one reader, all made up."""
    where = f"&lloc={element}" if element else ""
    tokens = "aref=1794830400&medium=email&mid=5e1f00dG7ab4cafeG0"
    return f"{site}{path}?{key}{where}&{tokens}&bcode=2.1794830400.AbInvented_Zz&n_m=amy%40salver.test"


def link(href: str, inner: str) -> str:
    return f'<a href="{escape(href)}" style="color:#3b5998">{inner}</a>'


def photo_of(friend: Friend) -> str:
    number = int(hashlib.sha256(friend.name.encode()).hexdigest()[:8], 16)
    return f"https://scontent-arn2-1.xx.fbcdn.net/v/t1.0-1/p100x100/{number}_7_n.jpg?_nc_cat=1&oh=0ab&oe=5F"


def face(friend: Friend, element: str = "actor_profile") -> str:
    """Picture and name, each linked to them."""
    picture = f'<img src="{escape(photo_of(friend))}" width="50" height="50">' if friend.photo else ""
    target = relayed(friend.key, element)
    return f"<td>{link(target, picture) if picture else ''}</td><td>{link(target, escape(friend.name))}</td>"


def page(*rows: str, before: str = "") -> str:
    """The frame: a bar with the network's name, what is told, and the reader's own links below."""
    bar = link(relayed("home.php"), '<img src="https://static.xx.fbcdn.net/rsrc.php/v3/y1/r/icon.png"> Facebook')
    own = link(relayed(MINE), "Amy Owner")
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    return (
        "<!DOCTYPE html><html><head><title>Facebook</title></head><body>"
        f'{before}<table id="email_table"><tr><td id="email_content"><table><tr><td>{bar}</td></tr>{body}'
        f"<tr><td>This message was sent to {own}. {link(relayed('settings'), 'Unsubscribe')}</td></tr>"
        "</table></td></tr></table></body></html>"
    )


def head(
    subject: str,
    sender: str = f"Facebook <{SENDER}>",
    kind: str = "",
    *,
    feedback: bool = True,
    to: str = TO,
    at: int = NOON,
    extra: Iterable[tuple[str, str]] = (),
) -> list[tuple[str, str]]:
    """The fields of its family; `kind` is what it calls the mail, empty: it does not say."""
    number = hashlib.md5(f"{subject}{at}".encode(), usedforsecurity=False).hexdigest()
    plain = sender.rpartition("<")[2].rstrip(">")
    fields = [
        ("X-Facebook", "from 2401:db00::1 ([MTI3LjAuMC4x]) by www.facebook.com with HTTPS (ZuckMail);"),
        ("Date", formatdate(at / 1000).replace("-0000", "+0000")),
        ("To", to),
        ("Subject", subject if subject.isascii() else Header(subject, "utf-8").encode()),
        ("X-Priority", "3"),
        ("X-Mailer", "ZuckMail [version 1.00]"),
        ("From", sender),
        ("Reply-to", "noreply <noreply@facebookmail.com>"),
        ("Errors-To", plain),
        ("X-Auto-Response-Suppress", "All"),
        ("Message-ID", f"<{number}@www.facebook.com>"),
        ("MIME-Version", "1.0"),
        *extra,
    ]
    if kind:
        fields.insert(9, ("X-Facebook-Notify", f"{kind}; from=100012345; mailid=5e1f00dG7ab4"))
        if feedback:
            fields.insert(10, ("Feedback-ID", f"9999:{kind}:Facebook"))
    return fields


def mail(fields: list[tuple[str, str]], text: str = "", html: str = "") -> bytes:
    """Both parts, or those that are given; neither: the header block alone."""
    number = "b1_" + hashlib.md5(repr(fields).encode(), usedforsecurity=False).hexdigest()
    lines = [f"{name}: {value}" for name, value in fields]
    parts = [(kind, body) for kind, body in (("plain", text), ("html", html)) if body]
    lines.append(f'Content-Type: multipart/alternative; boundary="{number}"')
    out = "\r\n".join(lines) + "\r\n\r\n"
    for kind, body in parts:
        octets = quopri.encodestring(body.encode()).decode().replace("\r\n", "\n").replace("\n", "\r\n")
        out += (
            f'--{number}\r\nContent-Type: text/{kind}; charset="UTF-8"\r\n'
            f"Content-Transfer-Encoding: quoted-printable\r\n\r\n{octets}\r\n"
        )
    return (out + (f"--{number}--\r\n" if parts else "")).encode()


def request_page(friend: Friend, element: str = "actor_profile", to_site: str = "https://www.facebook.com") -> str:
    said = f"<td>{escape(friend.name)} wants to be friends with you on Facebook.</td>"
    mutual = f"<td>{friend.mutual}</td>" if friend.mutual else "<td>&nbsp;</td>"
    confirm = link(relayed("reqs.php", "confirm_button", to_site), "Confirm request")
    everything = link(relayed("reqs.php", "see_all", to_site), "See all requests")
    return page(said, face(friend, element), mutual, f"<td>{confirm}</td><td>{everything}</td>")


def request_text(friend: Friend) -> str:
    return (
        f"{friend.name} wants to be friends with you on Facebook.\n{friend.mutual}\n\n"
        f"Confirm request\n{relayed('reqs.php')}\n\nSee all requests\n{relayed('reqs.php')}\n"
    )


def friend_request(
    friend: Friend = TOVE,
    *,
    subject: str = "",
    sender: str = f"Facebook <{SENDER}>",
    kind: str = "friend_request",
    to: str = TO,
    at: int = NOON,
    whole: bool = True,
) -> bytes:
    """A friend request of today; not `whole`: its header block alone."""
    fields = head(subject or f"{friend.name} wants to be friends on Facebook", sender, kind, to=to, at=at)
    return mail(fields, request_text(friend), request_page(friend)) if whole else mail(fields)


def friend_request_2010(friend: Friend = TOVE) -> bytes:
    """Of 2010: a full stop, another local part, no Feedback-ID."""
    sender = "Facebook <notification+q3=w_7k2@facebookmail.com>"
    fields = head(f"{friend.name} wants to be friends on Facebook.", sender, "friend", feedback=False)
    return mail(fields, request_text(friend))


def told(subject: str, *rows: str, sender: str = f"Facebook <{SENDER}>", kind: str = "", text: str = "") -> bytes:
    """Any other mail of its machine: this subject, and these rows on its page."""
    return mail(head(subject, sender, kind), text or f"{subject}\n", page(*rows) if rows else "")


def comment(friend: Friend = TOVE, words: str = "so true", subject: str = "") -> bytes:
    what = link(relayed("permalink.php&story_fbid=9&id=8"), "post")
    return told(
        subject or f"{friend.name} commented on your post",
        face(friend),
        f"<td>{link(relayed(friend.key, 'actor_profile'), friend.name)} commented on your {what}.</td>",
        f"<td><span class='mb_text'>{escape(words)}</span></td>",
        kind="feed_comment",
    )


def requests_pending(
    people: Iterable[Friend], number: int, sender: str = "Facebook <reminders@facebookmail.com>"
) -> bytes:
    """A reminder of several requests, showing `people`."""
    return told(f"You have {number} friend requests", *(face(each) for each in people), sender=sender)


def instagram_code(subject: str = "402117 is your Instagram code", sender: str = "") -> bytes:
    """A login code, as it came in 2020: html alone."""
    fields = head(subject, sender or '"Instagram" <no-reply@mail.instagram.com>', "ig_verify_email_for_recovery")
    own = {"Reply-to": "Instagram <no-reply@mail.instagram.com>", "Message-ID": "<14162ab5@6c536d534ccc42bb1d7f7c72>"}
    fields = [(name, own.get(name, value)) for name, value in fields]
    code = subject.split()[0]
    return mail(fields, html=f"<html><body><p>Use {code} to get back in.</p></body></html>")


def signed(raw: bytes, domain: str = "facebookmail.com", selector: str = "s2026", number: int = 0) -> bytes:
    """As Facebook signs: few fields, and a body that must not change by a blank."""
    return sign(raw, rsa_key(2048, number), domain, selector, signed=COVERS, canonical="relaxed/simple")
