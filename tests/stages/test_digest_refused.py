"""What a digest says of changed rules that were not taken over: short, and only where it is sent for something else."""

from __future__ import annotations

from stages.calm import FollowUp
from stages.conversation import Week
from stages.digest import Waiting, plan
from stages.digest_mail import compose
from stages.refused_rules import RefusedAt, RefusedRules, refused_at, refused_rules
from tests.builders.own_mails import AMY, ANSWER, TOLD, digest, goes, line, text_of

NOON = 1_794_830_400_000
DAY = 86_400_000
REFUSED = refused_rules(
    NOON,
    NOON - 2 * DAY,
    places=(
        RefusedAt(file="rules.toml", line=3),
        RefusedAt(file="names.txt"),
        *(RefusedAt(file="rules.toml", line=line) for line in (5, 7, 9)),
    ),
)


def told(found: RefusedRules | None, language: str = "en") -> str:
    wanted = digest(asks=(line(1),), refused=found)
    return " ".join(text_of(compose(wanted, AMY.model_copy(update={"language": language}), TOLD, ANSWER)).split())


def test_it_says_what_is_wrong_and_which_rules_decide() -> None:
    said = told(REFUSED)
    assert "Your rules file of Monday, 16 November 2026 was not taken over." in said
    assert "The rules of Saturday, 14 November 2026 decide." in said
    assert "- Something is wrong in rules.toml, line 3 - Something is wrong in names.txt" in said
    assert "line 5 and 2 more lines." in said
    assert "`salver status`" in said


def test_it_says_it_in_german() -> None:
    said = told(refused_rules(NOON, None, ("eins", "", "zwei", " drei", "vier")), "de")
    assert "Ihre Regeldatei vom Montag, 16. November 2026 wurde nicht übernommen." in said
    assert "- eins - zwei - drei und 1 weitere Zeile." in said
    assert "Es gelten die Regeln vom Samstag, 14. November 2026." in told(REFUSED, "de")
    assert "- Etwas stimmt nicht in rules.toml, Zeile 3 -" in told(REFUSED, "de")


def test_it_says_nothing_where_the_rules_in_the_file_decide() -> None:
    assert "Your rules" not in told(None)


def test_a_line_of_any_length_and_kind_is_told_in_short() -> None:
    strange = refused_rules(
        NOON, None, ("x" * 5_000, "\x1b[31m<b>bold</b>\u202e"), (RefusedAt(file="\x1b[31m\u202e" + "y" * 300),)
    )
    said = told(strange)
    assert "x" * 250 in said.replace(" ", "")
    assert "x" * 400 not in said.replace(" ", "")
    assert "y" * 100 not in said.replace(" ", "")
    assert "\x1b" not in said
    assert "\u202e" not in said


def test_it_is_no_reason_for_a_mail_and_goes_along_in_one() -> None:
    week = Week(requests=3, needed=0)
    assert plan(AMY, "id", Waiting((), 0, (), (), week, refused=REFUSED), FollowUp(), NOON) is None
    made = plan(AMY, "id", Waiting((), 0, (), (), week, refused=REFUSED, going=(goes(1),)), FollowUp(), NOON)
    assert made is not None
    assert made.refused == REFUSED


def test_of_a_mistake_only_file_and_line_are_known() -> None:
    files = {"/etc/salver/rules.toml": (), "/etc/salver": (), "/home/amy/me.toml": ("amy",), "/x/list, line 3.txt": ()}
    why = (
        '/etc/salver/rules.toml, line 12: verdict: "splendid" will not do\n'
        '/etc/salver/rules.toml, line 12: points: "many" will not do\n'
        "/home/amy/me.toml, line 2: employers.from: CLINIC\n"
        "/home/amy/me.toml: employers is CLINIC\n"
        "/x/list, line 3.txt cannot be read: no such file\n"
        "/etc/salver/rules.tomlx: another file\n"
        '"Harbour" is declared anew\n'
    )
    assert refused_at(why, files) == (
        RefusedAt(file="rules.toml", line=12),
        RefusedAt(file="me.toml", line=2, owners=("amy",)),
        RefusedAt(file="me.toml", owners=("amy",)),
        RefusedAt(file="list, line 3.txt"),
    )
