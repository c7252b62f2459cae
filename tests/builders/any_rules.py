"""Hypothesis strategies: rules as an owner might write them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from stages.rules.language import Rules

HEADLINES = ("Rope maker", "Recruiter at Fjellkraft", "Growth hacker")
SIGNALS = ("note_is_blank", "profile_is_polished", "sender_is_unverified", "sells_a_service", "shares_connections")

_ASKED: tuple[dict[str, Any], ...] = (
    *({"signal": name} for name in SIGNALS),
    {"field": "headline", "word": ["rope", "baker"]},
    {"field": "headline", "contains": "recruiter"},
    {"field": "mutual_connections", "at_least": 3},
    {"field": "mutual_connections", "state": "unknown"},
    {"field": "words", "below": 5},
    {"field": "repeated", "is": "yes"},
    {"field": "kind", "is": ["invitation_reminder", "digest"]},
    {"field": "requests", "at_least": 2},
    {"score": {"at_least": 1}},
    {"score": {"below": -1}},
)
conditions = st.sampled_from(_ASKED)
groups = st.tuples(st.sampled_from(("all", "any", "none")), st.lists(conditions, min_size=1, max_size=2)).map(
    lambda each: {each[0]: each[1]}
)
_verdicts = st.sampled_from(("good", "intriguing", "ugly", "follow_up"))
_points = st.integers(-12, 12).filter(bool).map(lambda steps: steps / 4)


@st.composite
def one_rule(draw: st.DrawFn) -> dict[str, Any]:
    found: dict[str, Any] = {"all": draw(st.lists(st.one_of(conditions, groups), max_size=2))}
    found["none"] = draw(st.lists(conditions, max_size=1))
    if not found["all"] and not found["none"]:
        found["any"] = draw(st.lists(conditions, min_size=1, max_size=3))
    does = draw(st.sampled_from(("verdict", "verdict", "points", "both", "label", "stop")))
    if does in ("verdict", "both"):
        found["verdict"] = draw(_verdicts)
        if found["verdict"] != "follow_up" and draw(st.booleans()):
            found["folder"] = "Kept"
    if does in ("points", "both"):
        found["points"] = draw(_points)
    if does == "label":
        found["label"] = ["seen"]
    if does == "stop":
        found["then"] = "stop"
    elif draw(st.integers(0, 3)) == 0:
        found["then"] = "go on" if "verdict" in found else "stop"
    return found


@st.composite
def rules(draw: st.DrawFn) -> Rules:
    made = draw(st.lists(one_rule(), max_size=6))
    low = draw(st.integers(-8, 8)) / 4
    return Rules.model_validate(
        {
            "rule": [{"name": f"rule-{at}", **each} for at, each in enumerate(made)],
            "thresholds": {"good": low + draw(st.integers(1, 16)) / 4, "intriguing": low},
        }
    )
