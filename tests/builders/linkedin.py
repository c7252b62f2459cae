"""Mails in the shapes LinkedIn uses, with invented people in them: every kind, layout and era, as bytes with CRLF.

Nothing here is taken from the readers under test: where a shape is guessed (notes and mutual connections were never
seen in public), the guess is made here a second time.
"""

from __future__ import annotations

import quopri
from collections.abc import Iterable
from dataclasses import dataclass, replace
from email.header import Header
from email.utils import formatdate
from html import escape
from urllib.parse import quote

NOON = 1_794_830_400_000
"""2026-11-16 12:00:00 UTC, in milliseconds."""
SINGLE = "email_m2m_invite_single_01"
PADDING = "\u034f\u00a0\u200c" * 20


@dataclass(frozen=True)
class Person:
    """Somebody who writes to the owner."""

    name: str = "Mira Solberg"
    headline: str = "Head of Talent at Fjellkraft"
    location: str = "Bergen, Norway"
    vanity: str = "mira-solberg-21b"
    photo: bool = True
    number: int = 7_398_112_233_445_566_778
    note: str = ""
    mutual: str = ""


MIRA = Person()


def base36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    out = ""
    while number:
        number, rest = divmod(number, 36)
        out = digits[rest] + out
    return out or "0"


def mail_id(at: int) -> str:
    return f"4kx2p9-{base36(at)}-7c"


def message_id(at: int) -> str:
    return f"<1482003911.5520371.{at}@lor1-app48213.prod.linkedin.com>"


def field(name: str, value: str) -> str:
    """A header field, RFC 2047-encoded and folded where it must be."""
    encoded = Header(value, "utf-8", header_name=name).encode() if not value.isascii() else value
    return f"{name}: {encoded}".replace("\r\n", "\n").replace("\n", "\r\n")


def address(name: str, email: str) -> str:
    """`Name <local@domain>`, the name encoded where it is not ASCII and quoted where it holds specials."""
    if not name.isascii():
        name = Header(name, "utf-8").encode()
    elif any(letter in name for letter in '().,:;<>@"'):
        name = f'"{name}"'
    return f"{name} <{email}>" if name else email


def assemble(fields: Iterable[tuple[str, str]], text: str | None = None, html: str | None = None) -> bytes:
    """A mail of these fields and parts; values of From, To and Reply-To must be ready-made."""
    raw = {"From", "To", "Reply-To", "Sender", "Message-ID", "Content-Type"}
    head = [f"{name}: {value}" if name in raw else field(name, value) for name, value in fields]
    head.append("MIME-Version: 1.0")
    parts = [(kind, body) for kind, body in (("plain", text), ("html", html)) if body is not None]
    if len(parts) == 1:
        kind, body = parts[0]
        head += [f"Content-Type: text/{kind};charset=UTF-8", "Content-Transfer-Encoding: quoted-printable"]
        return ("\r\n".join(head) + "\r\n\r\n" + printable(body)).encode("ascii")
    boundary = "----=_Part_8841_20394.1794830400000"
    head.append(f'Content-Type: multipart/alternative;\r\n\tboundary="{boundary}"')
    out = "\r\n".join(head) + "\r\n\r\n"
    for kind, body in parts:
        out += (
            f"--{boundary}\r\nContent-Type: text/{kind};charset=UTF-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n"
            f"Content-ID: {'text' if kind == 'plain' else 'html'}-body\r\n\r\n{printable(body)}\r\n"
        )
    return (out + f"--{boundary}--\r\n").encode("ascii")


def printable(body: str) -> str:
    encoded = quopri.encodestring(body.replace("\r\n", "\n").encode("utf-8")).decode("ascii")
    return encoded.replace("\n", "\r\n")


def headers(
    from_: str,
    subject: str,
    *,
    at: int = NOON,
    template: str | None = None,
    klass: str = "EMAIL-DEFAULT",
    to: str = "Amy <amy@salver.test>",
    extra: Iterable[tuple[str, str]] = (),
) -> list[tuple[str, str]]:
    fields = [
        ("Date", formatdate(at / 1000, usegmt=False).replace("-0000", "+0000")),
        ("From", from_),
        ("Message-ID", message_id(at)),
        ("Subject", subject),
        ("To", to),
        *extra,
    ]
    if template:
        fields += [
            ("X-LinkedIn-Class", klass),
            ("X-LinkedIn-Template", template),
            ("X-LinkedIn-Id", mail_id(at)),
        ]
    return fields


