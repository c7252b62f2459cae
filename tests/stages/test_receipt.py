"""The receipt: fields that add up, and words a person understands."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.header import decode_header, make_header
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from stages.events import (
    ABSENT,
    Authenticity,
    Change,
    Claim,
    Confirmation,
    Decision,
    Enriched,
    Finding,
    Forwarded,
    Judgement,
    Kind,
    Notice,
    Parsed,
    Past,
    Reason,
    Request,
    Routed,
    RuleAt,
    Thresholds,
    Trust,
    Turn,
    Verdict,
    counted,
    shown,
)
from stages.fill_rates import Drift
from stages.header import prepend
from stages.receipt import failure_fields, fields, number, receipt, sentence

MAIL = "0192f3a4b5c6d7e8f90123456789abcd"


def reason(signal: str, points: float, evidence: str = "seen", veto: bool = False) -> Reason:
    return Reason(signal=signal, points=points, evidence=evidence, veto=veto)


def decision(
    *reasons: Reason, verdict: Verdict = "good", without: Verdict | None = None, name: str = "Robin"
) -> Decision:
    veto = next((r.signal for r in reasons if r.veto), None)
    notice = Notice(name=shown(name), headline=ABSENT, mutual_connections=counted(3))
    judged = Judgement(
        request=Request(id=f"request-{name}", notice=notice),
        reasons=reasons,
        score=sum(r.points for r in reasons),
        veto=veto,
    )
    return Decision(judgement=judged, verdict=verdict, rule="enough-points", without_veto=without, folder="Good")


def routed(*decisions: Decision, kind: Kind = "invitation") -> Routed:
    best = decisions[0] if decisions else None
    return Routed(
        mail=MAIL,
        owner="amy",
        kind=kind,
        decisions=decisions,
        verdict=best.verdict if best else None,
        score=best.judgement.score if best else None,
        rule=best.rule if best else None,
        folder=best.folder if best else "INBOX",
    )


def enriched(trust: Trust = "aligned", detail: str = "", unread: str | None = None) -> Enriched:
    parsed = Parsed(mail=MAIL, owner="amy", received_at=0, network="linkedin", unread=unread)
    return Enriched(
        mail=MAIL,
        owner="amy",
        parsed=parsed,
        kind="invitation",
        authenticity=Authenticity(verdict=trust, detail=detail),
    )


def test_fields_say_verdict_then_every_reason_then_the_request() -> None:
    event = routed(
        decision(reason("signal_one", 4.0, "a note of 40 words"), reason("signal_two", 2.5), reason("third", 0))
    )
    assert fields(event) == (
        ("X-Salver-Verdict", "good; score=6.5; rule=enough-points"),
        ("X-Salver-Reason", "signal_one; points=+4; a note of 40 words"),
        ("X-Salver-Reason", "signal_two; points=+2.5; seen"),
        ("X-Salver-Reason", "third; points=0; seen"),
        ("X-Salver-Request", "request-Robin"),
    )


def test_a_veto_is_said_beside_the_sum_that_would_have_decided() -> None:
    vetoed = decision(reason("gone_signal", -8, veto=True), reason("b", 4.5), verdict="ugly", without="good")
    assert fields(routed(vetoed))[0] == (
        "X-Salver-Verdict",
        "ugly; score=-3.5; rule=enough-points; veto=gone_signal; without that 4.5 points, good",
    )
    assert sentence(vetoed) == "ugly: gone signal; without that 4.5 points, good"
    assert "without that 4.5 points, good." in receipt(routed(vetoed), enriched())


def test_a_veto_of_a_signal_we_have_is_told_in_its_own_words() -> None:
    vetoed = decision(reason("asks_for_money", -8, veto=True), verdict="ugly", without="follow_up")
    said = sentence(vetoed)
    assert said.startswith("ugly: ")
    assert "asks_for_money" not in said
    assert said.endswith("; without that 0 points, follow up")


def test_a_mail_without_a_verdict_says_what_it_is() -> None:
    assert fields(routed(kind="digest")) == (("X-Salver-Verdict", "none; kind=digest"),)


def test_a_summary_speaks_with_its_best_request() -> None:
    best, other = decision(reason("a", 5), name="Ada"), decision(reason("b", -2), verdict="ugly", name="Bob")
    event = routed(best, other, kind="digest")
    assert ("X-Salver-Request", "request-Ada") in fields(event)
    assert not any("b; points" in value for _, value in fields(event))
    text = receipt(event, enriched())
    assert text.index("Ada:") < text.index("Bob:")


def test_a_mail_that_could_not_be_judged_says_why_in_the_same_shape() -> None:
    verdict, why = failure_fields("the reader ran out of time\r\nBcc: x")
    assert verdict == ("X-Salver-Verdict", "none; not judged")
    assert why == ("X-Salver-Reason", "not_judged; points=0; the reader ran out of time Bcc: x")
    assert failure_fields("")[1][1].endswith("the reason is not known")


def test_a_spoof_that_shows_no_request_still_says_its_verdict() -> None:
    event = routed(kind="spoof").model_copy(update={"verdict": "ugly", "rule": "spoof", "folder": "Ugly"})
    assert fields(event) == (("X-Salver-Verdict", "ugly; score=0; rule=spoof"),)
    assert receipt(event, enriched("forged", "why")).startswith("Ugly, as a whole: it imitates a network's mail.\n")


def test_evidence_is_cut_at_200_characters_and_loses_its_controls() -> None:
    value = fields(routed(decision(reason("a", 1, "é\x1b[31m\u202e" * 100))))[1][1]
    evidence = value.removeprefix("a; points=+1; ")
    assert len(evidence) <= 200
    assert evidence.endswith("…")
    assert not re.search(r"[\x00-\x1f\u202e]", evidence)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=300), st.integers(-40, 40)), max_size=8))
def test_the_points_written_into_a_mail_add_up_to_the_score_written_there(found: list[tuple[str, int]]) -> None:
    event = routed(decision(*(reason(f"s{i}", quarter / 4, text) for i, (text, quarter) in enumerate(found))))
    mail = message_from_bytes(prepend("x", fields(event), MAIL, b"\r\n"))
    values = [str(make_header(decode_header(v.replace("\r\n", "")))) for v in mail.get_all("X-Salver-Reason", [])]
    score = re.search(r"score=(-?[\d.]+);", mail["X-Salver-Verdict"])
    assert score is not None
    points = [re.match(r"s\d+; points=([+-]?[\d.]+)", value) for value in values]
    assert sum(float(match[1]) for match in points if match) == float(score[1])
    assert len(points) == len(found)
    assert mail.keys()[-3:] == ["X-Salver-Request", "X-Salver-Mail", "X-Salver-End"]


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.0, "0"), (-0.0, "0"), (10.0, "10"), (-8.0, "-8"), (6.5, "6.5"), (-0.25, "-0.25"), (100.0, "100")],
)
def test_numbers_are_written_as_people_write_them(value: float, said: str) -> None:
    assert number(value) == said


def test_the_receipt_shows_each_reason_and_the_sum() -> None:
    text = receipt(routed(decision(reason("signal_one", 4, "forty words"), reason("signal_two", -1.5))), enriched())
    assert text.startswith("Good, with 2.5 points.\n")
    assert re.search(r"\+4  Signal one: forty words\n", text)
    assert re.search(r"-1.5  Signal two: seen\n +-+\n +\+2.5  in all\n", text)
    assert "Belongs in: Good" in text


def test_the_receipt_tells_left_empty_from_not_shown() -> None:
    text = receipt(routed(decision(reason("a", 1))), enriched())
    assert "Left empty: headline." in text
    shown_nothing_of = re.search(r"does not show.*: (.*)\.", text)
    assert shown_nothing_of is not None
    assert "photo" in shown_nothing_of[1]
    assert "headline" not in shown_nothing_of[1]
    assert "connections in common" not in shown_nothing_of[1]


@pytest.mark.parametrize(
    ("trust", "said"),
    [("aligned", "yes"), ("forged", "no"), ("unverified", "can't tell"), ("temporary", "can't tell")],
)
def test_the_receipt_says_in_plain_words_whether_it_really_comes_from_the_network(trust: Trust, said: str) -> None:
    assert f"Really from LinkedIn: {said} (why)" in receipt(routed(), enriched(trust, "why"))


def test_the_receipt_of_no_request_and_of_an_unread_mail_says_so() -> None:
    assert "Not judged: this is a summary without requests in it." in receipt(routed(kind="digest"), enriched())
    assert "could not be read: too many parts" in receipt(routed(kind="other"), enriched(unread="too many parts"))


def test_a_finding_without_points_shows_no_sign() -> None:
    assert Finding(points=0, evidence="x").points == 0
    assert fields(routed(decision(reason("a", -0.0))))[1][1] == "a; points=0; seen"


def test_a_providers_question_shows_who_asks_and_nothing_to_click() -> None:
    asked = Confirmation(requester="amy@home.test", code="48151623", confirm_url="https://mail.google.com/mail/vf-x")
    mail = enriched()
    mail = mail.model_copy(update={"parsed": mail.parsed.model_copy(update={"confirmation": asked})})
    text = receipt(routed(kind="forwarding_confirmation"), mail)
    assert "amy@home.test wants to forward mail to you here. If that was you, answer it in your INBOX." in text
    assert "Really from Google: yes" in text
    assert not [word for word in ("48151623", "https://") if word in text]


def test_a_layout_that_is_new_to_us_is_said() -> None:
    mail = enriched()
    assert "new to us" not in receipt(routed(decision(reason("a", 5))), mail)
    mail = mail.model_copy(update={"parsed": mail.parsed.model_copy(update={"layout_known": False})})
    assert "laid out in a way that is new to us" in receipt(routed(decision(reason("a", 5))), mail)


def test_what_mails_of_this_kind_used_to_show_is_named_in_words_of_people() -> None:
    mail = enriched().model_copy(update={"drift": Drift(fallen=("default_text", "invitation_id", "layout_known"))})
    assert (
        "Mails of this kind used to show more, so it was not held against them: the network's own sentence where a "
        "note would stand, number of the invitation.\n"
    ) in receipt(routed(decision(reason("a", 5))), mail)
    alone = mail.model_copy(update={"drift": Drift(fallen=("layout_known",))})
    assert "against them: the place where a note would stand.\n" in receipt(routed(decision(reason("a", 5))), alone)


# --- why so, and what would change it ------------------------------------------------------------------------------


def kept(*reasons: Reason, rule: str = "score-intriguing", line: int | None = None, **given: Any) -> Decision:
    """A decision as it is made now: with thresholds, the place of its rule, and what would change it."""
    made = decision(*reasons, verdict=given.pop("verdict", "intriguing"))
    at = RuleAt(file=given.pop("file", "rules.toml (shipped)"), version="4a02340d", line=line)
    marks = Thresholds(good=3.0, intriguing=-0.75)
    return made.model_copy(update={"rule": rule, "rule_at": at, "thresholds": marks, **given})


CHANGE = Change(
    signals=(Turn(signal="claim_is_true", points=3.0, speaks=True),), verdict="good", rule="score-good", lifts=False
)


def test_the_fields_name_rule_file_line_version_and_thresholds_and_what_would_change_it() -> None:
    ruled = kept(reason("a", -2), rule="known-person", line=26)
    assert ("X-Salver-Rule", "known-person; rules.toml (shipped):26; version=4a02340d; good=3; intriguing=-0.75") in (
        fields(routed(ruled))
    )
    found = fields(routed(kept(reason("a", 2.25), change=CHANGE)))
    assert found[-3:] == (
        ("X-Salver-Rule", "score-intriguing; rules.toml (shipped); version=4a02340d; good=3; intriguing=-0.75"),
        ("X-Salver-Change", "0.75 short of good (3): a checked personal detail (+3) would do."),
        ("X-Salver-Request", "request-Robin"),
    )


def test_what_is_good_has_no_change_in_its_fields_but_the_receipt_says_by_how_much() -> None:
    event = routed(kept(reason("a", 5), rule="score-good", verdict="good"))
    assert "X-Salver-Change" not in dict(fields(event))
    assert "Good by 2 points: good needs 3." in receipt(event, enriched())


def test_the_name_of_a_rules_file_cannot_spell_another_part_of_its_field() -> None:
    value = dict(fields(routed(kept(reason("a", 1), file="a; version=0\r\nBcc: x" + "é" * 200))))["X-Salver-Rule"]
    assert value.count("version=") == 2
    assert value.count(";") == 4
    assert "\n" not in value
    assert len(value) < 200


def test_the_receipt_says_what_decided_where_it_stands_and_what_would_change_it() -> None:
    text = receipt(routed(kept(reason("a", 2.25), change=CHANGE)), enriched())
    assert (
        "Decided by: the points alone, since no rule applied (rules.toml (shipped), version 4a02340d)\n"
        "Thresholds: good from 3 points, intriguing from -0.75.\n"
        "What would change it: 0.75 short of good (3): a checked personal detail (+3) would do.\n"
    ) in text
    ruled = receipt(routed(kept(reason("a", -2), rule="joins-request", line=26)), enriched())
    assert 'Decided by: the rule "joins-request" (rules.toml (shipped), line 26, version 4a02340d)\n' in ruled


def test_the_receipt_lists_what_the_note_claims_and_whether_it_is_true() -> None:
    made = kept(reason("a", 1))
    claim = Claim(kind="school", truth="true", words="we met\nat Uni", fact="your school")
    claimed = made.model_copy(update={"judgement": made.judgement.model_copy(update={"claims": (claim,)})})
    text = receipt(routed(claimed), enriched())
    said = text.split("What the note claims, and whether it is true:\n")[1].splitlines()[0]
    assert "we met at Uni" in said
    assert "true" in said
    assert text.index("in all") < text.index("we met at Uni") < text.index("Decided by:")
    assert "What the note claims" not in receipt(routed(made), enriched())


def test_a_decision_from_before_this_was_kept_still_has_its_receipt() -> None:
    old = decision(reason("a", 1))
    assert {name for name, _ in fields(routed(old))} == {"X-Salver-Verdict", "X-Salver-Reason", "X-Salver-Request"}
    assert "Thresholds" not in receipt(routed(old), enriched())


def following(past: Past, **given: Any) -> Decision:
    made = kept(reason("photo_is_missing", -0.75), rule="joins-request", verdict="good", **given)
    request = made.judgement.request.model_copy(update={"joins": True, "past": past})
    return made.model_copy(update={"judgement": made.judgement.model_copy(update={"request": request})})


def test_a_mail_that_follows_an_earlier_one_says_so_and_gives_no_threshold_and_no_reason_for_it() -> None:
    silent = following(Past(request="r", verdict="good", folder="Good"))
    told = receipt(routed(silent), enriched())
    assert told.startswith("Good, as the request that came first. What this mail shows by itself:\n")
    assert "Decided by: it belongs to a request that came before, and follows it: Good\n" in told
    assert "moved" not in told
    assert "Thresholds" not in told
    assert "rules.toml" not in told
    assert sentence(silent) == "good: follows the request that came first"


def test_only_what_the_owner_moved_is_said_to_be_moved() -> None:
    moved = following(Past(request="r", verdict="follow_up", folder="Good"))
    assert sentence(moved) == "good: follows the request that came first, where you moved it (Good)"
    assert "follows it: Good, where you moved it (Good)\n" in receipt(routed(moved), enriched())
    asked = following(Past(request="r", verdict="follow_up", folder="Intriguing"))
    assert "moved" not in receipt(routed(asked), enriched()), "whom you are to ask lies in Intriguing anyway"


def test_a_note_is_not_missed_beside_a_message_that_is_shown() -> None:
    made = kept(reason("a", 1))
    assert "personal note" in receipt(routed(made), enriched())
    notice = made.judgement.request.notice.model_copy(update={"message": shown("Hello Amy")})
    request = made.judgement.request.model_copy(update={"notice": notice})
    beside = made.model_copy(update={"judgement": made.judgement.model_copy(update={"request": request})})
    told = receipt(routed(beside), enriched())
    assert "This mail does not show" in told
    assert "personal note" not in told


@pytest.mark.parametrize(
    ("way", "said"),
    [
        (Forwarded(by="helper@work.test", how="attachment"), "Forwarded by helper@work.test: as an attachment\n"),
        (Forwarded(by="a\x1b[31m@b.test\nX: y", how="inline"), "Forwarded by a [31m@b.test X: y: quoted in a mail\n"),
        (Forwarded(how="auto"), "Forwarded by a mailbox that is not shown: all of its mail, as it came\n"),
    ],
)
def test_the_receipt_says_who_sent_the_mail_on_and_how(way: Forwarded, said: str) -> None:
    mail = enriched()
    sent_on = mail.model_copy(update={"parsed": mail.parsed.model_copy(update={"forwarded": way})})
    assert said in receipt(routed(), sent_on)
    assert "Forwarded" not in receipt(routed(), mail)
