"""A request that somebody hands on by hand, in a way that no word of ours names: never forged, and never theirs."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import replace

import pytest

from stages.events import Parsed
from stages.parse import parse
from stages.settings import Settings
from tests.builders import linkedin
from tests.builders.inline_forwards import forward, original_of, unlisted
from tests.builders.inline_tables import UNLISTED
from tests.builders.letters import mail, multipart, part, received
from tests.builders.through import enriched_of, routed_of

WORDS, MIRA = original_of(linkedin.invitation_2016()).subject, original_of(linkedin.invitation_2016()).who
SETTINGS = Settings.model_validate(
    {"owners": [{"id": "amy", "addresses": ["amy@salver.test"], "accounts": ["amy@home.test"]}]}
)
NOTE = "Hi Amy, your talk in Bergen was a gift. May I ask how you hire?"
ABOVE = "Send the $500 by wire transfer, then pay with gift cards."
LATER = "Mon, 23 Nov 2026 09:00:00 +0100"
LAYOUTS = [
    linkedin.invitation_2016(replace(linkedin.MIRA, note=NOTE)),
    linkedin.invitation_modern(replace(linkedin.MIRA, note=NOTE)),
]


def parsed(raw: bytes) -> Parsed:
    return parse(raw, received("amy@home.test"), SETTINGS)


def pasted(raw: bytes, kind: str, subject: str = "what do you make of it") -> bytes:
    """The original as it is, below words of the forwarder's: a week later, and from their own mailbox."""
    told = original_of(raw)
    body = f"{ABOVE}\n\n{told.text}" if kind == "plain" else f"<p>{ABOVE}</p>{told.page}"
    sender = {"from": "Amy Ferrand <amy@home.test>", "to": "amy@salver.test"}
    return mail(body, subject=subject, date=LATER, content_type=f"text/{kind}; charset=utf-8", **sender)


@pytest.mark.parametrize("kind", ["plain", "html"])
@pytest.mark.parametrize("raw", LAYOUTS, ids=["2016", "modern"])
def test_a_request_that_was_pasted_is_looked_at_and_never_the_forwarders(raw: bytes, kind: str) -> None:
    told = enriched_of(parsed(pasted(raw, kind)), SETTINGS)
    assert (told.parsed.network, told.parsed.forwarded) == ("linkedin", None)
    assert (told.kind, told.authenticity.verdict) == ("invitation", "unverified")
    assert not told.parsed.layout_known
    (decision,) = routed_of(told, SETTINGS).decisions
    assert decision.verdict != "ugly"
    notice = told.requests[0].notice
    assert notice.name.value in (None, "Mira Solberg")
    assert "wire" not in notice.words
    assert notice.note.state != "absent"
    if kind == "html":
        assert (notice.name.value, notice.words) == ("Mira Solberg", NOTE)


def test_words_above_a_page_without_its_header_are_nobodys_note() -> None:
    raw = pasted(LAYOUTS[1], "html").decode()
    kept = re.sub(r"<a [^>]{0,2000}header-.*?</a>", "", raw, flags=re.DOTALL).encode()
    assert len(kept) < len(raw)
    told = parsed(kept)
    assert told.notices[0].name.value == "Mira Solberg"
    assert "wire" not in told.notices[0].words
    assert told.notices[0].note.state == "unknown"


def test_words_above_its_text_are_nobodys_note_either() -> None:
    text, page = (pasted(LAYOUTS[0], kind).partition(b"\n\n")[2] for kind in ("plain", "html"))
    kept = re.sub(rb"<a [^>]{0,2000}header-.*?</a>", b"", page, flags=re.DOTALL)
    body = re.sub(rb" ?<http[^>]*>|\[image:[^]]*\]", b"", text)
    told = parsed(multipart(part(body), part(kept, "text/html; charset=utf-8"), subject="x", date=LATER))
    assert (told.network, told.notices[0].name.value) == ("linkedin", "Mira Solberg")
    assert "wire" not in told.notices[0].words


def test_a_direct_message_that_was_pasted_says_nothing_in_the_persons_name() -> None:
    told = parsed(pasted(linkedin.inmail("Mira Solberg", "A role in Bergen", NOTE), "plain"))
    assert (told.network, told.claims, told.layout_known) == ("linkedin", "inmail", False)
    assert [notice.words for notice in told.notices] == [""]


# --- a block whose words we do not know -------------------------------------------------------------------------


def block(subject: str, to: str, sender: str = MIRA) -> bytes:
    raw = forward(LAYOUTS[0], unlisted, "th", parts="text", above="Look.", subject=subject)
    whole = email.message_from_bytes(raw, policy=email.policy.SMTP)
    whole.replace_header("To", to)
    whole.set_content(whole.get_content().replace(MIRA, sender))
    return whole.as_bytes()


def test_a_block_is_known_by_its_shape_where_the_subject_says_that_something_was_put_before_it() -> None:
    for language, (prefix, *_) in UNLISTED.items():
        for parts in ("text", "html", "both"):
            told = parsed(forward(LAYOUTS[0], unlisted, language, parts=parts, above=ABOVE))
            assert told.forwarded is not None
            assert (told.forwarded.how, told.notices[0].words) == ("inline", NOTE), (prefix, parts)
            assert told.notices[0].name.value == "Mira Solberg"


@pytest.mark.parametrize(
    ("subject", "to", "sender"),
    [
        (f"ตอบ: {WORDS}", "Bo <bo@there.test>", "Bo Lindgren <bo@there.test>"),
        (f"Re: {WORDS}", "tray@salver.test", MIRA),
        (WORDS, "tray@salver.test", MIRA),
        ("ส่งต่อ: other words", "tray@salver.test", MIRA),
        (f"ส่งต่อ: {WORDS}", "tray@salver.test", "Mira Solberg"),
        (f"12 words before it, and a colon behind: {WORDS}", "tray@salver.test", "Bo <bo@there.test>"),
    ],
)
def test_an_answer_and_whatever_else_has_such_lines_is_no_forward(subject: str, to: str, sender: str) -> None:
    told = parsed(block(subject, to, sender))
    assert told.forwarded is None
    assert parsed(block(f"ส่งต่อ: {WORDS}", "tray@salver.test")).forwarded is not None


def test_whoever_got_a_copy_is_not_taken_for_a_sender_without_an_address() -> None:
    raw = email.message_from_bytes(
        block(f"ส่งต่อ: {WORDS}", "tray@salver.test", "Mira Solberg"), policy=email.policy.SMTP
    )
    raw.set_content(raw.get_content().replace("เรื่อง:", "สำเนา: Bo <bo@there.test>\nเรื่อง:"))
    assert parsed(raw.as_bytes()).forwarded is None
