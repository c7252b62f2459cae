"""What holds for claims of every kind, whatever the note and the profile."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from stages.claims import MOST, READERS, claims_of, kept_ties, sentences
from stages.events import Claim
from stages.wording import read
from stages.wording.ties import anchors
from tests.builders.claims import claims
from tests.builders.facts import enriched, facts, owner, profile, request, scored, settings as told

ABOUT: dict[str, Any] = {
    "name": "Robin Ashe",
    "languages": ["en", "no"],
    "industry": ["lighthouses", "marine optics"],
    "roles": ["keeper", "lens grinder"],
    "employers": ["Kystverket", {"name": "Fyr Lamps", "from": 2016, "to": 2020}, "Fyr Optics"],
    "schools": ["Bergen Nautical College", "TU Delft"],
    "open_jobs": [{"title": "Lamp technician", "for": "Fyr Lamps"}, "Lamp designer", "Diver"],
    "published": [
        {"kind": "talk", "title": "Regrinding a lens", "points": ["polish the rim first", "never trust a new wheel"]},
        {"kind": "post", "title": "Regrinding a mirror", "points": ["the rim can wait"]},
    ],
    "events": ["RoboMeet Bergen", "RoboMeet Oslo"],
    "groups": ["Nordic Lens Grinders", "Nordic Keepers"],
    "known_people": ["Ada Quist", "Ada Tern"],
    "tools_used": ["Lensworks", "QuickBooks"],
    "wants": ["letters about the old lenses"],
}
NOTES = [
    "Hi Robin, your talk on regrinding a lens was great. We met at RoboMeet Bergen and Ada Quist suggested I write.",
    "I also worked at Kystverket, and I applied for the lamp technician role. We have 3 mutual connections.",
    "I saw that you use Lensworks and that you speak Norwegian. As a keeper you know. Fellow Bergen Nautical alum.",
    "We share the group Nordic Lens Grinders. As discussed, here is the drawing of the rim you polish first.",
    "Hi Thomas, I loved your post about hiring. I saw you use Salesforce. As Head of IT you must be busy.",
    "We met at RoboMeet. I applied for the lamp role. Ada suggested I write, and I am also from Fyr. Nordic group.",
    "Never trust a new wheel, and polish the rim first: that is what we live by. A mirror: there the rim can wait.",
]
PIECES = st.sampled_from(
    """your you talk post about on we met at Ada Quist suggested I Hi Thomas Robin as a nurse fellow alum of applied for
    the role opening . , : ? ! RoboMeet 2019 Kystverket when were worked together use Lensworks 3 mutual connections
    [NAME] ihr Vortrag über votre article sur je artikel over Mr Frau speak Norwegian same group discussed""".split()  # noqa: SIM905
)
TEXTS = st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=60).map(" ".join))
WORDS = st.lists(st.text(max_size=30), max_size=3)
LISTS = "languages industry roles employers schools open_jobs published events groups known_people tools_used"
PROFILES = st.fixed_dictionaries({}, optional={"name": st.text(max_size=30), **dict.fromkeys(LISTS.split(), WORDS)})


@given(TEXTS, PROFILES, st.one_of(st.none(), st.integers(0, 600)))
@settings(deadline=None)
def test_no_note_and_no_profile_makes_reading_fail(note: str, about: dict[str, Any], mutual: int | None) -> None:
    for claim in claims(request(note or None, mutual=mutual), about):
        assert claim.words
        assert claim.fact
        assert claim.truth in ("true", "false", "unknown")


@given(TEXTS)
@settings(deadline=None)
def test_without_a_profile_everything_is_unknown(note: str) -> None:
    assert {claim.truth for claim in claims(note, None)} <= {"unknown"}


@pytest.mark.parametrize("note", NOTES)
def test_taking_the_profile_away_turns_every_true_and_false_into_unknown(note: str) -> None:
    with_it = {claim.truth for claim in claims(request(note, mutual=5), ABOUT)}
    without = [claim.truth for claim in claims(request(note, mutual=5), None)]
    assert with_it & {"true", "false"}
    assert set(without) <= {"unknown"}


@given(st.sampled_from(NOTES), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_the_order_of_a_profile_does_not_matter(note: str, dice: Any) -> None:
    shuffled = {
        key: dice.sample(value, len(value)) if isinstance(value, list) else value for key, value in ABOUT.items()
    }
    assert claims(note, shuffled) == claims(note, ABOUT)


@pytest.mark.parametrize("note", NOTES)
def test_every_true_claim_of_one_reader_is_not_true_of_a_stranger(note: str) -> None:
    stranger = {"name": "Jo Park", "roles": ["dancer"], "schools": ["Juilliard"], "published": ["On turning"]}
    assert "true" not in {claim.truth for claim in claims(note, stranger, name="Jo Park")}


def test_a_note_that_repeats_itself_has_few_claims_of_a_kind() -> None:
    note = " ".join(f"Your article about thing{number} was great." for number in range(40))
    assert len(claims(note, ABOUT)) == MOST


def test_a_blank_request_claims_nothing() -> None:
    assert claims_of(request(False), facts(about=profile(**ABOUT))) == ()


def test_every_reader_has_a_test_of_its_own() -> None:
    import importlib

    for reader in READERS:
        assert importlib.import_module(f"tests.stages.claims.test_{reader.__name__.rsplit('.', 1)[-1]}")


def test_claims_are_told_in_one_line_each() -> None:
    made = (
        Claim(kind="published", truth="true", words="your talk on lenses", fact='your talk "Lenses"'),
        Claim(kind="tool", truth="false", words="you use Brush", fact='you listed "Saw"'),
        Claim(kind="met", truth="unknown", words="we met in Kiel"),
    )
    assert sentences(made) == (
        'Says: "your talk on lenses" - true: your talk "Lenses"',
        'Says: "you use Brush" - false: you listed "Saw"',
        'Says: "we met in Kiel" - could not be checked',
    )


def test_what_is_unknown_is_never_told_as_true() -> None:
    for note in NOTES:
        for line in sentences(claims(note, None)):
            assert "could not be checked: there is no profile to check it against" in line


def test_a_false_claim_is_no_tie() -> None:
    words = read("I loved your post about hiring, and we met in Kiel.")
    false = Claim(kind="published", truth="false", words="your post about hiring", fact="nothing")
    assert len(anchors(words, ())) == 2
    assert len(kept_ties(words, (), (false,))) == 1
    assert len(kept_ties(words, (), (false.model_copy(update={"truth": "unknown"}),))) == 2


def test_each_request_of_a_mail_has_claims_of_its_own() -> None:
    two = (request("We met at RoboMeet Bergen."), request("I saw that you use Salesforce.", id="request-2"))
    event = enriched(*two, given=facts(about=profile(**ABOUT)))
    first, second = scored(event, told(of=owner(), about=profile(**ABOUT))).judgements
    assert [(claim.kind, claim.truth) for claim in first.claims] == [("met", "true")]
    assert [(claim.kind, claim.truth) for claim in second.claims] == [("tool", "false")]
