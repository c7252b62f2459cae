"""Mails that come while a forward is set up: Gmail's question, and what goes through the forward, signed for real.

Written in our own words after the FORWARDING guide; they share no constants with the code that reads them.
"""

from __future__ import annotations

from email.utils import formatdate

from tests.builders.dns import Behaviour, txt
from tests.builders.letters import mail
from tests.builders.signing import Key, rsa_key, sign

GOOGLE_FIELDS = ["to", "from", "subject", "message-id", "date"]
LINK = "https://mail-settings.google.com/mail/vf-%5BANGjdJ8%5D-kQ7x_2w"
CANCEL = LINK.replace("/vf-", "/uf-")
ENVELOPE = "amy+caf_={local}={domain}@gmail.com"


def keys(*domains: str) -> dict[str, Behaviour]:
    """The DNS in which these domains' keys lie, under the selector that `signed` names."""
    return {f"key._domainkey.{domain}": txt(rsa_key().record) for domain in domains}


def question(
    address: str, requester: str = "amy@gmail.com", code: str = "", sender: str = "forwarding-noreply@google.com"
) -> bytes:
    """Gmail's question to a new address, unsigned."""
    number = f"#{code}) " if code else ""
    told = f"Confirmation code: {code}\n\n" if code else ""
    body = (
        f"{requester} would like mail to go on to your address\n{address}.\n\n{told}"
        f"If that is fine with you, follow this link:\n\n{LINK}\n\nIf not, this one takes it back:\n\n{CANCEL}\n"
    )
    return mail(
        body,
        line_end="\r\n",
        **{
            "from": f"Gmail Team <{sender}>",
            "to": address,
            "subject": f"({number}Gmail Forwarding Confirmation - Receive Mail from {requester}",
            "date": formatdate(),
            "message_id": f"<{code or 'link'}-{abs(hash((address, requester, sender)))}@mail.gmail.com>",
            "x_google_address_confirmation": "kQ7x2wANGjdJ8",
        },
    )


def by_google(raw: bytes, covers: list[str] | None = None, key: Key | None = None) -> bytes:
    return sign(raw, key or rsa_key(), "google.com", signed=covers or GOOGLE_FIELDS)


def sent(subject: str, to: str = "amy@gmail.com", sender: str = "iris@sender.test") -> bytes:
    """A mail that somebody sent just now, signed by their provider."""
    raw = mail(
        "Just a test.\n",
        line_end="\r\n",
        **{"from": f"Iris <{sender}>", "to": to, "subject": subject, "date": formatdate(), "message_id": "<t@s.test>"},
    )
    return sign(raw, rsa_key(), sender.partition("@")[2], signed=["from", "to", "subject", "date"])


def passed_on(raw: bytes, address: str) -> tuple[bytes, str]:
    """As Gmail's filter forwards it: fields on top, an envelope of its own. Returns the mail and its reverse-path."""
    local, _, domain = address.partition("@")
    top = f"X-Forwarded-To: {address}\r\nX-Forwarded-For: amy@gmail.com {address}\r\nDelivered-To: amy@gmail.com\r\n"
    return top.encode() + raw, ENVELOPE.format(local=local, domain=domain)
