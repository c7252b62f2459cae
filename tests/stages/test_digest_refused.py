"""What a digest says of changed rules that were not taken over: short, and only where it is sent for something else."""

from __future__ import annotations

from stages.calm import FollowUp
from stages.conversation import Week
from stages.digest import Waiting, plan
from stages.digest_mail import compose
from stages.refused_rules import RefusedRules, refused_rules
from tests.builders.own_mails import AMY, ANSWER, TOLD, digest, goes, line, text_of

NOON = 1_794_830_400_000
DAY = 86_400_000
REFUSED = refused_rules("rules.toml, line 3: one\n\n  rules.toml, line 9: two\nthree\nfour\nfive", NOON, NOON - 2 * DAY)


def told(found: RefusedRules | None, language: str = "en") -> str:
    wanted = digest(asks=(line(1),), refused=found)
    return " ".join(text_of(compose(wanted, AMY.model_copy(update={"language": language}), TOLD, ANSWER)).split())


def test_it_says_what_is_wrong_and_which_rules_decide() -> None:
    said = told(REFUSED)
    assert "Your rules file of Monday, 16 November 2026 was not taken over." in said
    assert "The rules of Saturday, 14 November 2026 decide. What is wrong:" in said
    assert "- rules.toml, line 3: one - rules.toml, line 9: two - three and 2 more lines." in said
    assert "`salver status`" in said


def test_it_says_it_in_german() -> None:
    said = told(refused_rules("eins\nzwei\ndrei\nvier", NOON, None), "de")
    assert "Ihre Regeldatei vom Montag, 16. November 2026 wurde nicht übernommen." in said
    assert "- eins - zwei - drei und 1 weitere Zeile." in said
    assert "Es gelten die Regeln vom Samstag, 14. November 2026." in told(REFUSED, "de")


def test_it_says_nothing_where_the_rules_in_the_file_decide() -> None:
    assert "Your rules" not in told(None)


def test_a_line_of_any_length_and_kind_is_told_in_short() -> None:
    strange = refused_rules("x" * 5_000 + "\n\x1b[31m<b>bold</b>\u202e", NOON, None)
    said = told(strange)
    assert "x" * 250 in said.replace(" ", "")
    assert "x" * 400 not in said.replace(" ", "")
    assert "\x1b" not in said
    assert "\u202e" not in said


def test_it_is_no_reason_for_a_mail_and_goes_along_in_one() -> None:
    week = Week(requests=3, needed=0)
    assert plan(AMY, "id", Waiting((), 0, (), (), week, refused=REFUSED), FollowUp(), NOON) is None
    made = plan(AMY, "id", Waiting((), 0, (), (), week, refused=REFUSED, going=(goes(1),)), FollowUp(), NOON)
    assert made is not None
    assert made.refused == REFUSED
