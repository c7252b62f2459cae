"""Really from the network: yes, no, cannot tell; on values, without a mail."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from stages.authenticity import judge
from stages.enrich import enrich
from stages.events import Forwarded, Links, LookedUp, Parsed, Received, Seal, Signature, Slice
from stages.parse import parse
from stages.seals import believed
from stages.settings import Settings
from stages.sources import SOURCES

DOMAINS = ("network.test",)
NOON = 1_790_000_000_000
DAY = 24 * 3600 * 1000


def mail(**fields: object) -> Parsed:
    told: dict[str, object] = {
        "mail": "0" * 32,
        "owner": "amy",
        "received_at": NOON,
        "network": "linkedin",
        "claims": "invitation",
        "from_address": "invitations@network.test",
        "signed_by": ("network.test",),
        "date": NOON,
        "links": Links(hosts=("www.network.test",)),
    }
    return Parsed(**(told | fields))  # type: ignore[arg-type]


def signature(result: str, domain: str = "network.test", detail: str = "the text was changed") -> Signature:
    return Signature(domain=domain, selector="s", result=result, detail=detail)  # type: ignore[arg-type]


def verdict(parsed: Parsed, *signatures: Signature) -> str:
    return judge(parsed, signatures, DOMAINS).verdict


FORWARDED_BY_HAND = [Forwarded(how="inline"), Forwarded(how="rule"), Forwarded(how="attachment")]
ELSEWHERE = Links(hosts=("a.test",), foreign=("a.test",))
LOOK_ALIKE = Links(
    hosts=("www.network.test", "netvvork.test"), foreign=("netvvork.test",), imitating=("netvvork.test",)
)


# --- aligned ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("domain", ["network.test", "mailb.network.test", "NETWORK.test"])
@pytest.mark.parametrize("sender", ["a@network.test", "a@mail.network.test", "a@Network.Test"])
def test_a_passing_signature_of_the_network_under_its_own_sender_is_aligned(domain: str, sender: str) -> None:
    assert verdict(mail(from_address=sender), signature("pass", domain)) == "aligned"


@pytest.mark.parametrize("domain", ["evilnetwork.test", "network.test.evil.test", "test", ""])
def test_a_domain_that_only_contains_the_networks_is_not_aligned(domain: str) -> None:
    assert verdict(mail(), signature("pass", domain)) == "unverified"
    assert verdict(mail(from_address=f"a@{domain}"), signature("pass")) == "unverified"


@pytest.mark.parametrize("senders", [0, 2])
def test_only_exactly_one_sender_can_be_aligned(senders: int) -> None:
    assert verdict(mail(from_count=senders), signature("pass")) == "unverified"


def test_one_passing_signature_is_enough_whatever_the_others_say() -> None:
    assert verdict(mail(), signature("fail"), signature("temporary"), signature("pass")) == "aligned"


@pytest.mark.parametrize("how", FORWARDED_BY_HAND)
def test_a_signature_of_the_outer_mail_proves_nothing_about_the_mail_inside_it(how: Forwarded) -> None:
    assert verdict(mail(forwarded=how), signature("pass")) == "unverified"
    assert verdict(mail(forwarded=Forwarded(how="auto")), signature("pass")) == "aligned"


def attached(**fields: object) -> Parsed:
    """A mail that was attached, and whose own octets were verified."""
    told = {"forwarded": Forwarded(how="attachment"), "original": (Slice(start=1, end=2),), "rewritten_by": "a hop"}
    return mail(**(told | fields))


def test_a_mail_that_was_attached_is_aligned_by_a_signature_of_its_own_octets() -> None:
    assert verdict(attached(), signature("pass")) == "aligned"
    assert verdict(attached(from_address="a@elsewhere.test"), signature("pass")) == "unverified"
    assert verdict(attached(from_count=2), signature("pass")) == "unverified"
    assert verdict(attached(), signature("temporary")) == "temporary"
    for how in ("inline", "rule"):
        assert verdict(attached(forwarded=Forwarded(how=how)), signature("pass")) == "unverified"


def test_a_mail_that_was_attached_is_not_forged_by_what_attaching_may_have_changed() -> None:
    for more in ({}, {"rewritten_by": None}):
        assert verdict(attached(**more), signature("fail")) == "unverified"
        assert verdict(attached(mail_time=NOON - 30 * DAY, **more)) == "unverified"
        assert verdict(attached(links=ELSEWHERE, **more)) == "unverified"
    assert verdict(attached(links=LOOK_ALIKE), signature("fail")) == "forged"
    assert verdict(attached(imitates="the sender calls itself LinkedIn"), signature("fail")) == "forged"


def test_a_proof_beats_all_evidence() -> None:
    odd = mail(links=LOOK_ALIKE, imitates="odd", mail_time=NOON - 90 * DAY)
    assert verdict(odd, signature("pass")) == "aligned"


# --- forged -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("result", ["temporary", "no_key", "refused", "fail"])
@pytest.mark.parametrize("evidence", [{"imitates": "the sender calls itself LinkedIn"}, {"links": LOOK_ALIKE}])
def test_imitation_is_forged_whatever_the_dns_does(evidence: dict[str, object], result: str) -> None:
    assert verdict(mail(**evidence), signature(result)) == "forged"
    assert verdict(mail(**evidence)) == "forged"


def test_a_sender_that_imitates_is_named() -> None:
    assert judge(mail(imitates="the sender is a look-alike"), (), DOMAINS).detail == "the sender is a look-alike"


def test_a_look_alike_host_is_evidence_in_a_mail_forwarded_by_hand_too() -> None:
    for how in FORWARDED_BY_HAND:
        assert verdict(mail(forwarded=how, links=LOOK_ALIKE)) == "forged"


def test_a_disguised_link_is_forged_unless_a_hop_wraps_links() -> None:
    links = Links(hosts=("www.network.test", "a.test"), foreign=("a.test",), disguised=("a.test",))
    assert verdict(mail(links=links)) == "forged"
    assert verdict(mail(links=links, rewritten_by="a mail filter")) == "unverified"
    assert verdict(mail(links=links, forwarded=Forwarded(how="inline"))) == "unverified"


def test_a_disguise_within_the_network_is_none() -> None:
    links = Links(hosts=("www.network.test", "lnk.network.test"), disguised=("lnk.network.test",))
    assert verdict(mail(links=links)) == "unverified"


def test_a_request_whose_links_all_lead_elsewhere_is_forged() -> None:
    assert verdict(mail(links=ELSEWHERE)) == "forged"


def test_one_outside_site_beside_the_networks_own_links_is_no_evidence() -> None:
    links = Links(hosts=("www.network.test", "my-own-site.test", "b.test"), foreign=("my-own-site.test", "b.test"))
    assert verdict(mail(links=links)) == "unverified"


def test_a_hop_that_may_wrap_links_excuses_only_a_mail_that_carries_the_networks_signature() -> None:
    assert verdict(mail(links=ELSEWHERE, rewritten_by="a mail filter")) == "unverified"
    assert verdict(mail(links=ELSEWHERE, rewritten_by="a mail filter", signed_by=("filter.test",))) == "forged"


def test_outside_links_are_no_evidence_in_what_is_no_request_or_was_written_anew() -> None:
    assert verdict(mail(links=ELSEWHERE, claims="other")) == "unverified"
    for how in FORWARDED_BY_HAND:
        assert verdict(mail(links=ELSEWHERE, forwarded=how)) == "unverified"


@pytest.mark.parametrize("days", [-400, -3, 3, 400])
@pytest.mark.parametrize("signatures", [(), (signature("no_key"),), (signature("refused"),)])
def test_a_mail_id_made_days_from_the_date_is_forged(days: int, signatures: tuple[Signature, ...]) -> None:
    found = judge(mail(mail_time=NOON + days * DAY), signatures, DOMAINS)
    assert found.verdict == "forged"
    assert f"{abs(days)} days {'after' if days > 0 else 'before'} its own date" in found.detail


@pytest.mark.parametrize("days", [-2, -1, 0, 1, 2])
def test_a_mail_id_made_near_the_date_is_no_evidence(days: int) -> None:
    assert verdict(mail(mail_time=NOON + days * DAY)) == "unverified"


def test_a_mail_id_of_another_day_is_no_evidence_where_the_date_is_not_the_first_or_the_key_may_yet_come() -> None:
    old = NOON - 30 * DAY
    assert verdict(mail(mail_time=old), signature("temporary")) == "temporary"
    assert verdict(mail(mail_time=old, date=None)) == "unverified"
    for how in FORWARDED_BY_HAND:
        assert verdict(mail(mail_time=old, forwarded=how)) == "unverified"
    assert verdict(mail(mail_time=old, forwarded=Forwarded(how="auto"))) == "forged"


def test_a_mail_id_of_another_day_is_no_evidence_against_who_sends_it_on_in_a_way_that_shows_no_forward() -> None:
    assert verdict(mail(mail_time=NOON - 30 * DAY, from_address="amy@home.test")) == "unverified"


def test_a_failing_signature_of_the_network_is_forged() -> None:
    found = judge(mail(), (signature("fail"),), DOMAINS)
    assert (found.verdict, found.detail) == ("forged", "LinkedIn's signature does not hold: the text was changed")
    assert verdict(mail(forwarded=Forwarded(how="auto")), signature("fail")) == "forged"


def test_a_failing_signature_is_no_evidence_where_a_hop_may_have_rewritten_the_mail() -> None:
    assert verdict(mail(rewritten_by="Exchange"), signature("fail")) == "unverified"
    for how in FORWARDED_BY_HAND:
        assert verdict(mail(forwarded=how), signature("fail")) == "unverified"


def test_a_failing_signature_is_no_evidence_under_a_sender_that_was_rewritten() -> None:
    assert verdict(mail(from_address="list@elsewhere.test"), signature("fail")) == "unverified"


def test_a_failing_signature_of_somebody_else_is_no_evidence() -> None:
    assert verdict(mail(), signature("fail", "forwarder.test")) == "unverified"


# --- temporary and unverified -------------------------------------------------------------------------------------


def test_dns_trouble_with_the_networks_signature_is_temporary() -> None:
    assert verdict(mail(), signature("temporary")) == "temporary"
    assert verdict(mail(), signature("fail"), signature("temporary")) == "temporary"


def test_dns_trouble_with_somebody_elses_signature_is_nothing() -> None:
    assert verdict(mail(), signature("temporary", "forwarder.test")) == "unverified"
    assert verdict(mail(from_address="a@elsewhere.test"), signature("temporary")) == "unverified"


@pytest.mark.parametrize("result", ["no_key", "refused"])
def test_a_signature_that_cannot_be_checked_is_unverified(result: str) -> None:
    found = judge(mail(), (signature(result, detail="why not"),), DOMAINS)
    assert found.verdict == "unverified"
    assert found.detail.endswith("why not")


@pytest.mark.parametrize("signed_by", [(), ("network.test",), ("forwarder.test",)])
def test_no_answer_at_all_is_unverified(signed_by: tuple[str, ...]) -> None:
    assert verdict(mail(signed_by=signed_by)) == "unverified"


def test_a_mail_of_no_network_is_unverified_whatever_it_carries() -> None:
    parsed = mail(network=None, links=ELSEWHERE, mail_time=0)
    assert judge(parsed, (signature("pass"),), DOMAINS).detail == "the mail names no network"
    assert verdict(parsed, signature("pass")) == "unverified"


# --- sealed -------------------------------------------------------------------------------------------------------


def seal(result: str = "pass", **more: object) -> Seal:
    told: dict[str, object] = {
        "result": result, "sealers": ("google.com", "google.com"), "passed": ("network.test",), "kept": True,
        "covers": ("from", "to"), "detail": "the text was changed after it was signed",
    }  # fmt: skip
    return Seal.model_validate(told | more)


def sealed(parsed: Parsed, seal: Seal, *signatures: Signature) -> str:
    return judge(parsed, signatures, DOMAINS, seal).verdict


@pytest.mark.parametrize("result", ["fail", "no_key", "refused", "temporary"])
def test_a_chain_whose_first_seal_found_the_networks_signature_to_hold_is_aligned(result: str) -> None:
    found = judge(mail(), (signature(result),), DOMAINS, seal())
    assert found.verdict == "aligned"
    assert found.detail.startswith("Google found it to be LinkedIn's when it came there")
    assert sealed(mail(signed_by=()), seal(passed=("mail.Network.test",))) == "aligned"


def test_a_proof_by_a_seal_beats_all_evidence_too() -> None:
    odd = mail(links=LOOK_ALIKE, imitates="odd", mail_time=NOON - 90 * DAY)
    assert sealed(odd, seal(), signature("fail")) == "aligned"


def test_the_sealer_is_named_as_people_know_it() -> None:
    for domain, name in (("microsoft.com", "Microsoft"), ("mail.home.test", "mail.home.test")):
        told = judge(mail(), (), DOMAINS, seal(sealers=(domain, "google.com")))
        assert told.detail.startswith(f"{name} found it")


@pytest.mark.parametrize(
    "parsed",
    [
        *(mail(from_count=2), mail(from_count=0), mail(from_address="a@b.test")),
        *(mail(forwarded=how) for how in FORWARDED_BY_HAND),
        mail(forwarded=Forwarded(how="attachment"), original=(Slice(start=1, end=2),)),
    ],
)
def test_a_seal_proves_nothing_of_another_sender_or_of_a_mail_inside_the_sealed_one(parsed: Parsed) -> None:
    for result in ("pass", "temporary"):
        assert sealed(parsed, seal(result)) == "unverified"
    assert sealed(mail(forwarded=Forwarded(how="auto")), seal()) == "aligned"


@pytest.mark.parametrize("passed", [(), ("b.test",), ("evilnetwork.test",), ("network.test.b.test",), ("test",)])
def test_a_valid_seal_that_reports_nothing_of_the_network_proves_nothing(passed: tuple[str, ...]) -> None:
    for result in ("pass", "temporary"):
        assert sealed(mail(), seal(result, passed=passed)) == "unverified"
    assert sealed(mail(), seal(passed=passed), signature("fail")) == "forged", "nor does it excuse anything"


@pytest.mark.parametrize("more", [{"kept": False}, {"covers": ()}, {"covers": ("to", "subject")}])
def test_a_valid_chain_over_another_text_proves_nothing_but_shows_that_a_hop_changed_it(
    more: dict[str, object],
) -> None:
    found = judge(mail(), (signature("fail"),), DOMAINS, seal(**more))
    assert found.verdict == "unverified"
    wanted = "Google found it to be LinkedIn's when it came there, but the text was changed after it was signed"
    assert found.detail == wanted


@pytest.mark.parametrize("result", ["fail", "refused"])
def test_a_chain_that_proves_nothing_changes_no_verdict_and_is_told_where_nothing_else_is(result: str) -> None:
    nothing = seal(result, detail="its seals are not complete")
    assert sealed(mail(), nothing, signature("fail")) == "forged"
    assert sealed(mail(rewritten_by="a list"), nothing, signature("fail")) == "unverified"
    assert sealed(mail(), nothing, signature("temporary")) == "temporary"
    assert sealed(mail(), nothing, signature("pass")) == "aligned"
    found = judge(mail(signed_by=()), (), DOMAINS, nothing)
    assert found.verdict == "unverified"
    assert found.detail == "no signature of LinkedIn, and its seals prove nothing: its seals are not complete"


@pytest.mark.parametrize(
    ("sender", "passed", "verdict"),
    [
        ("linkedin.com", "linkedin.com", "aligned"),
        ("e.linkedin.com", "linkedin.com", "aligned"),
        ("linkedin.com", "mail.linkedin.com", "aligned"),
        ("linkedin.com", "licdn.com", "unverified"),
        ("licdn.com", "linkedin.com", "unverified"),
        ("licdn.com", "licdn.com", "unverified"),
        ("e.lnkd.in", "lnkd.in", "unverified"),
    ],
)
def test_a_seal_counts_only_of_the_domain_in_from_and_where_the_network_writes_from_it(
    sender: str, passed: str, verdict: str
) -> None:
    parsed = mail(from_address=f"invitations@{sender}", links=Links())
    told = LookedUp(mail=parsed.mail, owner=parsed.owner, parsed=parsed, seal=seal(passed=(passed,)))
    (enriched,) = enrich(told, Settings())
    assert enriched.authenticity.verdict == verdict


def test_a_seal_that_could_not_be_looked_up_leaves_the_question_open() -> None:
    later = seal("temporary", kept=False, covers=())
    assert sealed(mail(), later) == "temporary"
    assert sealed(mail(), later, signature("fail")) == "temporary", "the chain may still prove it right"
    assert sealed(mail(mail_time=NOON - 90 * DAY), later, signature("no_key")) == "temporary"
    assert sealed(mail(links=LOOK_ALIKE), later) == "forged", "evidence beats a question that is open"


@given(
    result=st.sampled_from(["pass", "fail", "refused", "temporary"]),
    kept=st.booleans(),
    passed=st.sampled_from([(), ("network.test",), ("b.test",)]),
    how=st.sampled_from([None, *FORWARDED_BY_HAND, Forwarded(how="auto")]),
    sender=st.sampled_from(["a@network.test", "a@b.test", ""]),
)
def test_only_a_whole_proof_makes_a_sealed_mail_aligned(
    result: str, kept: bool, passed: tuple[str, ...], how: Forwarded | None, sender: str
) -> None:
    found = judge(mail(forwarded=how, from_address=sender), (), DOMAINS, seal(result, kept=kept, passed=passed))
    whole = result == "pass" and kept and "network.test" in passed and sender == "a@network.test"
    assert (found.verdict == "aligned") == (whole and (how is None or how.how == "auto"))
    assert found.verdict != "forged"
    assert 0 < len(found.detail) <= 160


@pytest.mark.parametrize(
    ("seals", "believes", "counts"),
    [
        (("google.com",), ("google.com",), True),
        (("google.com", "microsoft.com"), ("microsoft.com", "google.com"), True),
        (("google.com", "microsoft.com"), ("google.com",), False),
        (("google.com",), (), False),
        ((), ("google.com",), False),
    ],
)
def test_a_seal_counts_only_while_all_who_sealed_are_believed(
    seals: tuple[str, ...], believes: tuple[str, ...], counts: bool
) -> None:
    assert (believed(seal(sealers=seals), believes) is not None) is counts
    assert believed(seal("refused", sealers=seals), believes) is not None, "why it is nothing may be told"
    assert believed(None, believes) is None


# --- whatever comes -----------------------------------------------------------------------------------------------

RESULTS = st.sampled_from(["pass", "fail", "no_key", "refused", "temporary"])
SIGNATURES = st.lists(st.builds(signature, RESULTS, st.sampled_from(["network.test", "a.network.test", "b.test"])))


@given(
    signatures=SIGNATURES,
    how=st.sampled_from([None, *FORWARDED_BY_HAND, Forwarded(how="auto")]),
    sender=st.sampled_from(["a@network.test", "a@b.test", ""]),
)
def test_a_mail_that_shows_nothing_odd_is_forged_by_its_networks_failing_signature_only(
    signatures: list[Signature], how: Forwarded | None, sender: str
) -> None:
    found = judge(mail(forwarded=how, from_address=sender), tuple(signatures), DOMAINS)
    own = [s.result for s in signatures if s.domain != "b.test"]
    if found.verdict == "forged":
        assert "fail" in own
    if found.verdict == "aligned":
        assert "pass" in own
        assert sender == "a@network.test"
    assert 0 < len(found.detail) <= 160
    assert "\n" not in found.detail


def test_a_long_host_is_cut_from_the_left_where_it_names_nobody() -> None:
    host = "x" * 60 + ".drop.test"
    links = Links(hosts=(host,), foreign=(host,), imitating=(host,))
    detail = judge(mail(links=links), (), DOMAINS).detail
    assert ".drop.test" in detail
    assert "x" * 60 not in detail


# --- real mails ---------------------------------------------------------------------------------------------------

SHARED = Path(__file__).resolve().parents[2] / ".." / "shared" / "mails"
REAL = sorted(SHARED.glob("linkedin/*.eml")) + sorted(SHARED.glob("forwarding/*.eml"))


@pytest.mark.skipif(not REAL, reason="the shared mails are not beside the repository")
@pytest.mark.parametrize("result", ["temporary", "no_key"])
@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name[:30])
def test_of_the_shared_mails_exactly_the_spoofs_are_forged_without_a_key(path: Path, result: str) -> None:
    raw = path.read_bytes()
    told = Received(
        mail="0" * 32, owner="amy", blob="b", size=len(raw), mail_from="", rcpt_to=("amy@home.test",), received_at=NOON
    )
    parsed = parse(raw, told, Settings())
    domains = SOURCES[parsed.network].DOMAINS if parsed.network else ()
    answers = tuple(signature(result, domain, "no answer") for domain in parsed.signed_by)
    found = judge(parsed, answers, domains)
    assert (found.verdict == "forged") == ("spoof" in path.name), found.detail
    if result == "no_key":
        assert found.verdict in ("forged", "unverified")
