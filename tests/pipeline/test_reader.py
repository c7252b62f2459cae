"""The children that read mails: what they are told of the settings, over real pipes."""

from __future__ import annotations

import pytest

from pipeline.configuration import ReaderSettings
from pipeline.reader import TOLD, Reader
from stages.events import Parsed
from stages.settings import Settings
from tests.builders.letters import mail, received

OWNERS = Settings.model_validate(
    {
        "owners": [
            {
                "id": "amy",
                "name": "Amy Winter",
                "addresses": ["amy@salver.test"],
                "accounts": ["amy@gmail.test"],
                "password": "{PLAIN}open",
                "contact": "amy@home.test",
            }
        ]
    }
)
ANSWERS = "amy+answer-abcdefghijklmnopqrstuvwxyz@salver.test"


async def read(raw: bytes, to: str) -> Parsed:
    reader = Reader(ReaderSettings(children=1), OWNERS)
    await reader.start()
    try:
        return await reader.read(received("amy@gmail.test", (to,)), raw)
    finally:
        await reader.stop()


@pytest.mark.parametrize(("signed", "unclear"), [("Amy Winter", ""), ("Bo Lindgren", "Bo Lindgren")])
async def test_an_owner_may_sign_an_answer_with_their_own_name_and_no_other(signed: str, unclear: str) -> None:
    answer = mail(f"good\n{signed}\n", **{"from": "Amy <amy@gmail.test>", "to": ANSWERS})
    parsed = await read(answer, ANSWERS)
    assert parsed.reply is not None
    assert [each.order for each in parsed.reply.instructions] == ["good"]
    assert parsed.reply.unclear == unclear


def test_no_secret_and_nothing_else_of_the_owners_is_told_to_a_child() -> None:
    told = OWNERS.model_dump(include=TOLD)
    assert set(told) == {"limits", "owners"}
    assert told["owners"] == ({"id": "amy", "name": "Amy Winter", "addresses": ("amy@salver.test",)},)
