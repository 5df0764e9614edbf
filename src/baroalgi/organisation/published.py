"""The public directory, row by row, for those who hand it on in another form."""

from baroalgi.platform.listing import Source

HEAD = {
    "office_code": "school.office_id",
    "office_name": "office.name",
    "school_code": "school.code",
    "school_name": "school.name",
    "school_kind": "school.kind",
    "school_day_night": "school.day_night",
}
"""What stands at the head of every row that hangs on a school."""

HEAD_TABLES = "organisation_school school JOIN organisation_office office ON office.code = school.office_id"

_OWN = (
    "english_name",
    "kind",
    "province",
    "foundation",
    "postcode",
    "address",
    "address_detail",
    "phone",
    "homepage",
    "coeducation",
    "fax",
    "high_school_kind",
    "special_classes",
    "track_kind",
    "special_purpose",
    "admission_period",
    "day_night",
    "founded_on",
    "anniversary",
    "loaded_on",
    "verbatim",
)

SCHOOLS = Source(
    columns={
        **HEAD,
        # As it was listed; a school that was never listed lies below the regional office that we know.
        "regional_office_name": "coalesce(nullif(school.regional_office_name, ''), regional.name, '')",
        **{name: f"school.{name}" for name in _OWN},
    },
    tables=f"{HEAD_TABLES} LEFT JOIN organisation_regionaloffice regional"
    " ON regional.id = school.regional_office_id",
    where="school.closed_on IS NULL",
    order='school.office_id, school.name COLLATE "C", school.code, school.id',
)
