"""Running baroalgi: the command line, the embedded database, the supervisor, health.

Nothing here is Django's until a command asks for it: `--help`, the embedded PostgreSQL and the
supervisor work without settings.
"""
