"""(a line that Dovecot logs) -> our log: what is wrong, once a minute; never who did what with which mail."""

from __future__ import annotations

import re
import time

import structlog

log = structlog.get_logger("imap")

AGAIN = 60.0
"""Seconds in which the same words are not repeated."""
_LINE = re.compile(r"(?:(?P<who>[^\s:(]+).*?: )?(?P<level>Debug|Info|Warning|Error|Fatal|Panic): (?P<what>.*)")
_VARIES = re.compile(r"<[^>]*>|\d+")
_WHO = re.compile(r" user=<[^>]*>,?| session=<[^>]*>")
_KEPT = 200
"""Kinds of words that are remembered."""


class Words:
    """What one Dovecot said."""

    def __init__(self) -> None:
        self.last = ""
        """the last trouble it told of"""
        self._said: dict[str, float] = {}

    def hear(self, line: str) -> None:
        found = _LINE.match(line.strip())
        who, level, what = (
            (found["who"] or "master", found["level"], found["what"]) if found else ("", "Error", line.strip())
        )
        if not what or "Killed with signal" in what or what.startswith("Shutting down logging"):
            return
        if level in ("Error", "Fatal", "Panic"):
            self.last = what
        if level in ("Debug", "Info") and "auth failed" not in what:
            return
        if self._news(f"{who} {_VARIES.sub('', what)}"):
            tell = log.info if level in ("Info", "Warning") else log.error
            told = _WHO.sub("", what)  # some write their password there
            tell("imap_sign_in_failed" if "auth failed" in what else "dovecot_said", part=who, what=told)

    def _news(self, gist: str) -> bool:
        now = time.monotonic()
        if now - self._said.get(gist, -AGAIN) < AGAIN:
            return False
        if len(self._said) >= _KEPT:
            self._said.clear()
        self._said[gist] = now
        return True
