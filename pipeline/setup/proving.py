"""The forwarding road after the configuration is written: is Salver up, the steps at the provider, its question, and
a test mail through the real forward."""

from __future__ import annotations

import smtplib
from collections.abc import Awaitable, Callable
from pathlib import Path

from pipeline.clock import now
from pipeline.configuration import Configuration, host_and_port
from pipeline.setup import answers, canary, confirmations, waiting
from pipeline.setup.answers import State
from pipeline.setup.canary import Proof
from pipeline.setup.confirmations import Shown
from pipeline.setup.forwarding import Provider, filled
from pipeline.setup.talk import AnswersEnded, SetupError, Talk, span, wrapped, yes
from pipeline.setup.waiting import Found, Watcher
from stages.settings import Owner

UNSURE = 10
"""mails that are told one by one though they may not be the question: anybody can send as many as they like"""


def prove(config: Path, configuration: Configuration, provider: Provider, state: State, talk: Talk) -> bool:
    """From a written configuration to a forward that works; whether it was proven. Each step done is kept."""
    owner = next(each for each in configuration.owner if state.address in each.addresses)
    until_it_runs(config, configuration, state.address, talk)
    if not state.asked_at:
        state = answers.keep(config, state.model_copy(update={"asked_at": now()}))
    _steps(provider, state.address, talk)
    if not state.confirmed:
        confirm(configuration, owner, provider, state, talk)
        state = answers.keep(config, state.model_copy(update={"confirmed": True}))
    return test(config, configuration, owner, provider, state, talk)


# --- is it up?


def until_it_runs(config: Path, configuration: Configuration, address: str, talk: Talk) -> None:
    """Return once a Salver takes mail for this address. Raises AnswersEnded."""
    trouble = unanswered(configuration, address)
    if trouble:
        talk.say("\nNow start Salver, in another window, and let it run:\n")
        talk.say(f"  salver serve --config {config}\n")
        port = host_and_port(configuration.smtp.listen)[1]
        if port < 1024:
            talk.say(f"Port {port} is for the administrator: deploy/README.md has the service that may use it.")
    while trouble:
        talk.ask("Enter when it runs. ")
        trouble = unanswered(configuration, address)
        if trouble:
            talk.say(f"  {trouble}")
            if not talk.again:
                raise AnswersEnded(f"{trouble} Start it; then run the same command again, and it goes on from here.")
    talk.say(f"Salver is running, and takes mail for {address}.")


def unanswered(configuration: Configuration, address: str) -> str:
    """Why mail for the address would not be taken on this machine; empty: it would be. Nothing is sent."""
    host, port = host_and_port(configuration.smtp.listen)
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - listening everywhere is answered here
    try:
        with smtplib.SMTP(host, port, timeout=10) as client:
            client.ehlo("salver.local")
            client.mail("")
            code, _ = client.rcpt(address)
    except (OSError, smtplib.SMTPException) as error:
        return f"Nothing that takes mail answers on port {port} of this machine ({_in_words(error)})."
    if code != 250:
        return (
            f"Port {port} answers, but does not know the new address: is it another server, or started before? Stop it."
        )
    return ""


def _in_words(error: Exception) -> str:
    told = getattr(error, "strerror", None)
    return str(told or type(error).__name__).lower()


# --- at the provider


def _steps(provider: Provider, address: str, talk: Talk) -> None:
    talk.say(f"\nYour new address, which nobody can guess:\n\n  {address}\n")
    talk.say(f"Now at {provider.title}:")
    for number, step in enumerate(provider.steps, 1):
        talk.say(wrapped(f"  {number}. {filled(step, address)}"))
    for line in (provider.confirm, *provider.kept_back):
        talk.say(wrapped(f"  - {filled(line, address)}"))
    talk.say("Keep your own copy there: whatever happens here, nothing is lost.")


