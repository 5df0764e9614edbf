"""Credentials, sessions, challenges and tries. All else of a person stands in `organisation`."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Now


class Login(AbstractBaseUser):
    """Login and password of a member of staff: credentials only."""

    login = models.CharField(max_length=60, unique=True)
    person = models.ForeignKey("organisation.Person", models.PROTECT, related_name="+")
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "login"
    objects = BaseUserManager["Login"]()


class Invitation(models.Model):
    """A one-time address under which an invited member of staff chooses login and password."""

    token_hash = models.CharField(max_length=64, unique=True)
    person = models.ForeignKey("organisation.Person", models.PROTECT, related_name="+")
    valid_to = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class Session(models.Model):
    """A session; reached only through the doors of the gate. Only the hash of the key is stored."""

    key_hash = models.CharField(max_length=64, primary_key=True)
    person = models.ForeignKey("organisation.Person", models.PROTECT, null=True, related_name="+")
    strength = models.CharField(max_length=12)
    application_id = models.BigIntegerField(null=True)  # the certificate application it carries
    matched_student_id = models.BigIntegerField(null=True)  # the pupil whose number was given last
    device = models.CharField(max_length=200, blank=True)
    data = models.TextField()
    created_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(person=None, strength="none")
                | models.Q(person__isnull=False, strength__in=["password", "certificate"]),
                name="session_strength",
            ),
        ]


class Challenge(models.Model):
    """What a browser must sign: one use, three minutes, bound to the browser that asked."""

    nonce_hash = models.CharField(max_length=64, primary_key=True)
    purpose = models.CharField(max_length=12)
    session_hash = models.CharField(max_length=64)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class Attempt(models.Model):
    """How often something was tried since the first time of a window (`policy.count_try`)."""

    key = models.CharField(max_length=64, primary_key=True)
    first_at = models.DateTimeField()
    n = models.IntegerField()


class Move(models.Model):
    """A sealed certificate on its way to a phone: ten minutes, one fetch; reached only through doors."""

    id_hash = models.CharField(max_length=64, primary_key=True)
    person = models.ForeignKey("organisation.Person", models.PROTECT, related_name="+")
    proof_hash = models.CharField(max_length=64)
    sealed = models.BinaryField()
    tries = models.SmallIntegerField()
    expires_at = models.DateTimeField(db_index=True)
