"""The configuration: precedence, and mistakes told with file, line and the nearest known key."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from pipeline.settings import ConfigError, load, load_profile, load_rules, shipped, stage_settings
from stages.settings import Settings

SMALLEST = '[[owner]]\naddresses = ["amy@salver.test"]\n'
SHARED_BOX = SMALLEST + 'mailbox = "maildir:x"\n' + SMALLEST.replace("amy@", "ben@") + 'mailbox = "maildir:./x"\n'
TWO = SMALLEST + SMALLEST.replace("amy@", "ben@")


def written(tmp_path: Path, text: str, name: str = "salver.toml") -> Path:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return path


def mistake(tmp_path: Path, text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        load(written(tmp_path, text), environment={})
    return str(caught.value)


def test_everything_but_an_owners_addresses_has_a_default(tmp_path: Path) -> None:
    found = load(written(tmp_path, SMALLEST), environment={})
    assert found.smtp.listen == "127.0.0.1:2525"
    assert found.store.url == "sqlite:///var/salver.db"
    assert found.dns.resolvers == ()
    (owner,) = found.owner
    assert (owner.id, owner.targets, owner.time_zone, owner.language) == ("amy", ("maildir:var/mail/amy",), "UTC", "en")
    assert not found.sample.on_first_start


def test_the_id_comes_of_the_address_and_never_of_the_name(tmp_path: Path) -> None:
    text = '[[owner]]\nname = "Amy Volt"\naddresses = ["A.Volt@salver.test"]\n'
    (owner,) = load(written(tmp_path, text), environment={}).owner
    assert owner.id == "a.volt"


def test_the_command_line_beats_the_environment_beats_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, '[smtp]\nlisten = "127.0.0.1:1"\n' + SMALLEST)
    environment = {"SALVER_SMTP_LISTEN": "127.0.0.1:2", "SALVER_DNS_RESOLVERS": "127.0.0.1:53, 127.0.0.2:54"}
    assert load(path, environment={}).smtp.listen == "127.0.0.1:1"
    found = load(path, environment=environment)
    assert found.smtp.listen == "127.0.0.1:2"
    assert found.dns.resolvers == ("127.0.0.1:53", "127.0.0.2:54")
    assert load(path, {"smtp.listen": "127.0.0.1:3"}, environment).smtp.listen == "127.0.0.1:3"


def test_durations_are_texts_with_their_unit(tmp_path: Path) -> None:
    found = load(written(tmp_path, '[requests]\nname_window = "2d"\n' + SMALLEST), environment={})
    assert found.requests.name_window == 2 * 86_400_000
    told = mistake(tmp_path, '[requests]\nname_window = "soon"\n' + SMALLEST)
    assert 'write a number and a unit, such as "30s"' in told


def test_absolute_and_relative_stores_are_told_apart(tmp_path: Path) -> None:
    for url, path in (("sqlite:///var/x.db", "var/x.db"), ("sqlite:////var/x.db", "/var/x.db")):
        found = load(written(tmp_path, f'[store]\nurl = "{url}"\n' + SMALLEST), environment={})
        assert found.store.path == Path(path)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[smtp]\nlistn = "127.0.0.1:1"\n' + SMALLEST, 'line 2: unknown key "smtp.listn"; did you mean "listen"?'),
        ("\n[smpt]\n" + SMALLEST, 'line 2: unknown key "smpt"; did you mean "smtp"?'),
        (SMALLEST + 'timezone = "UTC"\n', 'line 3: unknown key "owner.timezone"; did you mean "time_zone"?'),
        (TWO + "nam = 'Ben'\n", 'line 5: unknown key "owner.nam"; did you mean "name"?'),
        (SMALLEST + 'time_zone = "Mars"\n', 'line 3: owner.time_zone: "Mars" is no time zone'),
        ('[[owner]]\nname = "Amy"\n', "owner.addresses"),
        ('[[owner]]\naddresses = ["amy"]\n', '"amy" is no e-mail address'),
        ("", "no [[owner]]"),
        ("[smtp\n", "this is no TOML"),
        (SMALLEST + SMALLEST, 'two owners have the id "amy"'),
        (SMALLEST + 'mailbox = "mbox:x"\n', "write maildir:PATH"),
        ("[points]\nnote_is_blnk = 1.0\n" + SMALLEST, 'line 2: there is no signal "note_is_blnk"; did you mean'),
        ("[points]\nnote_is_blank = 0.3\n" + SMALLEST, "in steps of 0.25"),
        ("[smtp]\nidle = 5\n" + SMALLEST, "5 has no unit"),
        (SMALLEST.replace("[[owner]]", "[owner]"), "write [[owner]], with two brackets"),
        ('[[owner]]\naddresses = "amy@salver.test"\n', "write it in brackets"),
        (SMALLEST + 'rules = "r.toml"\n', "above the first [section]"),
        (SMALLEST + 'mailbox = "maildir:a"\nmailboxes = ["maildir:b"]\n', "keep one of them"),
        (SHARED_BOX, "is the mailbox of two owners"),
        ('[dns]\nresolvers = ["localhost"]\n' + SMALLEST, '"localhost" is no nameserver'),
        ('[authenticity]\nsealers = ["google"]\n' + SMALLEST, '"google" is no domain; write the one in d='),
        ('[authenticity]\nsealers = ["com", "google.com", "-"]\n' + SMALLEST, '"com", "-" are no domains'),
        ('[authenticity]\nsealers = ["@google.com"]\n' + SMALLEST, '"@google.com" is no domain'),
        ('[authenticity]\nsealers = ["*.google.com"]\n' + SMALLEST, '"*.google.com" is no domain'),
        ('[authenticity]\nsealers = [""]\n' + SMALLEST, '"" is no domain'),
        ('[log]\nlevel = "loud"\n' + SMALLEST, "debug, info, warning, error"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_what_to_do(tmp_path: Path, text: str, told: str) -> None:
    assert told in mistake(tmp_path, text)
    assert "salver.toml" in mistake(tmp_path, text)


def test_a_missing_file_is_told_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere.toml: there is no such file"):
        load(tmp_path / "nowhere.toml", environment={})


def test_points_can_be_set_on_the_command_line_and_in_the_environment(tmp_path: Path) -> None:
    path = written(tmp_path, SMALLEST)
    found = load(path, {"points.note_is_blank": "-2"}, {"SALVER_POINTS_SENDER_IS_FORGED": "-20"})
    assert found.points == {"note_is_blank": -2.0, "sender_is_forged": -20.0}


def test_a_misspelt_variable_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="did you mean SALVER_SMTP_LISTEN"):
        load(written(tmp_path, SMALLEST), environment={"SALVER_SMTP_LISSEN": "x"})


def test_the_shipped_profile_loads_and_titles_alone_are_enough() -> None:
    profile = load_profile(shipped("profile.toml"))
    assert [job.title for job in profile.open_jobs] == ["Field service engineer", "Embedded engineer"]
    assert profile.employers[0].name


def test_an_unknown_set_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r'did you mean "smtp.listen"'):
        load(written(tmp_path, SMALLEST), {"smtp.lisen": "x"}, {})


def test_profiles_are_read_from_toml_and_json(tmp_path: Path) -> None:
    text = 'name = "Amy"\nschools = ["Uni"]\n[[open_jobs]]\ntitle = "Cook"\nfor = "Inn"\n'
    as_toml = written(tmp_path, text, "p.toml")
    told = '{"id": "x", "name": "Amy", "schools": ["Uni"], "open_jobs": [{"title": "Cook", "for": "Inn"}]}'
    as_json = written(tmp_path, told, "p.json")
    one, two = load_profile(as_toml), load_profile(as_json)
    assert one.open_jobs[0].employer == two.open_jobs[0].employer == "Inn"
    assert one.schools == two.schools == ("Uni",)
    config = written(tmp_path, SMALLEST + f'profile = "{as_json}"\n')
    profile = stage_settings(load(config, environment={})).profile("amy")
    assert profile is not None
    assert profile.name == "Amy"


def test_a_mistake_in_a_profile_names_the_profiles_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r'p.toml, line 2: unknown key "scools"; did you mean "schools"'):
        load_profile(written(tmp_path, 'name = "Amy"\nscools = []\n', "p.toml"))


def test_a_mistake_in_the_rules_names_the_rules_file(tmp_path: Path) -> None:
    rules = '[[rule]]\nname = "a"\nverdict = "god"\nall = [{signal = "note_is_blank"}]\n'
    with pytest.raises(ConfigError, match=r"r.toml, line 3: rule.verdict"):
        load_rules(written(tmp_path, rules, "r.toml"))


RULES = """# name = "two"
[[rule]]
name = "one"
verdict = "good"
all = [{ field = "name", is = "two" }]

