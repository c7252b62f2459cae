"""Facebook's mails over SMTP, with real signatures and keys out of a real DNS, into the Maildir."""

from __future__ import annotations

import re
from email import message_from_bytes
from pathlib import Path
from typing import Any

from stages.events import Enriched
from tests.builders import facebook as mails
from tests.builders.dns import DnsServer, txt
from tests.builders.facebook import Friend, signed
from tests.builders.running import deliver, filed, running, settled
from tests.builders.signing import rsa_key

KEYS = {
    "s2026._domainkey.facebookmail.com": txt(rsa_key(2048).record),
    "s2026._domainkey.mail.instagram.com": txt(rsa_key(2048).record),
    "s2026._domainkey.evil.test": txt(rsa_key(2048, 1).record),
}
MICROSOFT = b"X-MS-Exchange-ForwardingLoop: amy@owner.test;5f6e\r\n"
GMAIL = b"X-Forwarded-To: amy@salver.test\r\nX-Forwarded-For: amy@gmail.com amy@salver.test\r\n"


def request(name: str) -> bytes:
    return mails.friend_request(Friend(name, f"{name.lower().replace(' ', '.')}.1"))


def tampered(raw: bytes, old: bytes, new: bytes) -> bytes:
    assert old in raw
    return raw.replace(old, new)


STORY = {
    "genuine": signed(request("Tove Lindqvist")),
    "forwarded by Gmail": GMAIL + signed(request("Bo Lund")),
    "a copied header block": request("Eva Holm"),
    "signed by somebody else": signed(request("Ida Dahl"), "evil.test", number=1),
    "another name put in": tampered(signed(request("Odd Berg")), b"Subject: Odd Berg", b"Subject: Ada Berg"),
    "From requoted by Exchange": MICROSOFT
    + tampered(signed(request("Liv Moen")), b"From: Facebook <", b'From: "Facebook" <'),
    "a like called a request": b"X-Facebook-Notify: friend_request; from=1; mailid=2\r\n"
    + signed(mails.told("Rolf Vik har et nytt bilde", mails.face(Friend("Rolf Vik", "rolf.vik")))),
    "an event": signed(mails.told("Siri Aas invited you to Supper", kind="event_invite")),
    "two at once": signed(mails.requests_pending([Friend("Gro Ness", "gro.ness"), Friend("Per Lie", "per.lie")], 2)),
    "a code": signed(mails.instagram_code(), "mail.instagram.com"),
}
ENDS = {
    "genuine": ("invitation", "aligned", ["Tove Lindqvist"], "Intriguing"),
    "forwarded by Gmail": ("invitation", "aligned", ["Bo Lund"], "Intriguing"),
    "a copied header block": ("invitation", "unverified", ["Eva Holm"], "Intriguing"),
    "signed by somebody else": ("invitation", "unverified", ["Ida Dahl"], "Intriguing"),
    "another name put in": ("spoof", "forged", [None], "Ugly"),
    "From requoted by Exchange": ("invitation", "unverified", ["Liv Moen"], "Intriguing"),
    "a like called a request": ("other", "aligned", [], "INBOX"),
    "an event": ("other", "aligned", [], "INBOX"),
    "two at once": ("digest", "aligned", ["Gro Ness", "Per Lie"], "Intriguing"),
    "a code": ("other", "aligned", [], "INBOX"),
}


async def test_every_mail_of_facebook_ends_where_it_should(tmp_path: Path) -> None:
    with DnsServer(KEYS) as server:
        async with running(tmp_path, resolver=server.endpoint) as app:
            for raw in STORY.values():
                await deliver(app, raw)
            await settled(app)
            rows = await app.store.read("SELECT body FROM events WHERE kind = 'Enriched'")
            kept = await app.store.read("SELECT group_concat(body) FROM events")
    read = {enriched.mail: enriched for enriched in (Enriched.model_validate_json(body) for (body,) in rows)}
    ends: dict[str, Any] = {}
    for folder, contents in filed(tmp_path).items():
        for content in contents:
            name = next(name for name, raw in STORY.items() if content.endswith(raw))
            enriched = read[str(message_from_bytes(content)["X-Salver-Mail"])]
            people = [request.notice.name.value for request in enriched.requests]
            ends[name] = (enriched.kind, enriched.authenticity.verdict, people, folder)
    assert ends == ENDS
    assert not re.search(r"402117|bcode|Invented", kept[0][0]), "codes and tokens stay in the mails"
