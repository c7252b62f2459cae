"""Who else on this machine may read the mail, the secrets and the configuration; may Salver write where it must?"""

from __future__ import annotations

import grp
import os
import pwd
import stat
from collections.abc import Iterator
from pathlib import Path

from pipeline.doctor.finding import Case, Finding, Findings, Level, in_thread
from pipeline.mailboxes.maildir import maildir_path
from pipeline.settings import shipped


async def check(case: Case) -> Findings:
    return await in_thread(_all, case)


def _all(case: Case) -> Findings:
    found = [*_store(case), *_mailboxes(case), *_secrets(case), *_configuration(case)]
    return tuple(found) or (Finding("ok", "nobody else can read mail, secrets or configuration; Salver can write"),)


def _store(case: Case) -> Iterator[Finding]:
    path = case.configuration.store.path.absolute()
    for each in (path, *(path.with_name(path.name + suffix) for suffix in ("-wal", "-shm", ".key", ".lock"))):
        who = readers(each)
        if who:
            yield Finding("fault", f"{who} can read {each}, which holds your mail or its key", f"chmod 600 {each}")
    yield from _writable("the store", path)


def _mailboxes(case: Case) -> Iterator[Finding]:
    for owner in case.configuration.owner:
        for target in owner.targets:
            if not target.startswith("maildir:"):
                continue
            root = maildir_path(target)
            who = readers(root)
            if who:  # a mail server of yours may need its group
                level: Level = "fault" if who == "everybody" else "warning"
                yield Finding(level, f"{who} can read the mailbox {root}", f"chmod 700 {root}")
            yield from _writable(f"the mailbox of {owner.id}", root)


def _secrets(case: Case) -> Iterator[Finding]:
    for account in case.configuration.account:
        kind, _, where = account.secret.partition(":")
        path = Path(where).expanduser()
        if kind == "file" and path.exists() and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            yield Finding("fault", f"others may use {path}, the secret of {account.name}", f"chmod 600 {path}")


def _configuration(case: Case) -> Iterator[Finding]:
    if case.file is None or case.file.absolute() == shipped(case.file.name):  # the example we ship tells of nobody
        return
    for path in (case.file, *(Path(owner.profile) for owner in case.configuration.owner if owner.profile)):
        mode = path.stat().st_mode if path.exists() else 0
        if mode & stat.S_IWOTH:
            yield Finding("fault", f"everybody can write {path}, and so change where mail goes", f"chmod 600 {path}")
        elif who := readers(path):
            yield Finding("warning", f"{who} can read {path}: your addresses and what you told of yourself", f"chmod 600 {path}")  # fmt: skip  # noqa: E501


def readers(path: Path) -> str:
    """Who beside its owner can read what lies there: "everybody", "the group x", or empty for nobody."""
    try:
        found = path.stat()
        above = [parent.stat() for parent in path.absolute().parents]
    except OSError:
        return ""
    if found.st_mode & stat.S_IROTH and all(parent.st_mode & stat.S_IXOTH for parent in above):
        return "everybody"
    passable = all(parent.st_mode & (stat.S_IXGRP | stat.S_IXOTH) for parent in above)
    if found.st_mode & stat.S_IRGRP and passable and not _private(found.st_uid, found.st_gid):
        return f"the group {_group(found.st_gid)}"
    return ""


def _private(user: int, group: int) -> bool:
    """A group of the user's own name without other members: the user again. Root's own counts as such."""
    try:
        told = grp.getgrgid(group)
        name = pwd.getpwuid(user).pw_name
    except KeyError:
        return False
    return told.gr_name == name and set(told.gr_mem) <= {name}


def _group(group: int) -> str:
    try:
        return grp.getgrgid(group).gr_name
    except KeyError:
        return str(group)


def _writable(name: str, path: Path) -> Iterator[Finding]:
    there = next(each for each in (path, *path.parents) if each.exists())
    folder = there if there.is_dir() else there.parent
    if not (os.access(there, os.W_OK) and os.access(folder, os.W_OK | os.X_OK)):
        user = pwd.getpwuid(os.geteuid()).pw_name
        yield Finding(
            "fault",
            f"{name}: the user {user} cannot write to {there}",
            f"run Salver as its owner, or chown {user} {there}",
        )
