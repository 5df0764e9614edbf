"""The services with addresses that answer at this installation, for the catalogue."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from baroalgi.assessment import Level
from baroalgi.exchange.neis.services import SERVICES, Service
from baroalgi.organisation import queries as organisation
from baroalgi.organisation.types import SchoolSearch

_LEVELS = (Level.ELEMENTARY, Level.MIDDLE, Level.HIGH, Level.SPECIAL)
_MONTH = {"mealServiceDietInfo": "MLSV_YMD", "SchoolSchedule": "AA_YMD"}


@dataclass(frozen=True, slots=True)
class Example:
    """A service, and an address to try it."""

    service: Service
    address: str


def services(office: str, url: str, today: date) -> list[Example]:
    """Return every service that is not for past years, in order. Four statements."""
    codes: dict[Level, str] = {}
    for level in _LEVELS:
        found = organisation.schools_found(SchoolSearch(office=office, level=level), limit=3)
        codes[level] = next((school.code for school in found if school.code.strip()), "")
    return [
        Example(service, f"{url}/hub/{service.path}?{_query(service, office, codes, today)}")
        for service in SERVICES.values()
        if not service.past
    ]


def _query(service: Service, office: str, codes: Mapping[Level, str], today: date) -> str:
    asked = {"Type": "json", "ATPT_OFCDC_SC_CODE": office}
    if "SD_SCHUL_CODE" in service.required:
        level = service.levels[0] if service.levels else Level.ELEMENTARY
        asked["SD_SCHUL_CODE"] = codes[level]
    if service.path in _MONTH:
        asked[_MONTH[service.path]] = f"{today:%Y%m}"
    elif service.levels:
        asked["ALL_TI_YMD"] = f"{today:%Y%m%d}"
    return "&".join(f"{name}={quote(value)}" for name, value in asked.items())
