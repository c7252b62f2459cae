"""How Salver tells what happened: past-tense event names with fields; no body, no token, addresses masked."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_ADDRESS = re.compile(r"([^\s@<>\"',;:]{1,64})@([^\s@<>\"',;:]{1,255})")
_LINK = re.compile(r"https?://\S+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")
LONGEST = 300
"""Characters of one value."""


def mask(text: str) -> str:
    """`amy.k@example.org` -> `a***@example.org`; links, control characters and lone surrogates are taken out."""
    text = text[: 4 * LONGEST].encode("utf-8", "replace").decode()
    text = _LINK.sub("[link]", text)
    text = _ADDRESS.sub(lambda match: f"{match[1][0]}***@{match[2]}", text)
    text = _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _clean(_: Any, __: str, fields: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in fields.items():
        if isinstance(value, str):
            fields[key] = mask(value)
        elif not isinstance(value, int | float | bool | type(None)):
            fields[key] = mask(str(value))
    return fields


def configure(level: str, format: str) -> None:
    """Send structlog and the libraries' loggers to standard error; these from WARNING up (they log bodies below)."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _clean,
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=True)
        if format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    numeric = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(numeric),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _clean, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in ("mail.log", "aiosqlite", "mailparser", "asyncio", "dkimpy"):
        logging.getLogger(name).setLevel(logging.WARNING)
