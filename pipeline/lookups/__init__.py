"""Edges that answer questions about a mail; what stays unanswered says so."""
