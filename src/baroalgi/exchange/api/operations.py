"""The one table of the API: its addresses, in the order in which people read them, and what they answer."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.forms import Field
from django.http import HttpResponseBase
from django.urls import URLPattern, path

from baroalgi.exchange.api import forms, shapes, views
from baroalgi.platform.forms import Form

_PLACES = re.compile(r"<\w+:(\w+)>")


@dataclass(frozen=True, slots=True)
class Operation:
    """An address of the API. `route` as Django writes it; `form` reads its query."""

    name: str
    route: str
    summary: str
    form: type[Form]
    shape: type
    view: Callable[..., HttpResponseBase]

    @property
    def address(self) -> str:
        """Return the path as descriptions write it: /api/schools/{code}."""
        return "/" + _PLACES.sub(r"{\1}", self.route)

    @property
    def places(self) -> tuple[str, ...]:
        """Return the names of what is filled into the path, in order."""
        return tuple(_PLACES.findall(self.route))

    @property
    def asked(self) -> dict[str, Field]:
        """Return the parameters of the query by their names in the address."""
        form = self.form()
        return {form.add_prefix(name): field for name, field in form.fields.items()}


def _of(name: str, route: str, summary: str, form: type[Form], shape: type) -> Operation:
    return Operation(name, f"api/{route}", summary, form, shape, getattr(views, name))


_SCHOOL = "schools/<slug:code>"
_BOARD = f"{_SCHOOL}/boards/<slug:board>"

OPERATIONS = (
    _of("schools", "schools", "학교 찾기", forms.Schools, shapes.Schools),
    _of("school", _SCHOOL, "학교기본정보", forms.Nothing, shapes.School),
    _of("calendar", f"{_SCHOOL}/calendar", "학사일정", forms.Events, shapes.Calendar),
    _of("meals", f"{_SCHOOL}/meals", "급식", forms.Days, shapes.Meals),
    _of("classes", f"{_SCHOOL}/classes", "학급", forms.Nothing, shapes.Classes),
    _of("timetable", f"{_SCHOOL}/timetable", "반별 시간표", forms.Week, shapes.Timetable),
    _of("boards", f"{_SCHOOL}/boards", "게시판", forms.Nothing, shapes.Boards),
    _of("board", _BOARD, "게시판의 글", forms.Letters, shapes.Letters),
    _of("letter", f"{_BOARD}/<row_id:number>", "글 하나", forms.Nothing, shapes.Letter),
)

PLACES: Mapping[str, str] = {
    "code": "행정표준코드",
    "board": "게시판의 주소에 쓰는 이름",
    "number": "게시판에서의 번호",
}
"""What is filled into paths."""


def urls() -> list[URLPattern]:
    """Return the addresses; whatever else lies below /api/ is answered as not there, in JSON."""
    return [
        *(path(one.route, one.view, name=f"api_{one.name}") for one in OPERATIONS),
        path("api/", views.nothing, name="api"),
        path("api/<path:rest>", views.nothing, name="api_nothing"),
    ]
