"""Hypothesis strategies: mails as they may come, and what their owner may do meanwhile."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.builders.any_rules import HEADLINES
from tests.builders.played import Card, Happening, Put, Said

NOTES = (
    "",
    "Are you happy with your payroll? Book a call: we cut costs by 40 %.",
    "Your talk on pay bands in Oslo changed how we set ours. Could we compare notes on levelling some time?",
    "Please send me your bank details so that the fund can be moved to your account today.",
)
_people = st.integers(0, 3)
_cards = st.builds(
    Card,
    people=st.one_of(
        _people.map(lambda one: (one,)), st.lists(_people, min_size=2, max_size=3, unique=True).map(tuple)
    ),
    kind=st.sampled_from(("invitation", "invitation", "invitation_reminder")),
    note=st.sampled_from(NOTES),
    mutual=st.sampled_from((None, 0, 5)),
    headline=st.sampled_from(HEADLINES),
    photo=st.booleans(),
    signed=st.sampled_from((True, True, True, False)),
)
_numbers = st.integers(0, 4)
_said = st.builds(Said, of=_numbers, order=st.sampled_from(("good", "intriguing", "ugly", "forget")))
_put = st.builds(Put, of=_numbers, folder=st.sampled_from(("Good", "Intriguing", "Ugly")))
happenings: st.SearchStrategy[list[Happening]] = st.lists(
    st.one_of(_cards, _cards, _cards, _said, _put), min_size=4, max_size=10
)
"""Mails of a few people in any order: new ones, reminders, repeats and collections; and the owner's words and moves."""
