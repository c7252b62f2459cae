"""How the modules beside this one are given a query to run."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

Read = Callable[[str, tuple[object, ...]], Awaitable[list[Any]]]
"""(SQL, its parameters) -> the rows: `Log.read`, or a connection that only reads."""
