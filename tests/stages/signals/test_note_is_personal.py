"""When `note_is_personal` speaks, and when it stays silent."""

from __future__ import annotations

import pytest

from tests.builders.facts import facts, profile, request
from tests.builders.verdicts import finding, with_and_without

SIGNAL = "note_is_personal"


def test_it_alone_changes_the_verdict() -> None:
    asked = request("Your article about pricing stairlifts for councils changed how I quote them.")
    assert with_and_without(SIGNAL, asked) == ("good", "intriguing")


@pytest.mark.parametrize(
    "note",
    [
        "We met at the harbour fair on Tuesday, by the rope stand.",
        "Ingrid told me you know how to store sails in winter.",
        "Ihr Vortrag über Dachbegrünung in Kiel hat mir geholfen.",
        "Votre article sur la taille des oliviers m'a servi hier.",
        "Tu charla sobre faros antiguos me dejó una duda.",
    ],
)
def test_it_speaks(note: str) -> None:
    found = finding(SIGNAL, request(note))
    assert found is not None
    assert 0 < len(found.evidence) <= 200


@pytest.mark.parametrize(
    "note",
    [
        "Your background in marketing is impressive, let us connect.",
        "I would love to add you to my network.",
        "I sell ropes in Kiel and Lübeck since 1998.",
    ],
)
def test_a_near_miss_leaves_it_silent(note: str) -> None:
    assert finding(SIGNAL, request(note)) is None


def test_a_subject_makes_praise_of_a_post_worth_more() -> None:
    vague = finding(SIGNAL, request("Your post was great and we both know it."))
    exact = finding(SIGNAL, request("Your post about salt corrosion on ferry hinges was great and we both know it."))
    assert vague is not None
    assert exact is not None
    assert vague.points < exact.points


@pytest.mark.parametrize(
    "note",
    [
        "You trained our crew in splicing before the move to Kiel, and we need you again.",
        "You recruited our harbour pilot Nils last year. Two berths are free now; may we talk?",
        "Sie haben uns vor drei Jahren einen Lotsen vermittelt. Nun suchen wir den nächsten.",
        "Nous avons travaillé ensemble au phare de Brest.",
    ],
)
def test_work_done_together_before_is_a_reason_only_the_two_know(note: str) -> None:
    found = finding(SIGNAL, request(note))
    assert found is not None
    assert found.points >= 3.0


@pytest.mark.parametrize(
    "note",
    [
        "I placed forty pilots last year.",
        "You could hire me for any harbour.",
        "I teach crews to splice for a fee. Ask about Telegram bots.",
        "I run a rope yard in Bergen.",
    ],
)
def test_what_they_do_themselves_is_no_tie_to_the_reader(note: str) -> None:
    assert finding(SIGNAL, request(note)) is None


def test_the_evidence_is_the_sentence_that_ties_them() -> None:
    found = finding(SIGNAL, request("Dear Robin, we met at the harbour fair in Kiel. The weather was fair. Regards"))
    assert found is not None
    assert found.evidence == '"we met at the harbour fair in Kiel."'


def test_what_is_known_to_be_false_is_no_tie() -> None:
    note = request("I really loved your post about hiring pilots.")
    about = {"published": ["Regrinding a lens"], "wants": ["letters about the old lamps and the people who mend them"]}
    assert finding(SIGNAL, note) is not None
    assert finding(SIGNAL, note, facts(about=profile(**about))) is None


@pytest.mark.parametrize(
    "note",
    [
        "Fellow rope maker here, hello!",
        "Alumni connection!",
        "We both live by the sea.",
        "I am also in lamps.",
        "Nice meeting you virtually.",
        "Il faro aspetta Lei.",
        "Nous avons le plaisir d'ouvrir un quai à votre intention.",
        "I read your profile twice.",
        "Your story as founder will inspire many.",
        "Your article about [topic] helped me. We met at {event}.",
    ],
)
def test_what_hundreds_share_a_courtesy_or_an_empty_field_is_no_tie(note: str) -> None:
    assert finding(SIGNAL, request(note)) is None


@pytest.mark.parametrize(
    "note",
    [
        "We both spoke at the pier on the night the crane fell.",
        "Nice meeting you at the harbour fair.",
        "Leí su nota sobre los faros y la probé.",
        "I read your manual on lamps and we used your table of tides.",
        "Your story about the keeper of Utsira made my crew laugh.",
        "Your article about mending brass hinges [with photos] helped me.",
    ],
)
def test_what_only_the_two_share_is_one(note: str) -> None:
    assert finding(SIGNAL, request(note)) is not None
