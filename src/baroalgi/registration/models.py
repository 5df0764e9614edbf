"""Applications for a certificate, the papers handed in, approvals and the links to issuing."""

from django.db import models
from django.db.models import Q

from baroalgi.registration.workflow import CLOSED, State


class Application(models.Model):
    """An application as the parent typed it. Number and password are kept as hashes only."""

    number = models.CharField(max_length=15, unique=True)  # 인증번호: YYYYMMDD + 6 digits + check digit
    state = models.CharField(max_length=16, choices=[(state.value, state.name) for state in State])
    place = models.ForeignKey("organisation.Place", models.PROTECT, related_name="+")
    name = models.CharField(max_length=40)
    identity_mac = models.CharField(max_length=70)
    identity_mask = models.CharField(max_length=14)  # 900101-1******
    birth_date = models.DateField()
    issue_password_hash = models.CharField(max_length=64)  # SHA-256 of crypto.issue_proof
    phone_home = models.CharField(max_length=20, blank=True)
    mobile = models.CharField(max_length=20)
    email = models.CharField(max_length=254, blank=True)  # empty: the one-time address comes on paper
    postcode = models.CharField(max_length=6)
    address1 = models.CharField(max_length=200)
    address2 = models.CharField(max_length=100, blank=True)
    wants_news = models.BooleanField(default=False)  # optional consent (domain.md §1.8)
    terms_version = models.CharField(max_length=10)
    reason = models.CharField(max_length=200, blank=True)  # of the last return
    identity_tries = models.SmallIntegerField(default=0)
    identity_seen_at = models.DateTimeField(null=True)
    identity_seen_by = models.BigIntegerField(null=True)
    decided_by_name = models.CharField(max_length=40, blank=True)  # as it was then
    submitted_at = models.DateTimeField()
    changed_at = models.DateTimeField()  # since when it is somebody's turn
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["identity_mac"],
                condition=~Q(state__in=[state.value for state in CLOSED]),
                name="application_one_open",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in State]), name="application_state"
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(reason=""), name="application_return_has_reason"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["papers_received", "approved", "issued"])
                | Q(identity_seen_at__isnull=False),
                name="application_identity_seen",
            ),
        ]
        indexes = [models.Index(fields=["place", "state", "changed_at"])]


class Paper(models.Model):
    """A paper that was handed in, or an identity seen, with who took it."""

    class Kind(models.TextChoices):
        FORM = "form"
        ID_COPY = "id_copy"

    class IdCard(models.TextChoices):
        RESIDENT_CARD = "resident_card"
        DRIVING_LICENCE = "driving_licence"
        PASSPORT = "passport"
        FOREIGNER_CARD = "foreigner_card"

    application = models.ForeignKey(Application, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    id_card = models.CharField(max_length=16, choices=IdCard)
    officer = models.ForeignKey("organisation.Person", models.PROTECT, related_name="+")
    received_at = models.DateTimeField()


class Approval(models.Model):
    """An officer's approval; the database lets nobody approve the own application."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="+")
    officer = models.ForeignKey("organisation.Person", models.PROTECT, related_name="+")
    officer_name = models.CharField(max_length=40)
    approved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "officer"], name="approval_once_per_officer"),
        ]


class EnrolmentLink(models.Model):
    """A one-time address to issuing, 14 days; five wrong tries end the application."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    valid_to = models.DateTimeField()
    tries = models.SmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
