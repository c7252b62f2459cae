"""`salver check` tells mistakes, doubts and failing examples of a rules file, and a server starts with mere doubts."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from structlog.testing import capture_logs

from pipeline.cli import main
from tests.builders.running import running

ONE = '[[rule]]\nname = "one"\nverdict = "good"\nall = [{ signal = "flatters" }]\n'
TWO = ONE.replace('"one"', '"two"')
EXAMPLE = '[[rule.examples]]\nnote = "Hello"\nsignals = ["flatters"]\nfolder = "FOLDER"\n'


def check(folder: Path, rules: str, more: str = "") -> Result:
    (folder / "r.toml").write_text(rules, "utf-8")
    config = folder / "salver.toml"
    config.write_text(f'rules = "{folder}/r.toml"\n{more}[[owner]]\naddresses = ["amy@salver.test"]\n', "utf-8")
    return CliRunner().invoke(main, ["check", "--config", str(config)])


def test_check_says_how_many_rules_and_examples_are_in_order(tmp_path: Path) -> None:
    told = check(tmp_path, ONE + EXAMPLE.replace("FOLDER", "Good"))
    assert told.exit_code == 0
    assert "is in order: owner amy; 1 rule, whose 1 example goes where it must." in told.output


def test_check_tells_every_mistake_with_its_line_and_no_traceback(tmp_path: Path) -> None:
    told = check(tmp_path, ONE.replace("flatters", "flaters") + TWO.replace('"good"', '"good"\nfolder = "Clints"'))
    assert told.exit_code == 1
    assert f'{tmp_path}/r.toml, line 4: rule "one": there is no signal "flaters"; did you mean' in told.output
    assert f'{tmp_path}/r.toml, line 8: rule "two": there is no folder "Clints"' in told.output
    assert "Traceback" not in told.output


def test_folders_and_owners_are_those_of_the_configuration(tmp_path: Path) -> None:
    rules = ONE.replace('"good"', '"good"\nfolder = "Clients"').replace(
        '{ signal = "flatters" }', '{ field = "owner", is = "amy" }'
    )
    assert check(tmp_path, rules, '[filing]\nfolders = ["Clients"]\n').exit_code == 0
    told = check(tmp_path, rules.replace("amy", "ammy"), '[filing]\nfolders = ["Clints"]\n')
    assert 'line 4: rule "one": there is no folder "Clients"; did you mean "Clints"?' in told.output
    assert 'line 5: rule "one": owner is never "ammy": there is no such id; did you mean "amy"?' in told.output


def test_check_tells_doubts_and_failing_examples_and_says_that_something_is_wrong(tmp_path: Path) -> None:
    told = check(tmp_path, ONE + EXAMPLE.replace("FOLDER", "Ugly") + TWO)
    assert told.exit_code == 1
    doubt, failing, last = told.output.splitlines()[-3:]
    assert (
        last
        == "1 doubt and 1 example fails; Salver would start with these, but a running one would not take them over."
    )
    assert doubt.startswith(
        f'{tmp_path}/r.toml, line 10: rule "two": it can never decide: "one" (line 2) stands before'
    )
    assert failing.startswith(f'{tmp_path}/r.toml, line 5: rule "one": its example fails: ')
    assert 'must lie in Ugly, and goes to Good by "one" (line 2)' in failing


def test_check_says_what_salver_would_do_with_mere_doubts_and_with_mistakes(tmp_path: Path) -> None:
    told = check(tmp_path, ONE + TWO)
    assert told.output.splitlines()[-1] == "1 doubt; Salver would start with these."
    told = check(tmp_path, ONE.replace("flatters", "flaters") + TWO.replace("flatters", "flaters"))
    assert told.output.splitlines()[-1] == "2 mistakes: Salver would not take these."
    assert check(tmp_path, "[[rule]").output.splitlines()[-1] == "1 mistake: Salver would not take these."


@pytest.mark.parametrize("key", ["rules", "shadow", "texts", "weights"])
def test_a_file_that_is_not_there_is_told_with_the_key_that_names_it(tmp_path: Path, key: str) -> None:
    config = tmp_path / "salver.toml"
    config.write_text(f'{key} = "no/such.toml"\n[[owner]]\naddresses = ["amy@salver.test"]\n', "utf-8")
    told = CliRunner().invoke(main, ["check", "--config", str(config)])
    assert told.exit_code == 1
    assert (
        f"no/such.toml: there is no such file, and `{key}` in your configuration names it; paths count" in told.output
    )
    assert f"from the folder where Salver is started, here {Path.cwd()}" in told.output


@pytest.mark.parametrize(("points", "code"), [("flatters = 0.0", 1), ("flatters = -2.0", 0)])
def test_a_signal_is_worthless_by_the_configuration(tmp_path: Path, points: str, code: int) -> None:
    assert check(tmp_path, ONE, f"[points]\n{points}\n").exit_code == code


async def test_a_server_starts_with_doubts_and_says_them_in_its_log(tmp_path: Path) -> None:
    (tmp_path / "r.toml").write_text(ONE + EXAMPLE.replace("FOLDER", "Ugly") + TWO, "utf-8")
    with capture_logs() as logged:
        async with running(tmp_path, first=f'rules = "{tmp_path}/r.toml"\n'):
            pass
    (doubt,) = (each for each in logged if each["event"] == "rules_doubted")
    assert 'rule "two": it can never decide' in doubt["why"]
    (failed,) = (each for each in logged if each["event"] == "examples_failed")
    assert failed["examples"] == 1
    assert "Hello" not in str(failed)
