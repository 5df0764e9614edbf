"""The slip of a letter, one slip per child, its answers, and who has opened which letter."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from baroalgi.letters.slips.workflow import State


class SlipForm(models.Model):
    """What a letter asks. Nothing of it changes once the letter is sent (a trigger of 0004)."""

    class Rule(models.TextChoices):
        EITHER = "either"  # of two guardians one answers, and the last answer counts
        BOTH = "both"  # each guardian answers, and each answer counts

    class Signing(models.TextChoices):
        NAME = "name"
        CERTIFICATE = "certificate"

    letter = models.OneToOneField("letters.Letter", models.PROTECT, primary_key=True, related_name="+")
    due_at = models.DateTimeField()
    rule = models.CharField(max_length=8, choices=Rule)
    signing = models.CharField(max_length=12, choices=Signing)
    questions = models.JSONField()  # rows of types.Question
    digest = models.CharField(
        max_length=64
    )  # SHA-256 of the canonical form, hexadecimal (content.form_digest)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(rule__in=["either", "both"]), name="slip_form_rule"),
            models.CheckConstraint(
                condition=Q(signing__in=["name", "certificate"]), name="slip_form_signing"
            ),
        ]


class Slip(models.Model):
    """The slip of one child, made by the database in the moment the letter is published."""

    public_id = models.UUIDField(unique=True, db_default=models.Func(function="gen_random_uuid"))
    letter = models.ForeignKey("letters.Letter", models.PROTECT, related_name="+")
    student = models.ForeignKey("organisation.Student", models.PROTECT, related_name="+")
    school_id = models.BigIntegerField()
    school_class = models.ForeignKey("organisation.SchoolClass", models.PROTECT, null=True, related_name="+")
    state = models.CharField(
        max_length=10, choices=[(state.value, state.name) for state in State], db_default=State.OPEN
    )
    due_at = models.DateTimeField()  # the form's, until the teacher opens it again
    answered_at = models.DateTimeField(null=True)  # the last answer of anybody
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["letter", "student"], name="slip_one_per_child"),
            models.CheckConstraint(condition=Q(state__in=[*State]), name="slip_state"),
            models.CheckConstraint(
                condition=~Q(state__in=[State.ANSWERED, State.CLOSED]) | Q(answered_at__isnull=False),
                name="slip_answered_when",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state__in=["open", "answered"]), name="slip_due"),
        ]


class SlipAnswer(models.Model):
    """An answer as evidence; append-only, chained per school by a trigger (ADR 0013).

    `content` is the canonical JSON of what was shown and answered (content.py); signed answers carry
    their detached CMS over it, the certificate with its authorities, and the revocation list of then.
    """

    class Way(models.TextChoices):
        NAME = "name"
        CERTIFICATE = "certificate"
        PAPER = "paper"  # handed in on paper, written in by staff

    slip = models.ForeignKey(Slip, models.PROTECT, related_name="+")
    version = models.SmallIntegerField()  # of this slip, from 1
    student = models.ForeignKey("organisation.Student", models.PROTECT, related_name="+")
    school_id = models.BigIntegerField()
    letter = models.ForeignKey("letters.Letter", models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(
        "organisation.Person", models.PROTECT, related_name="+"
    )  # who answered or wrote
    person_name = models.CharField(max_length=40)
    way = models.CharField(max_length=12, choices=Way)
    content = models.BinaryField()
    text = models.TextField()  # what was shown; its SHA-256 stands in the content
    cms = models.BinaryField(null=True)
    path = ArrayField(models.BinaryField(), null=True)  # the certificate and its authorities, DER
    crl_number = models.BigIntegerField(null=True)
    crl_digest = models.CharField(max_length=64, blank=True)  # SHA-256 of the list, hexadecimal
    answered_at = models.DateTimeField()  # the server's clock
    # Written by the database: the place in the chain of this school, and SHA-256 over it (chain.py).
    position = models.BigIntegerField()
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["slip", "version"], name="slip_answer_version"),
            models.UniqueConstraint(fields=["school_id", "position"], name="slip_answer_position"),
            models.CheckConstraint(
                condition=Q(way="certificate", cms__isnull=False, path__isnull=False)
                | (~Q(way="certificate") & Q(cms=None, path=None)),
                name="slip_answer_signed_has_evidence",
            ),
        ]


class Reading(models.Model):
    """That a guardian has opened a letter, about one child. First time only."""

    letter = models.ForeignKey("letters.Letter", models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey("organisation.Person", models.PROTECT, related_name="+")
    student = models.ForeignKey("organisation.Student", models.PROTECT, related_name="+")
    school_id = models.BigIntegerField()
    read_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["letter", "student", "person"], name="reading_once")]
