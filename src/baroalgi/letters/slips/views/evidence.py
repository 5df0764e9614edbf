"""The proof of signed answers: seen and taken away by who signed, and by who answers for the letter."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from baroalgi.letters.slips import access, chain, evidence, queries
from baroalgi.letters.slips.types import Kept
from baroalgi.pki import queries as pki
from baroalgi.platform import audit, files
from baroalgi.platform.audit import Audit
from baroalgi.platform.http import Request, needs
from baroalgi.policy import Act


@needs(Act.SLIP_ANSWER)
@require_safe
def own(request: Request, public_id: UUID, version: int) -> HttpResponse:
    """What the guardian has signed, and that it still is so."""
    kept = access.own_signed(request.actor, public_id, version)
    back = reverse("letters:slip", args=[public_id])
    return _page(request, kept, back, reverse("letters:own_evidence_package", args=[public_id, version]))


@needs(Act.SLIP_ANSWER)
@require_safe
def own_package(request: Request, public_id: UUID, version: int) -> HttpResponse:
    """The proof of the own answer as a file."""
    return _package(request, access.own_signed(request.actor, public_id, version))


@needs(Act.SLIP_EVIDENCE)
@require_safe
def of_letter(request: Request, letter_id: int, public_id: UUID, version: int) -> HttpResponse:
    """Who signed an answer, when, with what, and that it still is so."""
    kept = access.signed(request.actor, letter_id, public_id, version)
    back = reverse("letters:answers", args=[letter_id]) + "?show=answered"
    file = reverse("letters:evidence_package", args=[letter_id, public_id, version])
    return _page(request, kept, back, file)


@needs(Act.SLIP_EVIDENCE)
@require_safe
def package_of_letter(request: Request, letter_id: int, public_id: UUID, version: int) -> HttpResponse:
    """The proof of an answer as a file."""
    return _package(request, access.signed(request.actor, letter_id, public_id, version))


def _page(request: Request, kept: Kept, back: str, file: str) -> HttpResponse:
    _record(request, Audit.SLIP_EVIDENCE_VIEWED, kept)
    found = evidence.flaws(kept, pki.anchors())
    context: dict[str, Any] = {
        "kept": kept,
        "certificate": evidence.Certificate.of(kept.link.path[0]),
        "found": found,
        "chained": chain.digest(kept.link) == kept.link.digest and queries.holds(kept.id),
        "back": back,
        "file": file,
    }
    return render(request, "letters/slip_evidence.html", context)


def _package(request: Request, kept: Kept) -> HttpResponse:
    _record(request, Audit.SLIP_EVIDENCE_TAKEN, kept)
    link = kept.link
    authority = next((row for row in pki.authorities() if row.certificate in link.path), None)
    revoked = pki.list_of(authority.id, link.crl_number) if authority and link.crl_number else None
    content = evidence.package(kept, authority, revoked)
    return files.made(content, evidence.TYPE, f"{_('회신 증거')} {kept.title}.zip")


def _record(request: Request, act: Audit, kept: Kept) -> None:
    link = kept.link
    audit.record(request.actor, act, student_id=kept.student_id, slip=link.slip_id, version=link.version)
