"""Instagram as a source: recognised, never a request, and its codes stay in the mail."""

from __future__ import annotations

import pytest

from stages.events import Signature
from stages.letter import Letter, read_letter
from stages.parse import parse
from stages.settings import Limits, Settings
from stages.sources import instagram
from tests.builders import facebook as mails
from tests.builders.letters import mail, received
from tests.builders.through import enriched_of, routed_of

AMY = Settings.model_validate({"owners": [{"addresses": ["amy@salver.test"], "mailbox": "maildir:x"}]})
PASSED = (Signature(domain="mail.instagram.com", result="pass", signed=("from", "subject")),)


def letter(raw: bytes) -> Letter:
    return read_letter(raw, "", ("amy@salver.test",), Limits())


def test_a_mail_of_instagram_is_recognised_and_no_request() -> None:
    parsed = parse(mails.signed(mails.instagram_code(), "mail.instagram.com"), received(), AMY)
    told = enriched_of(parsed, AMY, PASSED)
    assert (parsed.network, told.kind, told.authenticity.verdict, told.requests) == (
        "instagram",
        "other",
        "aligned",
        (),
    )
    assert (parsed.language, parsed.notices) == ("en", ())
    routed = routed_of(told, AMY)
    assert (routed.verdict, routed.folder) == (None, "INBOX")


@pytest.mark.parametrize(
    ("subject", "kept"),
    [
        ("402117 is your Instagram code", "*** is your Instagram code"),
        ("402 117 is your Instagram code", "*** is your Instagram code"),
        ("Dein Code: 40211789", "Dein Code: ***"),
        ("الرمز ٤٠٢١١٧", "الرمز ***"),
        ("tove_l started following you", "tove_l started following you"),
        ("Best of 2026", "Best of 2026"),
    ],
)
def test_a_login_code_is_not_kept_and_the_rest_of_the_subject_is(subject: str, kept: str) -> None:
    parsed = parse(mails.instagram_code(subject), received(), AMY)
    assert parsed.subject == kept
    stored = enriched_of(parsed, AMY).model_dump_json()
    assert not [code for code in ("402117", "402 117", "40211789", "٤٠٢١١٧") if code in stored]


@pytest.mark.parametrize(
    "sender",
    ["Instagram <login@evil.test>", "Instagram <no-reply@mail.lnstagram.test>", "Tove <x@instagram-login.test>"],
)
def test_who_imitates_instagram_is_a_spoof_and_the_code_is_not_kept_either(sender: str) -> None:
    parsed = parse(mails.instagram_code(sender=sender), received(), AMY)
    assert parsed.network == "instagram"
    told = enriched_of(parsed, AMY)
    assert told.kind == "spoof"
    assert "402117" not in told.model_dump_json()


@pytest.mark.parametrize(
    "raw",
    [
        mail("Find us on Instagram: https://instagram.com/fjordcafe\n", subject="Instagram"),
        mail("Hi\n", subject="402117 is your Instagram code"),
        mails.friend_request(),
    ],
)
def test_what_only_mentions_instagram_is_not_of_it(raw: bytes) -> None:
    assert not instagram.recognise(letter(raw))


def test_the_layout_tells_own_links_from_others() -> None:
    def layout(host: str) -> str:
        return instagram.read(letter(mail(f'<p><a href="https://{host}/x">A</a></p>', content_type="text/html"))).layout

    assert layout("www.instagram.com") == layout("instagram.com") != layout("sender.test")
