"""Offices, schools, classes, persons, students and staff posts: the facts all rights rest on."""
