"""The main job walked from outside: pages and forms over HTTP, keys of its own, nothing else.

Knows neither Django nor the database: what a parent's browser can't do, this can't do either.
"""
