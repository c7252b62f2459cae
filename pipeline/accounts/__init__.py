"""Mail accounts elsewhere that Salver reads, sorts or files into by IMAP. All of it blocks: callers use threads."""
