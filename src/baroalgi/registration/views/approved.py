"""The officer's second thoughts about an approved application, and the ways its address is given again."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from baroalgi.platform import audit
from baroalgi.platform.audit import Audit
from baroalgi.platform.forms import Form
from baroalgi.platform.http import Request, needs
from baroalgi.platform.templates import masked
from baroalgi.policy import Act
from baroalgi.registration import access, delivery, queries, slip, withdrawal
from baroalgi.registration.forms import counter as forms
from baroalgi.registration.types import FiledApplication
from baroalgi.registration.views.counter import Done, page, remember


@needs(Act.APPLICATION_DECIDE)
def withdraw(request: Request, number: str) -> HttpResponse:
    """Take an approval back, with a reason that the parent reads."""
    row = access.application(request.actor, number)
    form = forms.Withdrawal(request.POST or None)
    if form.is_valid():
        with form.refusals():
            withdrawal.withdraw(
                by=request.actor,
                now=request.now,
                row=row,
                reason=form.reason(),
                seen=form.cleaned_data["seen"],
            )
            messages.success(request, _("%(name)s 님의 승인을 거두었습니다.") % {"name": row.name})
            return redirect("registration:counter")
    return _thought(request, "registration/withdraw.html", row, form)


@needs(Act.APPLICATION_DECIDE)
def readdress(request: Request, number: str) -> HttpResponse:
    """Correct the mail address of somebody who stands there; the new address goes to it alone."""
    row = access.application(request.actor, number)
    form = forms.Readdress(request.POST or None)
    if form.is_valid():
        email = form.cleaned_data["email"]
        with form.refusals():
            delivery.readdress(
                by=request.actor,
                now=request.now,
                row=row,
                email=email,
                instead_of=form.cleaned_data["instead_of"],
            )
            remember(request, row, Done.READDRESSED)
            return redirect("registration:counter")
    return _thought(request, "registration/readdress.html", row, form)


@needs(Act.APPLICATION_DECIDE)
@require_POST
def send_link(request: Request, number: str) -> HttpResponse:
    """Mail a new one-time address."""
    row = access.application(request.actor, number)
    form = forms.GiveAgain(request.POST)
    if form.is_valid():
        instead_of = form.cleaned_data["instead_of"]
        with form.refusals():
            delivery.send_again(by=request.actor, now=request.now, row=row, instead_of=instead_of)
            sentence = _(
                "%(name)s 님께 새 발급 주소를 보냈습니다(%(mail)s). 앞의 주소는 이제 쓸 수 없습니다."
            )
            messages.success(request, sentence % {"name": row.name, "mail": masked(row.email)})
            return redirect("registration:counter")
    return page(request, row, refused=form)


@needs(Act.APPLICATION_DECIDE)
@require_POST
def print_slip(request: Request, number: str) -> HttpResponse:
    """The sealed slip. Each print makes a new address; it stands in this answer and nowhere else."""
    row = access.application(request.actor, number)
    form = forms.GiveAgain(request.POST)
    if form.is_valid():
        with form.refusals():
            made = delivery.print_slip(by=request.actor, now=request.now, row=row, code=slip.new_code())
            return slip.answer(row, made, now=request.now)
    return page(request, row, refused=form)


def _thought(request: Request, template: str, row: FiledApplication, form: Form) -> HttpResponse:
    audit.record(request.actor, Audit.APPLICATION_VIEWED, application_id=row.id)
    context: dict[str, Any] = {"row": row, "form": form, "link": queries.newest_link(row.id)}
    return render(request, template, context, status=form.status)
