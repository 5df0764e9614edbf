"""Steps ①-③: terms, form, done page and the printed application."""

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from baroalgi.accounts import queries as accounts
from baroalgi.organisation import queries as organisation
from baroalgi.platform import audit, caching
from baroalgi.platform.http import Request, needs
from baroalgi.policy import Act
from baroalgi.registration import actions, lookups, paper, queries, terms
from baroalgi.registration.forms import application as forms
from baroalgi.registration.views import ended, searches
from baroalgi.registration.workflow import State

CONSENT = "certificate_consent"  # what was agreed to in step ①, in the session
TYPED = "certificate_typed"  # what was typed before the session ended, without number and password
HOUR = 3600
HAND_INS = 120  # of one address in an hour; a school's computer room is one address
FORM_PAGE = "registration/form.html"


@needs(Act.CERTIFICATE_APPLY)
@caching.page()
def certificate(request: Request) -> HttpResponse:
    """What the certificate is, and how one gets it."""
    return render(request, "registration/certificate.html", {"school": request.GET.get("school", "")[:7]})


@needs(Act.CERTIFICATE_APPLY)
def apply(request: Request) -> HttpResponse:
    """Step ①: agree to the terms; a new application begins here."""
    form = forms.Terms(request.POST or None)
    if form.is_valid():
        _remember_school(request)
        request.session[CONSENT] = {
            "terms_version": terms.CURRENT,
            "wants_news": form.cleaned_data["wants_news"],
        }
        request.session.save()  # a visitor's session begins here; the application hangs on it
        actions.begin(by=request.actor)
        request.session.renew()  # whoever planted the key of before is not let in on what is typed now
        return redirect("registration:form")
    context = {
        "form": form,
        "terms": terms.agreed(terms.CURRENT),
        "school": request.GET.get("school", "")[:7],
    }
    return render(request, "registration/terms.html", context, status=form.status)


@needs(Act.CERTIFICATE_APPLY)
def form(request: Request) -> HttpResponse:
    """Step ②: the form. Its search buttons bring the page back with what was typed."""
    consent = request.session.get(CONSENT)
    if consent is None or request.actor.application_id is None:
        return _to_terms(request)
    if request.method != "POST":
        return _blank(request)
    if asked := searches.answer(request, forms.ApplicationForm, FORM_PAGE):
        return asked
    form = forms.ApplicationForm(request.POST)
    if form.is_valid():
        with form.refusals():
            _count(request)
            answer = redirect("registration:done")
            try:
                filed = actions.submit(by=request.actor, now=request.now, **consent, **form.cleaned_data)
                lookups.remember(answer, filed.number)
            except actions.AlreadySubmitted as told:
                messages.warning(request, str(told))
            request.session.pop(TYPED, None)
            return answer
    return searches.page(request, form, FORM_PAGE)


@needs(Act.CERTIFICATE_APPLY)
def addresses(request: Request) -> HttpResponse:
    """Shipped addresses for the search beside the postcode."""
    found = organisation.addresses_like(forms.asked(request.GET.get("q", "")))
    return JsonResponse({"addresses": [{"postcode": a.postcode, "address": a.address} for a in found]})


@needs(Act.CERTIFICATE_APPLY)
def places(request: Request) -> HttpResponse:
    """Counters by name or initial consonants."""
    found = organisation.counters_named(forms.asked(request.GET.get("q", "")))
    keys = ("id", "kind", "name", "postcode", "address", "phone")
    return JsonResponse({"places": [{key: getattr(place, key) for key in keys} for place in found]})


@needs(Act.CERTIFICATE_APPLY)
def done(request: Request) -> HttpResponse:
    """Step ③: the number, and what to do next."""
    row = queries.own(request.actor.application_id)
    if row is None:
        return ended.closed(request)
    if row.state is not State.SUBMITTED:
        return redirect("registration:status")
    return render(request, "registration/done.html", {"row": row, "help_phone": paper.HELP_PHONE})


@needs(Act.CERTIFICATE_APPLY)
def print_paper(request: Request) -> HttpResponse:
    """The application as an A4 page to sign."""
    row = queries.own(request.actor.application_id)
    if row is None:
        return ended.closed(request)
    if not row.is_open:
        return redirect("registration:status")
    actions.record_print(by=request.actor, now=request.now, application_id=row.id)
    return paper.answer(row, as_file="save" in request.GET)


def _count(request: Request) -> None:
    """Count what one address hands in: answers about open applications are not for trying out numbers."""
    if accounts.tries(f"submit:{request.line}", seconds=HOUR) > HAND_INS:
        audit.refused(request.actor, "submit", why="TooManyTries")
        raise actions.TooManyTries


def _blank(request: Request) -> HttpResponse:
    if queries.own(request.actor.application_id) is not None:
        return redirect("registration:done")
    kept = request.session.get(TYPED) or {}
    return searches.page(request, forms.ApplicationForm(initial=kept), FORM_PAGE)


def _remember_school(request: Request) -> None:
    code = request.POST.get("school", "")[:7]
    if code.isascii() and code.isdigit():
        request.session[searches.SCHOOL] = code


def _to_terms(request: Request) -> HttpResponse:
    if request.method == "POST":
        request.session[TYPED] = forms.typed(request.POST)
        messages.warning(request, _("시간이 지나 화면이 닫혔습니다. 동의하시면 적으신 내용이 다시 나옵니다."))
    return redirect("registration:apply")
