"""(what to serve) -> the text of Dovecot's configuration, for 2.3 and for 2.4, and of its list of users. Pure."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from stages.buttons import button_of
from stages.events import INBOX
from stages.names import FOLDERS
from stages.settings import Owner

SPECIAL = {"Drafts": "Drafts", "Sent": "Sent", "Trash": "Trash", "Archive": "Archive"}
"""Folders that clients look for by their use (RFC 6154): they are agreed on, and made when a client first needs one."""
CONNECTIONS = 100
"""Clients signed in at once; a mail client has some five connections."""
PROCESSES = 20
"""Of any other kind."""
_PASSED_ON = re.compile(r"[^\s:\x00-\x1f\x7f]+")
"""What fits between two colons of a line of the list of users."""


class Plan(NamedTuple):
    """One Dovecot: whom it runs as, where its files lie, where it listens."""

    version: tuple[int, int]
    folder: Path
    run: Path
    """its sockets'"""
    user: str
    group: str
    host: str
    port: int
    buttons: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    """declared, besides those of verdicts"""

    @property
    def file(self) -> Path:
        return self.folder / "dovecot.conf"

    @property
    def users(self) -> Path:
        return self.folder / "users"

    @property
    def certificate(self) -> Path:
        return self.folder / "certificate.pem"

    @property
    def key(self) -> Path:
        return self.folder / "key.pem"

    def home(self, owner: str) -> Path:
        return self.folder / "home" / owner


class Account(NamedTuple):
    """An owner who may sign in."""

    owner: Owner
    hash: str
    home: Path


def version_of(said: str) -> tuple[int, int] | None:
    """`2.3.19.1 (9b53102964)` -> (2, 3), as `dovecot --version` says. None: that is no version."""
    found = re.match(r"(\d+)\.(\d+)", said.strip())
    return (int(found[1]), int(found[2])) if found else None


def text_of(plan: Plan) -> str:
    """The whole configuration: one unprivileged user for all parts, IMAP over TLS at one address, nothing else."""
    new = plan.version >= (2, 4)
    lines = [
        *(("dovecot_config_version = 2.4.0", "dovecot_storage_version = 2.4.0") if new else ()),
        "# Salver writes this at every start; what you change here is lost.",
        *(_block("protocols", ("imap = yes",)) if new else ("protocols = imap",)),
        f"base_dir = {_quoted(plan.run)}",
        f"state_dir = {_quoted(plan.run.parent)}",
        "instance_name = salver",
        f"listen = {_quoted(plan.host)}",
        # What it logs comes to us; without a time, which our log adds.
        "log_path = /dev/stderr",
        'log_timestamp = ""',
        *_as_one_user(plan),
        *_encrypted(plan, new),
        *_known(plan, new),
        *_mail(new, "~/Maildir", plan.buttons, plan.folders),
        *_services(plan),
    ]
    return "\n".join(lines) + "\n"


def users_text(accounts: tuple[Account, ...], uid: int, gid: int) -> str:
    """passwd-file(5) of Dovecot: each owner by id and by every address; all are the id from then on."""
    lines: dict[str, str] = {}
    for owner, hash, home in accounts:
        for name in (owner.id, *owner.addresses):
            if _PASSED_ON.fullmatch(name):
                lines.setdefault(name.lower(), f"{name.lower()}:{hash}:{uid}:{gid}::{home}::user={owner.id.lower()}")
    return "".join(f"{line}\n" for line in lines.values())


def own_text(
    version: tuple[int, int],
    owners: tuple[tuple[Owner, Path, str], ...],
    buttons: tuple[str, ...],
    folders: tuple[str, ...] = (),
) -> str:
    """For people who run Dovecot themselves: what to add to their configuration; owner, Maildir, "uid:gid" each."""
    new = version >= (2, 4)
    users = "/etc/dovecot/salver-users"
    lines = [
        *(("dovecot_config_version = 2.4.0", "dovecot_storage_version = 2.4.0") if new else ()),
        f"# For Dovecot {version[0]}.{version[1]}. Put it into /etc/dovecot/conf.d/99-salver.conf"
        + (" (without the two lines above," if new else "."),
        *(("# which your dovecot.conf has already).",) if new else ()),
        "# It serves the Maildirs that Salver files into. Look it over with: doveconf -n",
        *_mail(new, "~", buttons, folders),
        *_listed(new, users),
        f"# {users} (owned by root:dovecot, mode 0640) has a line for every owner. For the passwords of your own",
        "# users instead, leave the two blocks above out and set the mail location of each owner.",
        "# HASH is what `salver password` prints. Salver and Dovecot must run as the same user for a Maildir.",
    ]
    for owner, root, ids in owners:
        lines += [f"#   {name}:HASH:{ids}::{root}::" for name in (owner.id, *owner.addresses)]
    return "\n".join(lines) + "\n"


