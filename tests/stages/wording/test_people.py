"""Names as they are compared, and the people whom a note names."""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from stages.wording import read
from stages.wording.people import full_name, named_people


@pytest.mark.parametrize(
    "spelled",
    [
        "Mira Sølberg", "MIRA SOLBERG", "  Mira\u00a0Solberg ", "Dr. Mira Solberg, PhD", "Mira Solberg MBA",
        "Solberg, Mira",
        "Mira Solberg (She/Her) 🚀", "Mira Solberg | We are hiring", "Mira Solberg - Recruiter", "Mira “Mimi” Solberg",
        "\u202eMi\u200bra Sol\u00adberg", "Ｍｉｒａ Solberg", "Mira  Sólberg, SHRM-CP",
    ],
)  # fmt: skip
def test_titles_degrees_accents_case_and_ornaments_make_no_difference(spelled: str) -> None:
    assert full_name(spelled) == "mira solberg"


@pytest.mark.parametrize(
    "spelled", ["", "Mira", "Dr. Mira", "M", "Mira 🚀", "(Mira Solberg)", "LinkedIn", "42 17", "伟"]
)
def test_a_first_name_alone_is_no_full_name(spelled: str) -> None:
    assert full_name(spelled) == ""


def test_other_people_have_other_names() -> None:
    assert full_name("Mira Solberg") != full_name("Solberg Mira")
    assert full_name("Mira Solberg") != full_name("Mira Solbergsen")
    assert full_name("Mira A. Solberg") != full_name("Mira Solberg")
    assert full_name("Мира Solberg") != full_name("Mira Solberg"), "look-alike letters are somebody else's"


def test_names_of_other_scripts_count_also_without_a_space() -> None:
    assert full_name("王伟") == full_name("王 伟") == "王伟"
    assert full_name("김철수") == "김철수"
    assert full_name("محمد علي") == "محمد علي"


@pytest.mark.parametrize(
    ("note", "names"),
    [
        ("Ragnhild Moe suggested I write to you.", ["Ragnhild Moe"]),
        ("Hi Amy, I spoke with Dr. Ragnhild Moe about it. Great Talk!", ["Dr. Ragnhild Moe"]),
        ("My colleague Ludwig van Beethoven told me of you.", ["Ludwig van Beethoven"]),
        ("I was sent by Jean-Luc O'Neil, and by J. K. Rowling", ["Jean-Luc O'Neil", "J. K. Rowling"]),
        ("thanks to Odd Berg's advice", ["Odd Berg"]),
        ("Recommended by Odd Berg and Eva Lie.", ["Odd Berg", "Eva Lie"]),
    ],
)
def test_people_are_found_in_a_note(note: str, names: list[str]) -> None:
    assert [name for name in named_people(read(note)) if name in names] == names


@pytest.mark.parametrize(
    "note",
    [
        "", "ragnhild moe told me", "RAGNHILD MOE TOLD ME TO WRITE",
        "Ragnhild told me to write.",
        "Best,\nMira", "I live in Bergen. Oslo is near.", "I know Ragnhild, Moe and others",
    ],
)  # fmt: skip
def test_what_is_no_name_is_left_alone(note: str) -> None:
    assert named_people(read(note)) == ()


def test_of_a_longer_run_every_part_may_be_the_name() -> None:
    found = named_people(read("I met recruiter Partner Ada Lie there"))
    assert found[0] == "Partner Ada Lie"
    assert "Ada Lie" in found


TEXT = st.one_of(
    st.text(alphabet=st.characters(), max_size=200),
    st.lists(
        st.sampled_from(
            ["Ada ", "Lie", " van ", "\u200b", "\u202e", "Ａ", "👩‍🚀", ". ", ", ", "(",
             "\x00", "م ", "王", "'", "-", "|", "Dr. "]
        ),
        max_size=50,
    ).map("".join),
)  # fmt: skip


@given(TEXT)
@settings(max_examples=400, deadline=None)
def test_any_text_is_folded_and_read_without_an_error(text: str) -> None:
    folded = full_name(text)
    assert folded == "" or full_name(folded) in (folded, ""), "folded once is folded"
    assert all(full_name(name) for name in named_people(read(text)))
