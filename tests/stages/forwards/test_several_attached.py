"""Several originals in one mail: the one that asks something counts; of several that do, none is lost for another."""

from __future__ import annotations

from itertools import permutations

import pytest

from stages.attached import cut
from stages.events import FilingWanted, Forwarded, Parsed
from stages.flow import follow
from stages.forwards.way import OPENED
from stages.header import REASON
from stages.parse import parse
from stages.receipt import receipt
from stages.settings import Owner, Settings
from tests.builders import facebook, handed_on, inline_forwards, linkedin
from tests.builders.handed_on import USER, attached, wrapped
from tests.builders.letters import mail, received
from tests.builders.through import enriched_of, routed_of

SETTINGS = Settings(owners=(Owner(id="amy", addresses=("amy@salver.test",), mailbox="maildir:x"),))
MIRA = linkedin.invitation_modern()
JON = linkedin.invitation_modern(linkedin.Person(name="Jon Hale", vanity="jon-hale", number=7))
FORGED = linkedin.invitation_modern(
    linkedin.Person(name="Cy Third", number=9), foreign="https://www.linkedln-mail.test"
)
WROTE = linkedin.message()
NEWS = linkedin.news()
CODE = facebook.instagram_code()
FRIEND = facebook.friend_request()
OTHER = mail("Nothing of note.\n", line_end="\r\n", subject="lunch")
SEVERAL = "it holds several forwarded requests: forward each of them by itself"
NOT_ALL = "not all of the mails forwarded in it could be read: forward each of them by itself"


def read(*originals: bytes) -> Parsed:
    return parse(attached(*map(wrapped, originals)), received(USER), SETTINGS)


@pytest.mark.parametrize("beside", [NEWS, CODE, OTHER], ids=["news", "code", "other"])
@pytest.mark.parametrize("asks", [MIRA, FRIEND, FORGED], ids=["linkedin", "facebook", "forged"])
def test_what_asks_nothing_ends_no_search(beside: bytes, asks: bytes) -> None:
    alone = read(asks)
    assert alone.notices
    for order in permutations((beside, asks, OTHER)):
        told = read(*order)
        assert (told.network, told.claims, told.notices) == (alone.network, alone.claims, alone.notices)
        raw = attached(*map(wrapped, order))
        assert cut(raw, told.original) == asks
        assert told.unread is None


def test_where_none_asks_anything_the_first_that_a_network_sent_counts() -> None:
    assert [read(OTHER, *pair).network for pair in ((NEWS, CODE), (CODE, NEWS))] == ["linkedin", "instagram"]


@pytest.mark.parametrize(
    "originals",
    [
        (MIRA, JON),
        (NEWS, MIRA, JON),
        (CODE, JON, FRIEND),
        (FORGED, MIRA),
        (MIRA, FORGED),
        (MIRA, MIRA, JON),
        (WROTE, JON),
    ],
    ids=["two", "and news", "code, two networks", "forged first", "forged last", "one twice", "a message"],
)  # fmt: skip
def test_of_several_that_ask_none_is_judged_for_the_others_and_the_owner_is_told(originals: tuple[bytes, ...]) -> None:
    told = read(*originals)
    assert (told.network, told.claims, told.notices, told.original) == (None, "other", (), ())
    assert (told.unread, told.forwarded) == (SEVERAL, Forwarded(by=USER, how="attachment"))
    assert told.subject == "Fwd: see the mail with this one"
    enriched = enriched_of(told, SETTINGS)
    routed = routed_of(enriched, SETTINGS)
    assert (routed.folder, routed.verdict) == ("INBOX", None)
    assert f"could not be read: {SEVERAL}" in receipt(routed, enriched)
    (filing,) = (each for each in follow(enriched, SETTINGS) if isinstance(each, FilingWanted))
    assert dict(filing.fields)[REASON] == f"not_judged; points=0; {SEVERAL}"


def test_they_are_found_wherever_they_lie() -> None:
    deeper = attached(wrapped(JON), boundary="=_in")
    assert read(MIRA, deeper).unread == SEVERAL
    assert read(deeper, attached(wrapped(JON), wrapped(OTHER), boundary="=_in2")).notices[0].name.value == "Jon Hale"
    sent = handed_on.gmail(attached(wrapped(MIRA), wrapped(JON)))
    assert parse(sent.raw, received(sent.mail_from), SETTINGS).unread == SEVERAL


def test_what_is_quoted_counts_where_what_is_attached_asks_nothing() -> None:
    quote = inline_forwards.forward(MIRA, inline_forwards.gmail, "en")
    assert read(quote).forwarded == Forwarded(by=USER, how="inline")
    assert read(NEWS, quote).claims == read(quote).claims == "invitation"


@pytest.mark.parametrize("asks", [MIRA, NEWS], ids=["request", "news"])
def test_what_is_too_much_to_be_read_is_told_and_not_passed_over(asks: bytes) -> None:
    others = [OTHER.replace(b"lunch", f"lunch {number}".encode()) for number in range(OPENED)]
    assert read(asks, *others[1:]).unread is None
    assert read(asks, *others).unread == NOT_ALL
    large = mail("<p>word</p>" * 100_000, line_end="\r\n", content_type="text/html")
    assert read(asks, large).unread == NOT_ALL
    assert read(large, asks).unread == NOT_ALL
    assert read(*others, asks).unread is None, "nothing was found: it lies in the INBOX as it is"


def test_what_a_network_sent_is_the_mail_that_counts_whatever_is_attached_to_it() -> None:
    raw = attached(wrapped(JON), wrapped(MIRA), by="invitations@linkedin.com", subject="Bo Ek wants to connect")
    told = parse(raw, received("bounce@network.test"), SETTINGS)
    assert (told.network, told.unread, told.depth) == ("linkedin", None, 0)
