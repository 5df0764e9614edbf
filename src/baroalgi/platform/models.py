"""Audit trail, outbox, stored files, heartbeats, and what the database knows of its installation."""

from django.db import models
from django.db.models.functions import Now


class AuditEntry(models.Model):
    """One line of the audit trail (`platform.audit`). Append-only."""

    at = models.DateTimeField(db_default=Now())
    xid = models.BigIntegerField(db_default=models.Func(function="txid_current"))
    actor_id = models.BigIntegerField(
        null=True,
        db_default=models.Func(function="policy.known_person", output_field=models.BigIntegerField()),
    )
    strength = models.CharField(max_length=12)
    posts = models.JSONField(default=list)
    act = models.CharField(max_length=60)
    address = models.CharField(max_length=45, blank=True)
    request_id = models.CharField(max_length=16, blank=True)
    student_id = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField(null=True)
    application_id = models.BigIntegerField(null=True)
    facts = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["student_id", "at"]), models.Index(fields=["xid", "id"])]


class Outbox(models.Model):
    """A message to a person, sent exactly if the decision behind it stands."""

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        DEAD = "dead"

    key = models.CharField(max_length=120, unique=True)
    person_id = models.BigIntegerField(null=True)
    sealed = models.BinaryField(null=True)  # address, subject and text; gone once it is sent
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    tries = models.SmallIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField(db_default=Now())  # not before; in the future also while a try is under way
    sent_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "due_at"], name="outbox_unsent", condition=~models.Q(state="sent"))
        ]


class StoredFile(models.Model):
    """A file that people sent, known by its content (`platform.files`); rooms point at it."""

    class Previews(models.TextChoices):
        NONE = "none"
        WAITING = "waiting"
        MADE = "made"
        FAILED = "failed"

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.BigIntegerField()  # bytes
    kind = models.CharField(max_length=5)  # kinds.Kind
    pages = models.IntegerField(null=True)
    preview_state = models.CharField(max_length=8, choices=Previews)
    previews = models.JSONField(default=list)  # previews.Preview, by page and width
    created_at = models.DateTimeField(db_default=Now())
    unused_since = models.DateTimeField(null=True)  # nothing points at it any more; the sweep's own note
    # Who sent it last, and in which transaction: there alone may they name it (policy.keeps_file).
    kept_by = models.BigIntegerField(null=True)
    kept_in = models.BigIntegerField(null=True)


class Heartbeat(models.Model):
    """When a process last said that it is alive."""

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()


class Installation(models.Model):
    """What this database is: one row, written by the first `baroalgi migrate`."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    office_code = models.CharField(max_length=3)
    is_demo = models.BooleanField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="installation_one_row")]


class ApiKey(models.Model):
    """A key with which somebody's program reads the open interfaces (domain.md §7.10), kept as a hash."""

    class State(models.TextChoices):
        ACTIVE = "active"
        BLOCKED = "blocked"
        DELETED = "deleted"

    person_id = models.BigIntegerField()
    key_hash = models.CharField(max_length=64, unique=True)
    ending = models.CharField(max_length=4)  # of the key, so that its owner knows it again
    name = models.CharField(max_length=40)
    purpose = models.CharField(max_length=200)
    state = models.CharField(max_length=8, choices=State, default=State.ACTIVE)
    reason = models.CharField(max_length=200, blank=True)  # why it is blocked
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["person_id"], name="api_key_person")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["active", "blocked", "deleted"]), name="api_key_state"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="blocked") | ~models.Q(reason=""), name="api_key_block_has_reason"
            ),
        ]


class ApiUse(models.Model):
    """How often a key was used on a day in Seoul. Not written ahead: a crash may forget a day's counts."""

    key = models.ForeignKey(ApiKey, models.PROTECT, related_name="+")
    day = models.DateField()
    n = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "day"], name="api_use_once")]
