"""Who may connect, how the receiver stops, and what it can be told."""

from __future__ import annotations

import asyncio
import resource
import socket
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from pydantic import ValidationError
from structlog.testing import capture_logs

from pipeline.configuration import SmtpSettings, host_and_port
from pipeline.receiver import Receiver
from pipeline.receiver.admission import Admission
from tests.builders.smtp_client import OWNERS, Listening, listening, until

# --- connections ------------------------------------------------------------------------------------------------


async def test_clients_beyond_the_limit_are_421_and_a_place_that_becomes_free_is_given_again() -> None:
    async with listening(connections=2) as here:
        first, _second = await here.ready(), await here.ready()
        third = await here.connect()
        assert (await third.reply()).startswith("421 4.3.2")
        assert await third.ended()
        await first.ask("QUIT")
        await until(lambda: here.receiver.admission.clients <= 1)
        await here.ready()


def test_one_address_or_ipv6_network_has_its_share_and_forwarders_and_loopback_are_exempt() -> None:
    admission = Admission(SmtpSettings(connections_per_address=2, forwarders=("192.0.2.0/28", "2001:db8:1::25")))
    for peer in ("198.51.100.7", "2001:db8::1"):
        assert admission.enter(peer) is None
        assert admission.enter(peer) is None
    assert (admission.enter("198.51.100.7") or "").startswith("421 4.7.0")
    assert (admission.enter("2001:db8::ffff") or "").startswith("421 4.7.0")
    assert admission.enter("198.51.100.8") is None
    admission.leave("198.51.100.7")
    assert admission.enter("198.51.100.7") is None
    for exempt in ("127.0.0.1", "::1", "192.0.2.3", "2001:db8:1::25", ""):
        assert [admission.enter(exempt) for _ in range(5)] == [None] * 5


@contextmanager
def open_files(limit: int) -> Iterator[None]:
    """This process may have so many open files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.parametrize(("limit", "clients"), [(200, 72), (130, 16)])
async def test_where_open_files_are_few_so_are_clients_and_it_is_said_once(limit: int, clients: int) -> None:
    with open_files(limit), capture_logs() as told:
        async with listening() as here:
            assert here.receiver.admission.connections == clients
            for _ in range(3):
                await here.ready()
    assert [(line["event"], line["to"]) for line in told if "connections" in line["event"]] == [
        ("connections_lowered", clients)
    ]


async def test_where_open_files_are_plenty_the_setting_counts() -> None:
    with capture_logs() as told:
        async with listening(connections=5) as here:
            assert here.receiver.admission.connections == 5
    assert "connections_lowered" not in [line["event"] for line in told]


CROWD = """
import resource, socket, sys
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
clients = []
for _ in range(int(sys.argv[2])):
    client = socket.socket()
    client.setblocking(False)
    client.connect_ex(("127.0.0.1", int(sys.argv[1])))
    clients.append(client)
for client in clients:
    client.settimeout(20)
    print(client.recv(3).decode())
