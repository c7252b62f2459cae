"""Labelled notes as they are read: threads with their answers, and folders of files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.judging import judge, settings_of
from pipeline.labelled import looked_up, with_answer
from pipeline.labelled_files import EvaluationError, read
from stages.enrich import enrich
from stages.events import Asked
from tests.builders.labelled import DEFAULT, OWNERS, WARM, in_folder, labelled, note, plain_settings, written

HOUR = 3_600_000
ASKED = [{"from": "sender", "text": DEFAULT}, {"from": "owner", "text": "What made you write?"}]


def asked(*after: dict[str, Any]) -> Asked:
    found = labelled(thread=[*ASKED, *({"from": "sender", **turn} for turn in after)]).asked
    assert found is not None
    return found


# --- threads


def test_an_answer_is_what_the_sender_wrote_after_the_owners_question_and_how_long_it_took() -> None:
    found = asked({"text": WARM, "delay_hours": 2.5})
    assert (found.waited, found.answered, found.answer.value) == (2.5 * HOUR, True, WARM)


def test_no_text_is_no_answer_in_all_that_time() -> None:
    found = asked({"text": None, "delay_hours": 240})
    assert (found.waited, found.answered, found.answer.state) == (240 * HOUR, False, "unknown")


def test_several_texts_are_one_answer_that_came_with_the_first_of_them() -> None:
    found = asked(
        {"text": None, "delay_hours": 100}, {"text": "Sorry!", "delay_hours": 20}, {"text": WARM, "delay_hours": 9}
    )
    assert (found.waited, found.answered, found.answer.value) == (120 * HOUR, True, f"Sorry!\n\n{WARM}")


def test_an_empty_answer_is_an_answer() -> None:
    found = asked({"text": " ", "delay_hours": 1})
    assert (found.answered, found.answer.state) == (True, "absent")


def test_where_a_thread_does_not_tell_how_long_it_took_an_answer_was_fast_and_a_silence_long() -> None:
    assert asked({"text": WARM}).waited == 24 * HOUR
    assert asked({"text": None}).waited == asked().waited == 14 * 24 * HOUR


def test_without_a_question_of_the_owner_nobody_was_asked() -> None:
    assert labelled().asked is None
    assert labelled(thread=ASKED[:1]).asked is None


def test_only_a_thread_changes_the_event_and_nothing_else_in_it() -> None:
    thread = labelled(thread=[*ASKED, {"from": "sender", "text": WARM, "delay_hours": 1}])
    (enriched,) = enrich(looked_up(thread), settings_of(None, plain_settings()))
    changed = with_answer(thread, enriched)
    (request,) = changed.requests
    assert request.asked == thread.asked
    assert changed.model_copy(update={"requests": enriched.requests}) == enriched
    assert with_answer(labelled(), enriched) is enriched


def test_a_thread_is_judged_with_its_answer_and_its_first_text_stays_the_note() -> None:
    thread = labelled(thread=[*ASKED, {"from": "sender", "text": WARM, "delay_hours": 1}])
    (found,) = judge([thread], None, plain_settings())
    (request,) = found.enriched.requests
    assert (request.asked, request.notice.note.state) == (thread.asked, "absent")
    assert found.decision.judgement.request == request, "what was scored is what was asked"


# --- folders


def test_a_folder_is_read_whole_with_the_owners_it_brings(tmp_path: Path) -> None:
    folder = in_folder(tmp_path / "all", OWNERS, b=[note("b")], a=[note("a"), note("c", reference_owner="teeth")])
    found = read(folder)
    assert [file.name for file in found.files] == ["a.jsonl", "b.jsonl"]
    assert [each.id for each in found.notes] == ["a", "c", "b"]
    assert found.owners is not None
    assert list(found.owners) == ["lockers", "teeth"]
    assert found.owners_path == folder / "owners"


def test_owners_may_come_beside_those_of_the_folder_from_a_file_or_a_folder(tmp_path: Path) -> None:
    folder = in_folder(tmp_path / "all", OWNERS, a=[note(reference_owner="third")])
    more = {"owners": [{"id": "third"}, OWNERS["owners"][0]]}
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "x.json").write_text(json.dumps(more), "utf-8")
    for given in (tmp_path / "more" / "x.json", tmp_path / "more"):
        found = read(folder, given)
        assert found.owners is not None
        assert list(found.owners) == ["lockers", "teeth", "third"]


def test_a_folder_without_owners_is_judged_without(tmp_path: Path) -> None:
    assert read(in_folder(tmp_path / "all", None, a=[note(reference_owner="who")])).owners is None


def test_an_id_stands_once_in_all_files_and_in_all_folders(tmp_path: Path) -> None:
    folder = in_folder(tmp_path / "all", None, a=[note("x")], b=[note("y"), note("x")])
    with pytest.raises(EvaluationError) as error:
        read(folder)
    first, second = folder / "notes" / "a.jsonl", folder / "notes" / "b.jsonl"
    assert f'{second}, line 2: id: "x" stands in {first}, line 1, too' in str(error.value)
    taken: dict[str, str] = {}
    read(first, None, taken)
    with pytest.raises(EvaluationError, match="needs an id of its own"):
        read(first, None, taken)


def test_another_owner_of_the_same_id_is_refused(tmp_path: Path) -> None:
    folder = in_folder(tmp_path / "all", OWNERS, a=[note()])
    (folder / "owners" / "z.json").write_text(json.dumps({"owners": [{"id": "teeth", "name": "Other"}]}), "utf-8")
    with pytest.raises(EvaluationError, match='id: "teeth" is another owner'):
        read(folder)


@pytest.mark.parametrize("missing", ["notes", "owners"])
def test_a_folder_that_holds_nothing_to_read_is_refused(tmp_path: Path, missing: str) -> None:
    folder = in_folder(tmp_path / "all", OWNERS, a=[note()])
    for file in (folder / missing).iterdir():
        file.unlink()
    with pytest.raises(EvaluationError, match=f"all/{missing}: there is no"):
        read(folder)


def test_a_file_is_read_as_before(tmp_path: Path) -> None:
    path, owners = written(tmp_path, [note(reference_owner="teeth")])
    found = read(Path(path), Path(owners))
    assert (list(found.files), found.owners_path) == ([Path(path)], Path(owners))
    with pytest.raises(EvaluationError, match="there is no such file"):
        read(tmp_path / "nowhere")
