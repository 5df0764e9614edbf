"""Calendar days and meals. No person stands in them."""

from django.db import models


class CalendarDay(models.Model):
    """One event of a school on one day (학사일정, domain.md §6.5)."""

    class Kind(models.TextChoices):
        TERM = "term"
        VACATION = "vacation"
        CEREMONY = "ceremony"
        REGULAR_EXAM = "regular_exam"
        DISCRETIONARY_HOLIDAY = "discretionary_holiday"
        SCHOOL_EVENT = "school_event"
        GUARDIAN_EVENT = "guardian_event"
        HEALTH_EVENT = "health_event"
        PUBLIC_HOLIDAY = "public_holiday"

    class DayKind(models.TextChoices):
        SCHOOL_DAY = "school_day"
        CLOSED = "closed"
        PUBLIC_HOLIDAY = "public_holiday"

    school = models.ForeignKey("organisation.School", models.PROTECT, related_name="+")
    day = models.DateField()
    n = models.SmallIntegerField(default=1)
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=24, choices=Kind)
    day_kind = models.CharField(max_length=16, choices=DayKind)
    content = models.CharField(max_length=200, blank=True)
    grades = models.JSONField(default=list)  # grades it applies to, e.g. [1, 2, 3]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "day", "n"], name="calendar_day_n")]


class Meal(models.Model):
    """One meal of a school on one day (급식, domain.md §6.6)."""

    class Kind(models.IntegerChoices):
        BREAKFAST = 1
        LUNCH = 2
        DINNER = 3

    school = models.ForeignKey("organisation.School", models.PROTECT, related_name="+")
    day = models.DateField()
    kind = models.SmallIntegerField(choices=Kind)
    dishes = models.JSONField()  # [{"name": str, "allergens": [int]}]; allergens null: not recorded
    calories = models.DecimalField(max_digits=6, decimal_places=1, null=True)
    moved_from = models.DateField(null=True)  # demo: the day on which this meal was really served
    note = models.CharField(max_length=200, blank=True)  # demo: which school's meal this is, if another's

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "day", "kind"], name="meal_natural_key")]
