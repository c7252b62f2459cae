"""The folder beside the store that Dovecot runs in: made, filled, and reachable by the user it runs as."""

from __future__ import annotations

import grp
import os
import pwd
import re
import shutil
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from pipeline.configuration import Configuration, host_and_port
from pipeline.dovecot import configuration as told, passwords
from pipeline.dovecot.certificate import made
from pipeline.dovecot.trouble import Trouble
from pipeline.mailboxes.maildir import maildir_path
from pipeline.mailboxes.maildir_threads import able
from pipeline.receiver.certificate import CertificateError, read_pair
from pipeline.whole_file import put
from stages.settings import Owner

LONGEST_RUN = 70
"""Octets of the sockets' folder; with their names, a path may have 103 (macOS) or 107 (Linux)."""


_ODD = re.compile(r"""[:%#"'`\\${}<>|;*?\x00-\x1f\x7f]""")
"""What has a meaning in Dovecot's configuration, or in its list of users."""


class Person(NamedTuple):
    """The system user that Dovecot runs as."""

    name: str
    group: str
    uid: int
    gid: int


class Ready(NamedTuple):
    """What lies there for one start."""

    plan: told.Plan
    person: Person
    signs_in: tuple[tuple[Owner, passwords.Known], ...]
    doubts: tuple[str, ...]
    """what will not work, though the rest does"""


def folder_of(configuration: Configuration) -> Path:
    """Called after the store, for beside it may lie the system's own Dovecot."""
    store = configuration.store.path.absolute()
    return store.with_name(f"{store.stem}-imap")


def person_of(configuration: Configuration) -> Person:
    """Ourselves; where we are root, whom the configuration names. Raises Trouble."""
    try:
        found = pwd.getpwnam(configuration.imap.user) if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        group = grp.getgrgid(found.pw_gid).gr_name
    except KeyError:
        who = f'a user "{configuration.imap.user}"' if os.geteuid() == 0 else f"a name of user {os.geteuid()}"
        raise Trouble(f"this system knows no {who[2:]}; name another in [imap] user, or add it to the system") from None
    if os.geteuid() == 0 and not able():
        raise Trouble("as root, Salver serves IMAP on Linux only; run it as a user of its own")
    if found.pw_uid == 0:
        raise Trouble("Dovecot serves no mail of root's; name another user in [imap] user, such as nobody")
    return Person(found.pw_name, group, found.pw_uid, found.pw_gid)


def served(configuration: Configuration) -> tuple[tuple[Owner, Path], ...]:
    """Each owner with a Maildir, and the first one: a second holds the same mail again."""
    found = []
    for owner in configuration.owner:
        roots = [maildir_path(target) for target in owner.targets if target.startswith("maildir:")]
        found += [(owner, roots[0])] if roots else []
    return tuple(found)


def prepared(configuration: Configuration, version: tuple[int, int], port: int) -> Ready:
    """Everything Dovecot needs, written anew. Raises Trouble, OSError."""
    person = person_of(configuration)
    owners = served(configuration)
    if not owners:
        raise Trouble("no owner has a Maildir here that could be served; take serve out of [imap]")
    folder = _folder(configuration, person)
    host, _ = host_and_port(configuration.imap.listen)
    filing = configuration.filing
    plan = told.Plan(
        version, folder, _run(folder, person), person.name, person.group, host, port, filing.buttons, filing.folders
    )
    signs_in = tuple((owner, passwords.known(owner, folder.parent)) for owner, _ in owners)
    accounts = []
    for (owner, root), (_, known) in zip(owners, signs_in, strict=True):
        accounts.append(told.Account(owner, known.hash, _home(plan, owner.id, root)))
    _for(person, plan.users, told.users_text(tuple(accounts), person.uid, person.gid).encode())
    put_certificate(configuration, plan, person)
    _for(person, plan.file, told.text_of(plan).encode())
    doubts = [_closed_word(person, root, shut) for _, root in owners if (shut := closed(root, person))]
    return Ready(plan, person, signs_in, tuple(doubts))


def source(configuration: Configuration) -> tuple[Path, Path]:
    """The files of the certificate and its key: those of [smtp], or our own. Raises Trouble."""
    smtp = configuration.smtp
    if smtp.certificate:
        return Path(smtp.certificate), Path(smtp.key)
    return made(folder_of(configuration), smtp.hostname)


