"""AlarmWanted -> the mail that tells the owner that a source went quiet: since when, how sure, what to check."""

from __future__ import annotations

from stages import own_mail
from stages.events import AlarmWanted
from stages.header import clean, when
from stages.names import NETWORKS
from stages.own_mail import paragraph, part
from stages.rhythm import likelihood, span
from stages.settings import Owner


def compose(event: AlarmWanted, owner: Owner) -> bytes:
    """The alarm as octets with CRLF line ends."""
    since = f"{when(event.heard_at).astimezone(owner.zone):%A, %d %B %Y}"
    _, head = own_mail.head(owner, f"{_what(event)} since {since}", "alarm", own_mail.own_id(event), event.at)
    return own_mail.whole(head, _body(event, owner, since))


def _what(event: AlarmWanted) -> str:
    return f"No new mail in your account {event.account}" if event.account else f"No {_network(event)} mail"


def _network(event: AlarmWanted) -> str:
    return NETWORKS[event.network] if event.network else "network"


def _body(event: AlarmWanted, owner: Owner, since: str) -> list[str]:
    lines = own_mail.greeting(owner)
    if event.account:
        came = f"Salver has seen no mail of LinkedIn or another network in your account {event.account} since {since}."
    else:
        came = f"No mail from {_network(event)} has reached Salver since {since}."
    lines += paragraph(
        f"{came} That is {span(event.silence)} of silence. A usual pause is {span(event.usual)}, and the longest ones "
        f"were about {span(event.longest)}. By chance a pause like this would come {likelihood(event.years)}."
    )
    lines += part("Please check", _checks_of_account(event) if event.account else _checks_of_forward(event))
    lines += paragraph("`salver doctor` looks at Salver's own side and says what it finds.")
    lines += paragraph(
        "Is everything as it should be? Then there is nothing to do. Salver says this once, and again only after mail "
        "has come and stopped again."
    )
    return [*lines, "Salver"]


def _checks_of_forward(event: AlarmWanted) -> list[str]:
    network = _network(event)
    forward = (
        f"Your mail provider: is the forward to Salver still switched on, and does its filter still catch mail from "
        f"{network}? Providers switch forwards off by themselves when their mail was refused for a while. What came "
        f"meanwhile may lie in the inbox there."
    )
    settings = (
        f"{network}: do its notification settings still say that you want these by e-mail, and to the address "
        f"whose mail is forwarded?"
    )
    port = f"Salver's port: can your provider still reach it? Salver listens on {clean(event.port, 80)}."
    if event.others:  # the way in is open, so the network comes first
        still = " and ".join(NETWORKS[network] for network in event.others)
        return [settings, f"{forward} Mail from {still} still comes in, so the way to Salver is open."]
    return [forward, settings, port]


def _checks_of_account(event: AlarmWanted) -> list[str]:
    return [
        "The networks: do LinkedIn's notification settings still say that you want these by e-mail, and to this "
        "account's address?",
        "Your mail provider: does a filter now move such mail out of the inbox that Salver reads?",
        "Other programs: does another one, or a second Salver, sort the same inbox?",
    ]
