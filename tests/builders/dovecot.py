"""A real Dovecot over a Maildir++ on a loopback port: own configuration, no root, ended by its process id.

Debian: `dovecot-imapd` (2.3). The server it may bring up by itself is not needed and not touched.
"""

from __future__ import annotations

import contextlib
import grp
import imaplib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipeline.accounts.account import Account

USER = "amy"
OTHER = "bob"
"""A second user, with a mailbox of his own."""
PASSWORD = "tray"  # of a throw-away server on loopback
PROGRAM = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")

_CONFIGURATION = """\
protocols = imap
listen = 127.0.0.1
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/log
ssl = no
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:{root}
mail_fsync = never
namespace inbox {{
  inbox = yes
  prefix = {prefix}
}}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {home}/users
}}
userdb {{
  driver = passwd-file
  args = {home}/users
}}
service anvil {{
  chroot =
}}
service imap {{
  service_count = 100
}}
service imap-login {{
  chroot =
  service_count = 0
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service auth-worker {{
  user = {user}
}}
{more}
"""
_CAPABLE = "IMAP4rev1 LITERAL+ SASL-IR ID ENABLE NAMESPACE CHILDREN UNSELECT ESEARCH SPECIAL-USE QUOTA"
_EXTENSIONS = ("MOVE", "UIDPLUS", "IDLE")


@dataclass(frozen=True)
class Dovecot:
    """A running server and the Maildir it serves."""

    root: Path
    port: int
    uid: int
    gid: int

    def client(self, user: str = USER) -> imaplib.IMAP4:
        client = imaplib.IMAP4("127.0.0.1", self.port, timeout=20)
        client.login(user, PASSWORD)
        return client

    def account(self, port: int = 0, **more: Any) -> Account:
        """The account of amy here as Salver would be told of it; `port` is that of a proxy before the server."""
        told = {
            "name": "work", "host": f"127.0.0.1:{port or self.port}", "tls": "none", "user": USER,
            "secret": f"file:{self.root.parent / 'secret'}",
        }  # fmt: skip
        return Account.model_validate({**told, **more})

    def hand_over(self) -> None:
        """Give what a test running as root has filed to the server's user, as one owner's mail would be."""
        if os.geteuid() == 0:
            for path in (self.root, *self.root.rglob("*")):
                os.chown(path, self.uid, self.gid)


def require() -> None:
    """Skip where Dovecot is missing; fail where it must not be (CI=true)."""
    word = "Dovecot 2.3 is missing: apt-get install dovecot-imapd"
    version = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True).stdout if PROGRAM else ""
    if version.startswith("2.3."):
        return
    if version:
        word = f"Dovecot {version.split()[0]} is here, these tests configure 2.3"
    if os.environ.get("CI") == "true":
        pytest.fail(word)
    pytest.skip(word)


@contextlib.contextmanager
def running(
    *,
    without: Collection[str] = (),
    quota: int = 0,
    acl: Collection[str] = (),
    prefix: str = "",
    password: str = PASSWORD,
    more: str = "",
) -> Iterator[Dovecot]:
    """Dovecot in a short folder of its own (its sockets' paths are limited to 107 octets), ended at the end.

    `without`: of MOVE, UIDPLUS, IDLE, what it does not announce. `quota`: in kB. `acl`: lines such as "INBOX owner lr"
    (RFC 4314), what fits adds up. `prefix`: what every folder lies under. `more`: lines of configuration.
    """
    require()
    user = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    group = grp.getgrgid(user.pw_gid).gr_name
    with tempfile.TemporaryDirectory(prefix="dc") as folder:
        home = Path(folder)
        for name in ("run", "state", "home", "mail", "other"):
            (home / name).mkdir(mode=0o700)
        port = _free_port()
        configuration = home / "dovecot.conf"
        configuration.write_text(
            _CONFIGURATION.format(
                home=home, user=user.pw_name, group=group, root=home / "mail", port=port, prefix=prefix,
                more=_more(home, without, quota, acl) + more,
            )
        )  # fmt: skip
        ids = f"{user.pw_uid}:{user.pw_gid}::{home}/home::"
        (home / "users").write_text(
            f"{USER}:{password}:{ids}\n{OTHER}:{PASSWORD}:{ids}userdb_mail=maildir:{home}/other\n"
        )
        (home / "secret").write_text(password)
        (home / "secret").chmod(0o600)
        if os.geteuid() == 0:
            for path in (home, *home.rglob("*")):
                os.chown(path, user.pw_uid, user.pw_gid)
        with subprocess.Popen(
            [str(PROGRAM), "-F", "-c", str(configuration)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd=home,
            start_new_session=True,
            **({"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}),
        ) as server:
            try:
                _wait(server, port, home / "log")
                yield Dovecot(home / "mail", port, user.pw_uid, user.pw_gid)
            finally:
                server.send_signal(signal.SIGTERM)
                try:
                    server.wait(20)
                except subprocess.TimeoutExpired:
                    server.kill()


def _more(home: Path, without: Collection[str], quota: int, acl: Collection[str]) -> str:
    """Configuration of what a test asks for beyond the plain server."""
    plugins = ["quota", "imap_quota"] * bool(quota) + ["acl", "imap_acl"] * bool(acl)
    lines = [f"mail_plugins = {' '.join(name for name in plugins if not name.startswith('imap_'))}"]
    lines.append(f"protocol imap {{\n  mail_plugins = {' '.join(plugins)}")
    if without:
        capable = " ".join([_CAPABLE, *(name for name in _EXTENSIONS if name not in without)])
        lines.append(f"  imap_capability = {capable}")
    lines.append("}")
    if quota:
        lines.append(f"plugin {{\n  quota = maildir:User quota\n  quota_rule = *:storage={quota}k\n}}")
    if acl:
        (home / "acl").write_text("".join(f"{line}\n" for line in acl))
        lines.append(f"plugin {{\n  acl = vfile:{home}/acl\n}}")
    return "\n".join(lines) + "\n"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    for _ in range(200):
        if server.poll() is not None:
            break
        with contextlib.suppress(OSError, imaplib.IMAP4.error), imaplib.IMAP4("127.0.0.1", port, timeout=5) as client:
            client.login(OTHER, PASSWORD)
            return
        time.sleep(0.1)
    said = log.read_text(errors="replace") if log.exists() else ""
    if server.poll() is not None and server.stderr is not None:
        said += server.stderr.read().decode(errors="replace")
    pytest.fail(f"Dovecot did not start: {said[-2000:]}")
