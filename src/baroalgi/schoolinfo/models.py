"""What a school tells everyone: calendar, meals, timetable, curriculum, classes. No pupil stands in it.

`verbatim`, on every table that is also read and served as NEIS does (domain.md §7): the fields of an imported
row that our own words would not give back exactly (blanks, spellings, numbers as texts), name → value. An
edit in our pages empties it, and makes the row the school's `own`: no import changes or takes it back.
"""

from django.db import models
from django.db.models.functions import Now


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
    course = models.CharField(
        max_length=30, blank=True, db_default=""
    )  # 학교과정명, if the school has several
    day_night = models.CharField(max_length=10, blank=True, db_default="")  # 주야과정명
    loaded_on = models.DateField(null=True)  # 수정일
    verbatim = models.JSONField(db_default={})
    own = models.BooleanField(db_default=False)
    told_as = models.CharField(max_length=100, blank=True, db_default="")  # its first name, since renamed
    # Of the line in other people's calendars (RFC 5545): it keeps its name, and stays as cancelled when it is
    # taken back. `sequence` is higher than that of every row of the school at the moment of the last change.
    uid = models.UUIDField(db_default=models.Func(function="gen_random_uuid"))
    sequence = models.IntegerField(db_default=0)
    changed_at = models.DateTimeField(db_default=Now())
    cancelled = models.BooleanField(db_default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "day", "n"], name="calendar_day_n"),
            models.UniqueConstraint(fields=["uid"], name="calendar_day_uid"),
        ]


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
    nutrients = models.JSONField(db_default=[])  # [{"name": "탄수화물", "unit": "g", "amount": "109.0"}]
    origins = models.JSONField(db_default=[])  # [{"name": "쌀", "place": "국내산"}]
    diners = models.DecimalField(max_digits=7, decimal_places=2, null=True)  # 급식인원수
    moved_from = models.DateField(null=True)  # demo: the day on which this meal was really served
    note = models.CharField(max_length=200, blank=True)  # demo: which school's meal this is, if another's
    loaded_on = models.DateField(null=True)  # 수정일
    verbatim = models.JSONField(db_default={})
    own = models.BooleanField(db_default=False)
    sequence = models.IntegerField(db_default=0)
    changed_at = models.DateTimeField(db_default=Now())
    cancelled = models.BooleanField(db_default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "day", "kind"], name="meal_natural_key")]


class ClassListing(models.Model):
    """A class as it is listed in public (학급정보): the name is not always a number."""

    school = models.ForeignKey("organisation.School", models.PROTECT, related_name="+")
    school_year = models.SmallIntegerField()
    grade = models.SmallIntegerField()
    name = models.CharField(max_length=40)  # 학급명: "1", "한라반"
    course = models.CharField(max_length=30, blank=True)  # 학교과정명
    day_night = models.CharField(max_length=10, blank=True)  # 주야과정명
    track = models.CharField(max_length=40, blank=True)  # 계열명
    department = models.CharField(max_length=60, blank=True)  # 학과명
    loaded_on = models.DateField(null=True)
    changed_at = models.DateTimeField(db_default=Now())
    verbatim = models.JSONField(db_default={})

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "school",
                    "school_year",
                    "course",
                    "day_night",
                    "track",
                    "department",
                    "grade",
                    "name",
                ],
                name="class_listing_natural_key",
            )
        ]


class Major(models.Model):
    """A track of a school (학교계열정보), or one of its departments (학교학과정보)."""

    school = models.ForeignKey("organisation.School", models.PROTECT, related_name="+")
    day_night = models.CharField(max_length=10, blank=True)
    track = models.CharField(max_length=40)
    department = models.CharField(max_length=60, null=True)
    loaded_on = models.DateField(null=True)
    changed_at = models.DateTimeField(db_default=Now())
    verbatim = models.JSONField(db_default={})

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "day_night", "track", "department"],
                nulls_distinct=False,
                name="major_natural_key",
            )
        ]


class Classroom(models.Model):
    """A room that lessons are held in (시간표강의실정보)."""

    school = models.ForeignKey("organisation.School", models.PROTECT, related_name="+")
    school_year = models.SmallIntegerField()
    semester = models.SmallIntegerField()
    grade = models.SmallIntegerField()
    course = models.CharField(max_length=30, blank=True)
    day_night = models.CharField(max_length=10, blank=True)
    track = models.CharField(max_length=40, blank=True)
    department = models.CharField(max_length=60, blank=True)
    name = models.CharField(max_length=40)
    loaded_on = models.DateField(null=True)
    changed_at = models.DateTimeField(db_default=Now())
    verbatim = models.JSONField(db_default={})

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "school",
                    "school_year",
                    "semester",
                    "grade",
                    "course",
                    "day_night",
                    "track",
                    "department",
                    "name",
                ],
                name="classroom_natural_key",
            )
        ]


