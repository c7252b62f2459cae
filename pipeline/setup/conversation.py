"""The whole of `salver setup`: questions, the configuration, its check, the road that was chosen, what comes next."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

from pipeline import commands, pulling
from pipeline.account_choice import ConnectError
from pipeline.accounts.secrets import SecretError
from pipeline.accounts.session import AccountTrouble
from pipeline.configuration import Configuration
from pipeline.mailboxes.targets import place_of
from pipeline.settings import load, stage_settings
from pipeline.setup import answers, proving, questions, reach
from pipeline.setup.addresses import new_local_part
from pipeline.setup.answers import State
from pipeline.setup.forwarding import named
from pipeline.setup.questions import ACCOUNT
from pipeline.setup.talk import SetupError, Talk
from pipeline.setup.writing import Wish, create, rendered


def setup(config: Path, talk: Talk, force: bool) -> None:
    """Go on where it was; else begin; where all is set, show it. Raises SetupError, ConfigError."""
    state = answers.load(config)
    if state is None and config.exists() and not force:
        show(config, talk)
        return
    if state is None or (force and state.written):
        talk.say("A few questions, about five minutes. Enter takes what stands in brackets; back goes one back;")
        talk.say("Ctrl-C leaves at any time, and the same command goes on from there.")
        state = State()
    else:
        talk.say("Going on where you were.")
        for line in questions.so_far(state.answers):
            talk.say(line)
    fresh = not state.written
    if fresh:
        state = _answered(config, state, talk)
        state = _written(config, state, talk, force)
    configuration = load(config)
    _check(config, configuration, talk)
    if state.answers["road"] == ACCOUNT:
        _by_account(config, configuration, state, talk)
        return
    state = proving.ready(configuration, state)
    if fresh:
        for line in reach.in_lines(state.answers["host"], configuration.smtp.listen):
            talk.say(line)
    if proving.prove(config, configuration, named(state.answers["provider"]), state, talk):
        answers.forget(config)
        _next(config, configuration, talk)


def _answered(config: Path, state: State, talk: Talk) -> State:
    def keep(told: dict[str, str]) -> None:
        nonlocal state
        state = answers.keep(config, state.model_copy(update={"answers": dict(told)}))

    questions.ask_all(dict(state.answers), talk, keep)
    if not state.address and state.answers["road"] != ACCOUNT:
        address = f"{new_local_part()}@{state.answers['host']}"
        state = answers.keep(config, state.model_copy(update={"address": address}))
    return state


def wish_of(state: State) -> Wish:
    told = state.answers
    accounts = tuple(told["accounts"].split(", "))
    forward = told["road"] != ACCOUNT
    return Wish(
        id=re.sub(r"[^a-z0-9._-]+", "-", accounts[0].split("@")[0]).strip("-._")[:64] or "owner",
        name=told["name"],
        addresses=(state.address,) if forward else accounts,
        accounts=accounts,
        folder=Path(told["folder"]),
        time_zone=told["zone"],
        listen=told["listen"] if forward else "",
        hostname=told["host"] if forward else "",
    )


def _written(config: Path, state: State, talk: Talk, force: bool) -> State:
    aside = create(config, rendered(wish_of(state)), force)
    if aside is not None:
        talk.say(f"\nThe configuration that was there is now {aside}.")
    talk.say(f"\n{config} is written; only you can read it.")
    return answers.keep(config, state.model_copy(update={"written": True}))


def _check(config: Path, configuration: Configuration, talk: Talk) -> None:
    """What `salver check` says, and what can be known of the port without asking the world."""
    mistakes = commands.check(stage_settings(configuration))
    for line in mistakes:
        talk.say(line)
    if mistakes:
        raise SetupError(f"mend that in {config}; then run the same command again")
    talk.say(f"{config} is in order (salver check).")


def _by_account(config: Path, configuration: Configuration, state: State, talk: Talk) -> None:
    """Sign in, unless an account is there."""
    kind, user = named(state.answers["provider"]).connect, state.answers["accounts"].split(", ")[0]
    if not configuration.account:
        talk.say(f"\nNow Salver signs in to your account: salver connect {kind} --user {user} --config {config}\n")
        _sign_in(kind, user, talk)
        configuration = load(config)
    talk.say("\nAnd this is what it would do with your inbox now:\n")
    accounts = pulling.chosen(configuration, ())
    talk.say(asyncio.run(pulling.trial(configuration, accounts, None, lambda _: None)))
    answers.forget(config)
    _next(config, configuration, talk)


def _sign_in(kind: str, user: str, talk: Talk) -> None:
    """Until it works, or the person leaves; what may differ from what was taken for granted is asked from then on."""
    tls = ""
    while True:
        try:
            talk.connect(kind, user, tls)
            return
        except (ConnectError, AccountTrouble, SecretError) as error:
            if not talk.again:
                raise
            talk.say(f"\n  {error}\n")
        user = talk.ask(f"  The name you sign in with [{user}] ") or user
        if kind == "imap":
            talk.say("  TLS of that server: implicit (port 993), starttls (143), none (loopback only)")
            tls = talk.ask("  [by port] ")


def _next(config: Path, configuration: Configuration, talk: Talk) -> None:
    talk.say("\nAll is set. Next:\n")
    for account in configuration.account:
        talk.say(f"  salver pull {account.name} --move --config {config}     moves them; `salver undo` puts all back")
    if not configuration.account:
        talk.say(f"  salver status --config {config}     what came, and where it lies")
    talk.say("  salver profile init     says what you do, so that notes are weighed for you")


# --- what is set


def show(config: Path, talk: Talk) -> None:
    """What the configuration says, for one who runs the set-up again. Raises ConfigError."""
    configuration = load(config)
    talk.say(f"{config} is there already; nothing is changed. It says:\n")
    for owner in configuration.owner:
        talk.say(f"  {owner.name or owner.id}: mail comes in for {', '.join(owner.addresses)}")
        if owner.accounts:
            talk.say(f"    from {', '.join(owner.accounts)}")
        if not configuration.account:
            talk.say(f"    sorted into {', '.join(place_of(target) for target in owner.targets)}")
    for account in configuration.account:
        talk.say(f"  account {account.name}: {account.user} at {account.host}")
    if not configuration.account:
        trouble = proving.unanswered(configuration, configuration.owner[0].addresses[0])
        talk.say(f"\n{trouble or 'Salver is running, and takes mail for you.'}")
        if trouble:
            talk.say(f"  salver serve --config {config}     starts it")
    talk.say(f"\n  salver check --config {config}     looks for mistakes")
    talk.say(f"  salver setup --config {config} --force     asks anew, and keeps this file under another name")
