"""The figures of the house, measured on a whole installation that is made for it and thrown away.

What is compared is measured in the same run, turn by turn, so that a slow machine slows both sides.
Each figure is a module with a `measure`; those that need Django run in a process and a database role
of their own (`part`), as in real life.
"""
