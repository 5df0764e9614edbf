"""The shipped facts as rows: offices, regional offices, schools, and the places where posts are held."""

from django.db import transaction

from baroalgi.organisation import data, initials
from baroalgi.organisation.data import SchoolFact
from baroalgi.organisation.models import Office, Place, RegionalOffice, School

SCHOOLS_OF = "M10"  # schools of other offices come by import


def ship(office_code: str) -> None:
    """Write what is shipped about this office, once; see `organisation.data` for what that is.

    No place takes papers yet: that begins with its first officer.
    """
    with transaction.atomic():
        if Office.objects.exists():
            return
        Office.objects.bulk_create(
            Office(
                code=fact.code,
                name=fact.name,
                short_name=fact.short_name,
                homepage=fact.homepage,
                phone=fact.phone,
                address=fact.address,
                position=position,
            )
            for position, fact in enumerate(data.education_offices(), 1)
        )
        regional = RegionalOffice.objects.bulk_create(
            RegionalOffice(office_id=fact.office_code, name=fact.name, short_name=fact.short_name)
            for fact in data.regional_offices()
        )
        by_name = {office.name: office for office in regional}
        schools = School.objects.bulk_create(
            _school(fact, by_name.get(fact.managed_by))
            for fact in (data.schools() if office_code == SCHOOLS_OF else ())
        )
        Office.objects.filter(code=SCHOOLS_OF).update(
            listed_on=max((school.loaded_on for school in schools if school.loaded_on), default=None)
        )
        Place.objects.bulk_create(
            [
                _office_place(office_code),
                *(
                    Place(regional_office=office, name=office.name)
                    for office in regional
                    if office.office_id == office_code
                ),
                *map(_school_place, schools),
            ]
        )


def _school(fact: SchoolFact, regional_office: RegionalOffice | None) -> School:
    return School(
        office_id=SCHOOLS_OF,
        regional_office=regional_office,
        regional_office_name=fact.managed_by,
        code=fact.code,
        name=fact.name,
        initials=initials.of(fact.name),
        english_name=fact.english_name,
        kind=fact.kind,
        foundation=fact.foundation,
        province=fact.address.partition(" ")[0],
        postcode=fact.postcode,
        address=fact.address,
        address_detail=fact.address_detail,
        phone=fact.phone,
        fax=fact.fax,
        homepage=fact.homepage,
        coeducation=fact.coeducation,
        high_school_kind=fact.high_school_kind,
        track_kind=fact.track_kind,
        special_purpose=fact.special_purpose,
        admission_period=fact.admission_period,
        day_night=fact.day_night,
        founded_on=fact.founded_on,
        anniversary=fact.anniversary,
        loaded_on=fact.updated_on,
    )


def _school_place(school: School) -> Place:
    return Place(
        school=school,
        name=school.name,
        postcode=school.postcode,
        address=school.address,
        phone=school.phone,
    )


def _office_place(office_code: str) -> Place:
    fact = next(fact for fact in data.education_offices() if fact.code == office_code)
    return Place(name=fact.name, address=fact.address, phone=fact.phone)
