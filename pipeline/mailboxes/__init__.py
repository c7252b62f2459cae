"""Mailbox targets, one file each. `pipeline/filing.py` maps a scheme such as `maildir:` to one."""
