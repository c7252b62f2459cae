"""Is there room where the store and the mailboxes lie?"""

from __future__ import annotations

import os
from pathlib import Path

from pipeline.doctor.finding import Case, Finding, Findings, in_thread
from pipeline.mailboxes.maildir import maildir_path

MB = 1_000_000
LITTLE, TOO_LITTLE = 1_000 * MB, 100 * MB
FEW_FILES = 10_000


async def check(case: Case) -> Findings:
    places = {"the store": case.configuration.store.path.absolute()}
    for owner in case.configuration.owner:
        for target in owner.targets:
            if target.startswith("maildir:"):
                places[f"the mailbox of {owner.id}"] = maildir_path(target)
    return tuple([await in_thread(_room, name, path) for name, path in places.items()])


def _room(name: str, path: Path) -> Finding:
    there = next(each for each in (path, *path.parents) if each.exists())
    found = os.statvfs(there)
    free = found.f_bavail * found.f_frsize
    told = f"{name} ({there}) has {_size(free)} left"
    if free < TOO_LITTLE:
        return Finding("fault", told, "make room: without it mail is refused for now (452), and comes later or never")
    if found.f_files and found.f_favail < FEW_FILES:
        return Finding("warning", f"{name} ({there}) has room for {found.f_favail} more files only", "remove files")
    if free < LITTLE:
        return Finding("warning", told, "make room soon")
    return Finding("ok", told)


def _size(octets: int) -> str:
    return f"{octets / 1_000_000_000:.1f} GB" if octets >= LITTLE else f"{octets // MB} MB"
