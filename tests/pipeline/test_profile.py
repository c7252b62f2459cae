"""`salver profile`: questions, the file they make, and what is read back from it."""

from __future__ import annotations

import contextlib
import os
import pty
import signal
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings, strategies as st

from pipeline import profile_file
from pipeline.profile import QUESTIONS, ProfileError, ask, cleaned, language_code
from pipeline.settings import ConfigError, load_profile
from stages.settings import Profile
from tests.builders.server import ROOT

ODD = ('"', "\\", "\\n", "\r\n", "\x00", "\x1b[31m", "\x7f", "\x85", "\u2028", "\u202eevil", "\ufeff", "'''", '"""',
       "#", "[[owner]]", "name = 1", "👩‍🚀🏴", "é", "नमस्ते", "a;b", "{", "]", ",", "\t", " ")  # fmt: skip
TEXT = st.one_of(st.text(max_size=12), st.lists(st.sampled_from(ODD), max_size=4).map("".join))
TEXTS = st.lists(TEXT, max_size=4)
YEAR = st.one_of(st.none(), st.integers(-10, 10**20))
TABLES: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "employers": {"name": TEXT, "from": YEAR, "to": YEAR},
    "open_jobs": {"title": TEXT, "place": TEXT, "for": TEXT, "keywords": TEXTS, "referrals_welcome": st.booleans()},
    "published": {"kind": TEXT, "title": TEXT, "points": TEXTS, "year": YEAR},
}
PROFILES = st.fixed_dictionaries(
    {},
    optional={
        "id": TEXT,
        "name": TEXT,
        **{
            field: TEXTS
            for field in Profile.model_fields
            if field not in ("id", "name", *TABLES)
        },
        **{
            field: st.lists(st.fixed_dictionaries({}, optional=keys), max_size=3) for field, keys in TABLES.items()
        },
    },
).map(Profile.model_validate)  # fmt: skip


def asked(*lines: str, known: Profile | None = None, again: bool = False) -> tuple[Profile, str]:
    """The profile, and all that was said."""
    left, said = list(lines), list[str]()
    answer = ask(known or Profile(), lambda: left.pop(0) if left else None, said.append, again)
    assert not left, "every line is an answer to something"
    return answer, "\n".join(said)


def salver(*arguments: str, given: bytes = b"", ok: bool = True, folder: Path = ROOT, utf8: bool = True) -> str:
    """Standard output, or standard error where it is to fail."""
    done = subprocess.run(
        [sys.executable, "-m", "pipeline.cli", "profile", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1" if utf8 else "0"},
        input=given,
        capture_output=True,
        timeout=60,
    )
    assert (done.returncode == 0) == ok, done.stderr.decode()
    assert b"Traceback" not in done.stderr
    return (done.stdout if ok else done.stderr).decode()


@given(profile=PROFILES)
@example(profile=Profile(name="\\", wants=('"', "\\u0041")))
@example(profile=Profile.model_validate({"employers": [{}], "open_jobs": [{"keywords": ["a" * 200]}]}))
@settings(max_examples=150, deadline=None)
def test_what_is_written_is_read_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, profile: Profile) -> None:
    path = tmp_path_factory.getbasetemp() / "round" / "profile.toml"
    profile_file.write(profile, path, force=True)
    assert load_profile(path) == profile
    lines = path.read_bytes().decode().splitlines()
    assert len(lines) == path.read_bytes().count(b"\n"), "no text of the owner can look like the end of a line"


def test_the_file_says_what_every_field_is_for_and_its_examples_are_sound(tmp_path: Path) -> None:
    path = tmp_path / "profile.toml"
    profile_file.write(Profile(name="Amy"), path, force=False)
    text = path.read_text("utf-8")
    assert {question.field for question in QUESTIONS} == set(Profile.model_fields) - {"id"}
    for question in QUESTIONS:
        assert f"# {question.says}" in text
        assert Profile.model_validate(tomllib.loads(f"{question.field} = {question.example}")) != Profile()


def test_only_the_owner_can_read_the_file_whatever_the_umask_and_the_file_before(tmp_path: Path) -> None:
    path = tmp_path / "new" / "profile.toml"
    before = os.umask(0)
    try:
        profile_file.write(Profile(name="Amy"), path, force=False)
        path.chmod(0o666)
        profile_file.write(Profile(name="Bo"), path, force=True)
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_profile(path).name == "Bo"
    assert [each.name for each in path.parent.iterdir()] == ["profile.toml"], "nothing else is left lying there"


