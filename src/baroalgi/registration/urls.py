"""Addresses of the certificate (design.md §11)."""

from django.urls import path

from baroalgi.registration.views import apply, approved, counter, issue, printing, status

app_name = "registration"

parents = [
    path("certificate/", apply.certificate, name="certificate"),
    path("certificate/apply/", apply.apply, name="apply"),
    path("certificate/apply/form/", apply.form, name="form"),
    path("certificate/apply/addresses/", apply.addresses, name="addresses"),
    path("certificate/apply/places/", apply.places, name="places"),
    path("certificate/apply/done/", apply.done, name="done"),
    path("certificate/apply/paper/", apply.print_paper, name="paper"),
    path("certificate/status/", status.status, name="status"),
    path("certificate/status/correct/", status.correct, name="correct"),
    path("certificate/status/link/", status.new_link, name="new_link"),
    path("certificate/status/cancel/", status.cancel, name="cancel"),
    path("certificate/issue/", issue.code, name="issue_code"),
    path("certificate/issue/<str:token>/", issue.issue, name="issue"),
    path("certificate/issue/<str:token>/order/", issue.order, name="issue_order"),
    path("certificate/issue/<str:token>/confirm/", issue.confirm, name="issue_confirm"),
]

desk = [
    path("desk/certificates/", counter.counter, name="counter"),
    path("desk/certificates/totals/", counter.totals, name="totals"),
    path("desk/certificates/print/", printing.find_paper, name="find_paper"),
    path("desk/certificates/<str:number>/", counter.application, name="application"),
    path("desk/certificates/<str:number>/identity/", counter.identity, name="identity"),
    path("desk/certificates/<str:number>/approve/", counter.approve, name="approve"),
    path("desk/certificates/<str:number>/return/", counter.send_back, name="send_back"),
    path("desk/certificates/<str:number>/paper/", printing.print_paper, name="desk_paper"),
    path("desk/certificates/<str:number>/withdraw/", approved.withdraw, name="withdraw"),
    path("desk/certificates/<str:number>/email/", approved.readdress, name="readdress"),
    path("desk/certificates/<str:number>/link/", approved.send_link, name="send_link"),
    path("desk/certificates/<str:number>/slip/", approved.print_slip, name="slip"),
]

urlpatterns = [*parents, *desk]
