"""Claims about what the reader published: true near a title or a point, false only far from everything."""

from __future__ import annotations

import pytest

from tests.builders.claims import claims, truths

ABOUT = {
    "industry": ["lighthouse engineering"],
    "roles": ["keeper"],
    "open_jobs": ["Lamp technician"],
    "wants": ["letters about the old lenses and the people who ground them"],
    "published": [
        {
            "kind": "talk",
            "title": "Regrinding a lens by hand (Harbour Days)",
            "points": ["polish the rim before the centre", "a scratch below four microns is not seen"],
        },
        {"kind": "article", "title": "Why foghorns are too loud", "points": ["residents complain about the pitch"]},
    ],
}


@pytest.mark.parametrize(
    "note",
    [
        "Your talk on regrinding a lens sent me back to the workshop.",
        "Loved your foghorn article.",
        "You wrote that residents complain about the pitch, and ours do.",
        "We now polish the rim before the centre, as somebody taught us.",
        "your recent talk made sense: those who polish the rim first spare the centre",
    ],
)
def test_it_is_true_where_subject_or_point_are_those_of_a_published_thing(note: str) -> None:
    assert truths("published", note, ABOUT) == ["true"]


OTHERS = {
    "de": ("Leuchtfeuer von Hand schleifen", "Ihr Vortrag über das Schleifen von Leuchtfeuern war sehr gut."),
    "fr": ("Polir une lentille à la main", "Votre article sur l'art de polir une lentille m'a beaucoup servi."),
    "es": ("Pulir una lente a mano", "Su charla sobre cómo pulir una lente me ayudó mucho."),
    "pt": ("Polir uma lente à mão", "A sua palestra sobre como polir uma lente ajudou-me muito."),
    "it": ("Lucidare una lente a mano", "Il suo intervento su come lucidare una lente mi è stato utile."),
    "nl": ("Een lens met de hand slijpen", "Uw praatje over het slijpen van een lens heeft mij geholpen."),
}


@pytest.mark.parametrize("language", OTHERS)
def test_it_is_true_in_every_language_that_notes_are_read_in(language: str) -> None:
    title, note = OTHERS[language]
    assert truths("published", note, {"published": [title]}) == ["true"]


FAKES = {
    "en": ("I write about the old lenses and how we grind them.", "I really loved your post about hiring."),
    "de": (
        "Ich schreibe über die alten Linsen und wie wir sie schleifen.",
        "Ihr Beitrag über Personalsuche war wirklich sehr gut und hat mir die Augen geöffnet.",
    ),
    "fr": (
        "J'écris sur les anciennes lentilles et la façon dont nous les polissons.",
        "Votre article sur le recrutement est vraiment très bien et je vous remercie.",
    ),
    "es": (
        "Escribo sobre las lentes antiguas y cómo las pulimos en el taller.",
        "Me gustó mucho tu artículo sobre contratación y quiero hablar con usted.",
    ),
    "pt": (
        "Escrevo sobre as lentes antigas e como nós as polimos na oficina.",
        "Gostei muito do seu artigo sobre recrutamento e não quero perder o próximo.",
    ),
    "it": (
        "Scrivo delle vecchie lenti e di come noi le lucidiamo nel laboratorio.",
        "Mi è piaciuto molto il tuo articolo sul reclutamento e vorrei parlare con te.",
    ),
    "nl": (
        "Ik schrijf over de oude lenzen en hoe wij ze slijpen in de werkplaats.",
        "Ik vond je artikel over werving heel goed en ik wil graag met je praten.",
    ),
}


@pytest.mark.parametrize("language", FAKES)
def test_a_subject_from_elsewhere_in_the_readers_own_language_is_false(language: str) -> None:
    wants, note = FAKES[language]
    assert truths("published", note, {"published": ["Linsing"], "wants": [wants]}) == ["false"]


@pytest.mark.parametrize(
    "note",
    [
        "Your article was great and I have told everybody about it.",
        "I really liked your post on LinkedIn and I would like to talk to you.",
        "Your talk on Tuesday was what I needed to hear.",
        "I loved your comment about hiring under the post of a friend.",
        "Your article about keepers is on the wall of our house.",
        "Ihr Artikel über Personalsuche war sehr gut und ich habe ihn gern gelesen.",
    ],
)
def test_no_subject_a_remark_what_is_near_or_another_language_is_unknown(note: str) -> None:
    assert truths("published", note, ABOUT) == ["unknown"]


def test_vague_praise_of_content_is_no_claim() -> None:
    assert truths("published", "Great content! I follow your journey.", ABOUT) == []


def test_where_nothing_published_is_listed_nothing_is_false() -> None:
    assert truths("published", "I really loved your post about hiring.", {"roles": ["keeper"]}) == ["unknown"]


def test_the_fact_names_the_title_and_the_point() -> None:
    (claim,) = claims("Your talk on regrinding a lens sent me back to the workshop.", ABOUT)
    assert claim.words.startswith("Your talk on regrinding a lens")
    assert claim.fact == 'your talk "Regrinding a lens by hand (Harbour Days)"'


BANDS = {
    "roles": ["keeper"],
    "published": [
        {"kind": "talk", "title": "Pay bands without tears", "points": ["show the band in the advert"]},
        {"kind": "article", "title": "Publish the range"},
        {"kind": "post", "title": "Foghorns"},
        {"kind": "post", "title": "Warum wir Kafka wieder ausgebaut haben"},
    ],
}


@pytest.mark.parametrize(
    "note",
    [
        "Loved your article on rock bands.",
        "Your talk on rock bands was a joy to hear.",
        "Your post about how to pay off debts helped my sister.",
        "Your book on publish or perish is on my desk.",
        "Your talk on life without pay made me think.",
        "Your post on rock bands was good, and I know what musicians should ask for as pay.",
        "Votre article sur les bands de rock est drôle.",
        "Your talk about pay was good.",
        "Je stuk over rock bands was erg mooi.",
    ],
)
def test_one_word_in_common_is_no_proof(note: str) -> None:
    assert "true" not in truths("published", note, BANDS)


@pytest.mark.parametrize(
    "note",
    [
        "Your talk on pay bands made us print ours.",
        "Your post about foghorns is on our wall.",
        "Ihr Beitrag über Kafka hat uns ein Jahr gespart.",
        "Je stuk over Kafka was precies wat wij nodig hadden.",
    ],
)
def test_two_words_the_only_one_or_a_subject_that_is_hard_to_guess_are(note: str) -> None:
    assert truths("published", note, BANDS) == ["true"]


@pytest.mark.parametrize(
    ("note", "kind", "truth"),
    [
        ("Your book on pay bands is on my desk.", "talk", "unknown"),
        ("Your podcast about pay bands is great.", "talk", "unknown"),
        ("Votre livre sur pay bands est superbe.", "talk", "unknown"),
        ("Ihr Buch über pay bands liegt auf meinem Tisch.", "talk", "unknown"),
        ("Your keynote on pay bands was a joy.", "talk", "true"),
        ("Your book on pay bands is on my desk.", "", "true"),
    ],
)
def test_a_book_is_no_talk_where_the_profile_tells_the_kind(note: str, kind: str, truth: str) -> None:
    works = {"published": [{"kind": kind, "title": "Pay bands without tears"}]}
    assert truths("published", note, works) == [truth]


def test_a_point_is_quoted_by_those_who_disagree_with_it_too() -> None:
    note = "I don't think you should polish the rim before the centre, and can show you why."
    assert truths("published", note, ABOUT) == ["true"]
