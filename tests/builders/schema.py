"""A store as an older Salver left it, for tests of what the next start makes of it."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

from pipeline.store.migrations import SCHEMA, STEPS

_MADE = re.compile(r"^CREATE (?:UNIQUE )?(TABLE|INDEX) (\w+)", re.MULTILINE)


def set_back(path: Path, version: int) -> None:
    """Take out of an empty store what later schemas made. Columns that they added stay."""
    with sqlite3.connect(path) as db:
        for step in range(SCHEMA - 1, version - 1, -1):
            for kind, name in _MADE.findall(STEPS[step]):
                db.execute(f"DROP {kind} IF EXISTS {name}")
        db.execute(f"PRAGMA user_version = {version}")
