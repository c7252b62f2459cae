"""What a mail really is, and the requests in it."""

from __future__ import annotations

from stages.enrich import ask, enrich, words_id
from stages.events import (
    Acquaintance,
    Echo,
    Enriched,
    History,
    Kind,
    Known,
    Links,
    LookedUp,
    Notice,
    Parsed,
    Past,
    Request,
    Seal,
    Signature,
    shown,
)
from stages.settings import AuthenticitySettings, Settings
from stages.wording.people import MOST_NAMES
from stages.wording.shingles import sketch_of

PASS = Signature(domain="linkedin.com", result="pass", signed=("from", "to", "x-linkedin-class", "x-linkedin-template"))
NOW = 1_794_830_400_000
SETTINGS = Settings.model_validate(
    {"owners": [{"id": "amy", "addresses": ["amy@salver.test"], "accounts": ["amy@home.test"]}]}
)
BEFORE = Known(request="b" * 32, proven=True, folder="Good")


def parsed(
    claims: Kind = "invitation", notices: tuple[Notice, ...] = (Notice(name=shown("Mira Solberg")),), **more: object
) -> Parsed:
    given: dict[str, object] = {
        "mail": "a" * 32,
        "owner": "amy",
        "received_at": NOW,
        "network": "linkedin",
        "claims": claims,
        "from_address": "invitations@linkedin.com",
        "signed_by": ("linkedin.com",),
        "notices": notices,
        **more,
    }
    return Parsed.model_validate(given)


def enriched(of: Parsed, *signatures: Signature, histories: tuple[History, ...] = ()) -> Enriched:
    event = LookedUp(mail=of.mail, owner=of.owner, parsed=of, signatures=signatures, histories=histories)
    (result,) = enrich(event, SETTINGS)
    return result


def test_signatures_and_histories_are_asked_for_when_there_is_something_to_ask_about() -> None:
    (wanted,) = ask(parsed(), Settings())
    assert (wanted.signatures, wanted.histories) == (True, True)
    (unsigned,) = ask(parsed(signed_by=()), Settings())
    assert (unsigned.signatures, unsigned.histories) == (False, True)
    (nobodys,) = ask(parsed(network=None, claims="other", notices=()), Settings())
    assert (nobodys.signatures, nobodys.histories) == (False, False)
    assert nobodys.parsed.mail == "a" * 32


def test_a_mail_that_is_not_shown_to_be_forged_is_what_it_claims() -> None:
    assert enriched(parsed(), PASS).kind == "invitation"
    assert enriched(parsed(), PASS).authenticity.verdict == "aligned"
    assert enriched(parsed(), Signature(domain="linkedin.com", result="temporary")).kind == "invitation"
    assert enriched(parsed(signed_by=())).authenticity.verdict == "unverified"


def test_the_owner_is_addressed_by_any_spelling_of_an_account_and_by_no_other_address() -> None:
    owner = {"id": "amy", "addresses": ["amy@salver.test"], "accounts": ["amy.ferrand@gmail.com", "amy@home.test"]}
    settings = Settings.model_validate({"owners": [owner]})
    spelt = {
        "AmyFerrand+in@googlemail.com": True, "a.m.y.ferrand@gmail.com": True, "amy+linkedin@home.test": True,
        "a.my@home.test": False, "amy.ferrand@gmail.com.test": False, "amy@elsewhere.test": False,
    }  # fmt: skip
    for to, addressed in spelt.items():
        message = parsed("message", to=(to.lower(),))
        (event,) = enrich(LookedUp(mail="a" * 32, owner="amy", parsed=message, signatures=(PASS,)), settings)
        assert event.addressed == addressed, to
        assert (event.met is not None) == addressed, to


def test_a_forged_mail_is_a_spoof_with_one_request_of_its_own() -> None:
    forged = parsed(
        from_address="invitations@linkedln.test",
        imitates="the sender's domain linkedln.test is made to look like linkedin.com",
        signed_by=(),
    )
    result = enriched(forged, histories=(History(known=(BEFORE,), accepted=True),))
    assert result.kind == "spoof"
    (request,) = result.requests
    assert (request.id, request.joins, request.past) == ("a" * 32, False, Past())
    assert request.notice.name.value == "Mira Solberg"


def test_a_spoof_that_names_nobody_still_has_a_request_to_judge() -> None:
    forged = parsed("digest", notices=(), imitates="it calls itself LinkedIn", signed_by=())
    (request,) = enriched(forged).requests
    assert request.notice == Notice()


def test_a_digest_has_a_request_a_person_with_ids_of_their_own() -> None:
    people = tuple(Notice(name=shown(name)) for name in ("Ada", "Bo", "Cy"))
    result = enriched(parsed("digest", people), PASS, histories=(History(), History(known=(BEFORE,)), History()))
    assert result.kind == "digest"
    assert [request.id for request in result.requests] == ["a" * 32, "b" * 32, "a" * 32 + "-2"]
    assert [request.joins for request in result.requests] == [False, True, False]
    assert result.requests[1].past.folder == "Good"


