"""Any rules that the language allows, as a rules file would say them: for property tests of the language."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

Tree = dict[str, Any]

SIGNALS = ("note_is_blank", "sells_a_service", "person_is_known", "claim_is_true", "wants_to_learn", "gone_signal")
TEXTS = ("name", "headline", "title", "company", "location", "note", "written", "language", "template")
CHOICES = {
    "kind": ("invitation", "inmail", "digest"),
    "authenticity": ("aligned", "unverified"),
    "conversation": ("none", "answered", "silent"),
    "acquaintance": ("none", "contact"),
    "repeated": ("no", "yes"),
    "network": ("linkedin", "facebook"),
}
NUMBERS = ("mutual_connections", "words", "requests_before", "messages_before", "echoes", "requests")
TIMES = ("waited", "asked_before")

quarters = st.integers(-40, 40).map(lambda quarters: quarters / 4)
odd_texts = st.text(min_size=1, max_size=30)
"""Quotes, backslashes, controls, right-to-left marks: whatever a list may hold."""
words = st.text(st.sampled_from("abcäß学ñ09\"\\\n\t'#=[]{},\u202e\u0007 "), max_size=20).map(lambda text: f"x{text}")
durations = st.builds(lambda count, unit: f"{count}{unit}", st.integers(0, 900), st.sampled_from("smhd"))


def sought(texts: st.SearchStrategy[str] = words) -> st.SearchStrategy[Any]:
    few, many = st.lists(texts, min_size=1, max_size=3), st.lists(texts, min_size=12, max_size=20)
    return st.one_of(texts, few, many, st.just({"file": 'lists/odd "one".txt'}), st.integers(0, 10**9))


def bounded(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Tree]:
    both = st.fixed_dictionaries({"at_least": values, "below": values})
    return both | values.map(lambda value: {"at_least": value}) | values.map(lambda value: {"below": value})


_states = st.sampled_from(["shown", "absent", "unknown"]).map(lambda state: {"state": state})


def _about(names: Any, tests: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    return st.builds(lambda name, test: {"field": name, **test}, st.sampled_from(names), tests)


def _testing(key: str) -> st.SearchStrategy[Tree]:
    return sought().map(lambda texts: {key: texts})


_texts = _about(TEXTS, st.one_of(_testing("is"), _testing("contains"), _testing("word"), _states))
_choices = st.sampled_from(sorted(CHOICES)).flatmap(
    lambda name: _about((name,), sought(st.sampled_from(CHOICES[name])).map(lambda texts: {"is": texts}) | _states)
)
_signals = st.builds(
    lambda name, test: {"signal": name, **test}, st.sampled_from(SIGNALS), st.just({}) | bounded(quarters)
)
_truths = st.lists(st.sampled_from(["true", "false", "unknown"]), min_size=1, max_size=2)
_claims = st.builds(
    lambda kinds, truths: {"claim": kinds, **truths},
    st.lists(st.sampled_from(["any", "met", "school", "published"]), min_size=1, max_size=2),
    st.just({}) | _truths.map(lambda truths: {"truth": truths}),
)
plain = st.one_of(
    _signals,
    bounded(quarters).map(lambda bounds: {"score": bounds}),
    _texts,
    _choices,
    _about(NUMBERS, bounded(st.integers(0, 50)) | bounded(st.floats(-1e6, 1e6)) | _states),
    _about(TIMES, bounded(durations) | _states),
    _claims,
)


def _grouped(inside: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    some = st.lists(inside, max_size=2)
    return st.builds(lambda every, one, no: {"all": every, "any": one, "none": no}, some, some, some).filter(
        lambda group: any(group.values())
    )


conditions = st.recursive(plain, _grouped, max_leaves=6)

_examples = st.fixed_dictionaries(
    {"folder": st.sampled_from(["Good", "Ugly", "follow_up"])},
    optional={
        "name": odd_texts,
        "headline": odd_texts,
        "note": odd_texts,
        "mutual_connections": st.integers(0, 500),
        "absent": st.lists(st.sampled_from(["headline", "note"]), max_size=2),
        "signals": st.lists(st.sampled_from(SIGNALS), max_size=2),
        "score": quarters,
        "kind": st.sampled_from(["invitation", "inmail"]),
        "rule": st.just("rule-0"),
    },
)
_VERDICTS = ("good", "intriguing", "ugly", "follow_up")


@st.composite
def rules_of(draw: st.DrawFn, name: str, inside: st.SearchStrategy[Tree] = conditions) -> Tree:
    """One rule of this name that asks, and does, something."""
    rule: Tree = {"name": name, **draw(_grouped(inside))}
    does: dict[str, st.SearchStrategy[Any]] = {
        "verdict": st.sampled_from(_VERDICTS),
        "points": quarters.filter(bool),
        "label": st.lists(st.sampled_from(["vip", "press", "later-2"]), min_size=1, max_size=3),
        "notify": st.just(True),
        "then": st.just("stop"),
    }
    chosen = draw(st.lists(st.sampled_from(sorted(does)), min_size=1, max_size=4, unique=True))
    rule |= {key: draw(does[key]) for key in chosen}
    if rule.get("verdict") in ("good", "intriguing", "ugly") and draw(st.booleans()):
        rule["folder"] = draw(st.sampled_from(["Clients", "INBOX", 'A "folder"']))
    if "then" not in rule and draw(st.booleans()):
        rule["then"] = "go on"
    if draw(st.booleans()):
        rule["says"] = draw(st.text(max_size=40))
    if draw(st.integers(0, 3)) == 0:
        rule["examples"] = draw(st.lists(_examples, max_size=2))
    return rule


@st.composite
def files(draw: st.DrawFn, most: int = 4, inside: st.SearchStrategy[Tree] = conditions) -> Tree:
    """A whole rules file."""
    count = draw(st.integers(0, most))
    low, above = draw(quarters), draw(st.integers(1, 24))
    return {
        "rule": [draw(rules_of(f"rule-{at}", inside)) for at in range(count)],
        "thresholds": {"intriguing": low, "good": low + above / 4},
    }


@st.composite
def lessons(draw: st.DrawFn, most: int = 4, inside: st.SearchStrategy[Tree] = conditions) -> list[Tree]:
    """What may have been learned: rules of any kind, or shifted thresholds."""
    found: list[Tree] = []
    for at in range(draw(st.integers(0, most))):
        lesson: Tree = {"id": f"taught{at}", "at": at, "says": "what was learned"}
        kind = draw(st.sampled_from(["rule", "rule", "good", "intriguing"]))
        if kind == "rule":
            rule = draw(rules_of(f"lesson-{at}", inside))
            if "points" in rule:
                rule["points"] = draw(st.integers(-8, 8).filter(bool)) / 4
            lesson["rule"] = rule
        else:
            lesson[kind] = draw(st.integers(-4, 4).filter(bool)) / 4
        found.append(lesson)
    return found
