"""Small test mails as bytes. They share no constants with the parsers."""

from __future__ import annotations

import base64

from stages.events import Received

FIELDS = {
    "From": "Iris Calloway <iris@sender.test>",
    "To": "Amy <amy@owner.test>",
    "Subject": "A few words",
    "Date": "Tue, 03 Mar 2026 10:00:00 +0000",
    "Message-ID": "<one@sender.test>",
}


def mail(body: str | bytes = "Some words.\n", *, line_end: str = "\n", **fields: str | bytes | None) -> bytes:
    """A mail; `reply_to="x"` sets Reply-To, None leaves a field out. Values may be raw bytes."""
    said: dict[str, str | bytes] = dict(FIELDS)
    for key, value in fields.items():
        name = "Message-ID" if key == "message_id" else key.replace("_", "-").title()
        if value is None:
            said.pop(name, None)
        else:
            said[name] = value
    head = b"".join(name.encode() + b": " + _octets(value) + b"\n" for name, value in said.items())
    return (head + b"\n" + _octets(body)).replace(b"\n", line_end.encode())


def multipart(*parts: bytes, kind: str = "alternative", boundary: str = "frontier", **fields: str | bytes) -> bytes:
    """A mail of several parts, each made by `part`."""
    body = b"".join(b"--" + boundary.encode() + b"\n" + one + b"\n" for one in parts)
    content_type = f'multipart/{kind}; boundary="{boundary}"'
    return mail(body + b"--" + boundary.encode() + b"--\n", content_type=content_type, **fields)


def part(content: str | bytes, content_type: str = "text/plain; charset=utf-8", **fields: str) -> bytes:
    """One part of a multipart mail."""
    more = "".join(f"{key.replace('_', '-').title()}: {value}\n" for key, value in fields.items())
    return f"Content-Type: {content_type}\n{more}\n".encode() + _octets(content)


def in_base64(text: str) -> str:
    return base64.encodebytes(text.encode()).decode()


def received(mail_from: str = "", rcpt_to: tuple[str, ...] = ("amy@salver.test",)) -> Received:
    """The acceptance of a mail for the owner amy."""
    number = "0" * 31 + "1"
    return Received(
        mail=number,
        owner="amy",
        blob=number,
        size=1,
        mail_from=mail_from,
        rcpt_to=rcpt_to,
        received_at=1_772_532_000_000,
    )


def _octets(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()
