"""What is denied is not true: a negation before a claim, in it, or as a short answer behind it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.claims import claims

ABOUT: dict[str, Any] = {
    "events": ["RoboMeet Bergen"],
    "groups": ["Nordic Tech Recruiters"],
    "schools": ["TU Delft"],
    "employers": ["Kystverket"],
    "known_people": ["Ragnhild Moe"],
    "tools_used": ["Lensworks"],
    "open_jobs": ["Lamp technician"],
    "published": [{"kind": "talk", "title": "Pay bands without tears", "points": ["never trust a wide band"]}],
}


def found(note: str) -> list[tuple[str, str]]:
    return [(claim.kind, claim.truth) for claim in claims(note, ABOUT)]


DENIALS = {
    "en": [
        "I never met you at RoboMeet Bergen.",
        "I was not at your talk on pay bands.",
        "I don't know Ragnhild Moe, but somebody suggested I write.",
        "Ragnhild Moe never told me to write.",
        "You and I both in the Nordic Tech Recruiters group? Not me.",
        "Did we meet, as in we met at RoboMeet Bergen? No.",
        "I\u2019m not sure, we met at RoboMeet Bergen perhaps.",
        "I did not hear your talk on pay bands.",
        "I haven't applied for the lamp technician role.",
        "Neither of us also studied at TU Delft.",
        "It isn't true that we worked together at Kystverket.",
        "We met at RoboMeet Bergen - not!",
        "Without having met you at RoboMeet Bergen I write.",
        "I can't say I read your talk on pay bands.",
    ],
    "de": [
        "Wir haben uns nie auf der RoboMeet Bergen getroffen.",
        "Ich glaube nicht, dass wir uns auf der RoboMeet Bergen kennengelernt haben, wir haben uns ja nie getroffen.",
        "Ich habe Ihren Vortrag über pay bands nicht gehört.",
        "Ich habe nicht an der TU Delft studiert, wir waren auch nie Kommilitonen.",
        "Kein Mensch namens Ragnhild Moe hat mich auf Sie aufmerksam gemacht.",
    ],
    "fr": [
        "Je n'ai jamais assisté à RoboMeet Bergen, j'ai assisté à rien.",
        "Je n'ai pas entendu votre intervention sur pay bands.",
        "Ce n'est pas Ragnhild Moe qui m'a conseillé de vous écrire.",
    ],
    "es": [
        "No nos conocimos en RoboMeet Bergen.",
        "Nunca coincidimos en RoboMeet Bergen.",
        "No he leído su charla sobre pay bands.",
    ],
    "pt": ["Não nos conhecemos na RoboMeet Bergen.", "Nunca assisti à sua palestra sobre pay bands."],
    "it": [
        "Non ci siamo conosciuti a RoboMeet Bergen.",
        "Mai ho assistito al suo intervento su pay bands.",
        "Non ho studiato a TU Delft.",
    ],
    "nl": [
        "We hebben elkaar nooit op RoboMeet Bergen ontmoet.",
        "Ik heb uw praatje over pay bands niet gehoord.",
        "Ik was niet bij RoboMeet Bergen, ik was bij geen RoboMeet Bergen.",
    ],
}


@pytest.mark.parametrize("note", [note for notes in DENIALS.values() for note in notes])
def test_a_claim_that_is_denied_is_never_true(note: str) -> None:
    assert "true" not in [truth for _, truth in found(note)]


def test_a_denial_is_told_as_what_it_is() -> None:
    (claim,) = claims("I never met you at RoboMeet Bergen.", ABOUT)
    assert (claim.truth, claim.fact) == ("unknown", "it is denied, or not said plainly")


@pytest.mark.parametrize(
    ("note", "kind"),
    [
        ("You may not remember me, but we met at RoboMeet Bergen.", "met"),
        ("I can't wait to tell you: we met at RoboMeet Bergen.", "met"),
        ("Not only did I like your talk on pay bands, we use it.", "published"),
        ("No agenda, I loved your talk on pay bands.", "published"),
        ("I never forget that we met at RoboMeet Bergen.", "met"),
        ("I sell nothing. We met at RoboMeet Bergen.", "met"),
        ("We haven't met, Ragnhild Moe gave me your name.", "sent"),
        ("I don't agree with your talk on pay bands.", "published"),
        ("We met at RoboMeet Bergen. I was not the speaker.", "met"),
        ("Wir haben uns bei RoboMeet nicht nur getroffen, sondern gut verstanden.", "met"),
        ("Ich verkaufe nichts, aber wir haben uns im Mai getroffen, auf der RoboMeet Bergen.", "met"),
        ("Je ne vends rien, mais j'ai assisté à votre intervention sur pay bands à RoboMeet Bergen.", "met"),
        ("No vendo nada, pero nos conocimos en RoboMeet Bergen.", "met"),
        ("Nos conhecemos no RoboMeet Bergen e gostei muito da nossa conversa.", "met"),
        ("Non vendo nulla, ma ci siamo conosciuti a RoboMeet Bergen.", "met"),
        ("Ik verkoop niets, maar we hebben elkaar pas op RoboMeet Bergen ontmoet.", "met"),
        ("I was in the Nordic Tech Recruiters group among those who don't post, same group as you.", "group"),
        ("I like your point that you should never trust a wide band.", "published"),
    ],
)
def test_a_negation_of_something_else_denies_nothing(note: str, kind: str) -> None:
    assert (kind, "true") in found(note)


def test_what_is_false_is_no_more_so_where_it_is_denied() -> None:
    plain = claims("I saw that you use Salesforce.", {"tools_used": ["Lensworks"]})
    denied = claims("It is not that I saw that you use Salesforce.", {"tools_used": ["Lensworks"]})
    assert [claim.truth for claim in (*plain, *denied)] == ["false", "unknown"]