def tracked(path: str, template: str, section: str, at: int, host: str = "www.linkedin.com") -> str:
    """A link with the tokens LinkedIn adds, all made up."""
    page = quote(f"urn:li:page:email_{template};Zm9vYmFyYmF6cXV4", safe="")
    route = f"eml-{template}-{section}"
    return (
        f"https://{host}{path}{'&' if '?' in path else '?'}lipi={page}&midToken=AQHxinvented00&midSig=0inventedSig1"
        f"&trk={route}&trkEmail={route}-null-{mail_id(at).replace('-', '~')}-null-null&eid={mail_id(at)}"
    )


def anchor(href: str, inner: str) -> str:
    return f'<a href="{escape(href)}" style="text-decoration:none">{inner}</a>'


def _photo(person: Person) -> str:
    source = (
        f"https://media.licdn.com/dms/image/v2/X0{person.vanity}/profile-displayphoto-shrink_100_100/0/1?e=1&v=beta"
    )
    return f'<img src="{escape(source)}" alt="{escape(person.name)}" width="60" height="60">'


def page_2016(person: Person, words: str, template: str, at: int) -> str:
    """The html of 2016: hero sections, `/comm/profile/view?id=` links, the recipient's own link in the header."""
    view = f"/comm/profile/view?id=AAsAA{person.vanity}&authType=name&authToken=9zYx"
    own = "/comm/profile/view?id=AAsAAowner"
    accept = (
        f"/comm/people/invite-accept?mboxid=I{person.number - 21}_500&sharedKey=inVented&fr=false"
        f"&invitationId={person.number}&fe=true"
    )
    photo = anchor(tracked(view, template, "hero-1-prof%7Ephoto", at), _photo(person)) if person.photo else ""
    name = anchor(tracked(view, template, "hero-2-prof%7Ename", at), f"<span>{escape(person.name)}</span>")
    button = tracked(accept, template, "hero-0-accept%7Ecta", at)
    more = tracked(view, template, "hero-3-prof%7Ecta", at)
    return f"""<!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml" lang="en"><head><title></title></head><body>
<div style="overflow:hidden;visibility:hidden;width:0;font-size:0;opacity:0;height:0;">{escape(words)}</div>
<table><tbody><tr><td>{anchor(tracked("/comm/nhome/", template, "header-4-home", at), '<img alt="LinkedIn" src="https://static.licdn.com/x/logo.png">')}</td>
<td>{anchor(tracked(own, template, "header-6-profile", at), "<span>Amy Ferrand</span>")}</td>
<td>{anchor(tracked(own, template, "header-6-profile", at), '<img alt="" src="https://media.licdn.com/mpr/mpr/owner.jpg">')}</td></tr>
<tr><td><p>{"</p><p>".join(escape(line) for line in words.splitlines() if line.strip())}</p></td></tr>
<tr><td>{photo}</td><td>{name}<p>{escape(person.headline)}</p><p>{escape(person.location)}</p></td></tr>
{f"<tr><td><p>{escape(person.mutual)}</p></td></tr>" if person.mutual else ""}
<tr><td>{anchor(button, f"<table><tbody><tr><td>{anchor(button, 'Accept')}</td></tr></tbody></table>")}</td>
<td>{anchor(more, f"<table><tbody><tr><td>{anchor(more, 'View profile')}</td></tr></tbody></table>")}</td></tr>
<tr><td>{anchor(tracked("/e/v2?a=unsub", template, "footer-9-unsub", at), "Unsubscribe")}</td></tr>
<tr><td><p>You are receiving Invitation emails.</p>
<p>This email was intended for Amy Ferrand (Founder at Ferrand Search).</p>
<p>© 2026 LinkedIn Corporation, 1000 West Maude Avenue, Sunnyvale, CA 94085.</p></td></tr></tbody></table>
</body></html>"""


