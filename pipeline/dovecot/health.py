"""Does an IMAP server answer there? A real client's first and last word, over TLS."""

from __future__ import annotations

import asyncio
import contextlib
import ssl

from pipeline.configuration import Configuration, host_and_port, reachable


async def knock(host: str, port: int, seconds: float) -> None:
    """Returns when it greeted and took leave, whatever its certificate. OSError, with why, if not in time."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        async with asyncio.timeout(seconds):
            reader, writer = await asyncio.open_connection(reachable(host), port, ssl=context)
            try:
                if not (await reader.readline()).startswith(b"* OK"):
                    raise OSError("what answers there is no IMAP server that takes clients now")
                writer.write(b"a LOGOUT\r\n")
                while line := await reader.readline():
                    if line.startswith(b"a "):
                        break
                else:
                    raise OSError("it hung up")
            finally:
                writer.close()
                with contextlib.suppress(OSError):
                    await writer.wait_closed()
    except TimeoutError:
        raise OSError(f"no answer within {seconds:g} s") from None
    except ValueError:  # a line without end
        raise OSError("what answers there is no IMAP server") from None


async def lines(configuration: Configuration) -> list[str]:
    """For `salver status`: does it answer just now?"""
    listen = configuration.imap.listen
    host, port = host_and_port(listen)
    if not configuration.imap.serve or port == 0:
        return []
    try:
        await knock(host, port, 5)
    except OSError:
        return [f"IMAP: nobody answers at {listen}; `salver doctor` looks closer."]
    return [f"IMAP: served at {listen}."]
