"""Mails as they come through a forward: each provider's envelope and fields on top, and mails attached to mails.

Written after the FORWARDING guide, in the order it gives; nothing here is taken from the code that reads it.
"""

from __future__ import annotations

import base64
import quopri
from collections.abc import Callable, Iterable
from typing import NamedTuple

USER = "amy@home.test"
HERE = "amy@salver.test"


class Sent(NamedTuple):
    """What reaches us: octets, reverse-path, and whose mailbox the way shows (None: nobody's)."""

    raw: bytes
    mail_from: str
    by: str | None


def above(raw: bytes, *lines: str) -> bytes:
    """`raw` below these lines; a line that begins with a tab continues the one before."""
    return "".join(f"{line}\r\n" for line in lines).encode() + raw


def _received(by: str, to: str) -> str:
    return f"Received: from out.{by} (out.{by} [192.0.2.7]) by mx.hop.test with ESMTPS id 4k2 for <{to}>"


def gmail(raw: bytes, user: str = "amy@gmail.com", to: str = HERE) -> Sent:
    """Gmail, or Workspace where `user` has a domain of its own."""
    local, _, domain = user.partition("@")
    there, _, host = to.partition("@")
    seal = "a=rsa-sha256; d=google.com; s=arc-20240605; b=Zm9yZ2VkIHNlYWw="
    checked = "mx.google.com; dkim=pass header.i=@linkedin.com header.s=key; spf=pass smtp.mailfrom=m-x@bounce.test"
    fields = (
        f"Received: by mail-ej1-f48.google.com with SMTP id a640c23a for <{to}>; Mon, 16 Nov 2026 04:00:03 -0800",
        f"ARC-Seal: i=2; cv=pass; {seal}",
        "ARC-Message-Signature: i=2; a=rsa-sha256; c=relaxed/relaxed; d=google.com; s=arc-20240605;",
        f"\th=to:from:subject:delivered-to; bh=AAAA; b=BBBB; darn={host}",
        f"ARC-Authentication-Results: i=2; {checked}",
        "X-Google-DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=1e100.net; s=20230601;",
        "\th=x-forwarded-for:x-forwarded-to:delivered-to; bh=AAAA; b=CCCC",
        f"X-Forwarded-Encrypted: i=2; AFNElJ8@{host}",
        "X-Gm-Message-State: AOJu0Yx",
        "X-Received: by 2002:a17:906:d54c with SMTP id cr12; Mon, 16 Nov 2026 04:00:02 -0800 (PST)",
        f"X-Forwarded-To: {to}",
        f"X-Forwarded-For: {user} {to}",
        f"Delivered-To: {user}",
        "Received: by 2002:a05:7000:6 with SMTP id k6; Mon, 16 Nov 2026 04:00:02 -0800 (PST)",
        f"ARC-Seal: i=1; cv=none; {seal}",
        "ARC-Message-Signature: i=1; a=rsa-sha256; c=relaxed/relaxed; d=google.com; s=arc-20240605; dara=google.com;",
        "\th=to:from:subject; bh=AAAA; b=DDDD",
        f"ARC-Authentication-Results: i=1; {checked}",
        f"Received: from maile.bounce.test by mx.google.com with ESMTPS id 7 for <{user}>",
        "Received-SPF: pass (google.com: m-x@bounce.test is permitted) client-ip=192.0.2.9;",
        f"Authentication-Results: {checked}",
    )
    return Sent(above(raw, *fields), f"{local}+caf_={there}={host}@{domain}", user)


def workspace(raw: bytes) -> Sent:
    return gmail(raw, "amy.work@own.test")


def gmail_to_a_tag(raw: bytes) -> Sent:
    return gmail(raw, to="amy+u_7f3@salver.test")


def exchange_rule(raw: bytes) -> Sent:
    """A redirect by an inbox rule of Microsoft 365: the envelope is sealed, the mailbox stands in the rule's mark."""
    fields = (
        _received("protection.outlook.test", HERE),
        "ARC-Seal: i=1; a=rsa-sha256; s=arcselector10001; d=microsoft.com; cv=none; b=AAAA",
        "X-MS-Exchange-ForwardingLoop: amy@tenant.test;d8a1",
        f"X-MS-Exchange-Inbox-Rules-Loop: {USER}",
        "X-EOPAttributedMessage: 0",
        "X-OriginatorOrg: tenant.test",
    )
    return Sent(above(raw, *fields), "bounces+SRS=44ldt=IX@tenant.test", USER)


def microsoft_mailbox(raw: bytes) -> Sent:
    """Forwarding of a whole mailbox: the sealed envelope, here in lower case, and nobody's name."""
    fields = (_received("protection.outlook.test", HERE), "X-OriginatorOrg: tenant.test")
    return Sent(above(raw, *fields), "bounces+srs=9k2qp=fa@tenant.onmicrosoft.test", None)


def postsrsd(raw: bytes, first: str = "=") -> Sent:
    """A mail server of somebody's own."""
    fields = (_received("relay.test", HERE), f"Delivered-To: {USER}", _received("bounce.test", USER))
    return Sent(above(raw, *fields), f"SRS0{first}Xk2f=7B=bounce.test=m-x@relay.test", USER)


