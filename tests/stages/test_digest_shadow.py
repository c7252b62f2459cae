"""What a digest says of rules in the shadow: short, and only where it is sent for something else."""

from __future__ import annotations

import pytest

from stages.calm import FollowUp
from stages.conversation import Week
from stages.digest import Waiting, plan
from stages.digest_mail import compose
from tests.builders.own_mails import (
    AMY,
    ANSWER,
    TOLD,
    digest,
    goes,
    html_of,
    line,
    opened,
    otherwise,
    shadow_week,
    text_of,
)

TITLE = "Your rules in the shadow"


def told(shadow: object, language: str = "en") -> str:
    wanted = digest(asks=(line(1),), shadow=shadow)
    return " ".join(text_of(compose(wanted, AMY.model_copy(update={"language": language}), TOLD, ANSWER)).split())


def test_it_says_how_many_the_shadow_would_have_decided_otherwise_and_names_the_first() -> None:
    said = told(shadow_week((otherwise(), otherwise("Olu Berg", "follow_up", "good", into="Recruiters"))))
    assert TITLE in said
    assert "the rules in next.toml saw 41 requests, and would have decided 2 otherwise:" in said
    assert "- Ines Karlow: Good, in the shadow Ugly" in said
    assert "- Olu Berg: to ask why, in the shadow Good (Recruiters)" in said
    assert "`salver shadow report`" in said


def test_it_says_so_where_the_shadow_agrees_with_everything() -> None:
    said = told(shadow_week())
    assert "saw 41 requests, and would have decided none otherwise." in said
    assert "salver shadow report" not in said


def test_it_says_it_in_german() -> None:
    said = told(shadow_week((otherwise("Olu Berg", "follow_up", "good"),)), "de")
    assert "sahen die Regeln in next.toml 41 Anfragen und hätten 1 davon anders entschieden:" in said
    assert "- Olu Berg: nachfragen, im Schatten Good" in said
    assert "und hätten keine anders entschieden." in told(shadow_week(), "de")


@pytest.mark.parametrize("shadow", [None, shadow_week(requests=0)])
def test_it_says_nothing_where_there_is_no_shadow_or_it_saw_nothing(shadow: object) -> None:
    assert TITLE not in told(shadow)


def test_the_shadow_alone_is_not_worth_a_digest_and_goes_along_in_one_that_is() -> None:
    week = shadow_week((otherwise(),))
    alone = Waiting((), 0, (), (), Week(requests=41, needed=0), shadow=week)
    assert plan(AMY, "d" * 32, alone, FollowUp(), 0) is None
    made = plan(AMY, "d" * 32, alone._replace(going=(goes(1),)), FollowUp(), 0)
    assert made is not None
    assert made.shadow == week
    assert "shadow" not in str(opened(compose(made, AMY, TOLD, ANSWER))["Subject"])


def test_a_strangers_name_is_no_markup_and_no_link_in_it() -> None:
    wanted = digest(asks=(line(1),), shadow=shadow_week((otherwise("<b>https://evil.example/${who}</b>\r\nX: y"),)))
    octets = compose(wanted, AMY, TOLD, ANSWER)
    assert "<b>" not in html_of(octets)
    assert "https://evil.example" not in text_of(octets)
    assert "\nX: y" not in text_of(octets)
