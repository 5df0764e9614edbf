"""The demo: one education office with synthetic people, planned from a seed.

A plan is pure: the same seed and the same day give the same rows, and rows are yielded, not
collected, so that a whole office can be streamed. Loading them into the database is apart.
"""
