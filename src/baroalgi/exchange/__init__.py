"""Formats in and out: what other programs read from this one, and what it reads from theirs."""
