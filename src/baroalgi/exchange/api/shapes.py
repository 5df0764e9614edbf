"""What the API answers. Each class is a schema of the description; its comments are what programmers read.

Days are written 2026-11-24. Empty texts are unknown facts; null is what does not apply.
"""

from dataclasses import dataclass
from datetime import date, time
from typing import Annotated, Literal


@dataclass(frozen=True, slots=True)
class SchoolName:
    code: Annotated[str, "행정표준코드"]
    name: Annotated[str, "학교명"]


@dataclass(frozen=True, slots=True)
class SchoolLine:
    code: Annotated[str, "행정표준코드. 아직 없는 학교는 빈 값"]
    name: Annotated[str, "학교명"]
    kind: Annotated[str, "학교종류명"]
    office: Annotated[str, "시도교육청코드"]
    address: Annotated[str, "도로명주소"]
    phone: Annotated[str, "전화번호"]
    closed_on: Annotated[date | None, "문을 닫은 날"]


@dataclass(frozen=True, slots=True)
class Schools:
    total: Annotated[int, "찾은 학교의 수"]
    page: Annotated[int, "쪽. 1부터"]
    size: Annotated[int, "한 쪽의 수"]
    schools: tuple[SchoolLine, ...]


@dataclass(frozen=True, slots=True)
class Past:
    name: Annotated[str, "그때의 학교명"]
    kind: Annotated[str, "그때의 학교종류명"]
    valid_to: Annotated[date, "이날까지"]


@dataclass(frozen=True, slots=True)
class School:
    code: Annotated[str, "행정표준코드"]
    name: Annotated[str, "학교명"]
    english_name: Annotated[str, "영문학교명"]
    kind: Annotated[str, "학교종류명"]
    office: Annotated[str, "시도교육청코드"]
    regional_office: Annotated[str, "교육지원청"]
    foundation: Annotated[str, "설립명"]
    coeducation: Annotated[str, "남녀공학구분명"]
    high_school_kind: Annotated[str, "고등학교구분명"]
    day_night: Annotated[str, "주야구분명"]
    grades: Annotated[tuple[int, ...], "있는 학년"]
    postcode: Annotated[str, "우편번호"]
    address: Annotated[str, "도로명주소"]
    address_detail: Annotated[str, "도로명상세주소"]
    phone: Annotated[str, "전화번호"]
    fax: Annotated[str, "팩스번호"]
    homepage: Annotated[str, "홈페이지주소"]
    founded_on: Annotated[date | None, "설립일자"]
    anniversary: Annotated[date | None, "개교기념일"]
    closed_on: Annotated[date | None, "문을 닫은 날"]
    past: Annotated[tuple[Past, ...], "예전 이름"]
    url: Annotated[str, "사람이 읽는 화면"]


@dataclass(frozen=True, slots=True)
class Event:
    first: Annotated[date, "첫날"]
    last: Annotated[date, "마지막 날"]
    name: Annotated[str, "행사명"]
    kind: Annotated[
        Literal["event", "exam", "holiday", "own", "vacation", "off"],
        "event 행사, exam 평가, holiday 공휴일, own 재량휴업일, vacation 방학, off 그 밖에 쉬는 날",
    ]
    is_off: Annotated[bool, "수업이 없는 날"]
    content: Annotated[str, "행사내용"]
    grades: Annotated[tuple[int, ...], "해당 학년. 비어 있으면 모든 학년"]


@dataclass(frozen=True, slots=True)
class Calendar:
    school: SchoolName
    since: date
    until: date
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Allergen:
    number: Annotated[int, "식단표의 번호"]
    name: Annotated[str, "식품. 모르는 번호는 빈 값"]


@dataclass(frozen=True, slots=True)
class Dish:
    name: Annotated[str, "요리명"]
    allergens: Annotated[tuple[Allergen, ...], "알레르기 유발 식품. 비어 있어도 없다는 뜻은 아님"]


@dataclass(frozen=True, slots=True)
class Nutrient:
    name: Annotated[str, "영양소"]
    unit: Annotated[str, "단위"]
    amount: Annotated[str, "양"]


