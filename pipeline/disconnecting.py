"""What `salver disconnect` does: the reverse of `salver connect`, as far as a program can."""

from __future__ import annotations

from pathlib import Path

from pipeline import account_file
from pipeline.account_choice import ConnectError, Tell, provider_for
from pipeline.account_file import FileError
from pipeline.accounts import oauth, secrets, tokens
from pipeline.accounts.account import Account
from pipeline.accounts.secrets import SecretError
from pipeline.accounts.session import AccountTrouble
from pipeline.configuration import Configuration


def disconnect(config: Path, configuration: Configuration, name: str, tell: Tell, warn: Tell) -> None:
    """Revoke the token where that can be done, remove the secret, and take the account out of the configuration."""
    account = configuration.account_named(name)
    if account is None:
        names = ", ".join(known.name for known in configuration.account) or "none"
        raise ConnectError(f"{config} tells no account {name}; it tells {names}")
    if account.sign_in == "xoauth2":
        _revoke(account, tell, warn)
    try:
        gone = secrets.forget(account.secret)
        tell(f"The secret at {account.secret} is removed." if gone else f"There was no secret at {account.secret}.")
        tokens.lock_of(account.secret).unlink(missing_ok=True)
    except SecretError as error:
        warn(str(error))
    try:
        account_file.take_out(config, name)
        tell(f"{config} does not tell it any more. A Salver that runs is to be started anew.")
    except FileError as error:
        warn(f"what is left to do: {error}")


def _revoke(account: Account, tell: Tell, warn: Tell) -> None:
    provider = provider_for("", account)
    page = f"; withdraw it at {provider.consents}" if provider and provider.consents else ""
    try:
        if oauth.revoke(tokens.kept(account.secret)):
            tell("The sign-in is revoked: its tokens are void.")
        else:
            warn(f"this provider lets no program revoke a sign-in{page}")
    except (SecretError, AccountTrouble) as error:
        warn(f"the sign-in could not be revoked: {error}{page}")
