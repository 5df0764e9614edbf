"""Authorities, issuances, certificates and revocation lists."""

from django.db import models
from django.db.models import Q


class Authority(models.Model):
    """An issuing authority of this installation, with its chain up to the root."""

    name = models.CharField(max_length=40, unique=True)  # in addresses: /pki/<name>/
    certificate = models.BinaryField()
    root = models.BinaryField()
    root_crl = models.BinaryField()  # made with the root's key, which may be kept elsewhere
    sealing_key = models.BinaryField()  # SPKI under which browsers seal number and R for the signer
    created_at = models.DateTimeField()


class Issuance(models.Model):
    """One round of issuing for an application: ordered, prepared, then a certificate or a rejection."""

    class State(models.TextChoices):
        ORDERED = "ordered"
        PREPARED = "prepared"
        SIGNED = "signed"
        REJECTED = "rejected"

    application_id = models.BigIntegerField()
    round = models.SmallIntegerField()
    person = models.ForeignKey("organisation.Person", models.PROTECT, related_name="+")
    name = models.CharField(max_length=40)
    identity_mac = models.CharField(max_length=70)
    csr = models.BinaryField()
    spki_hash = models.CharField(max_length=64)
    sealed = models.BinaryField(null=True)  # number, R and hash of the CSR, for the signer alone; then gone
    state = models.CharField(max_length=10, choices=State, default=State.ORDERED)
    reason = models.CharField(max_length=40, blank=True)  # code of a rejection
    authority = models.ForeignKey(Authority, models.PROTECT, null=True, related_name="+")
    serial = models.CharField(max_length=40, blank=True)  # hexadecimal
    tbs = models.BinaryField(null=True)
    virtual_id = models.CharField(max_length=64, blank=True)
    ordered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application_id", "round"], name="issuance_round"),
            models.UniqueConstraint(fields=["spki_hash"], name="issuance_key_once"),
            models.UniqueConstraint(
                fields=["authority", "serial"], condition=~Q(serial=""), name="issuance_serial"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["prepared", "signed"]) | Q(tbs__isnull=False),
                name="issuance_prepared_has_tbs",
            ),
            models.CheckConstraint(
                condition=Q(state="ordered") | Q(sealed=None), name="issuance_forgets_what_was_sealed"
            ),
        ]


class Certificate(models.Model):
    """A certificate of ours. "Expired" is no state but `not_after` against the clock."""

    class State(models.TextChoices):
        VALID = "valid"
        SUSPENDED = "suspended"
        REVOKED = "revoked"

    issuance = models.OneToOneField(Issuance, models.PROTECT, related_name="+")
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="+")
    person = models.ForeignKey("organisation.Person", models.PROTECT, related_name="+")
    application_id = models.BigIntegerField()
    serial = models.CharField(max_length=40)
    fingerprint = models.CharField(max_length=64, unique=True)  # SHA-256 of the DER
    der = models.BinaryField()
    not_before = models.DateTimeField()
    not_after = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.VALID)
    confirmed_at = models.DateTimeField(null=True)  # first signature checked
    revoked_at = models.DateTimeField(null=True)
    revocation_reason = models.CharField(max_length=30, blank=True)  # RFC 5280 name
    listed_in = models.BigIntegerField(null=True)  # number of the first revocation list with it

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "serial"], name="certificate_serial"),
            # One certificate serves all children: a person has at most one good one (npki.md §7.2).
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(state="valid", confirmed_at__isnull=False),
                name="certificate_one_per_person",
            ),
            models.CheckConstraint(
                condition=~Q(state="revoked") | Q(revoked_at__isnull=False), name="certificate_revoked_when"
            ),
        ]
        indexes = [
            # The signer asks each second whether something is to be listed.
            models.Index(
                fields=["authority"],
                condition=Q(state="revoked", listed_in=None),
                name="certificate_to_be_listed",
            ),
        ]


class RevocationList(models.Model):
    """A CRL as published; the newest by number counts."""

    authority = models.ForeignKey(Authority, models.PROTECT, related_name="+")
    number = models.BigIntegerField()
    der = models.BinaryField()
    this_update = models.DateTimeField()
    next_update = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["authority", "number"], name="crl_number")]
