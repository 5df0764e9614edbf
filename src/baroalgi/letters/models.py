"""Boards and letters."""

from django.db import models


class Board(models.Model):
    """A board of a school: 가정통신문, 공지사항 …"""

    school = models.ForeignKey("organisation.School", models.PROTECT, related_name="+")
    slug = models.CharField(max_length=20)
    name = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "slug"], name="board_slug")]


class Letter(models.Model):
    """A published letter; `number` is its place on the board, counted from the oldest."""

    board = models.ForeignKey(Board, models.PROTECT, related_name="+")
    number = models.IntegerField()
    title = models.CharField(max_length=200)
    body = models.TextField()  # paragraphs separated by empty lines
    author = models.CharField(max_length=40)  # department or office, as signed
    posted_on = models.DateField()
    views = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["board", "number"], name="letter_number")]