def _block(name: str, lines: tuple[str, ...]) -> tuple[str, ...]:
    return (f"{name} {{", *(f"  {line}" for line in lines), "}")


def _quoted(text: object) -> str:
    """A value as it is, whatever it holds."""
    escaped = str(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _as_one_user(plan: Plan) -> tuple[str, ...]:
    """Everything unprivileged, so nothing changes its user or its root."""
    return (
        f"default_internal_user = {plan.user}",
        f"default_internal_group = {plan.group}",
        f"default_login_user = {plan.user}",
        "first_valid_uid = 1",
        "first_valid_gid = 1",
        f"default_process_limit = {PROCESSES}",
        "default_client_limit = 400",
    )


def _encrypted(plan: Plan, new: bool) -> tuple[str, ...]:
    certificate, key = (
        (f"ssl_server_cert_file = {plan.certificate}", f"ssl_server_key_file = {plan.key}")
        if new
        else (f"ssl_cert = <{plan.certificate}", f"ssl_key = <{plan.key}")
    )
    cleartext = "auth_allow_cleartext = no" if new else "disable_plaintext_auth = yes"
    return ("ssl = required", certificate, key, "ssl_min_protocol = TLSv1.2", cleartext)


def _known(plan: Plan, new: bool) -> tuple[str, ...]:
    """Who may sign in; whoever fails waits, and the longer the more often."""
    return (
        "auth_mechanisms = plain login",
        'auth_username_chars = ""',
        f'auth_username_format = "{"%{user | lower}" if new else "%Lu"}"',
        "auth_failure_delay = 2 secs",
        "auth_cache_size = 1M",
        "auth_cache_negative_ttl = 0",
        *_listed(new, str(plan.users)),
    )


def _listed(new: bool, users: str) -> tuple[str, ...]:
    if new:
        path = (f"passwd_file_path = {users}",)
        return (*_block("passdb passwd-file", path), *_block("userdb passwd-file", path))
    lines = ("driver = passwd-file", f"args = {users}")
    return (*_block("passdb", lines), *_block("userdb", lines))


def _mail(new: bool, root: str, buttons: tuple[str, ...], folders: tuple[str, ...]) -> tuple[str, ...]:
    """The folders of a mailbox, and what makes large ones quick."""
    buttons = tuple(name for name in buttons if button_of(name) is not None)
    subscribed = dict.fromkeys((INBOX, *FOLDERS.values(), *folders, *buttons))
    boxes: list[str] = []
    for name in subscribed:
        use = (f"special_use = \\{SPECIAL[name]}",) if name in SPECIAL else ()
        boxes += _block(f"mailbox {_quoted(name)}", ("auto = subscribe", *use))
    for name, use_of in SPECIAL.items():
        if name not in subscribed:
            boxes += _block(f"mailbox {name}", (f"special_use = \\{use_of}",))
    return (
        *(("mail_driver = maildir", f"mail_path = {root}") if new else (f"mail_location = maildir:{root}",)),
        "mail_fsync = optimized",
        "maildir_very_dirty_syncs = no",
        "mailbox_idle_check_interval = 3 secs",
        f"mail_max_userip_connections = {CONNECTIONS // 2}",
        *_block("namespace inbox", ("inbox = yes", "separator = /", *boxes)),
    )


def _services(plan: Plan) -> tuple[str, ...]:
    """`imap-login` takes all clients in one process, so that a new one need not wait for a program to start."""
    port = _block("inet_listener imaps", (f"port = {plan.port}", "ssl = yes"))
    login = ("chroot =", "service_count = 0", "process_min_avail = 1", "process_limit = 2")
    imap = (f"process_limit = {CONNECTIONS}", "vsz_limit = 512M")
    if plan.version >= (2, 4):
        login = ("chroot =", "restart_request_count = unlimited", *login[2:])
    return (
        *_block("service imap-login", (*login, *_block("inet_listener imap", ("port = 0",)), *port)),
        *_block("service imap", imap),
        *_block("service anvil", ("chroot =",)),
        *_block("service auth-worker", (f"user = {plan.user}",)),
    )
