"""A sketch is alike for notes that are nearly the same, and unlike for any others."""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from stages.events import Notice, Parsed, shown
from stages.wording.shingles import ALIKE, SKETCH, sketch, sketch_of

TEMPLATE = (
    "Hi {name},\n\nI came across your work at {firm} and was struck by how you grew the team from {count} people. "
    "We help firms like yours to shorten their hiring by half. Would you be open to a short call on {day} to see how?"
)
ONE = TEMPLATE.format(name="Amy", firm="Nordlys", count="12", day="Monday")


def share(one: str, other: str, *names: str) -> float:
    mine = sketch(one, *names)
    return len(set(mine) & set(sketch(other, *names))) / len(mine)


def test_names_numbers_employers_and_the_greeting_make_no_difference() -> None:
    other = TEMPLATE.format(name="Jon Hale", firm="Kvist and Holm Partners", count="450", day="Friday")
    assert share(ONE, other) > ALIKE
    greeted = ONE.replace("Hi Amy,", "Good morning Ms Ferrand, hope you are doing well!") + "\nBest regards"
    assert share(ONE, greeted, "Amy Ferrand") > ALIKE
    assert share(ONE, TEMPLATE.format(name="amy", firm="Nordlys", count="9", day="Monday"), "Amy") == 1.0


def test_a_word_more_less_or_other_leaves_them_alike() -> None:
    for edited in (
        ONE.replace("short call", "quick call"),
        ONE.replace("was struck", "was really struck"),
        ONE.replace("to see how", "").replace("by half", "by some weeks"),
        ONE.upper().lower().replace("short", "sh\u200bort"),
    ):
        assert share(ONE, edited, "Amy", "Nordlys", "Monday") > ALIKE, edited


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "Hi Amy, I read your article on slow hiring and it changed how we recruit welders. Could I ask you more?",
            "Hi Amy, I read your article on pay bands and it changed how our hospital pays nurses. May I call you?",
        ),
        (
            "I attended your talk at the Bergen HR Day last week and loved what you said about pay bands.",
            "I attended your talk at the Bergen HR Day, and my question about interview scorecards was never asked.",
        ),
        (
            "Ich habe Ihren Vortrag über Gehaltsbänder auf der Messe gehört und möchte mehr darüber lernen.",
            "Ich habe Ihren Artikel über langsames Einstellen gelesen und wüsste gerne, wie Sie das umsetzen.",
        ),
    ],
)
def test_two_who_write_about_the_same_thing_in_their_own_words_are_not_alike(one: str, other: str) -> None:
    assert share(one, other, "Amy") < ALIKE


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Hi Amy, let's connect!",
        "Hello Amy, I'd like to add you to my professional network on LinkedIn. Best regards, Mira",
        "Happy birthday! Hope you are doing well.",
        "your talk on pay bands was wonderful",
        "Mira Solberg Jon Hale Ada Lie Odd Berg Eva Moe Ida Vik",
        "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15",
    ],
)
def test_a_greeting_a_default_text_and_a_short_note_have_no_sketch(text: str) -> None:
    assert sketch(text, "Amy Ferrand") == ()


def test_the_sketch_of_a_notice_knows_the_names_that_the_mail_shows() -> None:
    def drawn(name: str, first: str, company: str) -> tuple[int, ...]:
        note = (
            f"i am {name.lower()} and {first.lower()}, we at {company.lower()} would love to fill your open jobs soon"
        )
        notice = Notice(name=shown(name), note=shown(note), company=shown(company))
        parsed = Parsed(mail="m", owner="o", received_at=0, recipient_first_name=first, notices=(notice,))
        return sketch_of(notice, parsed)

    assert drawn("Mira Solberg", "Amy", "Fjellkraft") == drawn("Jon Hale", "Dana", "Kvist") != ()


ANY = st.text(alphabet=st.characters(), max_size=300)
ODD = st.lists(
    st.sampled_from(["\u200b", "\u202e", "\u0301", "👩‍🚀", "Ａ", "ß", "\x00", "مرحبا", "你好",
                     "hello ", "Amy ", "3 ", "\n\n", ". "]),
    max_size=60,
).map("".join)  # fmt: skip


@given(text=st.one_of(ANY, ODD), name=st.one_of(ANY, ODD))
@settings(max_examples=300, deadline=None)
def test_any_text_has_a_small_sketch_that_is_always_the_same(text: str, name: str) -> None:
    drawn = sketch(text, name)
    assert len(drawn) <= SKETCH
    assert drawn == tuple(sorted(set(drawn)))
    assert all(0 <= number < 2**64 for number in drawn)
    sketch.cache_clear()
    assert sketch(text, name) == drawn


def test_a_long_text_of_one_word_is_read_at_once() -> None:
    assert sketch("connect " * 100_000) == ()
