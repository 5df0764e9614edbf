"""Tables of the organisation. Public facts first, then persons."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import CharField, F, Func, Q, Value

from baroalgi.policy import Role


class Office(models.Model):
    """A metropolitan or provincial education office (시도교육청). Codes are stable, names are not."""

    code = models.CharField(max_length=3, primary_key=True)
    name = models.CharField(max_length=60)
    short_name = models.CharField(max_length=10)
    homepage = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    address = models.CharField(max_length=200, blank=True)
    position = models.SmallIntegerField()  # official order
    listed_on = models.DateField(null=True)  # of which day the last whole list of its schools is


class RegionalOffice(models.Model):
    """A regional office (교육지원청)."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    name = models.CharField(max_length=60, unique=True)
    short_name = models.CharField(max_length=40)
    phone = models.CharField(max_length=40, blank=True)


class School(models.Model):
    """A school as NEIS lists it (domain.md §6.1)."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    regional_office = models.ForeignKey(RegionalOffice, models.PROTECT, null=True, related_name="+")
    code = models.CharField(max_length=7, blank=True)  # real lists have blank and shared codes
    name = models.CharField(max_length=60)
    initials = models.CharField(max_length=60)  # 초성, for the search by initial consonants
    english_name = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=30, blank=True)
    foundation = models.CharField(max_length=10, blank=True)
    province = models.CharField(max_length=30, blank=True)
    postcode = models.CharField(max_length=6, blank=True)
    address = models.CharField(max_length=120, blank=True)
    address_detail = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    fax = models.CharField(max_length=40, blank=True)
    homepage = models.CharField(max_length=200, blank=True)
    coeducation = models.CharField(max_length=10, blank=True)
    high_school_kind = models.CharField(max_length=20, blank=True)
    day_night = models.CharField(max_length=10, blank=True)
    founded_on = models.DateField(null=True)
    anniversary = models.DateField(null=True)
    loaded_on = models.DateField(null=True)
    regional_office_name = models.CharField(max_length=60, blank=True, db_default="")  # 관할조직명 as listed
    special_classes = models.CharField(max_length=1, blank=True, db_default="")  # 산업체특별학급 Y/N
    track_kind = models.CharField(max_length=10, blank=True, db_default="")  # 일반계, 전문계, 해당없음
    special_purpose = models.CharField(max_length=30, blank=True, db_default="")  # 특수목적고 계열
    admission_period = models.CharField(max_length=10, blank=True, db_default="")  # 입시전후기
    closed_on = models.DateField(null=True)  # no longer listed from this day on
    listed_on = models.DateField(null=True)  # of which day the list is that told of it last
    # Fields of the imported row that our own words would not give back exactly, NEIS name → value.
    verbatim = models.JSONField(db_default={})

    class Meta:
        constraints = [
            # Two courses of one school share a code; schools that have not opened have none.
            models.UniqueConstraint(
                fields=["code", "name", "kind"], condition=~Q(code=""), name="school_natural_key"
            ),
            models.UniqueConstraint(
                fields=["office", "name", "kind", "address"], condition=Q(code=""), name="school_without_code"
            ),
        ]
        # A database without pg_trgm (the embedded one has no extensions) finds parts of names by their pairs
        # of letters, which organisation_grams() gives. Without fastupdate: after an import every search
        # would read what waits to be sorted in. What stands in most names is looked for in the narrow list of
        # names or initials of open schools.
        indexes = [
            GinIndex(
                Func(F("name"), function="organisation_grams"), name="school_name_grams", fastupdate=False
            ),
            GinIndex(
                Func(F("initials"), function="organisation_grams"),
                name="school_initials_grams",
                fastupdate=False,
            ),
            models.Index(
                fields=["name", "id"],
                include=["office"],
                condition=Q(closed_on=None),
                name="school_open_names",
            ),
            models.Index(
                fields=["initials", "name", "id"],
                include=["office"],
                condition=Q(closed_on=None),
                name="school_open_initials",
            ),
            models.Index(
                F("office"),
                Func(F("address"), Value(" "), Value(2), function="split_part", output_field=CharField()),
                name="school_region",
            ),
        ]


class SchoolPast(models.Model):
    """What a school was until a day: its name, kind, office and code before they changed."""

    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    valid_to = models.DateField()
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    code = models.CharField(max_length=7, blank=True)
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=30, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "valid_to"], name="school_past_once"),
        ]


class Place(models.Model):
    """A school, a regional office or the office itself: where posts are held and papers handed in."""

    school = models.OneToOneField(School, models.PROTECT, null=True, related_name="+")
    regional_office = models.OneToOneField(RegionalOffice, models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=60)
    postcode = models.CharField(max_length=6, blank=True)
    address = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    takes_papers = models.BooleanField(default=False)  # whether it is a counter (등록기관)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(school=None) | Q(regional_office=None), name="place_is_one_thing"
            ),
        ]


class ClosedDay(models.Model):
    """A day on which no grade of a school has lessons; lateness of requests counts school days.

    A view of the school's calendar (ADR 0019): what is entered there counts at once.
    """

    pk = models.CompositePrimaryKey("school", "day")
    school = models.ForeignKey(School, models.DO_NOTHING, related_name="+")
    day = models.DateField()

    class Meta:
        managed = False
        db_table = "organisation_closedday"


class SchoolClass(models.Model):
    """A class (학급) of a school year."""

    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    school_year = models.SmallIntegerField()
    grade = models.SmallIntegerField()
    class_no = models.SmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "school_year", "grade", "class_no"], name="school_class_natural_key"
            ),
        ]


class Person(models.Model):
    """A guardian or a member of staff. The resident number is kept as a keyed hash only."""

    identity_mac = models.CharField(max_length=70, unique=True, null=True)
    name = models.CharField(max_length=40)
    birth_date = models.DateField(null=True)
    phone_home = models.CharField(max_length=20, blank=True)
    mobile = models.CharField(max_length=20, blank=True)
    email = models.CharField(max_length=254, blank=True)
    postcode = models.CharField(max_length=6, blank=True)
    address1 = models.CharField(max_length=200, blank=True)
    address2 = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField()


class Student(models.Model):
    """A pupil of a school, as the school recorded it."""

    class State(models.TextChoices):
        ENROLLED = "enrolled"
        LEFT = "left"

    identity_mac = models.CharField(max_length=70, unique=True)
    name = models.CharField(max_length=40)
    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    school_class = models.ForeignKey(SchoolClass, models.PROTECT, null=True, related_name="+")
    number = models.SmallIntegerField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.ENROLLED)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school_class", "number"], condition=Q(state="enrolled"), name="student_number_once"
            ),
        ]


class Enrolment(models.Model):
    """A class that a pupil has left, and when: the present one stands in the pupil's own row."""

    student = models.ForeignKey(Student, models.PROTECT, related_name="+")
    school_class = models.ForeignKey(SchoolClass, models.PROTECT, related_name="+")
    number = models.SmallIntegerField(null=True)
    valid_to = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["student", "school_class"], name="enrolment_once")]


class StaffPost(models.Model):
    """What a person may do where, and from when to when. Half-open; never deleted."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    role = models.CharField(max_length=24, choices=[(role.value, role.name) for role in Role])
    school_class = models.ForeignKey(SchoolClass, models.PROTECT, null=True, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="staff_post_period"
            ),
            models.UniqueConstraint(
                fields=["school_class"],
                condition=Q(role="homeroom_teacher", valid_to=None),
                name="one_homeroom_teacher",
            ),
        ]
