"""Short notes have a language, or none that we are sure of."""

import pytest

from stages.language import detect


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Hi Amy, I loved your talk about tidal mills."),
        ("en", "Let's connect!"),
        ("de", "Hallo Amy, ich habe deinen Vortrag über Gezeitenmühlen gehört und würde mich gerne vernetzen."),
        ("fr", "Bonjour, j'ai lu votre article et je serais ravi d'échanger avec vous."),
        ("es", "Hola, he leído tu artículo y me gustaría hablar contigo."),
        ("pt", "Olá, li o seu artigo e gostaria de conversar com você."),
        ("it", "Ciao, ho letto il tuo articolo e mi piacerebbe parlare con te."),
        ("nl", "Hallo, ik heb je artikel gelezen en zou graag met je praten."),
        ("ja", "記事を拝読しました。ぜひつながってください。"),
        ("zh", "您好，我读了您的文章，希望能认识您。"),
        ("ko", "안녕하세요, 글을 잘 읽었습니다."),
        ("ru", "Здравствуйте, я прочитал вашу статью."),
        ("ar", "مرحبا، قرأت مقالتك وأود التواصل معك."),
        ("he", "שלום, קראתי את המאמר שלך ואשמח לדבר."),
        ("el", "Γεια σας, διάβασα το άρθρο σας."),
    ],
)
def test_a_short_note_has_its_language(language: str, text: str) -> None:
    assert detect(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "12345 !!",
        "Python Kubernetes Terraform",
        "Привіт, хочу з вами поспілкуватися її",
        "سلام، می‌خواهم گپ بزنم",
    ],
)
def test_an_unsure_language_is_none(text: str) -> None:
    assert detect(text) is None


def test_a_foreign_name_or_word_does_not_turn_the_language() -> None:
    assert detect("Hi Amy, this is 田中 and I would love to talk with you about the port of 横浜.") == "en"
    assert detect("田中です。Kubernetes と Terraform の記事を拝読しました。") == "ja"


def test_two_languages_in_equal_parts_are_none() -> None:
    assert (
        detect(
            "Thanks for your article, I would love to talk. Danke, ich habe es gerne gelesen und möchte dich sprechen."
        )
        is None
    )


def test_addresses_in_a_text_have_no_language() -> None:
    assert detect("https://the.and.you/is/are/was mail@this.that") is None
