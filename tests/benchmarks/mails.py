"""Numbers -> LinkedIn mails of 40 kB, each of them another: a reader that remembers the last one must not look fast."""

from __future__ import annotations

from dataclasses import replace
from html import escape

from tests.builders import linkedin

SIZE = 40_000
"""octets, about"""
NOTE = "Hi Amy, your talk in Bergen about hiring for small teams ({0}) made me rethink our own rounds. May I ask how?"
TABLE = (
    '<table role="presentation" valign="top" border="0" cellspacing="0" cellpadding="0" width="100%" '
    'style="mso-table-lspace:0pt;mso-table-rspace:0pt;-webkit-text-size-adjust:100%;"><tbody><tr>'
    '<td style="font-family:-apple-system,system-ui,sans-serif;padding:{pad}px 24px;color:rgba(0,0,0,.9);'
    'font-size:16px;line-height:1.25;">{inner}</td></tr></tbody></table>\n'
)
"""What LinkedIn wraps around every row."""


def person(number: int) -> linkedin.Person:
    return replace(
        linkedin.MIRA,
        name=f"Mira Solberg{chr(97 + number % 26)}",
        vanity=f"mira-solberg-{number}",
        number=linkedin.MIRA.number + number,
        note=NOTE.format(number),
    )


def invitation(number: int) -> bytes:
    """One invitation with a note, with suggestions below it, in rows of inline styles, until it is large enough."""
    who, template, at = person(number), linkedin.SINGLE, linkedin.NOON + number
    body = f"<p>{escape(who.note)}</p>" + linkedin._card(who, template, "hero", at)
    while len(linkedin.printable(body)) < SIZE - 7_000:
        place = len(body)
        link = linkedin.tracked(f"/comm/in/someone-{number}-{place}", template, "pymk-0-prof~name", at)
        words = f"{linkedin.anchor(link, '<span>Somebody Else</span>')}<p>Keeper of things, number {place}</p>"
        body += TABLE.format(pad=4 + place % 12, inner=words)
    fields = linkedin.headers(
        linkedin.address(who.name, "invitations@linkedin.com"), "I want to connect", at=at, template=template
    )
    page = linkedin.page_modern(body, template, at, who.note)
    return linkedin.assemble(fields, linkedin.footer_text(template, at), page)


def collection(number: int) -> bytes:
    """A collection of eleven requests: as many people as one mail of this size can be about."""
    people = (person(11 * number + offset) for offset in range(11))
    return linkedin.digest_of_invitations(people, at=linkedin.NOON + number)


MAILS = {"invitation with suggestions": invitation, "collection of eleven requests": collection}
