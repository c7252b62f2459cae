"""The texts of our mails as data: closed keys, known placeholders, both languages whole, nothing filled in twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel, ValidationError

from pipeline.configuration import Configuration
from pipeline.settings import ConfigError, load, load_mails, shipped, stage_settings
from stages import lessons_answered, orders, refusing, standing
from stages.compose import compose
from stages.instructions import instructions_in
from stages.lesson_words import lessons_in
from stages.proposing import standing as standing_lessons
from stages.rhythm import likelihood
from stages.settings import Owner, Settings
from stages.texts import Mails, Question, Texts, count, say
from tests.builders.own_mails import (
    AMY,
    ANSWER,
    MAILS,
    TOLD,
    alarm,
    digest,
    full_digest,
    inspection,
    line,
    notification,
    opened,
    reminder,
    reply,
    text_of,
)

LANGUAGES = tuple(get_args(Owner.model_fields["language"].annotation))
SMALLEST = '[[owner]]\naddresses = ["amy@salver.test"]\n'


def written(folder: Path, text: str) -> Path:
    (folder / "mine.toml").write_text(text, "utf-8")
    return folder / "mine.toml"


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        load_mails(written(folder, text))
    return str(caught.value)


def test_there_are_texts_in_every_language_an_owner_can_choose() -> None:
    assert set(MAILS.texts) == set(LANGUAGES) == set(Mails.model_fields) - {"questions"}
    assert set(LANGUAGES) <= set(MAILS.questions)
    assert {"en", "de", "fr", "nl", "es", "pt", "it", "pl", "sv", "da", "tr"} <= set(MAILS.questions)


@pytest.mark.parametrize("language", sorted(MAILS.questions))
def test_a_question_asks_names_and_thanks_in_one_line(language: str) -> None:
    asked = MAILS.questions[language]
    whole = " ".join((say(asked.hello, name="Zoë Roe", first="Zoë"), asked.text, say(asked.bye, owner="Amy")))
    assert "?" in asked.text
    assert whole.endswith("Amy")
    assert "\n" not in whole
    assert len(whole) < 300, "what a message on a network's page can hold"
    assert "$" not in whole


@pytest.mark.parametrize("given", ["", "x", "$who", "${who}", "$$"])
def test_what_is_filled_in_is_not_looked_at_again(given: str) -> None:
    assert say("a ${who} b $$", who=given) == f"a {given} b $"


def test_one_and_many_are_two_texts() -> None:
    assert [count("${count} day", "${count} days", number) for number in (0, 1, 2)] == ["0 days", "1 day", "2 days"]


# --- what is refused, with file and key ---------------------------------------------------------------------------


def test_some_texts_can_be_replaced_and_the_others_stay(tmp_path: Path) -> None:
    mine = written(
        tmp_path,
        '[en.reminder]\nsubject_ask = "Ask ${who}!"\n[questions.fr]\nbye = "Salut, ${owner}"\n'
        '[de.sentences]\n"Photo: yes" = "Bild: ja"\n[questions.eo]\nhello = "Saluton ${name}"\n'
        'hello_unnamed = "Saluton"\ntext = "Kial?"\nbye = "Amike, ${owner}"\nbye_unnamed = "Amike"\n',
    )
    found = load_mails(mine)
    assert found.en.reminder.subject_ask == "Ask ${who}!"
    assert found.en.reminder.subject_second == MAILS.en.reminder.subject_second
    assert found.questions["fr"].bye == "Salut, ${owner}"
    assert found.questions["fr"].text == MAILS.questions["fr"].text
    assert found.questions["eo"].text == "Kial?"
    assert found.de.sentence("Photo: yes") == "Bild: ja"
    assert found.de.sentence("1 day") == "1 Tag"


def test_an_empty_text_is_left_out(tmp_path: Path) -> None:
    found = load_mails(written(tmp_path, '[en.reminder]\nmove = ""\nnext_ask = ""\n'))
    text = text_of(compose(reminder(), AMY, TOLD.model_copy(update={"texts": found.texts}), ANSWER))
    assert "Or move the mail" not in text
    assert "What happens next" not in text
    assert "\r\n\r\n\r\n" not in text.rstrip()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[en.reminder]\nsubject_aks = "x"\n',
         'mine.toml, line 2: unknown key "en.reminder.subject_aks"; did you mean "subject_ask"?'),
        ('[en.remider]\nx = "x"\n', 'mine.toml, line 1: unknown key "en.remider"; did you mean "reminder"?'),
        ('[fr.reminder]\nsubject_ask = "x"\n', 'mine.toml, line 1: unknown key "fr"'),
        ('[de.reminder]\n\nsubject_ask = "${whom}"\n',
         'mine.toml, line 3: de.reminder.subject_ask: "${whom}" is no placeholder of this text; it may hold ${who}'),
        ('[en.common]\nsignature = "$name"\n',
         'line 2: en.common.signature: "${name}" is no placeholder of this text; it holds none'),
        ('[en.digest]\nasks = "5 $ each"\n',
         'line 2: en.digest.asks: there is a "$" that begins no placeholder; write "$$"'),
        ('[questions.fr]\ntext = 5\n', "line 2: questions.fr.text: "),
        ('[questions.eo]\ntext = "Kial?"\n', "questions.eo.hello: this is missing"),
        ('[en.common]\nweekdays = ["x"]\n', "line 2: en.common.weekdays: "),
        ('[de.sentences]\n"a ${b}" = "${c}"\n', '"a ${b}": "${c}" is no placeholder of this text'),
        ('[de.sentences]\n"${b}" = "x"\n', '"${b}": a sentence has words'),
        ("[en\n", "mine.toml, line 1: this is no TOML"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_file_and_key(tmp_path: Path, text: str, said: str) -> None:
    assert said in refusal(tmp_path, text)


@pytest.mark.parametrize("name", ["en", "de"])
def test_a_text_that_is_missing_is_refused(name: str) -> None:
    tree = MAILS.texts[name].model_dump()
    del tree["digest"]["phases"]["silent"]
    with pytest.raises(ValidationError, match=r"digest\.phases\.silent"):
        Texts.model_validate(tree)


def test_the_owner_names_the_file_in_the_configuration(tmp_path: Path) -> None:
    mine = written(tmp_path, '[en.reminder]\nsubject_ask = "Ask ${who}!"\n')
    (tmp_path / "salver.toml").write_text(f'texts = "{mine}"\n{SMALLEST}', "utf-8")
    told = stage_settings(load(tmp_path / "salver.toml", environment={}))
    assert told.texts["en"].reminder.subject_ask == "Ask ${who}!"
    assert told.questions == MAILS.questions


def test_no_text_changes_the_hash_of_the_settings_or_travels_to_the_readers(tmp_path: Path) -> None:
    other = load_mails(written(tmp_path, '[en.reminder]\nsubject_ask = "Ask ${who}!"\n'))
    assert Settings().hash == TOLD.hash == TOLD.model_copy(update={"texts": other.texts}).hash
    assert "${who}" not in TOLD.model_dump_json()
    assert Configuration().texts == ""


def test_the_shipped_files_are_where_an_installation_has_them() -> None:
    assert sorted(path.name for path in shipped("mails").iterdir()) == ["de.toml", "en.toml", "questions.toml"]


# --- the texts and what fills them --------------------------------------------------------------------------------


def texts_of(model: BaseModel, before: str = "") -> Iterator[tuple[str, str]]:
    for name, value in model:
        if isinstance(value, BaseModel):
            yield from texts_of(value, f"{before}{name}.")
        elif isinstance(value, str):
            yield f"{before}{name}", value


def placeholders(model: type[BaseModel], key: str) -> tuple[str, ...]:
    """What a text may hold, as its type says."""
    *tables, last = key.split(".")
    for table in tables:
        annotation = model.model_fields[table].annotation
        assert isinstance(annotation, type)
        model = annotation
    check: Any = model.model_fields[last].metadata[0]
    return tuple(check.func.args[0])


def stuffed(language: str) -> Texts:
    """Every text holds its key, and every placeholder that it may hold."""
    tree = MAILS.texts[language].model_dump()
    for key, _ in texts_of(MAILS.texts[language]):
        *tables, last = key.split(".")
        table = tree
        for name in tables:
            table = table[name]
        table[last] = f"<{key}>" + "".join(f"${{{name}}}" for name in placeholders(Texts, key))
    return Texts.model_validate(tree)


def test_every_placeholder_a_text_may_hold_is_filled_in_and_every_text_is_said() -> None:
    told = TOLD.model_copy(update={"texts": {"en": stuffed("en")}})
    mails = [reminder(asking=each) for each in ("ask", "second", "maybe", "unseen", "owed")]
    mails += [reminder(asking="unseen", verdict=verdict) for verdict in ("good", "ugly")]
    wanted = [
        *mails,
        full_digest(),
        digest(changed=(line(1),)),
        reply(said="x", done=("x",)),
        reply(requests=("a", "b")),
        reply(requests=("a",), name="Ann Lee", said="dismis", meant="dismiss"),
        *(reply(requests=("a",), asking=asking) for asking in ("maybe", "unseen", "owed")),
    ]
    wanted += [alarm(), alarm(account="work"), alarm(others=("facebook", "wellfound")), alarm(network=None)]
    wanted += [inspection(lost=tuple(MAILS.en.inspection.fields)), inspection(lost=()), inspection(proven=False)]
    wanted += [inspection(lost=("layout_known",))]  # which goes unsaid beside others
    wanted += [notification(verdict=verdict) for verdict in ("good", "intriguing", "ugly", "follow_up")]
    said = "".join(text_of(compose(each, AMY, told, to)) for each in wanted for to in (ANSWER, ""))
    heads = "".join(opened(compose(each, AMY, told, ANSWER))["Subject"] for each in wanted)
    assert "${" not in said + heads
    found = set(re.findall(r"<([a-z_.]+)>", re.sub(r"\s", "", said) + re.sub(r"\s", "", heads)))
    missed = {key for key, _ in texts_of(MAILS.en)} - found
    assert {key for key in missed if not key.startswith(("digest.subject_", "digest.phases."))} == {
        "common.greeting_unnamed", "common.in_common_many", "common.link_left_out", "common.somebody",
        "common.title_at", "digest.answered", "digest.going_more_one",
        "digest.looked_many", "digest.looked_none", "digest.needed_none",
        "digest.needed_one", "digest.pitch", "digest.refused_more_one",
        "digest.requests_one", "digest.shadow_same", "digest.unlisted_one",
        "digest.up_to",
        "digest.wrote", "reminder.next_ask_at_once",
    }, "said in other tests"  # fmt: skip


@pytest.mark.parametrize(("key", "english"), list(texts_of(MAILS.en)))
def test_a_translation_says_as_much_as_the_english(key: str, english: str) -> None:
    german = dict(texts_of(MAILS.de))[key]
    assert set(re.findall(r"\$\{\w+\}", german)) == set(re.findall(r"\$\{\w+\}", english))
    assert german
    if key not in ("common.signature", "digest.entry", "digest.entry_with_id"):
        assert german != english


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_that_a_mail_tells_the_owner_to_reply_is_understood(language: str) -> None:
    quoted = re.compile(r'"([^"]+)"' if language == "en" else "„([^“]+)“")
    found = 0
    for key, text in texts_of(MAILS.texts[language]):
        if re.match(r"reminder\.mail_|digest\.(?:mail_|maybe$|say_)|reply\.again", key):
            for words in [text] if "say_" in key else quoted.findall(text):
                understood = instructions_in([words.replace("${number}", "3")])
                assert understood.instructions, f"{key}: {words}"
                assert not understood.unclear
                found += 1
        if key == "digest.lesson_answer":
            said = [lessons_in([words.replace("${code}", "k204981")]).said for words in quoted.findall(text)]
            assert [[each.answer for each in told] for told in said] == [["accept"], ["decline"]]
    assert found >= 20


def test_what_salver_says_in_english_elsewhere_is_said_in_german_too() -> None:
    phases: tuple[Any, ...] = tuple(standing.PHASES)
    every: tuple[Any, ...] = ("asked", "not_theirs", "snooze", "undo", "done", "good", "dismiss")
    said = [
        *standing.PHASES.values(),
        *(standing.why_not_in(phase, asked, order) for phase in phases for asked in (True, False) for order in every),
        *(standing.span(span) for span in (0, 1_000, 60_000, 3_600_000, 7_200_000, 86_400_000, 604_800_000)),
        *(likelihood(years) for years in (2.5, 71.0, 5_000.0)),
        *(refusing.UNKNOWN_REQUEST, refusing.NOT_FOLLOWED, refusing.which(1, 1, ""), refusing.which(2, 3, "")),
        *(lessons_answered.why_not("k204981", state) for state in lessons_answered.WHY_NOT),
        *(said.format(lesson="k204981") for said in (lessons_answered.UNKNOWN, lessons_answered.TWICE)),
        *(lessons_answered.ALONE, standing_lessons.STRANGE, standing_lessons.MOOT),
        standing_lessons.AGAINST_IT.format(speaking=3, against=4),
        *("no lesson of this name was proposed to you", "at most 500 lessons are kept; forget one first"),
        *(orders.NOT_UNDERSTOOD, orders.PARTLY, orders.LATE, orders.NO_NUMBER, orders.NO_SAMPLE),
    ]
    for sentence in said:
        assert MAILS.de.sentence(sentence) != sentence
        assert not re.search(r"\b(?:the|you|your|they|it|of)\b", MAILS.de.sentence(sentence))


def test_a_sentence_nobody_translated_stays_as_it_is() -> None:
    assert MAILS.de.sentence("The sea is blue") == "The sea is blue"
    assert MAILS.en.sentence("Photo: yes") == "Photo: yes"
    assert MAILS.de.sentence("${count} days") == "${count} days", "no number"


def test_a_question_is_closed_too() -> None:
    with pytest.raises(ValidationError):
        Question.model_validate({**MAILS.questions["en"].model_dump(), "more": "x"})