class Lesson(models.Model):
    """One lesson of a class on one day (일일 시간표, domain.md §6.4): what is true for that day.

    Publishing a base timetable writes these rows; a change of one day changes them. Several rows may share
    day, class and period (선택과목, 이동수업, 7.8): `n` tells them apart.
    """

    class Change(models.TextChoices):
        NONE = ""
        SUBSTITUTE = "substitute"  # 보강: another teacher
        SWAP = "swap"  # 교체: another subject
        CANCELLED = "cancelled"  # 휴업

    school = models.ForeignKey("organisation.School", models.PROTECT, related_name="+")
    school_year = models.SmallIntegerField()
    semester = models.SmallIntegerField()
    day = models.DateField()
    course = models.CharField(max_length=30, blank=True)  # 학교과정명
    day_night = models.CharField(max_length=10, blank=True)
    track = models.CharField(max_length=40, blank=True)
    department = models.CharField(max_length=60, blank=True)
    grade = models.SmallIntegerField()
    class_name = models.CharField(max_length=40, blank=True)  # 학급명
    classroom = models.CharField(max_length=40, blank=True)  # 강의실명
    period = models.SmallIntegerField()
    n = models.SmallIntegerField(db_default=1)
    content = models.CharField(max_length=200, blank=True)  # 수업내용: the subject, as it is printed
    teacher = models.CharField(max_length=40, blank=True)
    change = models.CharField(max_length=12, choices=Change, blank=True, db_default="")
    instead_of = models.CharField(max_length=200, blank=True, db_default="")  # what the base timetable says
    loaded_on = models.DateField(null=True)
    verbatim = models.JSONField(db_default={})
    own = models.BooleanField(db_default=False)
    sequence = models.IntegerField(db_default=0)
    changed_at = models.DateTimeField(db_default=Now())
    cancelled = models.BooleanField(db_default=False)  # no longer told: not the same as `change`, 휴업

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "school",
                    "day",
                    "grade",
                    "class_name",
                    "period",
                    "course",
                    "day_night",
                    "track",
                    "department",
                    "classroom",
                    "n",
                ],
                name="lesson_natural_key",
            )
        ]


class BaseLesson(models.Model):
    """One cell of a class's weekly timetable (기초시간표), as the school keeps it; drafts are not public."""

    school = models.ForeignKey("organisation.School", models.PROTECT, related_name="+")
    school_year = models.SmallIntegerField()
    semester = models.SmallIntegerField()
    grade = models.SmallIntegerField()
    class_name = models.CharField(max_length=40)
    weekday = models.SmallIntegerField()  # 0 = Monday
    period = models.SmallIntegerField()
    subject = models.CharField(max_length=60)
    teacher = models.CharField(max_length=40, blank=True)
    classroom = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "school_year", "semester", "grade", "class_name", "weekday", "period"],
                name="base_lesson_natural_key",
            )
        ]


class BellTime(models.Model):
    """When a period begins and ends at a school (시정표); without it lessons have no time of day."""

    school = models.ForeignKey("organisation.School", models.PROTECT, related_name="+")
    period = models.SmallIntegerField()
    begins = models.TimeField()
    ends = models.TimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "period"], name="bell_time_once"),
            models.CheckConstraint(
                condition=models.Q(ends__gt=models.F("begins")), name="bell_time_begins_first"
            ),
        ]


class CurriculumItem(models.Model):
    """A subject in the plan of an entrance year (교육과정 편제, domain.md §6.3)."""

    school = models.ForeignKey("organisation.School", models.PROTECT, related_name="+")
    entrance_year = models.SmallIntegerField()
    plan = models.CharField(max_length=60)  # 편제명: "2025학년도 입학생 교육과정"
    position = models.SmallIntegerField()
    subject_group = models.CharField(max_length=40)  # 교과(군)
    subject = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=20, blank=True)  # 공통, 일반선택, 진로선택, 융합선택, 전문
    grade = models.SmallIntegerField()
    semester = models.SmallIntegerField(null=True)  # null: the whole year (elementary hours)
    units = models.DecimalField(max_digits=5, decimal_places=1)  # 학점, 단위, or hours a year
    unit_kind = models.CharField(max_length=4, default="학점")  # 학점, 단위, 시간

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "entrance_year", "plan", "subject", "grade", "semester"],
                nulls_distinct=False,
                name="curriculum_item_natural_key",
            )
        ]


class Teaching(models.Model):
    """Who teaches a subject in a class (담당교사, domain.md §6.3)."""

    school = models.ForeignKey("organisation.School", models.PROTECT, related_name="+")
    school_year = models.SmallIntegerField()
    semester = models.SmallIntegerField()
    grade = models.SmallIntegerField()
    class_name = models.CharField(max_length=40)
    subject = models.CharField(max_length=60)
    teacher = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "school_year", "semester", "grade", "class_name", "subject", "teacher"],
                name="teaching_natural_key",
            )
        ]


class WeekPlan(models.Model):
    """주간학습안내 of an elementary class for a week (domain.md §6.4)."""

    school = models.ForeignKey("organisation.School", models.PROTECT, related_name="+")
    monday = models.DateField()
    grade = models.SmallIntegerField()
    class_name = models.CharField(max_length=40)
    notice = models.TextField(blank=True)  # 이번 주 알림
    # [{"weekday": 0, "period": 1, "subject": str, "unit": str, "pages": str, "materials": str}]
    lessons = models.JSONField(default=list)
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "monday", "grade", "class_name"], name="week_plan_natural_key"
            )
        ]


class Academy(models.Model):
    """A private academy (학원·교습소) of an office, only as imported: this program makes none of them."""

    office = models.ForeignKey("organisation.Office", models.PROTECT, related_name="+")
    zone = models.CharField(max_length=40, blank=True)  # 행정구역명
    number = models.CharField(max_length=20)  # 학원지정번호
    name = models.CharField(max_length=120)
    realm = models.CharField(max_length=60, blank=True)  # 분야명
    track = models.CharField(max_length=60, blank=True)  # 교습계열명
    course = models.CharField(max_length=120, blank=True)  # 교습과정명
    row = models.JSONField()  # every field as imported, by its NEIS name
    loaded_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["office", "zone", "number", "name", "course"], name="academy_natural_key"
            )
        ]


class ImportStep(models.Model):
    """A part that an import at work has finished: cut off, it goes on there. Emptied at its end."""

    run = models.CharField(max_length=64)
    part = models.CharField(max_length=300)
    done_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "part"], name="import_step_once")]