def text_2016(person: Person, words: str, template: str, at: int) -> str:
    view = tracked(f"/comm/profile/view?id=AAsAA{person.vanity}&authType=name", template, "hero-1-text%7Eprofile", at)
    accept = tracked(f"/comm/people/invite-accept?invitationId={person.number}", template, "hero-0-accept%7Ecta", at)
    mutual = f"{person.mutual}\n" if person.mutual else ""
    return f"""{words}

{person.name}
{person.headline}
{mutual}
View profile: {view}

Accept: {accept}

.....................................
Unsubscribe: https://www.linkedin.com/e/v2?e={mail_id(at)}&t=lun&ek={template}&m=unsub
Help: https://www.linkedin.com/e/v2?e={mail_id(at)}&a=customerServiceUrl&ek={template}

You are receiving Invitation emails.

This email was intended for Amy Ferrand (Founder at Ferrand Search).
© 2026 LinkedIn Corporation, 1000 West Maude Avenue, Sunnyvale, CA 94085.
"""


def invitation_2016(
    person: Person = MIRA,
    *,
    subject: str = "Amy, please add me to your LinkedIn network",
    at: int = NOON,
    template: str = SINGLE,
    with_template: bool = True,
    from_: str | None = None,
    default: str = "Hi Amy, I'd like to join your LinkedIn network.",
) -> bytes:
    words = person.note or default
    return assemble(
        headers(
            from_ or address(person.name, "invitations@linkedin.com"),
            subject,
            at=at,
            template=template if with_template else None,
        ),
        text_2016(person, words, template, at),
        page_2016(person, words, template, at),
    )


def invitation_2011(person: Person = MIRA, *, words: str = "", at: int = NOON) -> bytes:
    words = (
        words or f"Amy,\n\nI'd like to add you to my professional network on LinkedIn.\n\n- {person.name.split()[0]}"
    )
    base = f"http://www.linkedin.com/e/{mail_id(at)}/inVented0-x"
    text = f"""LinkedIn
------------



    {person.name} requested to add you as a connection on LinkedIn:

------------------------------------------

{words}

Accept invitation from {person.name}
{base}/blk/I{person.number % 10**9}_55/inVented/EML_comm_afe/?hs=false&tok=1inVented

View invitation from {person.name}
{base}/blk/I{person.number % 10**9}_55/inVented/svi/

------------------------------------------
DID YOU KNOW that an invented paragraph stands here?
{base}/ewp/inv-21/

--
(c) 2011, LinkedIn Corporation
"""
    from_ = address(f"{person.name} via LinkedIn", "member@linkedin.com")
    return assemble(headers(from_, "Invitation to connect on LinkedIn", at=at), text)


def _card(person: Person, template: str, section: str, at: int) -> str:
    """One person of the layout since 2018, as we imagine it: photo, name, headline, place, mutuals, note, buttons."""
    view = tracked(f"/comm/in/{person.vanity}", template, f"{section}-4-prof~cta", at)
    name = tracked(f"/comm/in/{person.vanity}", template, f"{section}-2-prof~name", at)
    accept = tracked(
        f"/comm/mynetwork/invite-accept/invitationId/{person.number}/sharedKey/inVented/",
        template,
        "null-0-accept~cta",
        at,
    )
    lines = [person.headline, person.location, person.mutual]
    return f"""<table><tr><td>{anchor(name, _photo(person)) if person.photo else ""}</td>
<td>{anchor(name, f"<h2>{escape(person.name)}</h2>")}{"".join(f"<p>{escape(line)}</p>" for line in lines if line)}
{f"<p>“{escape(person.note)}”</p>" if person.note and section == "list" else ""}
{anchor(accept, f"<table><tr><td>{anchor(accept, 'Accept')}</td></tr></table>")}
{anchor(view, f"<table><tr><td>{anchor(view, 'View profile')}</td></tr></table>")}</td></tr></table>"""


