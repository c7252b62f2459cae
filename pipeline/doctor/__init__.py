"""Looks at everything a working Salver needs, side by side, each look with its time. Changes nothing.

A check is a module with `check(case) -> findings`; the tuple below is the list, and the order in which they are told.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import NamedTuple

from pipeline.clock import now
from pipeline.configuration import Configuration
from pipeline.doctor import accounts, clock, disk, dns, imap, lmtp, permissions, ports, quiet, relay, rules, store, tls
from pipeline.doctor.finding import Case, Finding, Findings, Level
from pipeline.errors import place
from pipeline.lookups.resolver import Resolver

SECONDS = 20.0
"""For one check."""

CHECKS: tuple[tuple[str, Callable[[Case], Awaitable[Findings]]], ...] = (
    ("ports", ports.check),
    ("tls", tls.check),
    ("dns", dns.check),
    ("clock", clock.check),
    ("disk", disk.check),
    ("permissions", permissions.check),
    ("accounts", accounts.check),
    ("imap", imap.check),
    ("lmtp", lmtp.check),
    ("relay", relay.check),
    ("store", store.check),
    ("rules", rules.check),
    ("quiet", quiet.check),
)


class Told(NamedTuple):
    """A finding, and the check that made it."""

    check: str
    level: Level
    what: str
    do: str


async def examine(configuration: Configuration, file: Path | None, seconds: float = SECONDS) -> tuple[Told, ...]:
    """Every finding of every check, in order. Takes little more than `seconds`, whatever hangs."""
    resolver = Resolver(configuration.dns.resolvers, float(configuration.dns.time))
    case = Case(configuration, file, resolver, now())
    try:
        found = await asyncio.gather(*(_within(seconds, check(case)) for _, check in CHECKS), return_exceptions=True)
    finally:
        await resolver.close()
    return tuple(
        Told(name, *finding)
        for (name, _), findings in zip(CHECKS, found, strict=True)
        for finding in (_broken(findings) if isinstance(findings, BaseException) else findings)
    )


async def _within(seconds: float, check: Awaitable[Findings]) -> Findings:
    try:
        async with asyncio.timeout(seconds):
            return await check
    except TimeoutError:
        return (Finding("fault", f"no answer within {seconds:g} s", "something hangs; see what the others found"),)


def _broken(error: BaseException) -> Findings:
    """A check that failed itself says so, and takes no other with it."""
    return (
        Finding("fault", f"not checked: {type(error).__name__} at {place(error)}", "this is a bug of ours: report it"),
    )


def worst(told: tuple[Told, ...]) -> Level:
    levels = {each.level for each in told}
    return "fault" if "fault" in levels else "warning" if "warning" in levels else "ok"
