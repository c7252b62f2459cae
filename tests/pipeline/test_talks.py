"""Which conversations a message may belong to, asked of a real store."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.store.conversations import asked_at_of, talks_of
from pipeline.store.log import Log, Output
from stages.conversation import Advanced, Conversation
from stages.events import Authenticity, Enriched, Notice, Parsed, Request, Seen, shown
from stages.values import UNKNOWN

IN = "https://www.linkedin.com/in/"
OLD = "https://www.linkedin.com/profile/view?id=AAsAA"
NAME = "Mira Solberg"


def person(profile: str | None = None, name: str = NAME, headline: str = "Baker") -> Notice:
    link: Seen[str] = shown(profile) if profile else UNKNOWN
    return Notice(name=shown(name), headline=shown(headline), profile_url=link)


def requested(request: str, notice: Notice, proven: bool = True) -> Enriched:
    mail = Parsed(mail=request, owner="amy", received_at=5, network="linkedin", claims="invitation", notices=(notice,))
    trust = Authenticity(verdict="aligned" if proven else "unverified", detail="")
    return Enriched(
        mail=request,
        owner="amy",
        parsed=mail,
        kind="invitation",
        authenticity=trust,
        requests=(Request(id=request, notice=notice),),
    )


def talked(
    request: str, notice: Notice, phase: str = "asked", asked_at: int | None = 7, owner: str = "amy"
) -> Advanced:
    conversation = Conversation.model_validate(
        {"request": request, "owner": owner, "mail": request, "version": 1, "phase": phase, "network": "linkedin",
         "about": notice, "mailbox": "", "verdict": "follow_up", "came_at": 5, "asked_at": asked_at}
    )  # fmt: skip
    return Advanced(
        mail=request, owner=owner, request=request, cue="asked", reason="r", conversation=conversation, at=5
    )


async def found(folder: Path, written: Notice, *events: Advanced | Enriched) -> dict[str, tuple[bool, str]]:
    """request -> (the same profile?, phase)"""
    log = await Log.open(folder / "salver.db", 10_000, serve=True)
    try:
        for number, event in enumerate(events):
            await log.put([Output(f"e{number}", event, "done")])
        told = await talks_of(log.read, "amy", "linkedin", written)
        return {each.request: (each.surely, each.phase) for each in told}
    finally:
        await log.close()


@pytest.mark.parametrize(
    ("theirs", "written", "expected"),
    [
        (f"{IN}mira", f"{IN}mira", {"r": (True, "asked")}),
        (f"{IN}mira", f"{IN}mira-2", {}),
        (f"{IN}mira", None, {"r": (False, "asked")}),
        (None, f"{IN}mira", {"r": (False, "asked")}),
        (f"{OLD}1", f"{IN}mira", {"r": (False, "asked")}),
        (f"{OLD}1", f"{OLD}2", {}),
    ],
)
async def test_the_profile_decides_where_both_show_one_and_else_the_name(
    tmp_path: Path, theirs: str | None, written: str | None, expected: dict[str, tuple[bool, str]]
) -> None:
    made = (requested("r", person(theirs)), talked("r", person(theirs)))
    assert await found(tmp_path, person(written), *made) == expected


@pytest.mark.parametrize("name", ["Mira", "Mira Solheim", ""])
async def test_another_name_or_a_first_name_is_nobodys(tmp_path: Path, name: str) -> None:
    assert await found(tmp_path, person(None, name), talked("r", person(), "asked")) == {}


async def test_what_became_of_it_is_told_and_whose_request_nobody_talks_of(tmp_path: Path) -> None:
    events = (
        requested("a", person(f"{IN}a")),
        talked("a", person(f"{IN}a"), "settled"),
        requested("b", person(f"{IN}b", headline="Cook")),
        requested("c", person(f"{IN}c", "Mira Solbergsen", "Cook")),
        talked("d", person(f"{IN}d"), owner="eve"),
        requested("e", person(f"{IN}e", "Nora Zahl", "Nurse")),
    )
    assert await found(tmp_path, person(), *events) == {"a": (False, "settled"), "b": (False, "none")}
    assert await found(tmp_path, person(f"{IN}b")) == {"b": (True, "none")}
    assert await found(tmp_path, person(f"{IN}x")) == {}


async def test_a_conversation_without_a_request_is_one_that_an_answer_of_the_owner_is_owed_in(tmp_path: Path) -> None:
    log = await Log.open(tmp_path / "salver.db", 10_000, serve=True)
    try:
        for number, event in enumerate(
            (requested("a", person()), talked("a", person()), talked("m", person(), "owed"))
        ):
            await log.put([Output(f"e{number}", event, "done")])
        told = await talks_of(log.read, "amy", "linkedin", person())
        assert {each.request: each.owed for each in told} == {"a": False, "m": True}
    finally:
        await log.close()


@pytest.mark.parametrize(
    ("proven", "asked_at", "phase", "expected"),
    [(True, 7, "asked", 7), (True, None, "to_ask", 5), (True, None, "accepted", None), (False, 7, "asked", None)],
)
async def test_who_was_asked_or_was_to_be_is_remembered_where_the_request_was_proven(
    tmp_path: Path, proven: bool, asked_at: int | None, phase: str, expected: int | None
) -> None:
    log = await Log.open(tmp_path / "salver.db", 10_000, serve=True)
    try:
        for number, event in enumerate((requested("r", person(), proven), talked("r", person(), phase, asked_at))):
            await log.put([Output(f"e{number}", event, "done")])
        assert await asked_at_of(log.read, "amy", "linkedin", person()) == expected
        assert await asked_at_of(log.read, "amy", "linkedin", person(headline="Cook")) is None
    finally:
        await log.close()
