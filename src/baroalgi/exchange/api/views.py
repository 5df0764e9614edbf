"""The addresses of the API. Each answers a shape, or says in JSON what is wrong."""

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from baroalgi.exchange import access
from baroalgi.exchange.api import answers, forms
from baroalgi.exchange.api.schema import as_json
from baroalgi.exchange.api.shapes import Refusal
from baroalgi.letters import queries as letters
from baroalgi.organisation import queries as organisation
from baroalgi.platform import caching
from baroalgi.platform.forms import Form
from baroalgi.platform.http import Request, needs
from baroalgi.policy import Act
from baroalgi.schoolinfo import queries as schoolinfo
from baroalgi.schoolinfo.types import Week

KEPT = 60  # seconds
SCHOOLS, LETTERS = 30, 20  # on a page, unless it is said

View = Callable[..., object]
Answering = Callable[..., HttpResponseBase]


def answers_json(form: type[Form] = forms.Nothing) -> Callable[[View], Answering]:
    """Read the query by this form, hand it to the view, and answer its shape as JSON.

    A query that cannot be read is told (422), what is not there too (404); other sites may read it all.
    """

    def mark(view: View) -> Answering:
        @caching.same_for_all(seconds=KEPT)
        @require_safe
        def answer(request: Request, **place: object) -> HttpResponseBase:
            asked = form(request.GET)
            if not asked.is_valid():
                errors = {asked.add_prefix(name): str(told[0]) for name, told in asked.errors.items()}
                return _refused(_("요청인자를 다시 확인해 주세요."), 422, errors)
            return _json(view(request, asked, **place), 200)

        @csrf_exempt  # whatever is no reading is told so, with or without a token
        @wraps(view)
        def wrapper(request: Request, **place: object) -> HttpResponseBase:
            try:
                response = answer(request, **place)
            except Http404:
                response = _refused(_("찾는 것이 없습니다. 주소를 다시 확인해 주세요."), 404, {})
            response.headers["Access-Control-Allow-Origin"] = "*"
            return response

        return wrapper

    return mark


def _refused(message: str, status: int, errors: dict[str, str]) -> HttpResponse:
    return _json(Refusal(message, errors), status)


def _json(shape: object, status: int) -> HttpResponse:
    return HttpResponse(as_json(shape), content_type="application/json", status=status)


@needs(Act.SCHOOL_READ)
@answers_json(forms.Schools)
def schools(_request: Request, asked: forms.Schools) -> object:
    page, size = asked.cleaned_data["page"] or 1, asked.cleaned_data["size"] or SCHOOLS
    total = organisation.count_schools(asked.search)
    found = organisation.schools_found(asked.search, offset=(page - 1) * size, limit=size)
    return answers.schools(total, page, size, found)


@needs(Act.SCHOOL_READ)
@answers_json()
def school(_request: Request, _asked: Form, code: str) -> object:
    row = access.school(code)
    return answers.school(row, organisation.school_past(row.id))


@needs(Act.SCHOOL_READ)
@answers_json(forms.Events)
def calendar(request: Request, asked: forms.Events, code: str) -> object:
    row, days, grade = access.school(code), asked.days(request.today), asked.cleaned_data["grade"]
    found = schoolinfo.spans_between(row.id, *days, (grade,) if grade else ())
    return answers.calendar(row, days, found)


@needs(Act.SCHOOL_READ)
@answers_json(forms.Days)
def meals(request: Request, asked: forms.Days, code: str) -> object:
    row, days = access.school(code), asked.days(request.today)
    return answers.meals(row, days, schoolinfo.meals_between(row.id, *days))


@needs(Act.SCHOOL_READ)
@answers_json()
def classes(request: Request, _asked: Form, code: str) -> object:
    row = access.school(code)
    return answers.classes(row, schoolinfo.classes(row.id, request.today))


@needs(Act.SCHOOL_READ)
@answers_json(forms.Week)
def timetable(request: Request, asked: forms.Week, code: str) -> object:
    row, week = access.school(code), Week.of(asked.cleaned_data["day"] or request.today)
    of = access.listed_class(row, asked.class_name, week.friday)
    return answers.timetable(row, of, schoolinfo.timetable(row.id, of, week))


@needs(Act.LETTER_READ)
@answers_json()
def boards(_request: Request, _asked: Form, code: str) -> object:
    row = access.school(code)
    return answers.boards(row, letters.boards(code))


@needs(Act.LETTER_READ)
@answers_json(forms.Letters)
def board(_request: Request, asked: forms.Letters, code: str, board: str) -> object:
    on, size = access.board(code, board), asked.cleaned_data["size"] or LETTERS
    # One more than is shown tells whether there are older ones.
    rows = letters.letters_to_everyone(on, before=asked.cleaned_data["before"], limit=size + 1)
    return answers.letters(on, rows, size)


@needs(Act.LETTER_READ)
@answers_json()
def letter(_request: Request, _asked: Form, code: str, board: str, number: int) -> object:
    on = access.board(code, board)
    row = access.letter_to_everyone(on, number)
    return answers.letter(on, row, letters.files_of(row.id))


@needs(Act.SCHOOL_READ)
@answers_json()
def nothing(_request: Request, _asked: Form, rest: str = "") -> object:
    """Say of every other address that nothing is there, as programs read it."""
    raise Http404
