"""A Facebook mail, read and judged by the real stages for one owner."""

from __future__ import annotations

from stages.events import Enriched, Notice, Parsed, Signature
from stages.letter import Letter, read_letter
from stages.parse import parse
from stages.settings import Limits, Settings
from stages.sources import Reading, facebook
from tests.builders.letters import received
from tests.builders.through import enriched_of
from tests.builders.verdicts import default_rules
from tests.builders.weights import shipped

PROFILE = "https://www.facebook.com/tove.lindqvist.5"
AMY = Settings.model_validate({"owners": [{"addresses": ["amy@salver.test"], "mailbox": "maildir:x"}]}).model_copy(
    update={"rules": default_rules(), "weights": shipped()}
)
PASSED = (Signature(domain="facebookmail.com", result="pass", signed=("from", "subject", "to", "date")),)


def letter(raw: bytes) -> Letter:
    return read_letter(raw, "", ("amy@salver.test",), Limits())


def reading(raw: bytes) -> Reading:
    return facebook.read(letter(raw))


def only(raw: bytes) -> Notice:
    notices = reading(raw).notices
    assert len(notices) == 1
    return notices[0]


def parsed_of(raw: bytes) -> Parsed:
    return parse(raw, received(), AMY)


def enriched(raw: bytes, signatures: tuple[Signature, ...] = ()) -> Enriched:
    return enriched_of(parsed_of(raw), AMY, signatures)
