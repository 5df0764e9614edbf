"""One file per command: `main(arguments) -> status`, calling queries and actions as a view does."""