def test_a_digest_of_news_has_no_request() -> None:
    assert enriched(parsed("digest", ()), PASS).requests == ()


def test_a_reminder_joins_the_request_known_before() -> None:
    result = enriched(parsed("invitation_reminder"), PASS, histories=(History(known=(BEFORE,), requests_before=1),))
    (request,) = result.requests
    assert (request.id, request.joins) == ("b" * 32, True)


def test_mails_that_ask_for_nothing_have_no_request() -> None:
    for claims in ("invitation_accepted", "message", "suggestion", "other", "forwarding_confirmation"):
        assert enriched(parsed(claims), PASS).requests == (), claims


def test_an_invitation_whose_person_could_not_be_read_is_still_judged() -> None:
    (request,) = enriched(parsed(notices=()), PASS).requests
    assert request.id == "a" * 32


def test_a_mail_of_no_network_is_no_spoof() -> None:
    result = enriched(parsed("other", (), network=None, links=Links(hosts=("x.example",), foreign=("x.example",))))
    assert (result.kind, result.authenticity.verdict) == ("other", "unverified")


def joined(proven_before: bool, *signatures: Signature) -> bool:
    known = Known(request="b" * 32, proven=proven_before)
    (request,) = enriched(parsed(), *signatures, histories=(History(known=(known,)),)).requests
    return request.joins


def test_a_mail_joins_only_what_is_proven_like_itself() -> None:
    broken = Signature(domain="linkedin.com", result="temporary")
    assert joined(True, PASS)
    assert joined(False, broken)
    assert not joined(False, PASS), "what anybody may have written must not spoil a real request"
    assert not joined(True, broken), "nor may it borrow a real request's verdict"


def test_a_mail_that_says_something_new_joins_and_says_so() -> None:
    def says_more(words: str, before: str) -> bool:
        noted = Notice(name=shown("Mira"), note=shown(words) if words else Notice().note)
        known = Known(request="b" * 32, proven=True, words=words_id(Notice(note=shown(before))) if before else "")
        (request,) = enriched(parsed(notices=(noted,)), PASS, histories=(History(known=(known,)),)).requests
        assert request.joins
        return request.past.says_more

    assert says_more("Your talk on pay bands", "")
    assert says_more("Buy our leads", "Your talk on pay bands")
    assert not says_more("Your talk  on pay bands", "your talk on pay bands")
    assert not says_more("", "Your talk on pay bands")


def test_somebody_is_met_only_by_a_proven_mail_to_the_owner() -> None:
    def met(*signatures: Signature, to: str, claims: Kind = "invitation_accepted") -> bool:
        of = parsed(claims, to=(to,))
        event = LookedUp(mail=of.mail, owner=of.owner, parsed=of, signatures=signatures)
        (result,) = enrich(event, SETTINGS)
        return result.met is not None

    assert met(PASS, to="amy@home.test")
    assert met(PASS, to="amy@home.test", claims="message")
    assert not met(PASS, to="mallory@evil.test"), "a genuine mail to somebody else, sent on"
    assert not met(to="amy@home.test")
    unsigned_kind = PASS.model_copy(update={"signed": ("from", "to", "subject")})
    assert not met(unsigned_kind, to="amy@home.test"), "who wrote the template above it is not known"
    assert not met(PASS, to="amy@home.test", claims="suggestion")


def test_of_two_known_requests_the_one_that_is_proven_alike_is_joined() -> None:
    fake = Known(request="f" * 32, proven=False)
    (request,) = enriched(parsed(), PASS, histories=(History(known=(fake, BEFORE)),)).requests
    assert request.id == "b" * 32


# --- people the owner knows

NAMING = Notice(
    name=shown("Mira Solberg"), note=shown("Ragnhild Moe and Odd Berg told me to write; I know Mira Solberg.")
)


def test_full_names_are_asked_about_the_persons_first_and_each_once() -> None:
    others = tuple(Notice(name=shown(name)) for name in ("mira SOLBERG", "Ada", "Bo Li"))
    (wanted,) = ask(parsed("digest", (NAMING, *others)), Settings())
    assert wanted.names == ("Mira Solberg", "Bo Li", "Ragnhild Moe", "Odd Berg")


def test_so_many_names_are_asked_about_and_no_more() -> None:
    crowd = tuple(Notice(name=shown(f"Person {'abcdefghij'[n // 10]}{'abcdefghij'[n % 10]}")) for n in range(60))
    (wanted,) = ask(parsed("digest", crowd), Settings())
    assert len(wanted.names) == MOST_NAMES