def postsrsd_plus(raw: bytes) -> Sent:
    return postsrsd(raw, "+")


def postsrsd_minus_in_lower_case(raw: bytes) -> Sent:
    sent = postsrsd(raw, "-")
    return sent._replace(mail_from=sent.mail_from.lower())


def rewritten_twice(raw: bytes) -> Sent:
    fields = (_received("second.test", HERE), _received("relay.test", "a@second.test"))
    return Sent(above(raw, *fields), "SRS1=Yq8d=relay.test==Xk2f=7B=bounce.test=m-x@second.test", None)


def cloudflare(raw: bytes) -> Sent:
    """Email Routing: an envelope of its own, signatures of its own, and the two fields that Gmail writes, too."""
    fields = (
        _received("email.cloudflare.test", HERE),
        "DKIM-Signature: v=1; a=rsa-sha256; s=cf2024-1; d=cloudflare-email.net; c=relaxed/relaxed;",
        "\th=To:Subject:From; t=1794830400; bh=AAAA; b=BBBB",
        f"X-Forwarded-To: {HERE}",
        f"X-Forwarded-For: amy@own.test {HERE}",
    )
    return Sent(above(raw, *fields), "SRS0=4c1f=ZZ=bounce.test=m-x@own.test", "amy@own.test")


def yandex(raw: bytes) -> Sent:
    fields = (_received("forward.yandex.test", HERE), "X-Yandex-Forward: 5d1e9c0aa7c2f0e39ab9f8cf2a0d5c11")
    return Sent(above(raw, *fields), "amy@yandex.ru", None)


def mail_ru(raw: bytes) -> Sent:
    fields = (_received("f.mail.test", HERE), "X-ResentFrom: <amy@mail.ru>", "X-MailRu-Forward: 1")
    return Sent(above(raw, *fields), "m-x@bounce.test", "amy@mail.ru")


def fastmail(raw: bytes) -> Sent:
    """As far as stored mails show it: nobody saw one that was forwarded."""
    fields = (_received("messagingengine.test", HERE), "X-Delivered-To: amy@fast.test", "X-Mail-from: m-x@bounce.test")
    return Sent(above(raw, *fields), "amy@fast.test", "amy@fast.test")


def resent(raw: bytes) -> Sent:
    """By a person's mail program, the second time; the upper block is the later one."""
    fields = (
        "Resent-From: Amy Ferrand <amy@home.test>",
        f"Resent-To: {HERE}",
        "Resent-Date: Mon, 16 Nov 2026 13:00:00 +0100",
        "Resent-Message-ID: <r2@home.test>",
        _received("first.test", USER),
        "Resent-From: assistant@first.test",
        f"Resent-To: {USER}",
    )
    return Sent(above(raw, *fields), "amy@home.test", "amy@home.test")


AUTOMATIC: tuple[Callable[[bytes], Sent], ...] = (
    gmail, workspace, gmail_to_a_tag, exchange_rule, microsoft_mailbox, postsrsd, postsrsd_plus,
    postsrsd_minus_in_lower_case, rewritten_twice, cloudflare, yandex, mail_ru, fastmail, resent,
)  # fmt: skip


# --- attached ---------------------------------------------------------------------------------------------------


def wrapped(raw: bytes, encoding: str = "", kind: str = "message/rfc822", name: str = "") -> bytes:
    """The MIME part in which a mail is attached."""
    said = f"Content-Type: {kind}{f'; name={name}' if name else ''}\r\n"
    if name:
        said += f'Content-Disposition: attachment;\r\n filename="{name}"\r\n'
    if encoding == "base64":
        body = base64.encodebytes(raw).replace(b"\n", b"\r\n")
    elif encoding == "quoted-printable":
        text = quopri.encodestring(raw.replace(b"\r\n", b"\n"), quotetabs=True)
        body = text.replace(b"\n", b"\r\n")
    else:
        body = raw
    if encoding:
        said += f"Content-Transfer-Encoding: {encoding}\r\n"
    return said.encode() + b"\r\n" + body


NOTE = b"Content-Type: text/plain; charset=utf-8\r\n\r\nFor the tray, from me.\r\n"


def attached(
    *parts: bytes,
    by: str = USER,
    boundary: str = "=_outer_1",
    kind: str = "mixed",
    top: Iterable[str] = (),
    to: str = HERE,
    subject: str = "Fwd: see the mail with this one",
) -> bytes:
    """A mail that somebody wrote, with these parts below a word of theirs; `wrapped` makes a part of a mail."""
    head = above(
        b"",
        *top,
        f"From: Amy Ferrand <{by}>",
        f"To: {to}",
        f"Subject: {subject}",
        "Date: Tue, 17 Nov 2026 08:00:00 +0000",
        f"Message-ID: <{boundary}@home.test>",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/{kind}; boundary="{boundary}"',
    )
    mark = f"--{boundary}".encode()
    body = b"".join(mark + b"\r\n" + part + b"\r\n" for part in (NOTE, *parts))
    return head + b"\r\n" + body + mark + b"--\r\n"
