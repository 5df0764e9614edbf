"""Boards and home letters (가정통신문)."""