[[rule]] # the second
verdict = "ugly"
any = [{ signal = "note_is_blank" }]
'name'='two'
"""


def test_a_rule_knows_its_file_its_line_and_the_version_of_the_text(tmp_path: Path) -> None:
    path = written(tmp_path, RULES, "r.toml")
    rules = load_rules(path)
    assert (rules.file, rules.version) == (str(path), hashlib.sha256(RULES.encode()).hexdigest()[:8])
    assert [(rule.name, rule.line) for rule in rules.rule] == [("one", 3), ("two", 10)]
    changed = load_rules(written(tmp_path, RULES + "#\n", "r.toml"))
    assert changed.version != rules.version


def test_rules_on_one_line_or_oddly_written_have_a_line_too(tmp_path: Path) -> None:
    text = 'rule = [\n  { name = "a", verdict = "ugly", all = [{ signal = "flatters" }] },\n' + (
        '  { verdict = "good", all = [{ signal = "flatters" }], "na\\u006de" = "b" },\n]\n'
    )
    rules = load_rules(written(tmp_path, text, "r.toml"))
    assert (rules.rule[0].name, rules.rule[0].line) == ("a", 2)
    assert rules.rule[1].line is not None


def test_shipped_rules_are_told_without_where_we_are_installed() -> None:
    rules = load_rules(shipped("rules.toml"))
    assert rules.file == "rules.toml (shipped)"
    lines = shipped("rules.toml").read_text("utf-8").splitlines()
    assert [lines[(rule.line or 0) - 1] for rule in rules.rule] == [f'name = "{rule.name}"' for rule in rules.rule]


@pytest.mark.parametrize(("line", "key"), [(1, "file"), (1, "version"), (4, "line")])
def test_a_rules_file_cannot_say_where_it_stands(tmp_path: Path, line: int, key: str) -> None:
    lines = ["", "[[rule]]", 'name = "a"', "", 'verdict = "good"', 'all = [{ signal = "flatters" }]']
    lines[line - 1] = f"{key} = 3"
    with pytest.raises(ConfigError, match=rf"r.toml, line {line}: (rule\.)?{key}: unknown key"):
        load_rules(written(tmp_path, "\n".join(lines), "r.toml"))


def test_a_misspelt_key_of_a_rule_is_never_taken_for_one_the_file_cannot_have(tmp_path: Path) -> None:
    rules = '[[rule]]\nname = "a"\nlin = 3\nverdict = "good"\nall = [{ signal = "flatters" }]\n'
    with pytest.raises(
        ConfigError, match=r'r.toml, line 3: unknown key "rule.lin"; known here are name, says, v'
    ) as error:
        load_rules(written(tmp_path, rules, "r.toml"))
    assert "top of the file" not in str(error.value)
    assert "line," not in str(error.value)


def test_a_key_that_is_like_none_is_told_of_with_those_that_there_are(tmp_path: Path) -> None:
    rules = '[[rule]]\nid = "a"\nzzz = "b"\nverdit = "good"\nall = [{ signal = "flatters" }]\n'
    with pytest.raises(ConfigError) as error:
        load_rules(written(tmp_path, rules, "r.toml"))
    said = str(error.value)
    for line, key in ((2, "id"), (3, "zzz")):
        assert (
            f'line {line}: unknown key "rule.{key}"; known here are name, says, verdict, folder, points, label, '
            "notify, then, all, any, none, examples" in said
        )
    assert 'unknown key "rule.verdit"; did you mean "verdict"?' in said


def test_where_rules_stand_changes_no_hash_of_settings(tmp_path: Path) -> None:
    one = Settings(rules=load_rules(written(tmp_path, RULES, "one.toml")))
    two = Settings(rules=load_rules(written(tmp_path, "\n" + RULES, "two.toml")))
    assert one.hash == two.hash


@pytest.mark.parametrize("never", ["inf", "nan"])
def test_thresholds_are_numbers_that_can_be_written_down(tmp_path: Path, never: str) -> None:
    with pytest.raises(ConfigError, match=r"line 2: thresholds.good: .*finite number"):
        load_rules(written(tmp_path, f"[thresholds]\ngood = {never}\n", "r.toml"))


def test_the_shipped_rules_and_example_load() -> None:
    found = load(shipped("example.toml"), environment={})
    assert found.sample.on_first_start
    settings = stage_settings(found)
    assert settings.rules.rule
    assert settings.hash == stage_settings(found).hash


def test_settings_that_can_change_a_decision_change_their_hash(tmp_path: Path) -> None:
    one = stage_settings(load(written(tmp_path, SMALLEST), environment={}))
    two = stage_settings(load(written(tmp_path, "[points]\nnote_is_blank = -9.0\n" + SMALLEST), environment={}))
    assert one.hash != two.hash
