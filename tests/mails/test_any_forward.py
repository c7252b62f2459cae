"""Any mail of the network in any forward that keeps its octets: the same fields and the same proof come back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from pipeline.lookups.resolver import Resolver
from pipeline.lookups.signatures import verify_signatures
from stages.attached import cut
from stages.authenticity import judge
from stages.events import Authenticity, Parsed
from stages.parse import parse
from stages.settings import Settings
from tests.builders import linkedin
from tests.builders.dns import DnsServer, txt
from tests.builders.handed_on import AUTOMATIC, Sent, attached, wrapped
from tests.builders.letters import mail, received
from tests.builders.linkedin import Person
from tests.builders.signing import rsa_key, sign

WORDS = st.text("abcdeéüßжπ漢字 '-,.!", min_size=1, max_size=30).map(lambda text: f"A{text.strip()}")
PEOPLE = st.builds(
    Person,
    name=WORDS,
    headline=WORDS,
    location=st.sampled_from(["Bergen, Norway", ""]),
    vanity=st.from_regex(r"[a-z]{3,12}-[0-9]{1,4}", fullmatch=True),
    photo=st.booleans(),
    number=st.integers(10**9, 10**18),
    note=st.one_of(st.just(""), WORDS),
)
ORIGINALS = st.one_of(
    PEOPLE.map(linkedin.invitation_modern),
    PEOPLE.map(linkedin.invitation_2016),
    PEOPLE.map(lambda person: linkedin.invitation_2011(person)),
    PEOPLE.map(linkedin.reminder),
    PEOPLE.map(linkedin.accepted),
    st.lists(PEOPLE, min_size=2, max_size=3).map(linkedin.digest_of_invitations),
    st.builds(linkedin.inmail, WORDS, WORDS, WORDS, html_only=st.booleans()),
)
OTHER = mail("Nothing of note.\n", line_end="\r\n", subject="lunch")


@dataclass(frozen=True)
class Attached:
    """One mail in which the one before is attached."""

    encoding: str
    kind: tuple[str, str]
    beside: bool
    lf: bool

    def __call__(self, raw: bytes) -> Sent:
        parts = [wrapped(OTHER)] * self.beside
        if self.lf and not self.encoding:
            raw = raw.replace(b"\r\n", b"\n")
        boundary = f"=_{len(raw)}"
        return Sent(
            attached(*parts, wrapped(raw, self.encoding, *self.kind), boundary=boundary),
            "amy@home.test",
            "amy@home.test",
        )


ATTACHMENTS = st.builds(
    Attached,
    st.sampled_from(["", "base64", "quoted-printable"]),
    st.sampled_from([("message/rfc822", ""), ("application/octet-stream", "original.eml")]),
    st.booleans(),
    st.booleans(),
)
HOPS = st.lists(st.one_of(st.sampled_from(AUTOMATIC), ATTACHMENTS), min_size=1, max_size=3)


@pytest.fixture(scope="module")
def resolver() -> Iterator[str]:
    with DnsServer({"key._domainkey.linkedin.com": txt(rsa_key().record)}) as server:
        yield server.endpoint


def read(raw: bytes, mail_from: str) -> Parsed:
    return parse(raw, received(mail_from), Settings())


def proof(raw: bytes, parsed: Parsed, resolver: str) -> Authenticity:
    octets = cut(raw, parsed.original)
    answers = asyncio.run(verify_signatures(octets, Resolver((resolver,), 3), ("linkedin.com",)))
    return judge(parsed, answers, ("linkedin.com",))


def fields(parsed: Parsed) -> dict[str, Any]:
    """All that is read of the original; what a forward adds is said of the forward."""
    added = {"forwarded", "depth", "original", "rewritten_by", "signed_by", "sealed_by"}
    return parsed.model_dump(exclude=added)


@given(ORIGINALS, HOPS, st.sampled_from(["relaxed/relaxed", "relaxed/simple"]), st.booleans())
@settings(max_examples=80, deadline=None)
def test_any_mail_in_any_forward_gives_the_same_fields_and_the_same_proof(
    resolver: str, original: bytes, hops: list[Callable[[bytes], Sent]], canonical: str, changed: bool
) -> None:
    raw = sign(original, rsa_key(), "linkedin.com", canonical=canonical)
    if changed:
        raw = raw.replace(b"Subject: ", b"Subject: Re ", 1)
    direct = read(raw, "m-x@bounce.test")
    assert direct.forwarded is None
    before = proof(raw, direct, resolver).verdict
    assert before == ("forged" if changed else "aligned")
    sent = Sent(raw, "m-x@bounce.test", None)
    for hop in hops:
        sent = hop(sent.raw)
    told = read(sent.raw, sent.mail_from)
    assert fields(told) == fields(direct)
    assert set(direct.signed_by) <= set(told.signed_by)
    attachments = [hop for hop in hops if isinstance(hop, Attached)]
    assert told.depth == len(told.original) == len(attachments)
    assert told.forwarded is not None
    assert told.forwarded.how == ("attachment" if attachments else "auto")
    if len(hops) == 1:
        assert told.forwarded.by == sent.by
    after = proof(sent.raw, told, resolver).verdict
    assert after == (before if before == "aligned" or told.rewritten_by is None else "unverified")
