"""Addresses of slips; part of the room's own (letters.urls)."""

from django.urls import path

from baroalgi.letters.slips.views import answering, desk, evidence

_SLIP = "slips/<uuid:public_id>/"
_DESK = "desk/letters/<int:letter_id>/answers/"

urlpatterns = [
    path(_SLIP, answering.slip, name="slip"),
    path(f"{_SLIP}challenge/", answering.challenge, name="slip_challenge"),
    path(f"{_SLIP}sign/", answering.sign, name="slip_sign"),
    path(f"{_SLIP}<int:version>/", evidence.own, name="own_evidence"),
    path(f"{_SLIP}<int:version>/evidence.zip", evidence.own_package, name="own_evidence_package"),
    path(_DESK, desk.answers, name="answers"),
    path(f"{_DESK}remind/", desk.remind, name="slip_remind"),
    path(f"{_DESK}reopen/", desk.reopen, name="slip_reopen"),
    path(f"{_DESK}answers.xlsx", desk.workbook, name="slip_workbook"),
    path(f"{_DESK}print/", desk.print_slips, name="slip_print"),
    path(f"{_DESK}<uuid:public_id>/paper/", desk.paper_answer, name="slip_paper"),
    path(f"{_DESK}<uuid:public_id>/<int:version>/", evidence.of_letter, name="evidence"),
    path(
        f"{_DESK}<uuid:public_id>/<int:version>/evidence.zip",
        evidence.package_of_letter,
        name="evidence_package",
    ),
]
