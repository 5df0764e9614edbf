"""The Open API of NEIS (domain.md §7): served at `/hub/`, and read back by the importer."""
