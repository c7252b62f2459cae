"""When `moves_off_platform` speaks, and when it stays silent."""

from __future__ import annotations

import pytest

from tests.builders.facts import request
from tests.builders.verdicts import finding, with_and_without

SIGNAL = "moves_off_platform"


def test_it_alone_changes_the_verdict() -> None:
    asked = request("Write to me on WhatsApp, please. Your article about stairlifts changed my quotes.")
    assert with_and_without(SIGNAL, asked) == ("ugly", "intriguing")  # good, but for `asks_for_something_risky`


@pytest.mark.parametrize(
    "note",
    [
        "Let us continue on Telegram.",
        "Add me on Wh4tsApp",
        "Please chat with me via W h a t s A p p",
        "My WhatsApp is +44 7700 900123",
        "Reply to rosa.finch@gmail.com",
        "What is your number?",
        "Text me at +44 7700 900123",
        "Schreiben Sie mir auf WhatsApp",
        "Écrivez-moi sur WhatsApp",
        "Escríbeme por WhatsApp",
        "Me chama no WhatsApp",
        "Scrivimi su Telegram",
        "Stuur me een bericht via WhatsApp",
        "Give me your private email",
    ],
)
def test_it_speaks(note: str) -> None:
    found = finding(SIGNAL, request(note))
    assert found is not None
    assert 0 < len(found.evidence) <= 200


@pytest.mark.parametrize(
    "note",
    [
        "I built the WhatsApp bot of our harbour office.",
        "My field is signal processing, on ferries mostly.",
        "Your talk on Telegram bots was clear.",
        "I do not know what others can reach on signal towers alone.",
        "My signal lamps came from your yard.",
        "They can't me.",
        "I read your post on email deliverability.",
        "You can find the maps at https://harbour.test/maps.",
    ],
)
def test_a_near_miss_leaves_it_silent(note: str) -> None:
    assert finding(SIGNAL, request(note)) is None


@pytest.mark.parametrize(
    "note",
    [
        "Can I ask you to give me your number?",
        "Darf ich Sie bitten, mir Ihre Nummer zu geben?",
        "Could you send your phone number, please?",
        "Pouvez-vous me donner votre numéro de portable ?",
        "May I have your number?",
        "Text me at 0049 431 555 0133",
    ],
)
def test_a_number_wanted_for_the_writer_is_a_way_off(note: str) -> None:
    assert finding(SIGNAL, request(note)) is not None


@pytest.mark.parametrize(
    "note",
    [
        "May I give her your number? She runs the pump hall in Kiel.",
        "Darf ich ihm Ihre Nummer geben? Er sucht einen Lampenmeister.",
        "Puis-je lui donner votre numéro ? Il répare les grues du port.",
        "¿Puedo darle tu número? Es la jefa del varadero.",
        "Posso dare il tuo numero a Carla, che ripara le boe?",
        "Mag ik hem je nummer geven? Hij zoekt een sluiswachter.",
    ],
)
def test_a_number_passed_on_with_leave_is_none(note: str) -> None:
    assert finding(SIGNAL, request(note)) is None


@pytest.mark.parametrize(
    "note",
    [
        "What is your number?",
        "Please share your phone",
        "Envoyez votre numéro de téléphone",
    ],
)
def test_a_number_to_call_is_asked_for(note: str) -> None:
    assert finding(SIGNAL, request(note)) is not None


@pytest.mark.parametrize(
    "note",
    [
        "What is your number one tip for a harbour pilot?",
        "Pouvez-vous m'envoyer votre numéro de mai sur les phares ?",
        "Could you share your phone photos of the crane?",
        "I can send you the text of the lock-keepers' agreement.",
        "Could you give me the full text of your talk on tides?",
    ],
)
def test_another_number_or_a_text_to_read_is_not(note: str) -> None:
    assert finding(SIGNAL, request(note)) is None


@pytest.mark.parametrize(
    "note",
    [
        "Me passa seu zap?",
        "On peut discuter sur snap ?",
        "加我微信吧",
        "Escriba a mi correo particular.",
        "Write to my private box for the rest.",
        "Communiquez-moi votre numéro direct.",
    ],
)
def test_people_say_it_in_short(note: str) -> None:
    assert finding(SIGNAL, request(note)) is not None


@pytest.mark.parametrize(
    "note",
    [
        "The talk was on snap judgments of pilots.",
        "Your snap package of the tide clock works; there is no zap for the gauge.",
        "微信小程序的潮汐图很好用。",
        "Continue on snap hooks, please, your column was clear.",
        "Der Kran steht an der Privatadresse des Reeders.",
    ],
)
def test_the_short_words_have_other_senses(note: str) -> None:
    assert finding(SIGNAL, request(note)) is None
