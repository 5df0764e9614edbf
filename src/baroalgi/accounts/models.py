"""Credentials, sessions, challenges and tries. All else of a person stands in `organisation`."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Now


class Login(AbstractBaseUser):
    """Login and password of a member of staff: credentials only; reached through doors of the gate."""

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
    # Names the session to its owner and opens nothing.
    public_id = models.UUIDField(unique=True, db_default=models.Func(function="gen_random_uuid"))
    person = models.ForeignKey("organisation.Person", models.PROTECT, null=True, related_name="+")
    strength = models.CharField(max_length=12)
    factor = models.CharField(max_length=12, blank=True, db_default="")  # what staff showed besides
    confirmed_at = models.DateTimeField(null=True)  # when staff last showed password or passkey
    application_id = models.BigIntegerField(null=True)  # the certificate application it carries
    opened_link_id = models.BigIntegerField(null=True)  # the one-time address opened with its password
    matched_student_id = models.BigIntegerField(null=True)  # the pupil whose number was given last
    device = models.CharField(max_length=200, blank=True)
    data = models.TextField()
    created_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(person=None, strength="none")
                | models.Q(person__isnull=False, strength__in=["half", "password", "certificate"]),
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
    """How often something was tried since the first time of a window (`policy.count_try`), or how often a
    secret was guessed and until when the next guess must wait (`policy.guess`).
    """

    key = models.CharField(max_length=64, primary_key=True)
    first_at = models.DateTimeField()
    n = models.IntegerField()
    last_at = models.DateTimeField(null=True)
    wait_to = models.DateTimeField(null=True)


class Totp(models.Model):
    """The authenticator app of a member of staff (RFC 6238)."""

    person = models.OneToOneField("organisation.Person", models.PROTECT, primary_key=True, related_name="+")
    sealed = models.BinaryField()  # the secret, about "accounts_totp <person>"
    last_step = models.BigIntegerField()  # of 30 seconds; digits of it and of earlier ones are used up
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class Passkey(models.Model):
    """A passkey of a member of staff (WebAuthn): fingerprint, face, or a key to plug in."""

    public_id = models.UUIDField(unique=True)
    person = models.ForeignKey("organisation.Person", models.PROTECT, related_name="+")
    credential_id = models.BinaryField(unique=True)
    data = models.BinaryField()  # attested credential data: number of the model, identifier, public key
    sign_count = models.BigIntegerField()
    name = models.CharField(max_length=40)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class RecoveryCode(models.Model):
    """A code that opens once when phone and passkey are not at hand. Only a keyed hash is stored."""

    person = models.ForeignKey("organisation.Person", models.PROTECT, related_name="+")
    code_hash = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "code_hash"], name="recovery_code_once"),
        ]


class Move(models.Model):
    """A sealed certificate on its way to a phone: ten minutes, one fetch; reached only through doors."""

    id_hash = models.CharField(max_length=64, primary_key=True)
    person = models.ForeignKey("organisation.Person", models.PROTECT, related_name="+")
    proof_hash = models.CharField(max_length=64)
    sealed = models.BinaryField()
    tries = models.SmallIntegerField()
    expires_at = models.DateTimeField(db_index=True)


class OwnAllergens(models.Model):
    """What a guardian wants to be told of in meals; it tells of health, hence sealed (allergens.py)."""

    person = models.OneToOneField("organisation.Person", models.PROTECT, primary_key=True, related_name="+")
    numbers_sealed = models.BinaryField()
    changed_at = models.DateTimeField()
