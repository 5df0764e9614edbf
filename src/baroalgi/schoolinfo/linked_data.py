"""What search engines read of a page: schema.org as JSON-LD. Only what the page itself says."""

from typing import Any

from baroalgi.assessment import Level
from baroalgi.organisation.types import School
from baroalgi.schoolinfo.types import CalendarMonth, Span

_KINDS = {
    Level.ELEMENTARY: "ElementarySchool",
    Level.MIDDLE: "MiddleSchool",
    Level.HIGH: "HighSchool",
}


def school(row: School, address: str) -> dict[str, Any]:
    """Return the facts of a school (schema.org/School)."""
    facts = {
        "@context": "https://schema.org",
        "@type": _KINDS.get(row.level, "School"),
        "@id": address,
        "identifier": row.code,
        "name": row.name,
        "alternateName": row.english_name,
        "url": row.homepage if row.site else address,
        "telephone": row.phone,
        "faxNumber": row.fax,
        "foundingDate": row.founded_on.isoformat() if row.founded_on else "",
        "dissolutionDate": row.closed_on.isoformat() if row.closed_on else "",
        "address": _address(row),
    }
    return {name: value for name, value in facts.items() if value}


def events(row: School, page: CalendarMonth, address: str) -> dict[str, Any]:
    """Return the lines of a month (schema.org/Event); days off are no events that one goes to."""
    return {
        "@context": "https://schema.org",
        "@graph": [_event(row, span, address) for span in page.spans if not span.is_off],
    }


def _event(row: School, span: Span, address: str) -> dict[str, Any]:
    grades = span.grade_words(row.grades)
    return {
        "@type": "EducationEvent",
        "name": f"{row.name} {span.name}",
        "startDate": span.first.isoformat(),
        # schema.org's end is the last day itself, unlike iCalendar's.
        "endDate": span.last.isoformat(),
        "eventStatus": "https://schema.org/EventScheduled",
        "url": address,
        **({"audience": {"@type": "EducationalAudience", "audienceType": grades}} if grades else {}),
        "location": {"@type": "Place", "name": row.name, "address": _address(row)},
        "organizer": {"@type": "School", "name": row.name},
    }


def _address(row: School) -> dict[str, str]:
    parts = {
        "@type": "PostalAddress",
        "addressCountry": "KR",
        "addressRegion": row.address.partition(" ")[0],
        "streetAddress": row.address_in_province,
        "postalCode": row.postcode,
    }
    return {name: value for name, value in parts.items() if value}
