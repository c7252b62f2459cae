"""Measures the verdicts on the labelled notes: `python -m tests.mails.measure_notes [--wrong]`, run by hand.

Headline figures use the notes marked `core`. Only what a mail can show enters: headline, photo, connections in common
and the note itself. Strict: the label. Lenient: the label or its alternative. Notes with a thread are judged by what
came first, so they are counted apart too.
"""

from __future__ import annotations

# ruff: noqa: T201
import json
import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

from stages.events import Decision, Request
from stages.route import route
from stages.score import score
from stages.settings import Profile, Rules
from stages.sources.linkedin.default_texts import default_text
from tests.builders.facts import enriched, facts, owner, request, settings

ROOT = Path(__file__).resolve().parents[2]
NOTES = ROOT / ".." / "shared" / "notes"
VERDICTS = ("good", "intriguing", "ugly", "follow_up")


def as_request(note: dict[str, Any]) -> Request:
    """The note as a mail would show it."""
    profile = note.get("profile") or {}
    text, standard = note["text"], default_text(note["text"])
    headline = note["sender_headline"] or (False if profile and not profile["headline_filled"] else None)
    photo: str | bool | None = None
    if profile:
        photo = "https://pictures.test/1" if profile["photo"] else False
    if profile and not profile["headline_filled"] and not profile["photo"]:
        headline = note["sender_headline"] or False
    return request(
        False if standard or not text.strip() else text,
        name=None,
        headline=headline,
        photo=photo,
        mutual=profile.get("mutual_connections"),
        default_text=standard,
        id=note["id"],
    )


def verdict(note: dict[str, Any], profile: Profile | None, rules: Rules) -> Decision:
    of = owner(name=profile.name if profile else "")
    told = settings(of=of, about=profile, rules=rules)
    event = enriched(as_request(note), given=facts(of=of, about=profile, note_language=note["language"]))
    routed = route(score(event, told)[0], told)[0]
    return routed.decisions[0]  # type: ignore[attr-defined,no-any-return]


def main(wrong: bool) -> None:
    if not (NOTES / "notes.jsonl").is_file():
        raise SystemExit(f"{NOTES} is absent: nothing to measure")
    notes = [json.loads(line) for line in (NOTES / "notes.jsonl").read_text().splitlines()]
    owners = json.loads((NOTES / "owners.json").read_text())["owners"]
    profiles = {given["id"]: Profile.model_validate(given) for given in owners}
    rules = Rules.model_validate(tomllib.loads((ROOT / "config" / "rules.toml").read_text()))
    core = [note for note in notes if note["core"]]
    for title, some in (
        ("core", core),
        ("core without threads", [n for n in core if not n.get("thread")]),
        ("core, English", [n for n in core if n["language"] == "en"]),
        ("not core", [n for n in notes if not n["core"]]),
    ):
        report(
            title, [(n, verdict(n, profiles.get(n["reference_owner"]), rules)) for n in some], wrong and title == "core"
        )


def report(title: str, judged: list[tuple[dict[str, Any], Decision]], wrong: bool) -> None:
    strict = sum(d.verdict == n["label"] for n, d in judged)
    lenient = sum(d.verdict in (n["label"], n["alt_label"]) for n, d in judged)
    lost = [n["id"] for n, d in judged if n["label"] == "good" and d.verdict == "ugly"]
    print(f"\n{title}: {len(judged)} notes  strict {strict / len(judged):.1%}  lenient {lenient / len(judged):.1%}")
    print(f"  good that ended in ugly: {len(lost)}  {' '.join(lost)}")
    table: Counter[tuple[str, str]] = Counter((n["label"], d.verdict) for n, d in judged)
    print("  " + " " * 12 + "".join(f"{v:>12}" for v in VERDICTS) + "   <- verdict")
    for label in VERDICTS:
        print(f"  {label:>12}" + "".join(f"{table[label, v]:>12}" for v in VERDICTS))
    if wrong:
        for n, d in sorted(judged, key=lambda pair: (pair[0]["label"], pair[1].verdict)):
            if d.verdict not in (n["label"], n["alt_label"]):
                reasons = " ".join(f"{r.signal}{r.points:+g}[{r.evidence[:40]}]" for r in d.judgement.reasons)
                print(f"{n['label']}->{d.verdict} {n['id']} {d.rule} {d.judgement.score:+g}: {reasons}")


if __name__ == "__main__":
    main("--wrong" in sys.argv)