def page_modern(body: str, template: str, at: int, preheader: str = "", lang: str = "en") -> str:
    """The frame since 2023: hidden preheader with padding, logo, the recipient's own link, body, footer."""
    home = anchor(
        tracked("/comm/feed/", template, "header-0-home_glimmer", at),
        f'<img alt="LinkedIn" src="{escape(tracked("/comm/dms/logo", template, "logo", at))}">',
    )
    own = anchor(
        tracked("/comm/in/amy-ferrand-0a", template, "header-0-profile_glimmer", at),
        '<img alt="Amy Ferrand" src="https://media.licdn.com/dms/image/v2/owner/profile-displayphoto-shrink_100/0/2">',
    )
    why = anchor(
        tracked("/help/linkedin/answer/4788?lang=en", template, "SecurityHelp-0-footerglimmer", at),
        "Learn why we included this.",
    )
    stop = anchor(
        tracked("/comm/psettings/email-unsubscribe", template, "unsubscribe-0-footerGlimmer", at), "Unsubscribe"
    )
    return f"""<html xmlns="http://www.w3.org/1999/xhtml" lang="{lang}"><head><meta charset="utf-8"></head>
<body dir="ltr">
<div class="h-0 opacity-0 invisible overflow-hidden w-0" data-email-preheader="true">{escape(preheader)}</div>
<div class="h-0 opacity-0 invisible overflow-hidden w-0 max-h-[0]">{PADDING}</div>
<div class="mercado-container"><table><tr><td>{home}</td><td>{own}</td></tr></table>{body}
<table><tr><td><p>This email was intended for Amy Ferrand (Founder at Ferrand Search)</p>{why}
<p>You are receiving LinkedIn notification emails.</p>{stop}
<p>© 2026 LinkedIn Corporation, 1\u200c000 West Maude Avenue, Sunnyvale, CA 94085.</p></td></tr></table></div>
</body></html>"""


def footer_text(template: str, at: int) -> str:
    why = tracked("/help/linkedin/answer/4788?lang=en", template, "SecurityHelp-0-textfooterglimmer", at)
    return f"""
----------------------------------------

This email was intended for Amy Ferrand (Founder at Ferrand Search)
Learn why we included this: {why}
You are receiving LinkedIn notification emails.

Unsubscribe: {tracked("/comm/psettings/email-unsubscribe", template, "unsubscribe-0-textfooterglimmer", at)}

© 2026 LinkedIn Corporation, 1zwnj000 West Maude Avenue, Sunnyvale, CA 94085.
"""


def invitation_modern(
    person: Person = MIRA,
    *,
    subject: str = "I want to connect",
    preheader: str = "",
    at: int = NOON,
    from_: str | None = None,
    template: str = SINGLE,
    default: str = "Hi there, I'd like to join your professional network.",
    lang: str = "en",
    extra: Iterable[tuple[str, str]] = (),
    foreign: str = "",
) -> bytes:
    """`foreign`, a URL, is put in the place of every accept and profile link: the body of a spoof."""
    words = person.note or default
    body = "".join(f"<p>{escape(line)}</p>" for line in words.splitlines() if line.strip()) + _card(
        person, template, "hero", at
    )
    html = page_modern(body, template, at, preheader or words, lang)
    if foreign:
        for path in ("/comm/in/", "/comm/mynetwork/"):
            html = html.replace(f"https://www.linkedin.com{path}", f"{foreign}{path}")
    return assemble(
        headers(
            from_ or address(person.name, "invitations@linkedin.com"), subject, at=at, template=template, extra=extra
        ),
        footer_text(template, at),
        html,
    )


def reminder(person: Person = MIRA, *, at: int = NOON) -> bytes:
    template = "email_m2m_invite_reminder_02"
    body = f"<p>{escape(person.name)}'s invitation is waiting for your response</p>" + _card(
        person, template, "hero", at
    )
    return assemble(
        headers(
            address(person.name, "invitations@linkedin.com"),
            f"{person.name}'s invitation is waiting for your response",
            at=at,
            template=template,
        ),
        footer_text(template, at),
        page_modern(body, template, at),
    )


def digest_of_invitations(people: Iterable[Person], *, at: int = NOON, suggestions: Iterable[Person] = ()) -> bytes:
    template = "email_m2m_invite_digest_02"
    people = tuple(people)
    body = f"<h1>You have {len(people)} new invitations</h1>"
    body += "".join(_card(person, template, "list", at) for person in people)
    for person in suggestions:
        link = tracked(f"/comm/in/{person.vanity}", template, "pymk-0-prof~name", at)
        body += f"<div>{anchor(link, escape(person.name))}<p>{escape(person.headline)}</p></div>"
    return assemble(
        headers(
            address("LinkedIn", "invitations@linkedin.com"),
            f"You have {len(people)} new invitations",
            at=at,
            template=template,
        ),
        footer_text(template, at),
        page_modern(body, template, at),
    )


