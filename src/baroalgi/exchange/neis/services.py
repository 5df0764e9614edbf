"""The services of the NEIS Open API as one table: paths, parameters, fields (domain.md §7.2, §7.6, §7.7).

Both directions read it: the hub turns our rows into these fields (`neis.rows`), the importer turns these
fields into our rows. `column` names what a field holds in our tables; the head of each row is
`office_code`, `office_name`, `school_code`, `school_name`, whatever the table.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from baroalgi.assessment import Level

Table = Literal["school", "meal", "calendar_day", "class_listing", "major", "classroom", "lesson", "academy"]


class Kind(StrEnum):
    """How a value of ours is written as a value of NEIS, and read back."""

    TEXT = "text"  # '' ↔ the field's `empty`
    INTEGER = "integer"  # a whole number, written as a string
    DATE = "date"  # YYYYMMDD
    NUMBER = "number"  # the only numbers of JSON: 941.00
    POSTCODE = "postcode"  # six characters, the last one a blank
    LOADED = "loaded"  # `loaded_on`; until it is set, when the row was last changed
    YEAR_OF_DAY = "year_of_day"  # school year of `day`, from March to February
    MEAL_NAME = "meal_name"  # 조식, 중식, 석식 of `kind`
    DISHES = "dishes"
    ORIGINS = "origins"
    CALORIES = "calories"
    NUTRIENTS = "nutrients"
    DAY_KIND = "day_kind"  # 해당없음, 휴업일, 공휴일
    GRADE_FLAG = "grade_flag"  # Y, N; * for a grade that the school does not have
    COURSE = "course"  # 학교과정명; '' ↔ what the school's own kind says
    DAY_NIGHT = "day_night"  # 주야과정명; '' ↔ what the school's own row says
    COEDUCATION = "coeducation"  # 남녀공학, which NEIS spells 남여공학
    CONTENT = "content"  # 수업내용; a substitute's lesson begins with [보강]
    CLASS_NAME = "class_name"  # a number is two digits in the services of past years


class Match(StrEnum):
    """How a parameter narrows the rows."""

    EXACT = "exact"
    CONTAINS = "contains"
    DAY = "day"  # the beginning of a date: 2022, 202203, 20220301
    FROM = "from"
    TO = "to"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an answer. `empty` is what stands for an empty text of ours."""

    name: str
    column: str
    says: str
    kind: Kind = Kind.TEXT
    empty: str | None = None
    grade: int = 0  # of a GRADE_FLAG


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a service beside the basic ones (KEY, Type, pIndex, pSize)."""

    name: str
    column: str
    says: str
    match: Match = Match.EXACT
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Service:
    """One service: `path` is what is asked, `root` the key of its answers."""

    path: str
    root: str
    title: str
    table: Table
    required: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    fields: tuple[Field, ...]
    extended: tuple[Field, ...] = ()  # with ?fields=extended: before the last field
    levels: tuple[Level, ...] = ()  # of the schools it knows; empty = all
    past: bool = False  # past school years of a timetable (…bgs)

    def emitted(self, *, extended: bool = False) -> tuple[Field, ...]:
        """Return the fields in the order of the answer."""
        return (*self.fields[:-1], *self.extended, self.fields[-1]) if extended else self.fields


_OFFICE_CODE = Field("ATPT_OFCDC_SC_CODE", "office_code", "시도교육청코드")
_OFFICE_NAME = Field("ATPT_OFCDC_SC_NM", "office_name", "시도교육청명")
_SCHOOL_CODE = Field("SD_SCHUL_CODE", "school_code", "행정표준코드")
_SCHOOL_NAME = Field("SCHUL_NM", "school_name", "학교명")
_OF_OFFICE = (_OFFICE_CODE, _OFFICE_NAME)
_OF_SCHOOL = (*_OF_OFFICE, _SCHOOL_CODE, _SCHOOL_NAME)
_LOADED = Field("LOAD_DTM", "loaded_on", "수정일", Kind.LOADED)

_SCHOOL_YEAR = Field("AY", "school_year", "학년도", Kind.INTEGER)
_SEMESTER = Field("SEM", "semester", "학기", Kind.INTEGER)
_GRADE = Field("GRADE", "grade", "학년", Kind.INTEGER)
_DAY_NIGHT = Field("DGHT_CRSE_SC_NM", "day_night", "주야과정명", Kind.DAY_NIGHT)
_COURSE = Field("SCHUL_CRSE_SC_NM", "course", "학교과정명", Kind.COURSE)
_TRACK = Field("ORD_SC_NM", "track", "계열명")
_DEPARTMENT = Field("DDDEP_NM", "department", "학과명")
_LESSON_DAY = Field("ALL_TI_YMD", "day", "시간표일자", Kind.DATE)
_CLASSROOM = Field("CLRM_NM", "classroom", "강의실명")
_CLASS = Field("CLASS_NM", "class_name", "학급명", Kind.CLASS_NAME)
_PERIOD = Field("PERIO", "period", "교시", Kind.INTEGER)
_CONTENT = Field("ITRT_CNTNT", "content", "수업내용", Kind.CONTENT)


def _asks(item: Field, match: Match = Match.EXACT) -> Parameter:
    return Parameter(item.name, item.column, item.says, match, item.kind)


_BY_OFFICE = _asks(_OFFICE_CODE)
_BY_SCHOOL = (_BY_OFFICE, _asks(_SCHOOL_CODE))
_OFFICE_NEEDED = ("ATPT_OFCDC_SC_CODE",)
_SCHOOL_NEEDED = (*_OFFICE_NEEDED, "SD_SCHUL_CODE")

_KIND = Field("SCHUL_KND_SC_NM", "kind", "학교종류명")
_PROVINCE = Field("LCTN_SC_NM", "province", "시도명")
_FOUNDATION = Field("FOND_SC_NM", "foundation", "설립명")

_SCHOOL_INFO = Service(
    path="schoolInfo",
    root="schoolInfo",
    title="학교기본정보",
    table="school",
    required=(),
    parameters=(
        *_BY_SCHOOL,
        _asks(_SCHOOL_NAME, Match.CONTAINS),
        _asks(_KIND),
        _asks(_PROVINCE),
        _asks(_FOUNDATION),
    ),
    fields=(
        *_OF_SCHOOL,
        Field("ENG_SCHUL_NM", "english_name", "영문학교명"),
        _KIND,
        _PROVINCE,
        # The name as it was listed; without one, the name of the regional office that we know the school by.
        Field("JU_ORG_NM", "regional_office_name", "관할조직명"),
        _FOUNDATION,
        Field("ORG_RDNZC", "postcode", "도로명우편번호", Kind.POSTCODE),
        Field("ORG_RDNMA", "address", "도로명주소"),
        Field("ORG_RDNDA", "address_detail", "도로명상세주소"),
        Field("ORG_TELNO", "phone", "전화번호"),
        Field("HMPG_ADRES", "homepage", "홈페이지주소"),
        Field("COEDU_SC_NM", "coeducation", "남녀공학구분명", Kind.COEDUCATION),
        Field("ORG_FAXNO", "fax", "팩스번호"),
        Field("HS_SC_NM", "high_school_kind", "고등학교구분명", empty="  "),
        Field("INDST_SPECL_CCCCL_EXST_YN", "special_classes", "산업체특별학급존재여부"),
        Field("HS_GNRL_BUSNS_SC_NM", "track_kind", "고등학교일반전문구분명"),
        Field("SPCLY_PURPS_HS_ORD_NM", "special_purpose", "특수목적고등학교계열명"),
        Field("ENE_BFE_SEHF_SC_NM", "admission_period", "입시전후기구분명"),
        Field("DGHT_SC_NM", "day_night", "주야구분명"),
        Field("FOND_YMD", "founded_on", "설립일자", Kind.DATE),
        Field("FOAS_MEMRD", "anniversary", "개교기념일", Kind.DATE),
        _LOADED,
    ),
)

_MEAL_DAY = Field("MLSV_YMD", "day", "급식일자", Kind.DATE)
_MEAL_KIND = Field("MMEAL_SC_CODE", "kind", "식사코드", Kind.INTEGER)

_MEALS = Service(
    path="mealServiceDietInfo",
    root="mealServiceDietInfo",
    title="급식식단정보",
    table="meal",
    required=_SCHOOL_NEEDED,
    parameters=(
        *_BY_SCHOOL,
        _asks(_MEAL_KIND),
        _asks(_MEAL_DAY, Match.DAY),
        Parameter("MLSV_FROM_YMD", "day", "급식시작일자", Match.FROM, Kind.DATE),
        Parameter("MLSV_TO_YMD", "day", "급식종료일자", Match.TO, Kind.DATE),
    ),
    fields=(
        *_OF_SCHOOL,
        _MEAL_KIND,
        Field("MMEAL_SC_NM", "kind", "식사명", Kind.MEAL_NAME),
        _MEAL_DAY,
        Field("MLSV_FGR", "diners", "급식인원수", Kind.NUMBER),
        Field("DDISH_NM", "dishes", "요리명", Kind.DISHES),
        Field("ORPLC_INFO", "origins", "원산지정보", Kind.ORIGINS, empty=""),
        Field("CAL_INFO", "calories", "칼로리정보", Kind.CALORIES, empty=""),
        Field("NTR_INFO", "nutrients", "영양정보", Kind.NUTRIENTS, empty=""),
        Field("MLSV_FROM_YMD", "day", "급식시작일자", Kind.DATE),
        Field("MLSV_TO_YMD", "day", "급식종료일자", Kind.DATE),
        _LOADED,
    ),
)

_CALENDAR_DAY = Field("AA_YMD", "day", "학사일자", Kind.DATE)

_SCHEDULE = Service(
    path="SchoolSchedule",
    root="SchoolSchedule",
    title="학사일정",
    table="calendar_day",
    required=_SCHOOL_NEEDED,
    parameters=(
        *_BY_SCHOOL,
        _asks(_DAY_NIGHT),
        _asks(_COURSE),
        _asks(_CALENDAR_DAY, Match.DAY),
        Parameter("AA_FROM_YMD", "day", "학사시작일자", Match.FROM, Kind.DATE),
        Parameter("AA_TO_YMD", "day", "학사종료일자", Match.TO, Kind.DATE),
    ),
    fields=(  # the order of the answers since 2023
        _OFFICE_CODE,
        _SCHOOL_CODE,
        Field("AY", "day", "학년도", Kind.YEAR_OF_DAY),
        _CALENDAR_DAY,
        _OFFICE_NAME,
        _SCHOOL_NAME,
        _DAY_NIGHT,
        _COURSE,
        Field("EVENT_NM", "name", "행사명"),
        Field("EVENT_CNTNT", "content", "행사내용", empty=""),
        Field("ONE_GRADE_EVENT_YN", "grades", "1학년행사여부", Kind.GRADE_FLAG, grade=1),
        Field("TW_GRADE_EVENT_YN", "grades", "2학년행사여부", Kind.GRADE_FLAG, grade=2),
        Field("THREE_GRADE_EVENT_YN", "grades", "3학년행사여부", Kind.GRADE_FLAG, grade=3),
        Field("FR_GRADE_EVENT_YN", "grades", "4학년행사여부", Kind.GRADE_FLAG, grade=4),
        Field("FIV_GRADE_EVENT_YN", "grades", "5학년행사여부", Kind.GRADE_FLAG, grade=5),
        Field("SIX_GRADE_EVENT_YN", "grades", "6학년행사여부", Kind.GRADE_FLAG, grade=6),
        Field("SBTR_DD_SC_NM", "day_kind", "수업공제일명", Kind.DAY_KIND),
        _LOADED,
    ),
)

_CLASSES = Service(
    path="classInfo",
    root="classInfo",
    title="학급정보",
    table="class_listing",
    required=_SCHOOL_NEEDED,
    parameters=(
        *_BY_SCHOOL,
        *map(_asks, (_SCHOOL_YEAR, _GRADE, _DAY_NIGHT, _COURSE, _TRACK, _DEPARTMENT)),
    ),
    fields=(
        *_OF_SCHOOL,
        _SCHOOL_YEAR,
        _GRADE,
        _DAY_NIGHT,
        _COURSE,
        _TRACK,
        _DEPARTMENT,
        Field("CLASS_NM", "name", "학급명"),
        _LOADED,
    ),
)

_MAJORS = Service(  # the rows with a department
    path="schoolMajorinfo",
    root="schoolMajorinfo",
    title="학교학과정보",
    table="major",
    required=_OFFICE_NEEDED,
    parameters=(*_BY_SCHOOL, _asks(_DAY_NIGHT), _asks(_TRACK)),
    fields=(*_OF_SCHOOL, _DAY_NIGHT, _TRACK, _DEPARTMENT, _LOADED),
)

_TRACKS = Service(  # the rows without one
    path="schulAflcoinfo",
    root="schulAflcoinfo",
    title="학교계열정보",
    table="major",
    required=_OFFICE_NEEDED,
    parameters=(*_BY_SCHOOL, _asks(_DAY_NIGHT)),
    fields=(*_OF_SCHOOL, _DAY_NIGHT, _TRACK, _LOADED),
)

_CLASSROOMS = Service(
    path="tiClrminfo",
    root="tiClrminfo",
    title="시간표강의실정보",
    table="classroom",
    required=_SCHOOL_NEEDED,
    parameters=(
        *_BY_SCHOOL,
        *map(_asks, (_SCHOOL_YEAR, _GRADE, _SEMESTER, _COURSE, _DAY_NIGHT, _TRACK, _DEPARTMENT)),
    ),
    fields=(
        *_OF_SCHOOL,
        _SCHOOL_YEAR,
        _GRADE,
        _SEMESTER,
        _COURSE,
        _DAY_NIGHT,
        _TRACK,
        _DEPARTMENT,
        Field("CLRM_NM", "name", "강의실명"),
        _LOADED,
    ),
)


def _timetable(
    letters: str,
    title: str,
    levels: tuple[Level, ...],
    *,
    of_class: tuple[Field, ...],
    asked: tuple[Field, ...],
) -> tuple[Service, Service]:
    """Return the service of a level's timetable and its twin for past school years.

    `of_class`: the fields between the day and the period; `asked`: those that may be asked for.
    """
    root = f"{letters}Timetable"
    days = (
        Parameter("TI_FROM_YMD", "day", "시간표시작일자", Match.FROM, Kind.DATE),
        Parameter("TI_TO_YMD", "day", "시간표종료일자", Match.TO, Kind.DATE),
    )

    def service(*, past: bool) -> Service:
        return Service(
            path=f"{root}bgs" if past else root,
            root=root,
            title=f"{title} (과거연도)" if past else title,
            table="lesson",
            required=_SCHOOL_NEEDED,
            parameters=(
                *_BY_SCHOOL,
                _asks(_SCHOOL_YEAR),
                _asks(_SEMESTER),
                _asks(_LESSON_DAY, Match.DAY),
                *map(_asks, asked),
                *days,
            ),
            fields=(
                *_OF_SCHOOL,
                _SCHOOL_YEAR,
                _SEMESTER,
                _LESSON_DAY,
                *of_class,
                _PERIOD,
                _CONTENT,
                _LOADED,
            ),
            levels=levels,
            past=past,
        )

    return service(past=False), service(past=True)


_TIMETABLES = (
    _timetable(
        "els",
        "초등학교시간표",
        (Level.ELEMENTARY,),
        of_class=(_GRADE, _CLASS),
        asked=(_GRADE, _CLASS, _PERIOD),
    ),
    _timetable(
        "mis",
        "중학교시간표",
        (Level.MIDDLE,),
        of_class=(_DAY_NIGHT, _GRADE, _CLASS),
        asked=(_DAY_NIGHT, _GRADE, _CLASS, _PERIOD),
    ),
    _timetable(
        "his",
        "고등학교시간표",
        # Schools whose kind says no level (외국인학교, or none) have their timetable here.
        (Level.HIGH, Level.OTHER),
        of_class=(_DAY_NIGHT, _TRACK, _DEPARTMENT, _GRADE, _CLASSROOM, _CLASS),
        # The period is not documented for this one, but clients send it.
        asked=(_DAY_NIGHT, _TRACK, _DEPARTMENT, _GRADE, _CLASSROOM, _CLASS, _PERIOD),
    ),
    _timetable(
        "sps",
        "특수학교시간표",
        (Level.SPECIAL,),
        of_class=(_COURSE, _GRADE, _CLASSROOM, _CLASS),
        asked=(_COURSE, _GRADE, _CLASSROOM, _CLASS, _PERIOD),
    ),
)

_ZONE = Field("ADMST_ZONE_NM", "zone", "행정구역명")
_ACADEMY_NUMBER = Field("ACA_ASNUM", "number", "학원지정번호")
_ACADEMY_NAME = Field("ACA_NM", "name", "학원명")
_REALM = Field("REALM_SC_NM", "realm", "분야명")
_ACADEMY_TRACK = Field("LE_ORD_NM", "track", "교습계열명")
_ACADEMY_COURSE = Field("LE_CRSE_NM", "course", "교습과정명")


def _kept(name: str, says: str, kind: Kind = Kind.TEXT) -> Field:
    """Return a field that our table keeps only in `row`, as it came."""
    return Field(name, "row", says, kind)


_ACADEMIES = Service(
    path="acaInsTiInfo",
    root="acaInsTiInfo",
    title="학원교습소정보",
    table="academy",
    required=_OFFICE_NEEDED,
    parameters=(
        _BY_OFFICE,
        _asks(_ZONE),
        _asks(_ACADEMY_NUMBER),
        _asks(_ACADEMY_NAME, Match.CONTAINS),
        _asks(_REALM),
        _asks(_ACADEMY_TRACK),
        _asks(_ACADEMY_COURSE),
    ),
    fields=(
        *_OF_OFFICE,
        _ZONE,
        _kept("ACA_INSTI_SC_NM", "학원교습소명"),
        _ACADEMY_NUMBER,
        _ACADEMY_NAME,
        _kept("ESTBL_YMD", "개설일자"),
        _kept("REG_YMD", "등록일자"),
        _kept("REG_STTUS_NM", "등록상태명"),
        _kept("CAA_BEGIN_YMD", "휴원시작일자"),
        _kept("CAA_END_YMD", "휴원종료일자"),
        _kept("TOFOR_SMTOT", "정원합계", Kind.NUMBER),
        _kept("DTM_RCPTN_ABLTY_NMPR_SMTOT", "일시수용능력인원합계", Kind.NUMBER),
        _REALM,
        _ACADEMY_TRACK,
        _kept("LE_CRSE_LIST_NM", "교습과정목록명"),
        _ACADEMY_COURSE,
        _kept("PSNBY_THCC_CNTNT", "인당수강료내용"),
        _kept("THCC_OTHBC_YN", "수강료공개여부"),
        _kept("BRHS_ACA_YN", "기숙사학원여부"),
        _kept("FA_RDNZC", "도로명우편번호"),
        _kept("FA_RDNMA", "도로명주소"),
        _kept("FA_RDNDA", "도로명상세주소"),
        _LOADED,
    ),
    extended=(_kept("FA_TELNO", "전화번호"),),
)

SERVICES: dict[str, Service] = {
    service.path: service
    for service in (
        _SCHOOL_INFO,
        _MEALS,
        _SCHEDULE,
        _CLASSES,
        _MAJORS,
        _TRACKS,
        _CLASSROOMS,
        *(now for now, _past in _TIMETABLES),
        _ACADEMIES,
        *(past for _now, past in _TIMETABLES),
    )
}
"""Every service by its path, which is case-sensitive."""

COURSES = {Level.ELEMENTARY: "초등학교", Level.MIDDLE: "중학교", Level.HIGH: "고등학교"}


def own_course(school_kind: str) -> str:
    """Return the 학교과정명 of a school that has one course only; empty when its kind does not say."""
    return COURSES.get(Level.of(school_kind), "")


def own_day_night(school_day_night: str) -> str:
    """Return the 주야과정명 that holds where a row says nothing."""
    return school_day_night or "주간"
