"""When `links_lead_elsewhere` speaks, and when it stays silent."""

from __future__ import annotations

from stages.events import Links
from tests.builders.facts import facts, request
from tests.builders.verdicts import finding, with_and_without

SIGNAL = "links_lead_elsewhere"


def test_it_alone_changes_the_verdict() -> None:
    asked = request("Your article about pricing stairlifts for councils changed how I quote them.")
    assert with_and_without(
        SIGNAL, asked, facts(links=Links(foreign=("1inkedin.test",), imitating=("1inkedin.test",)))
    ) == ("ugly", "good")


def test_a_foreign_host_counts_while_the_mail_is_not_proven() -> None:
    links = Links(hosts=("shop.test",), foreign=("shop.test",))
    found = finding(SIGNAL, request(), facts(trust="unverified", links=links))
    assert found is not None
    assert "shop.test" in found.evidence


def test_one_outside_link_beside_the_networks_own_is_somebodys_site() -> None:
    links = Links(hosts=("www.linkedin.com", "shop.test"), foreign=("shop.test",))
    assert finding(SIGNAL, request(), facts(trust="unverified", links=links)) is None


def test_a_proven_mail_may_carry_somebodys_own_site() -> None:
    assert finding(SIGNAL, request(), facts(links=Links(hosts=("shop.test",), foreign=("shop.test",)))) is None


def test_a_disguised_link_counts_in_a_proven_mail_too() -> None:
    links = Links(hosts=("shop.test",), foreign=("shop.test",), disguised=("shop.test",))
    assert finding(SIGNAL, request(), facts(links=links)) is not None