def test_a_file_that_is_there_stays_without_force_also_a_dangling_link(tmp_path: Path) -> None:
    path, link = tmp_path / "profile.toml", tmp_path / "link.toml"
    path.write_text("mine")
    link.symlink_to(tmp_path / "nowhere.toml")
    for taken in (path, link):
        with pytest.raises(ProfileError, match="is there already, and stays as it is"):
            profile_file.write(Profile(name="Amy"), taken, force=False)
    assert path.read_text() == "mine"
    assert not (tmp_path / "nowhere.toml").exists()


def test_a_file_that_comes_while_questions_are_answered_stays_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "profile.toml"
    monkeypatch.setattr(profile_file, "check_place", lambda *_: path.write_text("mine"))
    with pytest.raises(ProfileError, match="meanwhile"):
        profile_file.write(Profile(name="Amy"), path, force=False)
    assert path.read_text() == "mine"
    assert [each.name for each in tmp_path.iterdir()] == ["profile.toml"]


@pytest.mark.parametrize("name", ["profile.json", "P.JSON", ""])
def test_a_place_that_would_not_be_read_as_toml_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ProfileError, match="name a file"):
        profile_file.write(Profile(name="Amy"), tmp_path / name, force=True)


def test_answers_become_a_profile() -> None:
    profile, said = asked(
        "Amy Ferrand", "en; German ;norsk", "robots;  AI;robots;", "", "Welder; Cook", "Slow hiring; Pay bands",
        "publish first; never move down", "", "RoboMeet", "-", "Ragnhild Moe", "referrals", "courses", "Nordlys",
        "NTNU", "Ashby",
    )  # fmt: skip
    assert profile == Profile.model_validate(
        {
            "name": "Amy Ferrand", "languages": ["en", "de", "no"], "industry": ["robots", "AI"],
            "open_jobs": ["Welder", "Cook"],
            "published": [{"title": "Slow hiring", "points": ["publish first", "never move down"]}, "Pay bands"],
            "events": ["RoboMeet"], "known_people": ["Ragnhild Moe"], "wants": ["referrals"],
            "does_not_want": ["courses"], "employers": ["Nordlys"], "schools": ["NTNU"], "tools_used": ["Ashby"],
        }
    )  # fmt: skip
    assert 'quote from "Slow hiring"' in said


def test_enter_keeps_what_is_known_and_other_answers_replace_empty_or_add() -> None:
    known = Profile.model_validate(
        {
            "name": "Amy", "industry": ["robots"], "roles": ["founder"], "languages": ["en"],
            "employers": [{"name": "Nordlys", "from": 2014, "to": 2021}, "Ferrand"],
        }
    )  # fmt: skip
    enter = [""] * len(QUESTIONS)
    assert asked(*enter, known=known)[0] == known
    told, said = asked("-", "+ de; en", "-", "smith", *[""] * 7, "nordlys; Kvist", known=known)
    assert "now: Nordlys; Ferrand" in said
    assert told == Profile.model_validate(
        {
            "languages": ["en", "de"],
            "roles": ["smith"],
            "employers": [known.employers[0].model_dump(by_alias=True), "Kvist"],
        }
    ), "years that are known stay with their employer"


def test_when_the_answers_end_the_rest_stays_as_it_is() -> None:
    known = Profile(name="Amy", schools=("NTNU",))
    assert asked("Bo", known=known)[0] == Profile(name="Bo", schools=("NTNU",))
    told, _ = asked("", "", "", "", "", "A; B", "one", known=known)
    assert [each.points for each in told.published] == [("one",), ()], "also in the midst of the points"


def test_a_language_nobody_knows_is_asked_again_on_a_terminal_and_refused_elsewhere() -> None:
    told, said = asked("Amy", "Quenya; de", "de", again=True)
    assert told.languages == ("de",)
    assert '"Quenya" is no language we know' in said
    with pytest.raises(ProfileError, match=r"question 2 \(languages\): \"Quenya\""):
        asked("Amy", "Quenya", again=False)


def test_many_publications_are_not_asked_about_one_by_one() -> None:
    known = Profile.model_validate({"published": [f"Paper {n}" for n in range(30)]})
    told, said = asked(*[""] * len(QUESTIONS), known=known)
    assert told == known
    assert "30 of them have no points" in said


@given(st.text(alphabet=st.characters()), st.sampled_from([*ODD, "\ud800", "\x1b[D"]))
def test_a_cleaned_text_is_one_line_that_can_be_stored(text: str, odd: str) -> None:
    found = cleaned(text + odd)
    assert found.encode() is not None
    assert len(found.splitlines()) <= 1
    assert cleaned(found) == found


@pytest.mark.parametrize(
    ("called", "code"),
    [("English", "en"), ("ESPAÑOL", "es"), ("pt-BR", "pt-br"), ("Norsk bokmål", "no"), ("Elvish", None), ("e n", None)],
)
def test_a_language_is_named_by_its_code_or_by_a_name_we_know(called: str, code: str | None) -> None:
    assert language_code(called) == code


