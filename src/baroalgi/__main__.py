"""`python -m baroalgi` is the `baroalgi` command."""

from baroalgi.operations.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
