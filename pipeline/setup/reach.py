"""What must be so for a provider to reach this machine, as far as it can be told without asking the world."""

from __future__ import annotations

import errno
import socket

from pipeline.configuration import host_and_port


def port_trouble(listen: str) -> str:
    """What stands in the way of listening there now; empty: nothing."""
    host, port = host_and_port(listen)
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            return f"you may not use port {port}; the service in deploy/README.md may"
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return f"something has port {port} already: Salver, if it runs; else another mail server"
            return f"{listen} cannot be used: {error.strerror}"
    return ""


def in_lines(host: str, listen: str) -> list[str]:
    """What the world must know, and that it was not asked."""
    lines = [
        "",
        "For your provider to find this machine, the people who keep your domain must publish:",
        f"  {host}.  MX  10  THE.NAME.OF.THIS.MACHINE.    (and an A or AAAA record for that name)",
        "Whether they do, and whether port 25 can be reached from outside, was not tried: from here it cannot be told.",
        f"To see it:  dig +short MX {host}    and, from another network:  nc -vz {host} 25",
    ]
    if host_and_port(listen)[1] != 25:
        lines.append("The mail server on port 25 must hand mail for that name over to Salver: deploy/README.md.")
    trouble = port_trouble(listen)
    if trouble:
        lines.append(f"On this machine: {trouble}.")
    return lines
