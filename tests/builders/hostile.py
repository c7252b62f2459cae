"""Mails that mean no good, or nothing at all: to mislead, to break, to loop. None of them is a request."""

from __future__ import annotations

from tests.builders import linkedin
from tests.builders.letters import mail, multipart, part
from tests.builders.linkedin import Person

GUEST = Person("Ida Roth", "Surveyor", vanity="ida-roth", number=88_001)
"""Asks in mails that must not be read."""


def crlf(raw: bytes) -> bytes:
    """With the line ends of SMTP."""
    lines = raw.replace(b"\r\n", b"\n")
    return (lines if lines.endswith(b"\n") else lines + b"\n").replace(b"\n", b"\r\n")


def request() -> bytes:
    """A blank request as LinkedIn sends it, to be spoilt."""
    return linkedin.invitation_modern(GUEST)


def nested(inner: bytes, depth: int) -> bytes:
    """A mail so deep inside others."""
    for level in range(depth):
        inner = b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n%b\n--b%d--\n' % (level, level, inner, level)
    return inner


def below(head: bytes, raw: bytes) -> bytes:
    """The mail with these fields put before its own."""
    return head + raw


def auto_reply(subject: str = "Automatic reply: who is it?") -> bytes:
    return mail("I am away until Monday.\n", subject=subject, auto_submitted="auto-replied", precedence="bulk")


def bounce(of: bytes) -> bytes:
    """A report that `of` could not be delivered."""
    status = (
        b"Reporting-MTA: dns; far.test\n\nFinal-Recipient: rfc822; amy@salver.test\nAction: failed\nStatus: 5.1.1\n"
    )
    return multipart(
        part("It could not be delivered.\n"),
        part(status, "message/delivery-status"),
        part(of.replace(b"\r\n", b"\n"), "message/rfc822"),
        kind="report; report-type=delivery-status",
        **{"from": "MAILER-DAEMON@far.test", "subject": "Undelivered Mail Returned to Sender"},
    )


MARKS = (
    b"X-Salver-Reminder: 0123456789abcdef0123456789abcdef\nX-Salver-Mail: 0123456789abcdef\nX-Salver-Request: r1\n"
    b"X-Salver-Verdict: follow_up; score=3; rule=blank\nAuto-Submitted: auto-generated\n"
)
"""What only Salver writes."""

INJECTION = "=?utf-8?q?Ida=0D=0ABcc:_everybody=40far.test=0D=0A=0D=0ADear_all?="


def mails() -> dict[str, bytes]:
    """Name -> mail, with CRLF."""
    made = {
        "a look-alike domain": linkedin.spoof_look_alike(GUEST),
        "links that lead elsewhere": linkedin.spoof_foreign_links(GUEST),
        "a misspelt network": linkedin.spoof_by_name(),
        "somebody who works there": linkedin.employee(),
        "a link below a friend's letter": linkedin.signature_only(),
        "a colleague who quotes": linkedin.quoted_by_a_colleague(),
        "a colleague who quotes a page": linkedin.quoted_by_a_colleague(html_only=True),
        "news": linkedin.news(),
        "a page to follow": linkedin.page_invitation(),
        "people to know": linkedin.suggestion(GUEST),
        "nobody we know accepted": linkedin.accepted(GUEST),
        "a head that is too large": below(b"X-Filler: " + b"x" * 900 + b"\n", b"") * 120 + request(),
        "too many fields": b"Received: from a by b; Tue, 03 Mar 2026 10:00:00 +0000\n" * 49
        + b"X-A: b\n" * 20_000
        + request(),
        "parts too deep": nested(b"Content-Type: message/rfc822\n\n" + request(), 60),
        "too many parts": multipart(*[part("x")] * 1_200, part(request(), "message/rfc822"), kind="mixed"),
        "a boundary that never comes": mail(
            request(), content_type='multipart/mixed; boundary="never"', subject="Ida Roth wants to connect"
        ),
        "elements too deep": mail(
            "<div>" * 30_000 + "I'd like to join your network", content_type="text/html", subject="Invitation"
        ),
        "octets that are no text": mail(bytes(range(128, 256)) * 20, subject=b"\xff\xfe \xed\xa0\x80 want to connect"),
        "nothing": b"",
        "an empty line": b"\n",
        "white space at first": b" X-Salver-Request: r1\n" + mail(),
        "fields of ours": below(MARKS, mail("asked\n", subject="Re: ask Ida Roth")),
        "fields injected": mail("good\n", subject=INJECTION, **{"from": f"{INJECTION} <ida@far.test>"}),
        "two senders": b"From: invitations@linkedin.com\n" + mail("Ida Roth wants to connect.\n"),
        "a sender in a comment": mail(**{"from": "invitations@linkedin.com)x@far.test"}),
        "an order to nobody": mail("1 good, 2 asked, 3 never\n", subject="Re: Salver: 3 requests"),
        "an automatic reply": auto_reply(),
        "a bounce of a request": bounce(request()),
        "a bounce of nothing": bounce(b""),
        "a list's mail": mail("I'd like to join your network.\n", list_id="<a.far.test>", precedence="list"),
    }
    return {name: crlf(raw) for name, raw in made.items()}