def inmail(
    name: str,
    subject: str,
    message: str,
    *,
    at: int = NOON,
    headline: str = "",
    html_only: bool = False,
    lang: str = "en",
) -> bytes:
    template = "email_hire_inmail_initial_single_01"
    sender = f"      {name}\n" + (f"        {headline}\n" if headline else "")
    text = f"{subject}\n{subject}\n\n{sender}        Reply\n        https://www.linkedin.com/messaging/thread/2-aW52ZW50ZWQ=/\n\n{message}\n"
    body = "".join(f"<p>{escape(line)}</p>" for line in (subject, name, *message.splitlines()) if line.strip())
    return assemble(
        headers(
            address(name, "inmail-hit-reply@linkedin.com"),
            subject,
            at=at,
            template=template,
            klass="INMAIL",
            extra=[("Reply-To", address(name, "0f6d1a52-1111-4222-8333-944455566677@reply.linkedin.com"))],
        ),
        footer_text(template, at) if html_only else text + footer_text(template, at),
        page_modern(body, template, at, " ".join(message.split())[:60] + "...", lang),
    )


def accepted(person: Person = MIRA, *, at: int = NOON) -> bytes:
    template = "email_accept_invite_single_01"
    first = person.name.split()[0]
    other = replace(person, name="Oskar Lindh", vanity="oskar-lindh-9", headline="Carpenter at Timmer AB")
    view = tracked(f"/comm/in/{person.vanity}", template, "hero-2-prof~name", at)
    chat = tracked("/comm/messaging/compose", template, "hero-0-message~cta", at)
    elsewhere = tracked(f"/comm/in/{other.vanity}", template, "pymk-1-prof~name", at)
    body = f"""<p>{escape(first)} has accepted your invitation</p>{anchor(view, f"<h2>{escape(person.name)}</h2>")}
<p>{escape(person.headline)}</p>{anchor(chat, "Message")}<p>Suggestions from {escape(first)}'s network</p>
{anchor(elsewhere, f"<h2>{other.name}</h2>")}<p>{other.headline}</p>"""
    return assemble(
        headers(
            address(f"{person.name} via LinkedIn", "invitations@linkedin.com"),
            f"{first} accepted your invitation, explore their network",
            at=at,
            template=template,
        ),
        footer_text(template, at),
        page_modern(body, template, at, f"See {person.name}'s connections, experience, and more"),
    )


def suggestion(person: Person = MIRA, *, at: int = NOON) -> bytes:
    template = "email_pymk_02"
    link = tracked(f"/comm/in/{person.vanity}", template, "hero-0-prof~name", at)
    connect = tracked(f"/comm/mynetwork/invite-connect/{person.vanity}", template, "hero-0-connect~cta", at)
    body = f"<p>Do you know {escape(person.name.split()[0])}?</p>{anchor(link, escape(person.name))}"
    body += f"<p>{escape(person.headline)}</p>{anchor(connect, 'Connect')}"
    return assemble(
        headers(
            address("LinkedIn", "messages-noreply@linkedin.com"),
            f"Add {person.name} - {person.headline}",
            at=at,
            template=template,
        ),
        footer_text(template, at),
        page_modern(body, template, at),
    )


def message(
    person: Person = MIRA,
    *,
    at: int = NOON,
    says: str = "",
    linked: bool = True,
    headline: bool = False,
    others: Iterable[Person] = (),
    to: str = "Amy <amy@salver.test>",
) -> bytes:
    """News of a message. Those seen in public show no text; where `says` stands, and more than one person, is a guess.

    Without `linked` no name leads to a profile.
    """
    template = "email_member_message_v2"
    people = [person, *others]
    firsts = " and ".join(each.name.split()[0] for each in people)
    view = tracked("/comm/messaging/thread/2-aW52ZW50ZWQ/", template, "hero-0-view~cta", at)
    body = f"<p>You have {len(people)} new message{'s' if len(people) > 1 else ''}</p>"
    for each in people:
        link = tracked(f"/comm/in/{each.vanity}", template, "hero-0-prof~name", at)
        body += anchor(link, escape(each.name)) if linked else f"<p>{escape(each.name)}</p>"
        body += f"<p>{escape(each.headline)}</p>" if headline else ""
        body += f"<p>“{escape(says)}”</p>" if says else ""
        body += anchor(view, "View message")
    return assemble(
        headers(
            address(f"{person.name} via LinkedIn", "messaging-digest-noreply@linkedin.com"),
            f"{firsts} sent new messages" if len(people) > 1 else f"{firsts} just messaged you",
            at=at,
            template=template,
            to=to,
        ),
        footer_text(template, at),
        page_modern(body, template, at),
    )


