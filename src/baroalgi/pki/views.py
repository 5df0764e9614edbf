"""Certificates of authorities and revocation lists, as their addresses stand in every certificate."""

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from baroalgi.pki import access, queries
from baroalgi.platform.http import Request, needs
from baroalgi.policy import Act

CERTIFICATE, LIST = "application/pkix-cert", "application/pkix-crl"  # RFC 2585
_DAY = int(timedelta(days=1).total_seconds())
# A revocation is listed at once; five minutes is how long a cache may not know of it.
_LIST_SECONDS = 300


@needs(Act.PKI_PUBLISHED)
@require_safe
def certificate(request: Request, name: str) -> HttpResponse:
    """The authority that issues to parents."""
    return _published(access.authority(name).certificate, CERTIFICATE, _DAY)


@needs(Act.PKI_PUBLISHED)
@require_safe
def root(request: Request, name: str) -> HttpResponse:
    """The root above it."""
    return _published(access.authority(name).root, CERTIFICATE, _DAY)


@needs(Act.PKI_PUBLISHED)
@require_safe
def revocation_list(request: Request, name: str) -> HttpResponse:
    """Which certificates of parents are revoked."""
    return _published(access.newest_list(name).der, LIST, _LIST_SECONDS)


@needs(Act.PKI_PUBLISHED)
@require_safe
def root_list(request: Request, name: str) -> HttpResponse:
    """Which authorities are revoked."""
    return _published(access.authority(name).root_crl, LIST, _DAY)


@needs(Act.PKI_PUBLISHED)
@require_safe
def practice(request: Request) -> HttpResponse:
    """What a certificate of ours is worth and how it came about; its address stands in each of them."""
    return render(request, "pki/practice.html", {"authorities": queries.shown()})


def _published(content: bytes, kind: str, seconds: int) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response.headers["Cache-Control"] = f"public, max-age={seconds}"
    return response
