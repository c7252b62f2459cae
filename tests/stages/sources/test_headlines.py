"""A headline is split only where it is unmistakable."""

from __future__ import annotations

import pytest

from stages.sources.linkedin.headlines import title_and_company


@pytest.mark.parametrize(
    ("headline", "title", "company"),
    [
        ("Head of Sales at Acme", "Head of Sales", "Acme"),
        ("VP, Sales EMEA at 3M", "VP, Sales EMEA", "3M"),
        ("Co-Founder @ Quietdesk", "Co-Founder", "Quietdesk"),
        ("Leiter Einkauf bei Müller GmbH", "Leiter Einkauf", "Müller GmbH"),
        ("Directrice commerciale chez Élan", "Directrice commerciale", "Élan"),
        ("Responsabile vendite presso Rossi SpA", "Responsabile vendite", "Rossi SpA"),
        ("Accountmanager bij Windmolen B.V.", "Accountmanager", "Windmolen B.V."),
        ("Directora de Ventas en Cobre S.A.", "Directora de Ventas", "Cobre S.A."),
    ],
)
def test_title_and_company_are_told_apart(headline: str, title: str, company: str) -> None:
    assert title_and_company(headline) == (title, company)


@pytest.mark.parametrize(
    "headline",
    [
        "Vice President",
        "Expert at helping teams",
        "Engineer at Acme | ex-Borealis",
        "Helping founders at Series A",
        "Ingeniera en Sistemas",
        "Good at Excel at Work",
        "Founder. Formerly at Acme! Now free",
        "",
        "x " * 200,
    ],
)
def test_a_headline_that_may_mean_something_else_stays_whole(headline: str) -> None:
    assert title_and_company(headline) is None
