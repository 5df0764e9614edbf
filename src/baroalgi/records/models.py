"""Attendance and exams. A row about a pupil names the pupil and the school that made it."""

from django.db import models
from django.db.models import Q


class AttendanceDay(models.Model):
    """One entry of the attendance book; present days have none (domain.md §3.1)."""

    class Kind(models.TextChoices):
        ABSENCE = "absence"
        LATE = "late"
        EARLY_LEAVE = "early_leave"
        CLASS_ABSENCE = "class_absence"

    class Cause(models.TextChoices):
        ILLNESS = "illness"
        UNEXCUSED = "unexcused"
        RECOGNISED = "recognised"
        OTHER = "other"

    student = models.ForeignKey("organisation.Student", models.PROTECT, related_name="+")
    school = models.ForeignKey("organisation.School", models.PROTECT, related_name="+")
    day = models.DateField()
    kind = models.CharField(max_length=14, choices=Kind)
    cause = models.CharField(max_length=12, choices=Cause)
    reason = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["student", "day"], condition=Q(kind="absence"), name="attendance_one_absence_a_day"
            ),
        ]
        indexes = [models.Index(fields=["student", "day"])]


class Exam(models.Model):
    """A sitting of a grade: school, year, term, ordinal (고사, domain.md §4.1). Names no pupil."""

    school = models.ForeignKey("organisation.School", models.PROTECT, related_name="+")
    school_year = models.SmallIntegerField()
    term = models.SmallIntegerField()
    ordinal = models.SmallIntegerField()
    grade = models.SmallIntegerField()
    name = models.CharField(max_length=40)
    first_day = models.DateField()
    last_day = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "school_year", "term", "ordinal", "grade"], name="exam_natural_key"
            ),
        ]


class Release(models.Model):
    """Release of an exam's results to one class; what is not released is not hinted at (domain.md §2.7)."""

    class State(models.TextChoices):
        ENTERED = "entered"
        CHECKED = "checked"
        CONFIRMED = "confirmed"
        RELEASED = "released"

    exam = models.ForeignKey(Exam, models.PROTECT, related_name="+")
    school_class = models.ForeignKey("organisation.SchoolClass", models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State)
    shows_mean = models.BooleanField(default=True)
    released_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["exam", "school_class"], name="release_scope"),
            models.CheckConstraint(
                condition=~Q(state="released") | Q(released_at__isnull=False), name="release_has_moment"
            ),
        ]


class ExamSubject(models.Model):
    """A subject of an exam. The mean of the grade is computed exactly and rounded half up (§4.3)."""

    exam = models.ForeignKey(Exam, models.PROTECT, related_name="+")
    name = models.CharField(max_length=40)
    position = models.SmallIntegerField()
    max_score = models.DecimalField(max_digits=5, decimal_places=1)
    grade_mean = models.DecimalField(max_digits=5, decimal_places=1, null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["exam", "name"], name="exam_subject_name")]


class Score(models.Model):
    """One pupil's result in one subject; null = missed (결시), never 0."""

    exam_subject = models.ForeignKey(ExamSubject, models.PROTECT, related_name="+")
    release = models.ForeignKey(Release, models.PROTECT, related_name="+")
    student = models.ForeignKey("organisation.Student", models.PROTECT, related_name="+")
    school = models.ForeignKey("organisation.School", models.PROTECT, related_name="+")
    points = models.DecimalField(max_digits=5, decimal_places=2, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["student", "exam_subject"], name="score_natural_key"),
        ]