def test_init_reads_answers_also_without_a_terminal_and_says_what_to_do_next(tmp_path: Path) -> None:
    given = 'Zoë "Z" Ødegård\n\n\n\nWelder\n'.encode()
    out = salver("init", "--output", "me.toml", given=given, folder=tmp_path)
    assert str(tmp_path / "me.toml") in out
    assert out.rstrip().endswith('profile = "me.toml"')
    assert load_profile(tmp_path / "me.toml") == Profile.model_validate(
        {"name": 'Zoë "Z" Ødegård', "open_jobs": ["Welder"]}
    )
    assert "stays as it is" in salver("init", "--output", "me.toml", folder=tmp_path, ok=False)
    salver("init", "--output", "me.toml", "--force", given=b"Bo\n", folder=tmp_path)
    assert load_profile(tmp_path / "me.toml") == Profile(name="Bo")


@pytest.mark.parametrize(
    ("given", "arguments", "told"),
    [
        (b"", (), "nothing is known of you"),
        (b"", ("--yes",), "name your export with --from"),
        (b"", ("--connections",), "No such option"),
        (b"", ("--from", "nowhere.zip"), "there is no such file or folder"),
    ],
)
def test_init_refuses_in_words_and_leaves_no_file(
    tmp_path: Path, given: bytes, arguments: tuple[str, ...], told: str
) -> None:
    assert told in salver("init", *arguments, given=given, folder=tmp_path, ok=False)
    assert list(tmp_path.iterdir()) == []


def test_answers_that_are_no_utf_8_are_refused_in_every_locale(tmp_path: Path) -> None:
    for utf8 in (True, False):
        assert "UTF-8" in salver("init", given=b"Amy\n\nM\xfcnchen\n", folder=tmp_path, ok=False, utf8=utf8)
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_on_a_terminal_leaves_no_file(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    running = subprocess.Popen(
        [sys.executable, "-m", "pipeline.cli", "profile", "init", "--output", str(tmp_path / "profile.toml")],
        cwd=ROOT,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    seen = b""
    try:
        for answer, until in ((b"", b"1 of 14"), (b"Amy\n", b"2 of 14"), (b"Quenya\n", b"write its code")):
            os.write(ours, answer)
            while until not in seen:
                seen += os.read(ours, 4096)
        while running.poll() is None:  # the first may come just before it begins to wait for a key
            running.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                running.wait(5)
        assert running.returncode == 1
    finally:
        running.kill()
        running.wait()
        os.close(ours)
    assert list(tmp_path.iterdir()) == []


def test_check_says_what_a_profile_holds_and_what_is_hardly_meant(tmp_path: Path) -> None:
    path = tmp_path / "profile.toml"
    path.write_text('name = "Amy"\nlanguages = ["German"]\nopen_jobs = [{ place = "Oslo" }]\n')
    path.chmod(0o600)
    assert "Amy; languages 1, open_jobs 1; nothing in industry" in salver("check", str(path))
    employer = '\nemployers = [{ name = "Kvist", from = 2020, to = 2010 }]\n'
    path.write_text(path.read_text() + employer)
    path.chmod(0o644)
    doubts = "\n".join(profile_file.doubts(load_profile(path), path))
    assert '"German" is no code of a language; write one such as "de"' in doubts
    assert "open_jobs: number 1 has no title" in doubts
    assert "Kvist ends (2010) before it begins (2020)" in doubts
    assert "chmod 600" in doubts


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("p.toml", 'name = "Amy"\nwants = "all"\n', "line 2: wants: this is a list"),
        ("p.toml", 'name = "Amy"\n[[open_jobs]]\ntitle = "a"\n[[open_jobs]]\ntitel = "b"\n', 'line 5: unknown key'),
        ("p.json", '{\n "name": "Amy",\n "wants": "all"\n}', "line 3: wants: this is a list"),
        ("p.json", '{\n "groups": ["\\ud83d"]\n}', "line 2: groups: a \\u escape is half of a character"),
        ("p.json", '{"name": ' + "[" * 100_000, "too deep"),
        ("p.toml", "name = " + "[" * 100_000, "too deep"),
    ],
)  # fmt: skip
def test_a_profile_with_a_mistake_is_refused_with_line_and_field(
    tmp_path: Path, name: str, text: str, told: str
) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(ConfigError) as refused:
        load_profile(path)
    assert str(path) in str(refused.value)
    assert told in str(refused.value)


def test_a_profile_saved_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "profile.toml"
    path.write_bytes(b'\xef\xbb\xbfname = "Amy"\r\n')
    assert load_profile(path) == Profile(name="Amy")
