"""A real Postfix on loopback: takes mail, rewrites what it is told to, and hands it on to a port of the test.

    require_postfix()
    with Postfix(route=f"smtp:[127.0.0.1]:{port}", forwards={"amy@home.test": "in@salver.test"}) as postfix:
        await aiosmtplib.send(..., port=postfix.port)

In front of an LMTP port: `route=f"lmtp:inet:127.0.0.1:{port}"`. Needs Debian's `postfix` (3.4 or later) and root, for
its master drops to the user `postfix` by itself; for real SRS Debian's `postsrsd` (1.x). Nothing of the system's own
Postfix is touched: configuration, queue, data and log lie in a folder of ours, all ports are free ones.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType

import pytest

HOST = "forwarder.test"
_PATH = os.environ.get("PATH", "") + ":/usr/sbin"
_SERVICES = """
127.0.0.1:{port} inet n - n - - smtpd
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 1 1 qmgr
rewrite   unix - - n - - trivial-rewrite
tlsmgr    unix - - n 1000? 1 tlsmgr
bounce    unix - - n - 0 bounce
defer     unix - - n - 0 bounce
trace     unix - - n - 0 bounce
verify    unix - - n - 1 verify
proxymap  unix - - n - - proxymap
smtp      unix - - n - - smtp
lmtp      unix - - n - - lmtp
error     unix - - n - - error
retry     unix - - n - - error
anvil     unix - - n - 1 anvil
postlog   unix-dgram n - n - 1 postlogd
"""


def require_postfix() -> None:
    """Skips the test where Postfix cannot run; on CI a missing one fails it."""
    if os.geteuid() != 0:
        pytest.skip("a real Postfix must be started by root")
    if shutil.which("postfix", path=_PATH) is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI needs Debian's packages postfix and postsrsd")
        pytest.skip("postfix is not installed (Debian: apt-get install postfix postsrsd)")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Postfix:
    """`settings` go into main.cf last; `header_checks` are lines of a regexp table (header_checks(5)).

    With `srs` the sender of the envelope is rewritten: by postsrsd if it is there, else by a table that writes an
    address of the same form. `srs_by` says which.
    """

    def __init__(
        self,
        route: str,
        forwards: dict[str, str],
        srs: bool = False,
        settings: dict[str, str] | None = None,
        header_checks: str = "",
    ) -> None:
        self.port = free_port()
        self.srs_by: str | None = None
        self._route = route
        self._forwards = forwards
        self._settings = dict(settings or {})
        self._header_checks = header_checks
        self._srs = srs
        self._rewriter: subprocess.Popen[bytes] | None = None
        self._folder = Path(tempfile.mkdtemp(prefix="pf", dir="/tmp"))  # short: sockets' paths end at 107 octets

    def log(self) -> str:
        """What Postfix logged."""
        file = self._folder / "log"
        return file.read_text(errors="replace") if file.exists() else ""

    def __enter__(self) -> Postfix:
        try:
            self._start()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._end()

    def _start(self) -> None:
        self._folder.chmod(0o755)
        for name in ("etc", "queue", "data"):
            (self._folder / name).mkdir(mode=0o755)
        shutil.chown(self._folder / "data", "postfix")
        if self._srs:
            self._settings = self._rewriting() | self._settings
        self._write()
        self._command("start")
        _wait_for(self.port, self.log)

    def _end(self) -> None:
        # `postfix stop` ends the master whose pid lies in our own queue folder, and its children, nobody else's.
        if (self._folder / "queue/pid/master.pid").exists():
            self._command("stop", check=False)
        if self._rewriter is not None:
            self._rewriter.terminate()
            self._rewriter.wait(10)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _command(self, verb: str, check: bool = True) -> None:
        program = shutil.which("postfix", path=_PATH) or "postfix"
        done = subprocess.run(
            [program, "-c", str(self._folder / "etc"), verb],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        if check and done.returncode:
            raise RuntimeError(f"postfix {verb}: {done.stderr or done.stdout}\n{self.log()}")

    def _write(self) -> None:
        main = {
            "compatibility_level": "3.6",
            "myhostname": HOST,
            "queue_directory": str(self._folder / "queue"),
            "data_directory": str(self._folder / "data"),
            "maillog_file": str(self._folder / "log"),
            "maillog_file_prefixes": str(self._folder),
            "inet_interfaces": "127.0.0.1",
            "inet_protocols": "ipv4",
            "mynetworks": "127.0.0.0/8",
            "mydestination": "",
            "alias_maps": "",
            "alias_database": "",
            "smtpd_relay_restrictions": "permit_mynetworks, reject",
            "smtpd_peername_lookup": "no",
            "smtp_dns_support_level": "disabled",
            "smtp_host_lookup": "native",
            # The test's client stands for a stranger out there, whose header is not completed or tidied.
            "local_header_rewrite_clients": "",
            "virtual_alias_domains": " ".join({address.partition("@")[2] for address in self._forwards}),
            "virtual_alias_maps": "inline:{ "
            + ", ".join(f"{{ {one} = {other} }}" for one, other in self._forwards.items())
            + " }",
            "default_transport": self._route,
            "queue_run_delay": "1s",
            "minimal_backoff_time": "1s",
            "maximal_backoff_time": "2s",
            "notify_classes": "",
        }
        if self._header_checks:
            (self._folder / "etc/header_checks").write_text(self._header_checks + "\n")
            main["header_checks"] = f"regexp:{self._folder}/etc/header_checks"
        lines = (f"{name} = {value}\n" for name, value in (main | self._settings).items())
        (self._folder / "etc/main.cf").write_text("".join(lines))
        (self._folder / "etc/master.cf").write_text(_SERVICES.format(port=self.port).lstrip())

    def _rewriting(self) -> dict[str, str]:
        program = shutil.which("postsrsd", path=_PATH)
        if program is None:
            self.srs_by = "table"
            table = self._folder / "etc/srs"
            table.write_text(f"/^(SRS0=.*)$/ ${{1}}\n/^(.*)@(.*)$/ SRS0=AbCd=7Q=${{2}}=${{1}}@{HOST}\n")
            return {"sender_canonical_maps": f"regexp:{table}", "sender_canonical_classes": "envelope_sender"}
        self.srs_by = "postsrsd"
        secret = self._folder / "etc/srs.secret"
        secret.write_text("only for a test\n")
        there, back = free_port(), free_port()
        self._rewriter = subprocess.Popen(
            [program, "-4", "-unobody", "-l127.0.0.1", f"-s{secret}", f"-d{HOST}", f"-f{there}", f"-r{back}"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        _wait_for(there, lambda: "postsrsd does not listen")
        return {
            "sender_canonical_maps": f"tcp:127.0.0.1:{there}",
            "sender_canonical_classes": "envelope_sender",
            "recipient_canonical_maps": f"tcp:127.0.0.1:{back}",
            "recipient_canonical_classes": "envelope_recipient",
        }


def _wait_for(port: int, why: object) -> None:
    """Until something listens there; at most about 20 s."""
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError(why() if callable(why) else str(why))
