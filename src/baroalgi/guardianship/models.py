"""Child links and the restrictions a school has noted."""

import uuid

from django.db import models
from django.db.models import Q

from baroalgi.guardianship.workflow import State


class ChildLink(models.Model):
    """A guardian's right to see one child. The approved ones feed the row-level policies."""

    class Relationship(models.TextChoices):
        FATHER = "father"
        MOTHER = "mother"
        GRANDFATHER = "grandfather"
        GRANDMOTHER = "grandmother"
        LEGAL_GUARDIAN = "legal_guardian"
        OTHER = "other"

    public_id = models.UUIDField(unique=True, default=uuid.uuid4)
    guardian = models.ForeignKey("organisation.Person", models.PROTECT, related_name="+")
    student = models.ForeignKey("organisation.Student", models.PROTECT, related_name="+")
    school_id = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=[(state.value, state.name) for state in State])
    relationship = models.CharField(max_length=16, choices=Relationship)
    relationship_text = models.CharField(max_length=40, blank=True)
    # As typed: the teacher sees it beside what is recorded.
    typed_name = models.CharField(max_length=40)
    typed_grade = models.SmallIntegerField()
    typed_class_no = models.SmallIntegerField(null=True)
    # The applicant as of the request: a teacher has no sight of persons.
    guardian_name = models.CharField(max_length=40)
    guardian_mobile = models.CharField(max_length=20)
    guardian_email = models.CharField(max_length=254, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    requested_at = models.DateTimeField()
    # Who decided and when is written by the database itself (migration 0002).
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("organisation.Person", models.PROTECT, null=True, related_name="+")
    decided_by_name = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["guardian", "student"],
                condition=Q(state__in=["requested", "approved"]),
                name="child_link_one_open",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in State]), name="child_link_state"
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(reason=""), name="child_link_refusal_has_reason"
            ),
            models.CheckConstraint(
                condition=~Q(relationship="other") | ~Q(relationship_text=""),
                name="child_link_other_is_said",
            ),
        ]
        indexes = [
            models.Index(fields=["student", "state"]),
            models.Index(fields=["school_id", "state", "decided_at"], name="child_link_of_school"),
        ]


class Restriction(models.Model):
    """What a school noted about a guardian and a child (domain.md §9.5). The barred never learn of it."""

    class Kind(models.TextChoices):
        NO_CONTACT_DATA = "no_contact_data"
        NO_VIEW = "no_view"

    student = models.ForeignKey("organisation.Student", models.PROTECT, related_name="+")
    guardian = models.ForeignKey("organisation.Person", models.PROTECT, related_name="+")
    school_id = models.BigIntegerField()
    kind = models.CharField(max_length=16, choices=Kind)
    reason = models.CharField(max_length=200)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)


class SchoolReminder(models.Model):
    """A day on which the office reminded the administrators of a school. Schools and days only."""

    school = models.ForeignKey("organisation.School", models.PROTECT, related_name="+")
    day = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "day"], name="school_reminder_once")]
