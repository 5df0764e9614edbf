"""Boards, letters with their versions, and the visits of a day."""

from django.db import models
from django.db.models import Q

from baroalgi.letters.workflow import SHOWN, State


class Board(models.Model):
    """A board of a school. Each school has three from its first day on (a trigger of 0002)."""

    school = models.ForeignKey("organisation.School", models.PROTECT, related_name="+")
    slug = models.CharField(max_length=20)
    name = models.CharField(max_length=40)
    position = models.SmallIntegerField(db_default=9)  # place among the boards of its school

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "slug"], name="board_slug")]


class Letter(models.Model):
    """A letter; `number` is its place on the board, counted from the oldest, given at publication.

    Who may read and write it is a row policy; number, school and former versions are the database's
    own doing (triggers of 0002).
    """

    class Audience(models.TextChoices):
        EVERYONE = "everyone"
        GRADE = "grade"  # `grade` of `school_year`
        CLASS = "class"  # `school_class`

    board = models.ForeignKey(Board, models.PROTECT, related_name="+")
    school = models.ForeignKey("organisation.School", models.PROTECT, related_name="+")  # the board's
    state = models.CharField(
        max_length=10, choices=[(state.value, state.name) for state in State], db_default=State.DRAFT
    )
    number = models.IntegerField(null=True)
    audience = models.CharField(max_length=10, choices=Audience, db_default=Audience.EVERYONE)
    grade = models.SmallIntegerField(null=True)
    school_year = models.SmallIntegerField(null=True)
    school_class = models.ForeignKey("organisation.SchoolClass", models.PROTECT, null=True, related_name="+")
    title = models.CharField(max_length=200)
    html = models.TextField(db_default="")  # sanitised (markup.clean)
    body = models.TextField()  # the text of `html`, paragraphs separated by empty lines: for search and feeds
    author = models.CharField(max_length=40)  # department or office, as signed
    written_by = models.ForeignKey("organisation.Person", models.PROTECT, null=True, related_name="+")
    document_no = models.CharField(max_length=40, db_default="", blank=True)  # 「제2026-70호」
    phone = models.CharField(max_length=40, db_default="", blank=True)
    pinned = models.BooleanField(db_default=False)
    version = models.SmallIntegerField(db_default=1)
    created_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(null=True)  # last saved
    publish_at = models.DateTimeField(null=True)  # when a scheduled one goes out
    published_at = models.DateTimeField(null=True)
    posted_on = models.DateField(null=True)  # day of publication, as lists say it
    withdrawn_at = models.DateTimeField(null=True)
    withdrawal_reason = models.CharField(max_length=200, db_default="", blank=True)
    views = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["board", "number"], name="letter_number"),
            models.CheckConstraint(condition=Q(state__in=[*State]), name="letter_state"),
            models.CheckConstraint(
                condition=~Q(state__in=SHOWN) | Q(number__isnull=False, posted_on__isnull=False),
                name="letter_shown_has_place",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.SCHEDULED) | Q(publish_at__isnull=False),
                name="letter_scheduled_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.WITHDRAWN) | ~Q(withdrawal_reason=""),
                name="letter_withdrawal_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(audience="everyone", grade=None, school_class=None)
                | Q(audience="grade", grade__isnull=False, school_year__isnull=False, school_class=None)
                | Q(audience="class", grade=None, school_class__isnull=False),
                name="letter_audience",
            ),
        ]
        indexes = [
            models.Index(fields=["school", "state", "-changed_at"], name="letter_desk"),
            models.Index(fields=["publish_at"], condition=Q(state=State.SCHEDULED), name="letter_scheduled"),
            models.Index(fields=["board"], condition=Q(pinned=True), name="letter_pinned"),
        ]


class LetterVersion(models.Model):
    """What a published letter said before it was changed. Written by a trigger, never changed."""

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="+")
    version = models.SmallIntegerField()
    title = models.CharField(max_length=200)
    html = models.TextField()
    changed_at = models.DateTimeField()  # when the next version took its place
    changed_by = models.CharField(max_length=40)  # who did, as signed

    class Meta:
        constraints = [models.UniqueConstraint(fields=["letter", "version"], name="letter_version_once")]


class VisitKey(models.Model):
    """The secret of one day under which visitors are told apart; it is thrown away with the day."""

    day = models.DateField(primary_key=True)
    key = models.BinaryField()


class Visit(models.Model):
    """That somebody read a letter today. `visitor`: hash under the key of the day (ADR 0012)."""

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    visitor = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["letter", "day", "visitor"], name="visit_once")]


# Found by Django from here.
from baroalgi.letters.slips.models import Reading, Slip, SlipAnswer, SlipForm  # noqa: E402

__all__ = [
    "Board",
    "Letter",
    "LetterVersion",
    "Reading",
    "Slip",
    "SlipAnswer",
    "SlipForm",
    "Visit",
    "VisitKey",
]
