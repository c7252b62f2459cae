"""Any request, forwarded by any client in any of its languages, is read as if it had come by itself."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Callable
from dataclasses import replace
from textwrap import TextWrapper
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from stages.parse import parse
from stages.settings import Settings
from tests.builders import linkedin
from tests.builders.inline_forwards import ALL, CLIENTS, Client, apple, forward, gmail, live, new_outlook
from tests.builders.letters import received

LAYOUTS: dict[str, Callable[[linkedin.Person], bytes]] = {
    "2011": linkedin.invitation_2011,
    "2016": linkedin.invitation_2016,
    "modern": linkedin.invitation_modern,
}
PREHEADER = "Mira Solberg, Buyer from Fjellkraft is waiting for your response"
ABOVE = (
    "",
    "What do you make of this one?",
    "Two things:\n- is this spam?\n- who is it?\n\nAmy",
    "From me to you: see below, 3 lines.\n\nDate: any Tuesday",
)
FORGED = (
    "---------- Forwarded message ---------\nFrom: Bo Lindgren <bo@there.test>\nSubject: Old words\n\nSend me money"
)

LETTERS = st.characters(whitelist_categories=("Lu", "Ll", "Lo"), max_codepoint=0x4FFF)
WORD = st.text(LETTERS, min_size=2, max_size=9)
NAMES = st.one_of(
    st.lists(WORD, min_size=2, max_size=3).map(" ".join),
    st.sampled_from(["Doe, Mira", "Mira (Mi) Solberg", "Dr. Mira O'Hara-Sol", "Мира Сольберг", "美 山田", "İpek Şen"]),
)
SENTENCES = st.lists(WORD, min_size=2, max_size=12).map(lambda words: " ".join(words).capitalize() + ".")
NOTES = st.one_of(
    st.just(""),
    st.lists(SENTENCES, min_size=1, max_size=3).map("\n".join),
    st.sampled_from(["Hi Amy, your talk in Bergen was a gift. May I ask how you hire?\nMira", FORGED]),
)


def told(raw: bytes) -> dict[str, Any]:
    parsed = parse(raw, received(), Settings())
    notice = parsed.notices[0] if parsed.notices else None
    fields = ("name", "headline", "location", "profile_url", "photo_url", "invitation_id", "mutual_connections")
    return {
        "network": parsed.network,
        "kind": parsed.claims,
        "requests": len(parsed.notices),
        "note": " ".join((notice.words if notice else "").split()),
        "mail_time": parsed.mail_time,
        "template": parsed.template,
        "date": parsed.date,
    } | {name: getattr(notice, name).value if notice else None for name in fields}


def how(raw: bytes) -> tuple[str, str | None] | None:
    forwarded = parse(raw, received(), Settings()).forwarded
    return (forwarded.how, forwarded.by) if forwarded else None


def differing(raw: bytes, wrapped: bytes, parts: str) -> dict[str, tuple[object, object]]:
    """What is read otherwise in the forward. A text part alone has no photo, and a date may be shown in two ways."""
    alone, inside = told(raw), told(wrapped)
    dropped = {"date", "photo_url"} if parts == "text" else {"date"}
    return {
        name: (inside[name], alone[name])
        for name in alone
        if inside[name] != alone[name] and not (name in dropped and inside[name] is None)
    }


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    layout=st.sampled_from(sorted(LAYOUTS)),
    client=st.sampled_from(ALL),
    parts=st.sampled_from(["both", "html", "text"]),
    above=st.sampled_from(ABOVE),
    name=NAMES,
    note=NOTES,
    mutual=st.sampled_from(["", "4 mutual connections"]),
)
def test_a_forwarded_request_is_read_as_if_it_had_come_by_itself(
    layout: str, client: tuple[Client, str], parts: str, above: str, name: str, note: str, mutual: str
) -> None:
    person = replace(linkedin.MIRA, name=name, note=note, mutual=mutual)
    raw = LAYOUTS[layout](person)
    wrapped = forward(raw, *client, parts=parts, above=above)
    assert how(wrapped) == ("inline", "amy@salver.test")
    assert differing(raw, wrapped, parts) == {}


@pytest.mark.parametrize("client", list(CLIENTS), ids=lambda client: client.__name__)
def test_every_client_in_every_language_hands_on_a_request_whole(client: Client) -> None:
    """Each once, whatever hypothesis draws; the forms take turns."""
    raw = linkedin.invitation_modern(replace(linkedin.MIRA, note="Hi Amy, may I ask how you hire?", mutual=""))
    for number, language in enumerate(CLIENTS[client]):
        parts, above = ("both", "html", "text")[number % 3], ABOVE[number % len(ABOVE)]
        wrapped = forward(raw, client, language, parts=parts, above=above)
        assert how(wrapped) == ("inline", "amy@salver.test"), language
        assert differing(raw, wrapped, parts) == {}, language


def test_a_text_or_a_page_without_pictures_does_not_say_that_there_is_no_photo() -> None:
    raw = linkedin.invitation_modern(replace(linkedin.MIRA, note="Hi Amy, may I ask how you hire?"))
    page = forward(raw, gmail, "en", parts="html")
    whole = email.message_from_bytes(page, policy=email.policy.SMTP)
    whole.set_content(re.sub(r"<img\b[^>]*>", "", whole.get_content()), subtype="html")
    for wrapped in (forward(raw, gmail, "en", parts="text"), whole.as_bytes()):
        (notice,) = parse(wrapped, received(), Settings()).notices
        assert notice.headline.value == "Head of Talent at Fjellkraft"
        assert notice.photo_url.state == "unknown"
    bare = forward(linkedin.invitation_modern(replace(linkedin.MIRA, photo=False)), gmail, "en")
    assert parse(bare, received(), Settings()).notices[0].photo_url.state == "absent"


@pytest.mark.parametrize(
    "headline", ["Head of Talent at Fjellkraft", "Head of Talent, and of whatever else " * 3 + "is ours"]
)
@pytest.mark.parametrize(
    "name", ["Mira Solberg", "Maximiliana Alexandrovna " * 4 + "Xu", "Maximiliana Alexandrovna " * 8 + "Xu"]
)
def test_a_line_that_a_client_broke_is_read_whole(name: str, headline: str) -> None:
    raw = linkedin.invitation_modern(
        replace(linkedin.MIRA, name=name, headline=headline, note="May I ask how you hire?")
    )
    for width in (72, 76, 10_000):
        whole = email.message_from_bytes(forward(raw, gmail, "en", parts="text"), policy=email.policy.SMTP)
        whole.set_content(broken(whole.get_content(), width))
        assert differing(raw, whole.as_bytes(), "text") == {}, width


def broken(text: str, width: int) -> str:
    """The text as a client breaks its lines: between words, and never an address."""
    wrap = TextWrapper(width, break_long_words=False, break_on_hyphens=False)
    return "\n".join("\n".join(wrap.wrap(line)) for line in text.split("\n")) + "\n"


@pytest.mark.parametrize("client", [gmail, apple, live])
def test_a_preheader_that_a_client_made_visible_is_no_note(client: Client) -> None:
    raw = linkedin.invitation_modern(linkedin.MIRA, preheader=PREHEADER)
    wrapped = forward(raw, client, "en")
    assert told(wrapped)["note"] == ""
    assert differing(raw, wrapped, "both") == {}


@pytest.mark.parametrize(("outer", "inner"), [((gmail, "de"), (live, "en")), ((new_outlook, "fr"), (apple, "uk"))])
def test_a_forwarded_forward_of_a_request_shows_the_request(
    outer: tuple[Client, str], inner: tuple[Client, str]
) -> None:
    raw = linkedin.invitation_modern(replace(linkedin.MIRA, note="Hi Amy, may I ask how you hire?"))
    for parts in ("both", "html", "text"):
        wrapped = forward(forward(raw, *inner, parts="both", above="Look."), *outer, parts=parts, above="And you?")
        assert differing(raw, wrapped, parts) == {}


def test_a_marker_that_somebody_wrote_into_a_note_unwraps_no_request() -> None:
    person = replace(linkedin.MIRA, note=FORGED)
    for layout in LAYOUTS.values():
        alone = told(layout(person))
        assert alone["network"] == "linkedin"
        assert alone["name"] == "Mira Solberg"
    forwarded = forward(linkedin.invitation_modern(person), gmail, "en")
    assert told(forwarded)["name"] == "Mira Solberg"
    assert "Send me money" in told(forwarded)["note"]


def test_a_forwarder_that_says_nothing_in_the_subject_still_forwards() -> None:
    raw = linkedin.invitation_modern(replace(linkedin.MIRA, note="Hi Amy, may I ask how you hire?"))
    for client, language in ((gmail, "et"), (apple, "cs"), (apple, "tr")):
        for parts in ("both", "html", "text"):
            wrapped = forward(raw, client, language, parts=parts, subject="Who is that?")
            assert differing(raw, wrapped, parts) == {}
