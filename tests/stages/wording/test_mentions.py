"""Which of the owner's facts a note names."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from stages.wording import read
from stages.wording.mentions import Known, alike, bare, content, jobs, mentions, remember, spoken
from tests.builders.facts import profile


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("lamp", "lamps", True),
        ("buch", "buche", True),
        ("lens", "lend", False),
        ("lot", "logo", False),
        ("plan", "plant", False),
        ("grinding", "grindings", True),
        ("kubernetes", "kubernetis", True),
        ("count", "mount", False),
        ("noturno", "noturna", True),
        ("tecnico", "tecnica", True),
        ("banco", "banca", False),
        ("porta", "porte", False),
    ],
)
def test_forms_of_a_word_are_alike_and_other_words_are_not(one: str, other: str, same: bool) -> None:
    assert alike(one, other) is same
    assert alike(other, one) is same


@pytest.mark.parametrize(
    ("name", "without"),
    [
        ("Harbour Days (as a runner)", "Harbour Days"),
        ("Ingeniero(a) de Calidad", "Ingeniero de Calidad"),
        ("Lotse (m/w/d) Kiel", "Lotse Kiel"),
        ("(remote)", "(remote)"),
        ("(((", "((("),
    ],
)
def test_remarks_in_brackets_are_no_part_of_a_name(name: str, without: str) -> None:
    assert bare(name) == without


def test_a_profile_is_cut_into_words_once() -> None:
    about = profile(schools=["TU Delft"])
    assert remember(about) is remember(profile(schools=["TU Delft"]))
    assert remember(about) is not remember(profile(schools=["TU Berlin"]))


def test_what_is_said_of_the_owner_is_found_in_any_form() -> None:
    memory = remember(profile(published=["Grinding lenses"]))
    said = spoken(read("I grind a lens; grindings of lenses are hard."), memory)
    assert dict(said) == {"grinding": (4,), "lenses": (6,)}


def test_a_job_whose_title_is_only_a_rank_is_told_by_its_keywords() -> None:
    about = profile(open_jobs=[{"title": "Producer", "keywords": ["trucking"]}, {"title": "Director"}])
    assert [job.title for job, _ in jobs(read("Is the trucking job still open?"), about)] == ["Producer"]
    assert jobs(read("Is the director job still open?"), about) == ()


def test_words_for_a_job_tell_no_job_from_another() -> None:
    about = profile(open_jobs=["PhD position, lenses"])
    assert jobs(read("I ask about the open position in Kiel."), about) == ()


def test_a_job_is_found_at_every_place_that_names_it() -> None:
    about = profile(open_jobs=["Lamp technician, Bergen"])
    note = read("Lamp technicians like you. Bergen is far from any lamp. Is the lamp technician job in Bergen open?")
    assert {hit.first for _, hit in jobs(note, about)} == {0, 4, 12}
    assert len(mentions(note, about)) == 1


def test_a_note_that_says_none_of_the_owners_words_mentions_nothing() -> None:
    assert mentions(read("Good morning!"), profile(schools=["TU Delft"], events=["RoboMeet"])) == ()


def test_content_leaves_out_what_carries_none() -> None:
    assert content("The lens of the lamp, a lens") == ("lens", "lamp")


_WORDS = st.text("aeinrst", min_size=1, max_size=9)


@given(_WORDS, st.lists(_WORDS, max_size=6))
def test_words_prepared_for_comparison_have_a_word_where_one_of_them_is_alike(word: str, known: list[str]) -> None:
    assert Known(known).has(word) == any(alike(word, other) for other in known)
