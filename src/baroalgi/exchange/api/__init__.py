"""The own read API: what schools tell everyone, as JSON for programs.

The same for everybody, signed in or not. Other than the hub it uses the status codes of HTTP, days as
2026-11-24, and names of its own; `operations.OPERATIONS` is the one table of it.
"""
