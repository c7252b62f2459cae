"""What counts of a mail whose network may have changed its mails: what is certain, and of whom it is certain."""

from __future__ import annotations

import pytest

from stages.decide import decide
from stages.drift import certain, frame_of
from stages.durations import DAY
from stages.enrich import enrich
from stages.events import ABSENT, Judgement, LookedUp, Notice, Parsed, Reason, Signature, shown
from stages.fill_rates import Doubt, Drift, LayoutPasts
from stages.inspecting import inspection
from stages.settings import Rules, Settings
from tests.builders.drifting import AMY, AT, KNOWN, OTHER, WHOLE, after, known, mail

BY_LINKEDIN: dict[str, object] = {"from_address": "invitations@linkedin.com", "signed_by": ("linkedin.com",)}


def test_of_an_unknown_layout_only_what_is_certain_anywhere_is_kept() -> None:
    told = Notice.model_validate({**WHOLE, "note": shown("Try it for free"), "title": shown("x"), "default_text": None})
    kept = certain(told, Drift(unknown_layout=True, lost=("photo_url",)), True)
    assert kept == Notice(name=told.name, profile_url=told.profile_url, invitation_id=told.invitation_id)


def test_that_a_doubted_field_is_absent_proves_nothing_and_what_is_shown_stays() -> None:
    told = Notice.model_validate({**WHOLE, "headline": ABSENT, "location": ABSENT})
    for proven in (True, False):
        kept = certain(told, Drift(fallen=("headline", "photo_url")), proven)
        assert (kept.headline.state, kept.location.state) == ("unknown", "absent")
        assert kept.photo_url == told.photo_url
        assert certain(told, None, proven) == told


def test_of_a_mail_that_proves_nothing_what_is_shown_stays_whatever_others_of_its_kind_showed() -> None:
    told = Notice.model_validate({**WHOLE, "headline": ABSENT, "note": shown("We met in Oslo."), "default_text": None})
    kept = certain(told, Drift(unknown_layout=True, lost=("photo_url",)), False)
    assert kept == told.model_copy(update={"headline": Notice().headline})


def test_what_is_alike_in_notes_is_found_whoever_wrote_them() -> None:
    def frame(name: str, note: str) -> str:
        about = Notice.model_validate({**WHOLE, "name": shown(name), "note": shown(note)})
        return frame_of(about, mail(recipient_first_name="Amy"))

    assert (
        frame("Zoë Okonjo", "Hi Amy, Zoë would like to\nstay in touch (2 of 5).") == "hi would like to stay in touch of"
    )
    assert frame("Bo Ek", "Hi Amy, Bo would like to stay in touch (1 of 9)") == "hi would like to stay in touch of"
    assert frame("Bo Ek", "Hi Amy, Bo would like to meet you") != frame(
        "Bo Ek", "Hi Amy, Bo would like to stay in touch"
    )
    assert frame("Bo Ek", "Amy! Bo Ek 1") == ""
    assert frame_of(Notice(), mail()) == ""


def looked_up(parsed: Parsed) -> LookedUp:
    signed = Signature(domain="linkedin.com", result="pass", signed=("from", "subject"))
    return LookedUp(
        mail="m", owner="amy", parsed=parsed, signatures=(signed,), pasts=LayoutPasts(proven=known(), ever_proven=True)
    )


def test_a_request_in_an_unknown_layout_is_judged_without_what_may_be_misread_and_never_ugly() -> None:
    odd = mail(
        OTHER,
        ("headline", "location"),
        from_name="Zoë Okonjo",
        **BY_LINKEDIN,
    )
    (event,) = enrich(looked_up(odd), AMY)
    assert event.authenticity.verdict == "aligned"
    assert not event.layout_known
    (request,) = event.requests
    assert (request.notice.name, request.notice.photo_url.state) == (WHOLE["name"], "unknown")
    assert event.parsed == odd  # what was read is kept as it was read
    judged = Judgement(request=request, reasons=(Reason(signal="x", points=-9, evidence=""),), score=-9)
    assert decide(judged, event, Rules()).verdict == "intriguing"
    (wanted,) = inspection(event, AMY)
    assert (wanted.template, wanted.lost, wanted.mailbox) == ("single", ("headline", "location"), "maildir:x")
    assert inspection(event.model_copy(update={"again": AT}), AMY) == ()


def test_what_is_told_of_a_rate_that_fell_says_since_when_mails_may_be_read_less() -> None:
    kept = after(60)
    pasts = []
    for _ in range(20):
        past = kept.past(KNOWN).model_copy(update={"lately_since": AT - 9 * DAY})
        pasts.append(LayoutPasts(proven=past, ever_proven=True))
        kept.read(mail(without=("headline",)))
    odd = mail(without=("headline",), from_address="invitations@linkedin.com", signed_by=("linkedin.com",))
    events = [enrich(looked_up(odd).model_copy(update={"pasts": each}), AMY)[0] for each in pasts]
    (wanted,) = [found for event in events for found in inspection(event, AMY)]
    assert [doubt.what for doubt in wanted.doubts] == ["headline"]
    assert (wanted.at, wanted.since) == (AT, AT - 9 * DAY)


def test_an_event_from_before_is_read_as_one_of_which_nothing_is_known() -> None:
    old = looked_up(mail()).model_dump(exclude={"pasts"})
    assert LookedUp.model_validate(old).pasts == LayoutPasts()
    assert Doubt(what="x", read=0, of=0, before=0, before_of=0).number == 0


def _fallen(words: str, alike: tuple[int, ...]) -> LookedUp:
    """Of a proven mail with a note, in a time in which the network's own sentence is hardly read any more."""
    kept = after(200)
    noted = Notice.model_validate({**WHOLE, "note": shown(words), "default_text": None})
    for _ in range(6):
        kept.read(mail(notices=(noted,)))
    odd = mail(notices=(noted,), to=("amy@salver.test",), **BY_LINKEDIN)
    past = kept.past(KNOWN).model_copy(update={"alike": alike})
    return looked_up(odd).model_copy(update={"pasts": LayoutPasts(proven=past, ever_proven=True)})


@pytest.mark.parametrize(("alike", "state"), [((), "shown"), ((2,), "shown"), ((3,), "unknown")])
def test_only_words_that_several_people_share_are_taken_for_the_networks(alike: tuple[int, ...], state: str) -> None:
    (event,) = enrich(_fallen("We met in Oslo.", alike), AMY)
    assert (event.authenticity.verdict, event.drift.fallen if event.drift else None) == ("aligned", ("default_text",))
    assert event.requests[0].notice.note.state == state


@pytest.mark.parametrize(("to", "tells"), [("amy@home.test", 1), ("mallory@far.test", 0)])
def test_a_mail_to_somebody_else_that_was_sent_on_announces_nothing(to: str, tells: int) -> None:
    home = Settings(owners=(AMY.owners[0].model_copy(update={"accounts": ("amy@home.test",)}),))
    told = _fallen("We met in Oslo.", ())
    event = enrich(told.model_copy(update={"parsed": told.parsed.model_copy(update={"to": (to,)})}), home)[0]
    assert (len(event.drift.tell) if event.drift else None, len(inspection(event, home))) == (tells, tells)
