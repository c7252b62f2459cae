"""May Dovecot serve the Maildirs, and does it?"""

from __future__ import annotations

from pipeline.configuration import host_and_port
from pipeline.doctor.finding import Case, Finding, Findings, in_thread
from pipeline.dovecot import files, passwords, program
from pipeline.dovecot.health import knock
from pipeline.dovecot.trouble import Trouble

SECONDS = 10.0


async def check(case: Case) -> Findings:
    if not case.configuration.imap.serve:
        return (Finding("ok", "IMAP is not served; serve = true in [imap] would let any mail client in"),)
    found = await in_thread(_able, case)
    return (*found, await _answers(case))


def _able(case: Case) -> Findings:
    """Program, user, passwords, and the folders on the way to the Maildirs."""
    configuration = case.configuration
    try:
        path, version = program.found(configuration.imap.program)
        person = files.person_of(configuration)
        for owner, _ in files.served(configuration):
            if owner.password:
                passwords.known(owner, files.folder_of(configuration).parent)
    except Trouble as trouble:
        what, _, do = str(trouble).partition("; ")
        return (Finding("fault", f"IMAP: {what}", do or "see README.md, Read it in your mail client"),)
    found = [Finding("ok", f"IMAP: Dovecot {version[0]}.{version[1]} ({path}), run as {person.name}")]
    for owner, root in files.served(configuration):
        shut = files.closed(root, person)
        if shut is not None:
            what = f"IMAP: {person.name} may not pass through {shut} to the mail of {owner.id}"
            found.append(Finding("fault", what, f"chmod o+x {shut}, or put the mailbox elsewhere"))
    return tuple(found)


async def _answers(case: Case) -> Finding:
    listen = case.configuration.imap.listen
    host, port = host_and_port(listen)
    if port == 0:
        return Finding("warning", "IMAP: port 0 takes another port at every start", "name one in [imap] listen")
    try:
        await knock(host, port, SECONDS)
    except OSError as error:
        what = f"IMAP: nobody answers at {listen} ({error.strerror or error})"
        return Finding("warning", what, "start it: salver serve; its log says why it does not serve")
    return Finding("ok", f"IMAP: {listen} answers, with TLS")
