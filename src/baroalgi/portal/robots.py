"""What search engines are told of the site: which pages there are, and which they leave alone."""

from collections.abc import Iterable
from xml.sax.saxutils import escape

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from baroalgi.platform import caching
from baroalgi.platform.http import Request, needs
from baroalgi.policy import Act
from baroalgi.portal import access, sitemap
from baroalgi.portal.sitemap import Entry

KEPT = 86_400  # seconds, of what changes with the program
LISTED = 3_600  # a letter that was withdrawn is listed no longer than that
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
_XMLNS = "http://www.sitemaps.org/schemas/sitemap/0.9"


@needs(Act.SITE_ENTER)
@caching.same_for_all(seconds=KEPT)
@require_safe
def robots(request: Request) -> HttpResponse:
    """robots.txt: everything that needs no sign-in may be found."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _NOT_FOR_ENGINES)]
    lines += ["", f"Sitemap: {sitemap.address('portal:sitemap')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@needs(Act.SITE_ENTER)
@caching.same_for_all(seconds=LISTED)
@require_safe
def sitemap_index(request: Request) -> HttpResponse:
    """The pages themselves, or, if one file can't list them all, the files in which they stand."""
    today = request.today
    counts = [(section, section.count(today)) for section in sitemap.SECTIONS]
    if sum(section.size(count) for section, count in counts) <= sitemap.MOST:
        pages = (page for section, _count in counts for page in section.part(1, today))
        return _xml("urlset", "url", pages)
    files = (
        (sitemap.address("portal:sitemap_part", of=section.name, n=n), None)
        for section, count in counts
        for n in range(1, section.parts(count) + 1)
    )
    return _xml("sitemapindex", "sitemap", files)


@needs(Act.SITE_ENTER)
@caching.same_for_all(seconds=LISTED)
@require_safe
def sitemap_part(request: Request, of: str, n: int) -> HttpResponse:
    """Some pages of a section: of schools in the order of their codes, of letters the oldest first."""
    return _xml("urlset", "url", access.sitemap_part(access.sitemap_section(of), n, request.today))


def _xml(root: str, entry: str, found: Iterable[Entry]) -> HttpResponse:
    lines = [f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{_XMLNS}">']
    for address, changed_on in found:
        changed = f"<lastmod>{changed_on.isoformat()}</lastmod>" if changed_on else ""
        lines.append(f"<{entry}><loc>{escape(address)}</loc>{changed}</{entry}>")
    lines.append(f"</{root}>\n")
    return HttpResponse("\n".join(lines), content_type="application/xml; charset=utf-8")
