"""Serves the Maildirs by IMAP: Dovecot, configured by us and run as a child."""