def known(*people: Acquaintance, of: Parsed, signatures: tuple[Signature, ...] = (PASS,)) -> Request:
    event = LookedUp(mail=of.mail, owner=of.owner, parsed=of, signatures=signatures, acquaintances=people)
    (result,) = enrich(event, SETTINGS)
    return result.requests[0]


def test_a_request_carries_how_well_the_owner_knows_its_person_and_whom_its_note_names() -> None:
    moe, mira = Acquaintance(name="Ragnhild Moe", tier="contact"), Acquaintance(name="Mira Solberg", tier="connection")
    request = known(mira, moe, of=parsed(notices=(NAMING,)))
    assert request.past.tier == "connection"
    assert request.acquaintances == (moe,), "and not the person, who may well name themselves"
    assert known(of=parsed(notices=(NAMING,))).past.tier is None


def test_a_spoof_is_no_acquaintance_of_anybody() -> None:
    forged = parsed(imitates="it calls itself LinkedIn", signed_by=())
    request = known(Acquaintance(name="Mira Solberg", tier="correspondent"), of=forged, signatures=())
    assert request.past.tier is None


# --- words that came before

SAID = History(echo=Echo(others=4, share=1.0), proven_echo=Echo(others=1, share=0.75))


def echoed(of: Parsed, *signatures: Signature) -> int:
    return enriched(of, *signatures, histories=(SAID,)).requests[0].past.echo.others


def test_against_a_proven_mail_only_the_words_of_proven_mails_count() -> None:
    assert echoed(parsed(to=("amy@home.test",)), PASS) == 1
    assert echoed(parsed(to=("amy@home.test",))) == 4, "an unproven mail is held against all that came"


def test_a_genuine_mail_to_somebody_else_proves_nothing_about_its_words() -> None:
    sent_on = parsed(to=("mallory@evil.test",))
    assert echoed(sent_on, PASS) == 4
    assert not enriched(sent_on, PASS).addressed
    assert enriched(parsed(to=("amy@home.test",)), PASS).addressed
    assert enriched(parsed(owner="nobody", to=("x@y.test",)), PASS).addressed, "nothing is known of their accounts"


def test_a_request_carries_the_sketch_of_its_words_and_the_lookup_is_asked_with_it() -> None:
    of = parsed(notices=(NAMING.model_copy(update={"note": shown("We could halve what your firm pays for its " * 3)}),))
    (wanted,) = ask(of, Settings())
    (request,) = enriched(of, PASS).requests
    assert wanted.sketches == (request.sketch,)
    assert request.sketch == sketch_of(of.notices[0], of) != ()


# --- sealed -------------------------------------------------------------------------------------------------------

SEALED = Seal(
    result="pass",
    sealers=("google.com",),
    passed=("linkedin.com",),
    kept=True,
    covers=("from", "to", "subject", "date"),
)


def with_seal(of: Parsed, seal: Seal, settings: Settings = SETTINGS) -> Enriched:
    (result,) = enrich(LookedUp(mail=of.mail, owner=of.owner, parsed=of, seal=seal), settings)
    return result


def test_a_seal_is_asked_about_where_a_mail_has_one_and_no_signature() -> None:
    (wanted,) = ask(parsed(signed_by=(), sealed_by=("google.com",)), Settings())
    assert wanted.signatures


def test_a_seal_counts_while_its_sealers_are_believed() -> None:
    assert with_seal(parsed(), SEALED).authenticity.verdict == "aligned"
    nobody = SETTINGS.model_copy(update={"authenticity": AuthenticitySettings(sealers=())})
    assert with_seal(parsed(), SEALED, nobody).authenticity.verdict == "unverified"


def test_that_somebody_accepted_counts_only_if_the_first_seal_covers_what_says_so() -> None:
    news = parsed("invitation_accepted", to=("amy@home.test",))
    vague = with_seal(news, SEALED)
    assert vague.authenticity.verdict == "aligned", "the mail is theirs, but anybody may have made news of it"
    assert (vague.met, vague.heard) == (None, False)
    kind = ("x-linkedin-class", "x-linkedin-template")
    sure = with_seal(news, SEALED.model_copy(update={"covers": (*SEALED.covers, *kind)}))
    assert (sure.met, sure.heard) == (news.notices[0], True)
    changed = with_seal(news, SEALED.model_copy(update={"covers": (*SEALED.covers, *kind), "kept": False}))
    assert (changed.met, changed.heard) == (None, False)
    broken = SEALED.model_copy(update={"covers": (*SEALED.covers, *kind), "result": "fail"})
    plain = PASS.model_copy(update={"signed": ("from", "to")})
    (other,) = enrich(LookedUp(mail=news.mail, owner="amy", parsed=news, signatures=(plain,), seal=broken), SETTINGS)
    assert (other.authenticity.verdict, other.met, other.heard) == ("aligned", None, False)
