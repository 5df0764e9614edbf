"""Forms for people who come without: the officer finds their application and prints it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from baroalgi.platform import audit
from baroalgi.platform.audit import Audit
from baroalgi.platform.http import Request, needs
from baroalgi.policy import Act
from baroalgi.registration import access, actions, paper, queries
from baroalgi.registration.forms import counter as forms


@needs(Act.APPLICATION_READ)
def find_paper(request: Request) -> HttpResponse:
    """Find by number, or by name and birth date together: whoever asks says both, and sees nobody else."""
    form = forms.FindPaper(request.POST or None)
    found = None
    if form.is_valid():
        asked = form.cleaned_data
        found = queries.to_print(request.actor.counter_places, **asked)
        sought = "number" if asked["number"] else "name_and_birth_date"
        audit.record(request.actor, Audit.APPLICATION_SEARCHED, sought=sought, found=len(found))
        if not found:
            form.add_error(None, _("이 접수처에 낸 신청이 없습니다. 적으신 것과 접수처를 확인해 주세요."))
    return render(request, "registration/find_paper.html", {"form": form, "found": found}, status=form.status)


@needs(Act.APPLICATION_READ)
def print_paper(request: Request, number: str) -> HttpResponse:
    """The form for someone without a printer."""
    row = access.application(request.actor, number)
    actions.record_print(by=request.actor, now=request.now, application_id=row.id)
    return paper.answer(row, as_file=False)