def confirm(configuration: Configuration, owner: Owner, provider: Provider, state: State, talk: Talk) -> None:
    """Wait for the provider's question, and show it the moment it comes."""
    if provider.handshake == "none" or not yes(talk, "\nWait for its question to the new address?"):
        return
    told: set[str] = set()
    open_ones: dict[str, Shown] = {}
    unsure = 0

    async def look(watcher: Watcher) -> bool | None:
        nonlocal unsure
        for arrival in await watcher.arrived(state.asked_at, state.address):
            mail = arrival.received.mail
            if mail in told:
                continue
            google = provider.handshake == "gmail"
            shown = await confirmations.asked(watcher, arrival, owner, state.address, google)
            if shown is None and not google:
                shown = await confirmations.other(watcher, arrival, owner)
            if shown is not None and shown.later:
                open_ones[mail] = shown
                continue
            told.add(mail)
            open_ones.pop(mail, None)
            if shown is None:
                continue
            unsure += not shown.sure
            for line in shown.lines if shown.sure or unsure <= UNSURE else ():
                talk.say(line)
            if shown.sure:
                return True
        return None

    def missing() -> list[str]:
        late = [line for shown in (*open_ones.values(),)[:UNSURE] for line in shown.lines]
        if unsure > UNSURE:
            late.append(f"{unsure - UNSURE} more mails came that are not surely the question; they lie in your INBOX.")
        return [*late, f"Nothing sure has come within {span(talk.patience)}. Are the steps done? Can {_reach(state)}"]

    _until(configuration, look, missing, talk)


def _until(
    configuration: Configuration,
    look: Callable[[Watcher], Awaitable[Found | None]],
    missing: Callable[[], list[str]],
    talk: Talk,
) -> Found:
    """Wait, and on a terminal as often as the owner likes. Raises AnswersEnded."""
    while True:
        talk.say(f"Waiting, up to {span(talk.patience)}. Ctrl-C leaves; the same command goes on from here.")
        found = waiting.wait(configuration, look, talk.patience)
        if found is not None:
            return found
        for line in missing():
            talk.say(line)
        if not talk.again or not yes(talk, "Wait longer?"):
            raise AnswersEnded("it has not come yet; run the same command again, and it goes on waiting")


def _reach(state: State) -> str:
    domain = state.address.rpartition("@")[2]
    return f"the internet find you? See dig +short MX {domain} and, from another network, nc -vz {domain} 25"


# --- the test


def test(
    config: Path, configuration: Configuration, owner: Owner, provider: Provider, state: State, talk: Talk
) -> bool:
    """A mail with a token in its subject, or the network's next one, through the real forward.

    False: the owner does not want to. Raises SetupError where something came, but not as it should.
    """
    talk.say("\nLast, the proof, through the real forward.")
    if yes(talk, "Test it now, with a mail from another account of yours? (no: wait for LinkedIn's next)"):
        if not state.token:
            fresh = {"token": canary.new_token(), "token_at": now()}
            state = answers.keep(config, state.model_copy(update=fresh))
        _explain(provider, owner, state, talk)
        token, since = state.token, state.token_at
    elif yes(talk, "Wait for LinkedIn's next mail now? It may take hours.", default=False):
        token, since = "", state.asked_at
    else:
        talk.say("Not proven. The same command goes on from here.")
        return False

    async def look(watcher: Watcher) -> Proof | None:
        return await canary.look(watcher, token, since, state.address, owner.accounts, owner.zone)

    async def meanwhile(watcher: Watcher) -> str:
        return await canary.came(watcher, since, state.address, owner.zone)

    def missing() -> list[str]:
        came = waiting.wait(configuration, meanwhile, 0)
        return [
            f"It has not come within {span(talk.patience)}. {came}",
            f"Look at the rule there, and at your spam folder. Can {_reach(state)}",
        ]

    proof = _until(configuration, look, missing, talk)
    for line in proof.lines:
        talk.say(line)
    if not proof.good:
        # The next attempt needs a mail of its own.
        answers.keep(config, state.model_copy(update={"token": "", "token_at": 0, "asked_at": now()}))
        raise SetupError("that proves nothing yet; see above what to change, then run the same command again")
    if token and provider.test_rule:
        talk.say("You can delete the second rule. LinkedIn's own mail comes by the first, unchanged like this one.")
    return True


def _explain(provider: Provider, owner: Owner, state: State, talk: Talk) -> None:
    talk.say(f"\n  The token: {state.token}")
    if provider.test_rule:
        talk.say("  The rule sends on LinkedIn's mail only, so make a second one for this test:")
        talk.say(wrapped(f"    {filled(provider.test_rule, state.address, state.token)}"))
    talk.say(f"  Then send a mail from ANOTHER account to {owner.accounts[0]}, with the token as its subject.")
    talk.say("  Salver sends nothing to anybody.")


def ready(configuration: Configuration, state: State) -> State:
    """With the address that is there now, where the one that was made was retired meanwhile (`salver address`)."""
    if any(state.address in owner.addresses for owner in configuration.owner):
        return state
    return state.model_copy(update={"address": configuration.owner[0].addresses[-1]})
