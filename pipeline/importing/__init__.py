"""`salver import`: mails that came before Salver did -> the log, where they are judged; and the picture they make."""