def news(*, at: int = NOON) -> bytes:
    template = "email_editorial_suggested_top_conversations_01"
    author = tracked("/comm/in/gustav-ek-7", template, "article_card-0-actor_card", at)
    body = f"<h1>What people talk about</h1>{anchor(author, 'Gustav Ek')}<p>An invented headline about tea</p>"
    return assemble(
        headers(
            address("LinkedIn News", "editors-noreply@linkedin.com"),
            "Why offices buy tea again",
            at=at,
            template=template,
        ),
        footer_text(template, at),
        page_modern(body, template, at),
    )


def page_invitation(*, at: int = NOON) -> bytes:
    """An invitation to follow something: no request of a person. The template is our guess."""
    template = "email_content_series_subscribe_01"
    link = tracked("/comm/newsletters/tea-weekly-1", template, "hero-0-subscribe~cta", at)
    body = f"<p>Fjellkraft invited you to subscribe to Tea Weekly</p>{anchor(link, 'Subscribe')}"
    return assemble(
        headers(
            address("Mira Solberg", "invitations@linkedin.com"),
            "Mira Solberg invited you to subscribe to Tea Weekly",
            at=at,
            template=template,
        ),
        footer_text(template, at),
        page_modern(body, template, at),
    )


def employee() -> bytes:
    """A letter by somebody who works at LinkedIn, signed like any mail of that domain."""
    text = "Hi Amy,\n\nthanks for the patch, I merged it.\nhttps://www.linkedin.com/in/jroe\n\nJordan\n"
    return assemble(headers("Jordan Roe <jroe@linkedin.com>", "Re: [PATCH] fix the build"), text)


def signature_only() -> bytes:
    """A friend's letter with a profile link below it."""
    text = "Hi Amy,\n\nlunch on Friday? I saw the LinkedIn post about the move.\n\nTove\nhttps://www.linkedin.com/in/tove-h\n"
    html = (
        "<html><body><p>Hi Amy,</p><p>lunch on Friday? I saw the LinkedIn post about the move.</p><p>Tove</p>"
        '<a href="https://www.linkedin.com/in/tove-h">LinkedIn</a> <a href="https://tove.example">tove.example</a></body></html>'
    )
    return assemble(
        [
            ("Date", formatdate(NOON / 1000)),
            ("From", "Tove Hagen <tove@hagen.example>"),
            ("Message-ID", "<20261116.a1@hagen.example>"),
            ("Subject", "Lunch on Friday"),
            ("To", "Amy <amy@salver.test>"),
        ],
        text,
        html,
    )


def quoted_by_a_colleague(html_only: bool = False) -> bytes:
    """A colleague's answer with one of LinkedIn's mails quoted below."""
    html = page_modern("<p>old news</p>", "email_news_letter_round_up_01", NOON)
    html = html.replace('<body dir="ltr">', '<body dir="ltr"><p>Did you get this one too? Strange.</p>')
    text = "Did you get this one too? Strange.\n\n> old news\n" + footer_text("email_news_letter_round_up_01", NOON)
    return assemble(
        [
            ("Date", formatdate(NOON / 1000)),
            ("From", "Tove Hagen <tove@hagen.example>"),
            ("Message-ID", "<20261116.a2@hagen.example>"),
            ("Subject", "Re: newsletters"),
            ("To", "Amy <amy@salver.test>"),
        ],
        None if html_only else text,
        html,
    )


def spoof_look_alike(person: Person = MIRA) -> bytes:
    return invitation_modern(person, from_=address(person.name, "invitations@linkedln.test"))


def spoof_foreign_links(person: Person = MIRA) -> bytes:
    return invitation_modern(person, foreign="https://accounts-verify.example")


def spoof_by_name() -> bytes:
    """`LinkeIn` at a stranger's domain, html only, links to an object store."""
    html = (
        '<html lang="en"><body><p>You have 19 new invitation</p>'
        '<a href="https://bucket-77.objects.example/#amy@salver.test">https://www.linkedin.com/invitations</a></body></html>'
    )
    return assemble(
        [
            ("From", "LinkeIn <notify@objects.example>"),
            ("To", "amy@salver.test"),
            ("Date", formatdate(NOON / 1000)),
            ("Message-ID", "<20261116120000.0A1B2C3D4E5F6071@objects.example>"),
            ("Subject", "✉️ amy, View my invitation to connect"),
        ],
        html=html,
    )
