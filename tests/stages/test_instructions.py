"""The few words of an answer by mail: what they mean, and that nothing else means anything."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given, strategies as st

from stages import instructions
from stages.instructions import MOST, SAID, instructions_in

HOUR = 3_600_000
DAY = 24 * HOUR

SAYS = {
    "asked": "-asked",
    "Asked!": "-asked",
    "i have asked her": "-asked",
    "gefragt": "-asked",
    "Ich habe gefragt.": "-asked",
    "geantwortet": "-answered",
    "they replied": "-answered",
    "good": "-good",
    "Gut": "-good",
    "accept": "-good",
    "intriguing": "-intriguing",
    "interessant": "-intriguing",
    "ugly": "-ugly",
    "weg": "-ugly",
    "delete": "-ugly",
    "dismiss": "-dismiss",
    "nie": "-dismiss",
    "egal": "-dismiss",
    "ignore": "-dismiss",
    "withdrawn": "-withdrawn",
    "zuru\u0308ckgezogen": "-withdrawn",
    "erledigt": "-done",
    "done": "-done",
    "undo": "-undo",
    "rückgängig": "-undo",
    "fine": "-fine",
    "passt": "-fine",
    "snooze": "-snooze",
    "snooze 3 days": f"-snooze/{3 * DAY}",
    "snooze 3d": f"-snooze/{3 * DAY}",
    "snooze for 2 weeks": f"-snooze/{14 * DAY}",
    "later, please": "-snooze",
    "später 3 Tage": f"-snooze/{3 * DAY}",
    "SPÄTER EINE WOCHE": f"-snooze/{7 * DAY}",
    "snooze 12h": f"-snooze/{12 * HOUR}",
    "snooze until tomorrow": f"-snooze/{DAY}",
    "snooze 30s": "-snooze/30000",
    "1 good, 2 asked, 3 never": "1good 2asked 3dismiss",
    "1 good 2 asked 3 never": "1good 2asked 3dismiss",
    "1: good; 2: asked": "1good 2asked",
    "1 good and 2 ugly": "1good 2ugly",
    "1 gut und 2 weg": "1good 2ugly",
    "1,2 asked": "1asked 2asked",
    "1, 2 and 5 asked": "1asked 2asked 5asked",
    "1-3 asked": "1asked 2asked 3asked",
    "2 bis 3 gefragt": "2asked 3asked",
    "1 – asked": "1asked",
    "#3 good": "3good",
    "1 is good, 2 ist weg": "1good 2ugly",
    "2 snooze 3 days, 1 good": f"2snooze/{3 * DAY} 1good",
    "good: 1, 3; ugly: 2": "1good 3good 2ugly",
    "asked 2": "2asked",
    "all asked": "allasked",
    "alle gefragt": "allasked",
    "yes": "-yes",
    "Ja.": "-yes",
    "yes, it was": "-yes -yes",
    "yes it was": "-yes",
    "no": "-no",
    "Nein": "-no",
    "not them": "-no",
    "no, that was somebody else": "-no -no",
    "Nein, das war jemand anderes.": "-no -no",
    "2 yes, 3 no": "2yes 3no",
    "1 good, the rest never": "1good restdismiss",
    "\uff11 good": "1good",
    "Hi, 1 good, thanks": "1good",
}
MEANS_NOTHING = [
    "not good", "good?", "I do not think that 1 is good", "1 good but not 2", "nicht gut", "kein gut", "1 2 good",
    "1..4 good", "12.11. good", "10:30 good", "1/2 good", "4-1 good", "99999 good", "0 good", "snooze 3",
    "snooze 0 days", "snooze 400 days", "snooze a", "good 1, 2 asked", "asked 1, 2 good", "1 snooze 2 good",
    "all good", "alles gut", "1, good", "never mind", "good luck with that", "better ask them", "1", "\u0663 good",
    "g\u043e\u043ed", "1 good, 2 not, 3 ugly", "1 good, 2 snooze 3, 4 ugly", "snooze for", "2, 4-1 good",
    "good 1, asked", "1 good, asked 2",
]  # fmt: skip


def said(text: str, name: str = "") -> str:
    found = instructions_in(text.split("\n"), name).instructions
    return " ".join(
        f"{each.every or each.number or '-'}{each.order}" + (f"/{each.span}" if each.span is not None else "")
        for each in found
    )


@pytest.mark.parametrize("text", SAYS)
def test_what_people_write_is_understood(text: str) -> None:
    assert said(text) == SAYS[text]
    assert instructions_in([text]).unclear == ""


@pytest.mark.parametrize("text", MEANS_NOTHING)
def test_what_may_mean_something_else_means_nothing_and_is_told(text: str) -> None:
    found = instructions_in([text])
    assert found.instructions == ()
    assert found.unclear == text


def test_one_instruction_a_line_with_dots_brackets_and_bullets() -> None:
    assert said("1. good\n2) asked\n- 3: never\n* 4 ugly") == "1good 2asked 3dismiss 4ugly"


def test_a_typo_leaves_the_rest_of_the_line_standing_and_is_told() -> None:
    found = instructions_in(["1 good, 2 aksed, 3 never"])
    assert [each.number for each in found.instructions] == [1, 3]
    assert found.unclear == "2 aksed", "never what was done"


def test_only_the_first_line_that_was_not_understood_is_told_and_cut_short() -> None:
    found = instructions_in(["1 good", "2 what\u202e is\x07 this " + "x" * 300, "3 huh"])
    assert found.unclear.startswith("2 what is this xxx")
    assert len(found.unclear) == SAID


def test_greetings_thanks_and_who_signs_are_not_told() -> None:
    found = instructions_in(
        ["Hi Salver,", "", "asked", "", "Thanks a lot for your help,", "Amy", "Head of Rope"], "Amy"
    )
    assert [each.order for each in found.instructions] == ["asked"]
    assert found.unclear == ""


def test_talk_below_is_not_told_but_what_seems_to_order_something_is() -> None:
    assert instructions_in(["asked", "", "I hope she answers soon."]).unclear == ""
    assert instructions_in(["asked", "", "Please delete the others too, if you can."]).unclear != ""


def test_the_end_of_a_wrapped_sentence_is_no_instruction() -> None:
    found = instructions_in(["For me that is really everything else than", "good", "", "ugly"])
    assert found.instructions == ()
    assert found.unclear


@pytest.mark.parametrize(
    "text",
    [
        "2 please don't\ndelete",
        "please don't\n2 delete",
        "Not\ngood",
        "I do\nnot want it to be\nugly",
        "2 delete\nnot really",
        "never\nmind",
        "2 good\ndon't know",
    ],
)
def test_what_a_negation_may_turn_round_is_no_order_however_the_lines_are_broken(text: str) -> None:
    found = instructions_in(text.split("\n"))
    assert found.instructions == ()
    assert found.unclear


def test_a_line_that_ends_is_not_turned_round_by_the_next() -> None:
    assert said("1 good.\nI do not know about the others") == "1good"
    assert said("1 good\n\nI do not know about the others") == "1good"
    assert said("2 who?\n1 good") == "1good"


def test_a_greeting_below_is_no_order() -> None:
    assert said("I am out of the office until Monday.\n\nLater,\nAmy", "Amy") == ""
    assert said("Later,\nAmy", "Amy") == ""
    assert said("asked\n\nLater,\nAmy", "Amy") == "-asked"


def test_where_it_begins_with_talk_a_lone_word_below_is_no_order_but_a_numbered_one_is() -> None:
    assert said("Hi Salver,\nI am at the sea until Monday.\n\ngood\n\n2 asked") == "2asked"
    assert said("good\n\nI am at the sea until Monday.") == "-good"


@pytest.mark.parametrize(
    ("typed", "word"),
    [("3 dismis", "dismiss"), ("aksed", "asked"), ("2 snoze", "snooze"), ("gefrgt", "gefragt"), ("2 godo", "good"),
     ("dissmis", "dismiss"), ("2 elephant", ""), ("dismiss", ""), ("", ""), ("2 goat", ""), ("good luck", "")],
)  # fmt: skip
def test_a_word_within_a_letter_or_two_is_proposed(typed: str, word: str) -> None:
    assert instructions.meant_by(typed) == word


def test_there_is_an_end_to_how_much_one_answer_orders() -> None:
    assert instructions_in(["1-999 good"]).instructions == ()
    lines = ["1-300 good"] * 10
    assert len(instructions_in(lines).instructions) == MOST


anything = st.text(alphabet=st.characters(exclude_categories=()), max_size=200)
PIECES = (
    "1 2 31 999 - , ; and und all rest good gut asked not snooze später 3 days d week for until ? ! fine i have is / @"
)
of_ours = st.text("12 ,;-.\n?", max_size=20) | st.lists(
    st.sampled_from([*PIECES.split(), "\n", "\ufdfa", "\u0130"]), max_size=40
).map(" ".join)
WORDS = re.compile(
    r"asked|gefragt|nachgefragt|answered|replied|geantwortet|good|accept|gut|annehmen|intriguing|interesting|interessant"
    r"|ugly|delete|spam|weg|l(ö|oe)schen|h(ä|ae)(ß|ss)lich|snooze|later|sp(ä|ae)ter|dismiss|ignore|ignorieren|never|nie|egal"
    r"|withdrawn|withdrew|zur(ü|ue)ckgezogen|done|erledigt|undo|r(ü|ue)ckg(ä|ae)ngig|fine|passt"
    r"|yes|it (was|is)|was them|ja|war es|no|jemand|someone|somebody",
    re.IGNORECASE,
)


@given(anything | of_ours)
def test_any_text_is_read_and_nothing_but_our_words_orders_anything(text: str) -> None:
    found = instructions_in(text.split("\n"), "Amy")
    assert len(found.unclear) <= SAID
    if found.instructions:
        assert WORDS.search(unicodedata.normalize("NFKC", text).casefold())
    for each in found.instructions:
        assert each.number is None or 1 <= each.number <= 999
        assert each.span is None or 0 < each.span <= 366 * DAY
        assert each.span is None or each.order == "snooze"


@pytest.mark.parametrize(
    "piece", ["1,", "1 ", "1-", "snooze ", "1 good, ", "1-400,", "all the ", "and ", "a,", "1-9 good "]
)
def test_the_work_grows_with_the_text_and_not_faster(piece: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted, not timed: how many words are looked at for twice the text."""
    looked: list[str] = []
    real = instructions._number
    monkeypatch.setattr(instructions, "_number", lambda token: (looked.append(token), real(token))[1])

    def work(length: int) -> int:
        looked.clear()
        instructions_in([(piece * length)[:length]])
        return len(looked)

    assert work(2_000) <= 2.5 * work(1_000) + 50
