"""Why IMAP is not served now."""


class Trouble(Exception):
    """Dovecot cannot serve now; the text says why and what to do. Salver goes on, and tries again."""
