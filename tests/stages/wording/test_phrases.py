"""All phrases are looked up together, in one pass over a text; what each set has does not depend on the others."""

from __future__ import annotations

from stages.wording import Hit, Phrases, find, read


def test_each_set_has_the_longest_of_its_own_phrases_at_every_place() -> None:
    one, other = Phrases("we met|we ~ met at|lens*"), Phrases("we met at|met|in kiel")
    words = read("We met at the lenses, and we two met at sea in Kiel. Met again?")
    assert find(words, one) == (Hit(0, 2, "we ~ met at"), Hit(4, 4, "lens*"), Hit(6, 9, "we ~ met at"))
    assert [hit.phrase for hit in find(words, other)] == ["we met at", "met", "met", "in kiel", "met"]


def test_a_set_without_a_word_of_the_text_finds_nothing() -> None:
    assert find(read("We met in Kiel."), Phrases("nothing here")) == ()


def test_a_set_that_is_made_later_is_found_in_a_text_that_was_read_before() -> None:
    words = read("The barge was late.")
    assert find(words, Phrases("barge")) == (Hit(1, 1, "barge"),)
    assert find(words, Phrases("the barge")) == (Hit(0, 1, "the barge"),)


def test_a_phrase_of_two_sets_is_found_for_both() -> None:
    one, other = Phrases("barges|a pier"), Phrases("barges")
    words = read("Barges!")
    assert find(words, one) == find(words, other) == (Hit(0, 0, "barges"),)


def test_a_disguised_word_is_found_by_word_and_by_stem() -> None:
    words = read("B1tc0in and tr4ding")
    assert [hit.phrase for hit in find(words, Phrases("bitcoin|trad*"))] == ["bitcoin", "trad*"]


def test_words_that_only_look_alike_through_a_disguise_are_not_the_same() -> None:
    assert find(read("Lan and Ian"), Phrases("ian")) == (Hit(2, 2, "ian"),)
