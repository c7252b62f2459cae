"""XING as a source: its senders are known, its requests are not, so nothing is taken for one and all is shown."""

from __future__ import annotations

import pytest

from stages.events import Signature
from stages.letter import Letter, read_letter
from stages.parse import parse
from stages.receipt import receipt
from stages.settings import Limits, Owner, Settings
from stages.sources import SOURCES, xing
from tests.builders import through
from tests.builders.letters import mail, received

SETTINGS = Settings(owners=(Owner(id="amy", addresses=("amy@salver.test",)),))
HELLO = "Hallo Amy,\n\nRita Blum möchte dich als Kontakt hinzufügen.\nhttps://www.xing.com/m/Zx81invented\n"
"""Invented: what such a mail says is not known."""


def letter(raw: bytes) -> Letter:
    return read_letter(raw, "", (), Limits())


def xing_mail(sender: str, body: str = HELLO) -> bytes:
    return mail(body, **{"from": sender, "content_type": "text/plain; charset=utf-8"})


@pytest.mark.parametrize(
    ("sender", "kind", "known"),
    [
        ("XING <mailrobot@mail.xing.com>", "other", False),
        ("XING Jobs <jobs@mail.xing.com>", "digest", True),
        ("XING News <news@mail.xing.com>", "digest", True),
        ("XING <hello@xing.com>", "other", False),
    ],
)
def test_the_sender_tells_the_kind_and_the_rest_is_to_be_looked_at(sender: str, kind: str, known: bool) -> None:
    assert xing.recognise(letter(xing_mail(sender)))
    told = xing.read(letter(xing_mail(sender)))
    assert (told.claims, told.layout_known, told.notices, told.language) == (kind, known, (), "de")


def test_its_notifiers_mail_lies_in_the_inbox_unjudged_and_its_receipt_says_look() -> None:
    parsed = parse(xing_mail("XING <mailrobot@mail.xing.com>"), received(), SETTINGS)
    signatures = (Signature(domain="mail.xing.com", result="pass", signed=("from",)),)
    enriched = through.enriched_of(parsed, SETTINGS, signatures)
    routed = through.routed_of(enriched, SETTINGS)
    assert (routed.kind, routed.verdict, routed.score, routed.folder) == ("other", None, None, "INBOX")
    assert "new to us: look at it yourself" in receipt(routed, enriched)
    assert "Really from XING: yes" in receipt(routed, enriched)


def test_no_token_of_a_link_is_kept() -> None:
    parsed = parse(xing_mail("XING <mailrobot@mail.xing.com>"), received(), SETTINGS)
    assert "Zx81invented" not in parsed.model_dump_json()
    assert parsed.links.hosts == ("www.xing.com",)


@pytest.mark.parametrize("sender", ["Bo <bo@boxing.com>", "XING <x@mail.example>", "Li Xing <li@xing.com.example>", ""])
def test_who_only_has_its_name_is_not_taken_for_it(sender: str) -> None:
    assert not xing.recognise(letter(xing_mail(sender)))


def test_no_other_source_takes_its_mail_for_its_own() -> None:
    raw = xing_mail("XING <mailrobot@mail.xing.com>")
    assert [name for name, source in SOURCES.items() if source.recognise(letter(raw))] == ["xing"]