"""


async def test_a_crowd_hears_421_before_the_system_runs_out_of_open_files(caplog: pytest.LogCaptureFixture) -> None:
    with open_files(200):
        async with listening() as here:
            assert here.receiver.smtp_address is not None
            crowd = await asyncio.create_subprocess_exec(
                sys.executable, "-c", CROWD, str(here.receiver.smtp_address[1]), "600", stdout=asyncio.subprocess.PIPE
            )
            heard, _ = await crowd.communicate()
    assert Counter(heard.decode().split()) == {"220": 72, "421": 600 - 72}
    assert "out of system resource" not in caplog.text


async def test_under_stress_idle_clients_have_less_time() -> None:
    async with listening(connections=4, idle="1h", stress="50ms") as here:
        calm = await here.ready()
        crowd = [await here.ready() for _ in range(2)]
        for client in crowd:
            await client.send(b"NOOP\r\n")
        assert (await crowd[1].reply()).startswith("250")
        assert (await crowd[1].reply()).startswith("421 4.4.2")
        assert (await calm.ask("NOOP")).startswith("250")


async def test_many_clients_at_once_are_all_greeted() -> None:
    async with listening() as here:
        clients = await asyncio.gather(*(here.connect() for _ in range(200)))
        banners = await asyncio.gather(*(client.reply() for client in clients))
        assert {banner[:4] for banner in banners} == {"220 "}


# --- stopping ---------------------------------------------------------------------------------------------------


async def stopped(here: Listening, grace: float) -> None:
    await asyncio.wait_for(here.receiver.stop(grace), 10)


async def test_stopping_sends_idle_clients_away_and_refuses_new_ones() -> None:
    async with listening() as here:
        client, fresh = await here.ready(), await here.connect()
        await client.envelope()
        await fresh.reply()
        await stopped(here, 5)
        for waiting in (client, fresh):
            assert (await waiting.reply()).startswith("421 4.3.2")
            assert await waiting.ended()
        with pytest.raises(ConnectionError):
            await here.connect()


async def test_stopping_waits_for_a_running_commit_beyond_the_grace_time_and_answers_it() -> None:
    async with listening() as here:
        here.kept.gate.clear()
        client = await here.ready()
        await client.envelope()
        await client.ask("DATA")
        await client.send(b".\r\n")
        await here.kept.started.wait()
        stopping = asyncio.create_task(here.receiver.stop(0.05))
        await asyncio.sleep(0.2)
        assert not stopping.done()
        here.kept.gate.set()
        await asyncio.wait_for(stopping, 10)
        assert (await client.reply()).startswith("250")
        assert (await client.reply()).startswith("421 4.3.2")
        assert len(here.kept.mails) == 1


async def test_stopping_waits_for_a_commit_whose_client_is_gone() -> None:
    async with listening() as here:
        here.kept.gate.clear()
        client = await here.ready()
        await client.envelope()
        await client.ask("DATA")
        await client.send(b".\r\n")
        await here.kept.started.wait()
        client.reset()
        stopping = asyncio.create_task(here.receiver.stop(0.05))
        await asyncio.sleep(0.2)
        assert not stopping.done()
        here.kept.gate.set()
        await asyncio.wait_for(stopping, 10)
        assert len(here.kept.mails) == 1


async def test_stopping_lets_a_mail_come_in_whole_within_the_grace_time_and_cuts_it_after() -> None:
    async with listening() as here:
        quick, slow = await here.ready(), await here.ready()
        for client in (quick, slow):
            await client.envelope()
            await client.ask("DATA")
        stopping = asyncio.create_task(here.receiver.stop(0.3))
        await asyncio.sleep(0.05)
        await quick.send(b"in time\r\n.\r\n")
        assert (await quick.reply()).startswith("250")
        await asyncio.wait_for(stopping, 10)
        assert await slow.ended()
        assert here.kept.contents == [b"in time\r\n"]


# --- settings ---------------------------------------------------------------------------------------------------


def test_every_setting_has_a_default_and_a_help_text() -> None:
    assert SmtpSettings().listen == "127.0.0.1:2525"
    assert SmtpSettings().idle == 300_000
    for name, field in SmtpSettings.model_fields.items():
        assert field.description, name
        assert not field.is_required(), name


@pytest.mark.parametrize(
    "told",
    [
        {"listen": "2525"},
        {"listen": "127.0.0.1:70000"},
        {"lmtp": "::1:24"},
        {"hostname": "two words"},
        {"forwarders": ["mail.example"]},
        {"idle": "soon"},
        {"size": 10, "in_flight": 9},
        {"lissten": "127.0.0.1:25"},
    ],
)
def test_a_setting_that_cannot_be_is_refused(told: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        SmtpSettings.model_validate(told)


def test_an_ipv6_address_to_listen_on_is_written_in_brackets() -> None:
    assert host_and_port("[::1]:2525") == ("::1", 2525)


async def test_an_address_that_is_taken_is_an_error_and_nothing_is_left_listening() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
    async with listening() as here:
        host, port = here.receiver.smtp_address or ("", 0)
        told = SmtpSettings(listen=f"127.0.0.1:{free}", lmtp=f"{host}:{port}")
        second = Receiver(here.kept, OWNERS, told)
        with pytest.raises(OSError):
            await second.start()
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", free)