@dataclass(frozen=True, slots=True)
class Origin:
    name: Annotated[str, "재료"]
    place: Annotated[str, "원산지"]


@dataclass(frozen=True, slots=True)
class Meal:
    day: Annotated[date, "급식일자"]
    kind: Annotated[int, "1 조식, 2 중식, 3 석식"]
    kcal: Annotated[float | None, "열량"]
    dishes: tuple[Dish, ...]
    nutrients: tuple[Nutrient, ...]
    origins: tuple[Origin, ...]
    note: Annotated[str, "식단에 관해 알릴 말"]


@dataclass(frozen=True, slots=True)
class Meals:
    school: SchoolName
    since: date
    until: date
    meals: tuple[Meal, ...]


@dataclass(frozen=True, slots=True)
class Class:
    grade: Annotated[int, "학년"]
    name: Annotated[str, "학급명. 숫자가 아닐 수 있음"]


@dataclass(frozen=True, slots=True)
class Classes:
    school: SchoolName
    classes: tuple[Class, ...]


@dataclass(frozen=True, slots=True)
class Period:
    period: Annotated[int, "교시"]
    begins: Annotated[time, "시작하는 때"]
    ends: Annotated[time, "끝나는 때"]


@dataclass(frozen=True, slots=True)
class Lesson:
    period: Annotated[int, "교시"]
    subject: Annotated[str, "과목"]
    classroom: Annotated[str, "강의실"]
    change: Annotated[str, "바뀐 것: substitute 보강, swap 교체, cancelled 휴업. 그대로이면 빈 값"]
    instead_of: Annotated[str, "원래 과목"]


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    off: Annotated[str, "수업이 없는 까닭"]
    lessons: tuple[Lesson, ...]


@dataclass(frozen=True, slots=True)
class Timetable:
    school: SchoolName
    of: Class
    times: Annotated[tuple[Period, ...], "학교가 알린 교시의 시각"]
    days: tuple[Day, ...]


@dataclass(frozen=True, slots=True)
class Board:
    slug: Annotated[str, "주소에 쓰는 이름"]
    name: Annotated[str, "게시판 이름"]
    url: Annotated[str, "사람이 읽는 화면"]
    rss: Annotated[str, "RSS 2.0 주소"]


@dataclass(frozen=True, slots=True)
class Boards:
    school: SchoolName
    boards: tuple[Board, ...]


@dataclass(frozen=True, slots=True)
class LetterLine:
    number: Annotated[int, "게시판에서의 번호"]
    title: Annotated[str, "제목"]
    author: Annotated[str, "보낸 곳"]
    posted_on: Annotated[date, "올린 날"]
    views: Annotated[int, "조회수"]
    pinned: Annotated[bool, "맨 위에 고정한 글"]


@dataclass(frozen=True, slots=True)
class Letters:
    school: SchoolName
    board: Annotated[str, "게시판 이름"]
    letters: Annotated[tuple[LetterLine, ...], "모두에게 보낸 글. 새 글부터"]
    before: Annotated[int | None, "다음 쪽을 부를 때의 before. 더 없으면 null"]


@dataclass(frozen=True, slots=True)
class File:
    name: Annotated[str, "파일 이름"]
    media_type: Annotated[str, "종류"]
    size: Annotated[int, "바이트"]
    url: Annotated[str, "내려받는 주소"]


@dataclass(frozen=True, slots=True)
class Letter:
    school: SchoolName
    board: Annotated[str, "게시판 이름"]
    number: Annotated[int, "게시판에서의 번호"]
    title: Annotated[str, "제목"]
    author: Annotated[str, "보낸 곳"]
    posted_on: Annotated[date, "올린 날"]
    views: Annotated[int, "조회수"]
    version: Annotated[int, "몇 번째 판인지. 처음은 1"]
    text: Annotated[str, "본문"]
    html: Annotated[str, "본문(HTML)"]
    files: tuple[File, ...]
    url: Annotated[str, "사람이 읽는 화면"]


@dataclass(frozen=True, slots=True)
class Refusal:
    message: Annotated[str, "무엇이 잘못되었는지"]
    errors: Annotated[dict[str, str], "요청인자마다 고칠 것"]
