"""Reads: since when a field that was announced may have been read less. For `salver status`."""

from __future__ import annotations

from pipeline.store.reads import Read


async def began(read: Read, mail: str) -> int:
    """In ms, as it was said when this mail showed it; 0: it was not said."""
    rows = await read(
        "SELECT max(json_extract(body, '$.since')) FROM events WHERE mail = ? AND kind = 'InspectionWanted'", (mail,)
    )
    return int(next(iter(rows))[0] or 0)
