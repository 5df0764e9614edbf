"""What search engines are told of the site: which pages there are, and which they leave alone."""

from collections.abc import Iterable, Iterator
from datetime import date
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from baroalgi.organisation import queries as organisation
from baroalgi.platform import caching
from baroalgi.platform.http import Request, needs
from baroalgi.policy import Act
from baroalgi.portal import access
from baroalgi.portal.access import SCHOOLS_A_PART

# A day: schools do not come and go by the hour.
KEPT = 86_400
_NOT_FOR_ENGINES = (
    "/account/",
    "/api/",
    "/certificate/",
    "/children/",
    "/demo/",
    "/desk/",
    "/hub/",
    "/office/",
    "/operator/",
    "/sign-in/",
    "/slips/",
)
_PAGES = (
    "schoolinfo:school",
    "schoolinfo:curriculum",
    "schoolinfo:timetable",
    "schoolinfo:calendar",
    "schoolinfo:calendar_year",
    "schoolinfo:meals",
    "schoolinfo:meals_of_week",
)
_XMLNS = "http://www.sitemaps.org/schemas/sitemap/0.9"


@needs(Act.SITE_ENTER)
@caching.same_for_all(seconds=KEPT)
@require_safe
def robots(request: Request) -> HttpResponse:
    """robots.txt: everything that needs no sign-in may be found."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _NOT_FOR_ENGINES)]
    lines += ["", f"Sitemap: {_address('portal:sitemap')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@needs(Act.SITE_ENTER)
@caching.same_for_all(seconds=KEPT)
@require_safe
def sitemap(request: Request) -> HttpResponse:
    """The pages themselves, or the parts they stand in: no file may list more than 50,000 (sitemaps.org)."""
    parts = -(-max(organisation.count_listed(settings.ENVIRONMENT.office), 1) // SCHOOLS_A_PART)
    if parts == 1:
        return _xml("urlset", "url", _pages(1, access.sitemap_part(1)))
    found = ((_address("portal:sitemap_part", n=n), None) for n in range(1, parts + 1))
    return _xml("sitemapindex", "sitemap", found)


@needs(Act.SITE_ENTER)
@caching.same_for_all(seconds=KEPT)
@require_safe
def sitemap_part(request: Request, n: int) -> HttpResponse:
    """The pages of some schools, in the order of their codes; those of the site itself in the first part."""
    schools = access.sitemap_part(n)
    return _xml("urlset", "url", _pages(n, schools))


def _pages(n: int, schools: Iterable[tuple[str, date | None]]) -> Iterator[tuple[str, date | None]]:
    if n == 1:
        yield _address("portal:home"), None
        yield _address("schoolinfo:schools"), None
    for code, changed_on in schools:
        for name in _PAGES:
            # Only the facts have a day on which they were changed.
            yield _address(name, code=code), changed_on if name == "schoolinfo:school" else None


def _xml(root: str, entry: str, found: Iterable[tuple[str, date | None]]) -> HttpResponse:
    lines = [f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{_XMLNS}">']
    for address, changed_on in found:
        changed = f"<lastmod>{changed_on.isoformat()}</lastmod>" if changed_on else ""
        lines.append(f"<{entry}><loc>{escape(address)}</loc>{changed}</{entry}>")
    lines.append(f"</{root}>\n")
    return HttpResponse("\n".join(lines), content_type="application/xml; charset=utf-8")


def _address(name: str, **where: object) -> str:
    return settings.ENVIRONMENT.url + reverse(name, kwargs=where or None)
