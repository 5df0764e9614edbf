"""Reads of this room. Who holds a certificate is asked at the gate (`policy.certificate_holder`)."""

from dataclasses import fields

from django.db.models import QuerySet

from baroalgi import certs
from baroalgi.pki import profile
from baroalgi.pki.models import Authority, Certificate, Issuance, RevocationList
from baroalgi.pki.types import Authority as AuthorityRow
from baroalgi.pki.types import List, Own, Round, Shown

_AUTHORITY = [item.name for item in fields(AuthorityRow)]


def authorities() -> list[AuthorityRow]:
    """Return our issuing authorities, newest first; empty before `baroalgi ca init`. One statement."""
    return [_authority(row) for row in Authority.objects.order_by("-id").values(*_AUTHORITY)]


def authority(name: str) -> AuthorityRow | None:
    """Return the authority of this name, or None. One statement."""
    row = Authority.objects.filter(name=name).values(*_AUTHORITY).first()
    return _authority(row) if row else None


def shown() -> list[Shown]:
    """Return what people read about our authorities, newest first. One statement."""
    return [profile.shown(row.name, row.certificate, row.root) for row in authorities()]


def anchors() -> tuple[certs.Anchor, ...]:
    """Return what a certificate for signing in must lead to: our issuing authorities. One statement."""
    return tuple(
        certs.Anchor(row.certificate, frozenset({profile.policy_of(row.certificate)}))
        for row in authorities()
    )


def issuance(application_id: int) -> Round | None:
    """Return the newest round of issuing of the carried application, or None. Three statements at most."""
    row = Issuance.objects.filter(application_id=application_id).order_by("-round").first()
    if row is None:
        return None
    signed = Certificate.objects.filter(issuance_id=row.id).select_related("authority").first()
    # Prepared bytes are signed in a moment: nobody outside this room has to tell the two apart.
    waiting = "rejected" if row.state == Issuance.State.REJECTED else "ordered"
    return Round(
        issuance_id=row.id,
        number=row.round,
        state=signed.state if signed else waiting,
        reason=row.reason,
        name=row.name,
        certificate_id=signed.id if signed else None,
        certificate=bytes(signed.der) if signed else None,
        chain=(bytes(signed.authority.certificate),) if signed else (),
        not_after=signed.not_after if signed else None,
        confirmed_at=signed.confirmed_at if signed else None,
    )


def certificates_of(person_id: int) -> list[Own]:
    """Return the certificates that this person put into use, newest first. One statement."""
    rows = Certificate.objects.filter(person_id=person_id, confirmed_at__isnull=False).order_by("-id")
    return [Own(**row) for row in rows.values(*(item.name for item in fields(Own)))]


def newest_list(authority_id: int) -> List | None:
    """Return the revocation list in force of an authority, or None before its first. One statement."""
    row = _lists(authority_id).first()
    return List(row.number, bytes(row.der), row.this_update, row.next_update) if row else None


def list_of(authority_id: int, number: int) -> bytes | None:
    """Return a revocation list of an authority as it was published, DER, or None. One statement."""
    der = _lists(authority_id).filter(number=number).values_list("der", flat=True).first()
    return bytes(der) if der is not None else None


def _lists(authority_id: int) -> QuerySet[RevocationList]:
    return RevocationList.objects.filter(authority_id=authority_id).order_by("-number")


def _authority(row: dict[str, object]) -> AuthorityRow:
    return AuthorityRow(
        **{name: bytes(value) if isinstance(value, memoryview) else value for name, value in row.items()}  # type: ignore[arg-type]
    )
