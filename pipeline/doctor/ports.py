"""Does Salver answer at its ports; if nobody does, may it listen there?"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket

from pipeline.configuration import host_and_port, reachable
from pipeline.doctor.finding import Case, Finding, Findings

SECONDS = 5.0


async def check(case: Case) -> Findings:
    smtp = case.configuration.smtp
    wanted = [(protocol, at) for protocol, at in (("SMTP", smtp.listen), ("LMTP", smtp.lmtp)) if at]
    return tuple(await asyncio.gather(*(_look(protocol, listen) for protocol, listen in wanted)))


async def _look(protocol: str, listen: str) -> Finding:
    host, port = host_and_port(listen)
    if port == 0:
        return Finding("warning", f"{protocol}: port 0 takes another port at every start", "name one in [smtp]")
    try:
        greeting = await _greeting(host, port)
    except (OSError, EOFError):
        return _free(protocol, listen, host, port)
    if greeting is None:
        return Finding(
            "fault", f"{protocol}: who listens at {listen} says nothing", f"restart Salver, or see who has port {port}"
        )
    if greeting.startswith("220 ") and greeting.endswith(" Salver"):
        return Finding("ok", f"{protocol}: Salver answers at {listen}")
    if greeting.startswith("421"):
        return Finding("warning", f"{protocol}: {listen} takes no client now: {greeting}", "try again in a minute")
    return Finding(
        "fault",
        f"{protocol}: another program has {listen}",
        "stop it, or choose another port in [smtp] and forward there",
    )


async def _greeting(host: str, port: int) -> str | None:
    """The first line that is said there; None if nothing is said in time. Raises OSError, EOFError: nobody is there."""
    address = reachable(host)
    async with asyncio.timeout(SECONDS):
        reader, writer = await asyncio.open_connection(address, port)
    try:
        async with asyncio.timeout(SECONDS):
            line = await reader.readline()
        writer.write(b"QUIT\r\n")
    except TimeoutError:
        return None
    except ValueError:  # a line without end
        return "?"
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await asyncio.wait_for(writer.wait_closed(), 1)
    return line.decode("ascii", "replace").strip()


def _free(protocol: str, listen: str, host: str, port: int) -> Finding:
    """Nobody answers: could Salver listen there? The port is given back at once."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except PermissionError:
        return Finding(
            "fault",
            f"{protocol}: this user may not listen at {listen}",
            "ports below 1024 are the system's: choose one above in [smtp], or give Salver CAP_NET_BIND_SERVICE",
        )
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return Finding(
                "fault", f"{protocol}: {listen} is taken, and nobody answers there", f"see who has port {port}"
            )
        return Finding(
            "fault",
            f"{protocol}: this machine cannot listen at {listen} ({error.strerror or error})",
            "name an address of this machine in [smtp]",
        )
    return Finding("warning", f"{protocol}: nobody listens at {listen}; the port is free", "start it: salver serve")
