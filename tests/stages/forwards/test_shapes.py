"""Who handed a mail on, and how: by its envelope, and by what every provider writes on top of it."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from stages.events import Forwarded
from stages.forwards import forwarded, rewritten_by
from stages.forwards.shapes import srs_domain
from stages.letter import Letter, read_letter
from stages.settings import Limits
from tests.builders import handed_on
from tests.builders.handed_on import AUTOMATIC, Sent
from tests.builders.letters import mail


def read(raw: bytes, mail_from: str = "", rcpt_to: tuple[str, ...] = ("amy@salver.test",)) -> Letter:
    return read_letter(raw, mail_from, rcpt_to, Limits())


def shown(raw: bytes, mail_from: str = "", rcpt_to: tuple[str, ...] = ("amy@salver.test",)) -> Forwarded | None:
    return forwarded(read(raw, mail_from, rcpt_to))


def auto(by: str | None = None) -> Forwarded:
    return Forwarded(by=by, how="auto")


def test_a_plain_mail_is_no_forward() -> None:
    letter = read(
        mail(delivered_to="amy@salver.test", x_forwarded_encrypted="i=1; AFN@salver.test"), "iris@sender.test"
    )
    assert forwarded(letter) is None
    assert rewritten_by(letter) is None


@pytest.mark.parametrize("forward", AUTOMATIC, ids=lambda forward: forward.__name__)
def test_every_provider_that_hands_mail_on_as_it_is_is_seen_and_its_mailbox_where_it_says_so(
    forward: Callable[[bytes], Sent],
) -> None:
    sent = forward(mail(line_end="\r\n"))
    assert shown(sent.raw, sent.mail_from) == auto(sent.by)


# --- the envelope -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mail_from", "by"),
    [
        ("amy+caf_=in=salver.test@owner.test", "amy@owner.test"),
        ("Amy+caf_=in=salver.test@Owner.test", "amy@owner.test"),
        ("amy+work+caf_=in+u_1=salver.test@owner.test", "amy+work@owner.test"),
        ("amy+caf_=x+caf_=y=salver.test@owner.test", "amy@owner.test"),
        ("bounces+SRS=44ldt=IX@tenant.test", None),
        ("SRS0=abcd=ef=sender.test=iris@relay.test", None),
        ("srs0+abcd=ef=sender.test=iris@relay.test", None),
        ("SRS1=abcd=relay.test==ef=gh=sender.test=iris@second.test", None),
    ],
)
def test_the_envelope_shows_an_automatic_forward(mail_from: str, by: str | None) -> None:
    assert shown(mail(), mail_from) == auto(by)


@pytest.mark.parametrize(
    "mail_from",
    [
        "+caf_=in=salver.test@owner.test", "amy+caf_=@owner.test", "bounces+other=1@x.test", "srs@x.test", "caf_",
        "SRS0=abcd=ef@relay.test", "SRS0=abcd=ef=sender.test=@relay.test", "SRS0=abcd=ef=no host=iris@relay.test",
        "SRS2=abcd=ef=sender.test=iris@relay.test", "bounces+SRS=one@tenant.test", "xSRS0=ab=cd=a.test=b@c.test",
    ],
)  # fmt: skip
def test_envelopes_that_only_look_alike_show_nothing(mail_from: str) -> None:
    assert shown(mail(), mail_from) is None


@pytest.mark.parametrize(
    ("mail_from", "domain"),
    [
        ("SRS0=Xk2f=7B=Bounce.Test=m-x@relay.test", "bounce.test"),
        ("srs0+xk2f=7b=bounce.test=m=x+y@relay.test", "bounce.test"),
        ("SRS0-Xk2f=7B=bounce.test=m-x@relay.test", "bounce.test"),
        ("SRS1=Yq8d=relay.test==Xk2f=7B=bounce.test=m-x@second.test", "bounce.test"),
        ("SRS1-Yq8d=relay.test=+Xk2f=7B=bounce.test=m-x@second.test", "bounce.test"),
        ("srs1+yq8d=relay.test=-xk2f=7b=bounce.test=m-x@second.test", "bounce.test"),
        ("bounces+SRS=44ldt=IX@tenant.test", ""),
        ("amy@home.test", None),
        ("", None),
    ],
)
def test_a_rewritten_envelope_says_whose_it_was(mail_from: str, domain: str | None) -> None:
    assert srs_domain(mail_from) == domain


def test_a_stored_mail_without_envelope_shows_it_by_its_fields() -> None:
    gmail = mail(x_forwarded_to="in@salver.test", x_forwarded_for="amy@owner.test in@salver.test")
    assert shown(gmail) == auto("amy@owner.test")
    spf = mail(received_spf="pass client-ip=192.0.2.1; envelope-from=bounces+srs=a1b2c=d3@tenant.test; helo=x")
    assert shown(spf) == auto()
    assert shown(spf, "iris@sender.test") is None, "the real envelope counts where there is one"


# --- fields, in the guide's order -------------------------------------------------------------------------------


def test_the_forwarder_is_the_first_that_is_named_in_the_guides_order() -> None:
    fields = {
        "x_forwarded_to": "in@salver.test", "x_forwarded_for": "two@owner.test in@salver.test",
        "delivered_to": "three@owner.test", "x_ms_exchange_inbox_rules_loop": "four@owner.test",
        "x_mailru_forward": "1", "x_resentfrom": "<five@owner.test>", "resent_from": "six@owner.test",
    }  # fmt: skip
    order = ["x_forwarded_for", "delivered_to", "x_ms_exchange_inbox_rules_loop", "x_resentfrom", "resent_from"]
    assert shown(mail(**fields), "one+caf_=in=salver.test@owner.test") == auto("one@owner.test")
    found = []
    for name in order:
        told = shown(mail(**fields), "SRS0=ab=cd=sender.test=iris@relay.test")
        found.append(told.by if told else None)
        fields.pop(name)
    assert found == [f"{number}@owner.test" for number in ("two", "three", "four", "five", "six")]
    assert shown(mail(**fields), "SRS0=ab=cd=sender.test=iris@relay.test") == auto()


@pytest.mark.parametrize("sent_for", ["192.0.2.1, 192.0.2.2", "2001:db8::1", "unknown", "", "@owner.test x"])
def test_the_field_of_a_web_proxy_is_no_forward(sent_for: str) -> None:
    assert shown(mail(x_forwarded_for=sent_for, x_forwarded_to="in@salver.test")) is None
    assert shown(mail(x_forwarded_for="amy@owner.test")) is None, "one of the two fields alone is half a forward"


@pytest.mark.parametrize(
    "own", ["amy@salver.test", "Amy+tag@Salver.Test", "<amy@salver.test>", "mailing list x@y.test"]
)
def test_delivery_to_ourselves_is_no_forward(own: str) -> None:
    assert shown(mail(delivered_to=own), "iris@sender.test") is None
    assert shown(mail(delivered_to=own), "iris@sender.test", ("amy+u_1@salver.test",)) is None


def test_delivery_elsewhere_tells_nothing_without_an_envelope_and_nothing_of_a_list() -> None:
    assert shown(mail(delivered_to="amy@owner.test"), "iris@sender.test") == auto("amy@owner.test")
    assert shown(mail(delivered_to="amy@owner.test")) is None
    assert shown(mail(delivered_to="sailing@lists.test", list_id="<sailing.lists.test>"), "x@lists.test") is None


def test_gmails_two_spellings_of_one_mailbox_are_the_same_mailbox() -> None:
    ours = ("amy.ferrand@gmail.com",)
    assert shown(mail(delivered_to="AmyFerrand+x@googlemail.com"), "iris@sender.test", ours) is None


def test_an_exchange_rule_shows_its_mailbox_but_an_out_of_office_reply_does_not() -> None:
    loop = {"x_ms_exchange_inbox_rules_loop": "amy@owner.test"}
    assert shown(mail(**loop)) == auto("amy@owner.test")
    assert shown(mail(**loop, auto_submitted="auto-generated")) is None
    assert shown(mail(**loop, x_ms_exchange_generated_message_source="Mailbox Rules Agent")) is None
    mine = mail(**loop, **{"from": "Amy <amy@owner.test>"})
    assert shown(mine) == Forwarded(by="amy@owner.test", how="rule")


def test_yandex_marks_its_users_own_mail_too_which_is_no_forward() -> None:
    mark = {"x_yandex_forward": "5d1e9c0aa7c2f0e3"}
    assert shown(mail(**mark), "amy@yandex.ru") == auto()
    assert shown(mail(**mark, **{"from": "Iris <iris@yandex.ru>"}), "iris@yandex.ru") is None
    assert shown(mail(**mark)) is None, "a mail that lies in an account of Yandex bears it, too"


def test_of_several_resent_blocks_the_topmost_counts_and_half_a_block_shows_nothing() -> None:
    sent = handed_on.resent(mail(line_end="\r\n"))
    assert shown(sent.raw) == auto("amy@home.test")
    assert (
        shown(handed_on.above(mail(), "Resent-To: amy@salver.test", "X-Hop: 1", "Resent-From: old@first.test")) is None
    )
    close = handed_on.above(mail(), "Resent-From: later@x.test", "Resent-To: b@y.test", "Resent-From: first@z.test")
    assert shown(close) == auto("later@x.test")
    two = handed_on.above(mail(), "Resent-From: a@x.test, b@y.test", "Resent-Sender: b@y.test")
    assert shown(two) == auto("b@y.test")
    assert shown(handed_on.above(mail(list_id="<l.lists.test>"), "Resent-From: l@lists.test")) is None


# --- hops that may have changed the text ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"list_id": "<sailing.lists.test>"}, "mailing list"),
        ({"list_post": "<mailto:sailing@lists.test>"}, "mailing list"),
        ({"subject": "[EXTERNAL] A few words"}, "[EXTERNAL]"),
        ({"subject": "Fwd: A few words"}, "Fwd:"),
        ({"x_ms_exchange_crosstenant_id": "1"}, "Exchange"),
    ],
)
def test_a_hop_that_may_have_rewritten_is_named(fields: dict[str, str], words: str) -> None:
    assert words in (rewritten_by(read(mail(**fields))) or "")


@pytest.mark.parametrize(
    "forward", [one for one in AUTOMATIC if "exchange" not in one.__name__], ids=lambda forward: forward.__name__
)
def test_a_mark_of_a_forwarder_excuses_no_change(forward: Callable[[bytes], Sent]) -> None:
    sent = forward(mail(list_unsubscribe="<x>", line_end="\r\n"))
    assert rewritten_by(read(sent.raw, sent.mail_from)) is None


# --- hostile ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "=" * 90_000,
        "a+caf_=" * 12_000,
        "SRS0=" + "a=" * 40_000,
        "SRS1=" + "=+" * 40_000,
        "a." * 40_000 + "@" + "b." * 400,
    ],
    ids=["equals", "caf", "srs0", "srs1", "dots"],
)
def test_long_addresses_take_no_long_time(text: str) -> None:
    begun = time.process_time()
    for envelope in (text, f"{text}@x.test"):
        letter = read(
            mail(
                x_forwarded_for=text, x_forwarded_to="a", delivered_to=text, x_resentfrom=text, x_mailru_forward="1",
                resent_from=text[:90_000], received_spf=f"x envelope-from={text}",
            ),
            envelope,
        )  # fmt: skip
        letter = Letter(fields=letter.fields, mail_from=envelope, rcpt_to=("a@b.test",))
        forwarded(letter)
    assert time.process_time() - begun < 5