def put_certificate(configuration: Configuration, plan: told.Plan, person: Person) -> None:
    """Copies, for Dovecot's user may not read the key where it lies, and so that both always fit. Raises Trouble."""
    certificate, key = source(configuration)
    try:
        read_pair(certificate, key)
        pair = key.read_bytes(), certificate.read_bytes()
    except (CertificateError, OSError) as error:
        raise Trouble(str(error)) from None
    _for(person, plan.key, pair[0])
    _for(person, plan.certificate, pair[1])


def closed(path: Path, person: Person) -> Path | None:
    """The first folder above `path` that this user may not pass through, if we are root; else None."""
    if os.geteuid() != 0:
        return None
    groups = set(os.getgrouplist(person.name, person.gid))
    for parent in reversed(path.parents):
        try:
            found = parent.stat()
        except OSError:
            return None
        others = stat.S_IXGRP if found.st_gid in groups else stat.S_IXOTH
        if not found.st_mode & (stat.S_IXUSR if found.st_uid == person.uid else others):
            return parent
    return None


def _closed_word(person: Person, path: Path, shut: Path) -> str:
    return (
        f"{person.name}, as whom Dovecot runs, may not pass through {shut} to {path}; chmod o+x {shut}, or put it "
        "elsewhere"
    )


def _folder(configuration: Configuration, person: Person) -> Path:
    """Ours. Where we are root it stays root's, so that nobody else's program can put a link in our way."""
    folder = folder_of(configuration)
    if _ODD.search(str(folder)):
        raise Trouble(
            f"Dovecot cannot be told of the folder {str(folder)!r}; call the store's file and its folders by letters, "
            "digits, blanks and dashes"
        )
    _own(folder)
    if shut := closed(folder / "home", person):
        raise Trouble(_closed_word(person, folder, shut))
    _own(folder / "home")
    return folder


def _own(folder: Path) -> None:
    """Made by us, or ours from before. Raises Trouble: it is somebody else's, and stays as it is."""
    try:
        folder.mkdir(mode=0o700)
        made = True
    except FileExistsError:
        made = False
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        raise Trouble(f"{folder} is a link or no folder of Salver's; move it away") from None
    try:
        if made:
            os.fchmod(descriptor, 0o711 if os.geteuid() == 0 else 0o700)
        found = os.fstat(descriptor)
        if found.st_uid != os.geteuid() or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise Trouble(f"{folder} is not Salver's alone, or others may write there; move it away")
    finally:
        os.close(descriptor)


def _run(folder: Path, person: Person) -> Path:
    """The folder of its sockets, which it makes itself, in one of its own; in a short one elsewhere, kept by a link,
    where this one's path is too long."""
    own = folder / "live"
    if len(os.fsencode(own)) > LONGEST_RUN:
        link = folder / "short"
        own = Path(os.readlink(link)) if link.is_symlink() else Path()
        if not (link.is_symlink() and own.is_dir() and not own.is_symlink() and own.stat().st_uid == person.uid):
            own = Path(tempfile.mkdtemp(prefix="salver-imap-", dir=_short()))
            _give(own, person)
            link.unlink(missing_ok=True)
            link.symlink_to(own)
    else:
        own.mkdir(mode=0o700, exist_ok=True)
        _give(own, person)
    return own / "run"


def _give(own: Path, person: Person) -> None:
    """A folder in which only root can have put anything, if we are root."""
    if os.geteuid() == 0:
        descriptor = os.open(own, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            os.fchown(descriptor, person.uid, person.gid)
        finally:
            os.close(descriptor)


def _short() -> str:
    """The system's temporary folder, which is itself a long path on macOS."""
    return tempfile.gettempdir() if len(tempfile.gettempdir()) < 30 else "/tmp"  # noqa: S108 - mkdtemp makes it ours


def _home(plan: told.Plan, owner: str, root: Path) -> Path:
    """A folder with a link to the Maildir: whatever its path holds, Dovecot's list of users need not."""
    home = plan.home(owner)
    _own(home)
    link = home / "Maildir"
    if not link.is_symlink() or os.readlink(link) != str(root):
        link.unlink(missing_ok=True)
        link.symlink_to(root)
    return home


def _for(person: Person, path: Path, content: bytes) -> None:
    """A file that Dovecot's user may read, and nobody else."""
    put(path, content)
    if os.geteuid() == 0:
        os.chown(path, 0, person.gid)
        path.chmod(0o640)


def cleared(folder: Path) -> None:
    """Take away the short folder that a link names, at the end."""
    link = folder / "short"
    with suppress(OSError):
        own = Path(os.readlink(link))
        link.unlink()
        shutil.rmtree(own, ignore_errors=True)
