"""Measurements inside the program, each run as a process of its own in the database role of its work."""
