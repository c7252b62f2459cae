"""What keeps mails from being read, in words."""

from __future__ import annotations


class SourceTrouble(Exception):
    """A file, folder, archive or account cannot be read (on); the text says why and what to do."""
