"""Files of letters: sent to who may read the letter, attached by who writes it."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from baroalgi.letters import access, attachments, forms
from baroalgi.letters.types import SentFile
from baroalgi.platform import caching, files
from baroalgi.platform.http import Request, enter, needs, takes_files, to_sign_in
from baroalgi.platform.refusal import Refused
from baroalgi.policy import Act

PREVIEW_KEPT = 300  # seconds; a picture of a withdrawn letter is seen no longer than that


@needs(Act.LETTER_READ)
@require_safe
def attachment(request: Request, public_id: UUID) -> HttpResponseBase:
    """A file of a letter, as a download."""
    row = access.attachment(request.actor, public_id)
    if row is None:
        return to_sign_in(request, Act.LETTER_FOR_SOME_READ)
    return _kept(request, row, files.send(request, row.file, row.name), seconds=0)


@needs(Act.LETTER_READ)
@require_safe
def preview(request: Request, public_id: UUID, page: int, fits: int) -> HttpResponseBase:
    """A picture of a page of a file."""
    row = access.attachment(request.actor, public_id)
    if row is None:
        return to_sign_in(request, Act.LETTER_FOR_SOME_READ)
    drawn = access.preview(row, page, fits)
    return _kept(request, row, files.send_preview(request, drawn), seconds=PREVIEW_KEPT)


@needs(Act.LETTER_WRITE)
@takes_files()
@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: Request, letter_id: int) -> HttpResponse:
    """The files of a letter for its writer: what is good is attached, what is not is told."""
    with enter(request):
        access.desk_letter(request.actor, letter_id)
    form = forms.Files(request.POST, request.FILES) if request.method == "POST" else forms.Files()
    if form.is_valid() and _attach(request, letter_id, form):
        return redirect("letters:desk_files", letter_id=letter_id)
    with enter(request):
        context = {
            "letter": access.desk_letter(request.actor, letter_id),
            "attachments": attachments.of(letter_id),
            "most": attachments.MOST,
            "largest_mb": settings.ENVIRONMENT.file_bytes // 2**20,
            "form": form,
        }
    return render(request, "letters/desk_files.html", context, status=form.status)


def _attach(request: Request, letter_id: int, form: forms.Files) -> bool:
    """Attach what is good of the files sent, tell at the form what is not; tell whether all were."""
    with files.receiving(form.cleaned_data["uploads"]) as (arrived, refusals):
        if arrived:
            with form.refusals(), enter(request):
                access.desk_letter(request.actor, letter_id)
                count = attachments.add(
                    by=request.actor, letter_id=letter_id, arrived=arrived, now=request.now
                )
                messages.success(request, _attached(count, len(arrived)))
    for refusal in refusals:
        form.add_error("uploads", str(refusal))
    return not form.errors


def _attached(count: int, sent: int) -> str:
    if count == 0:
        return _("이미 붙어 있는 파일입니다.")
    if count < sent:
        said = _("파일 %(n)s개를 붙였습니다. %(rest)s개는 이미 붙어 있는 파일입니다.")
        return said % {"n": count, "rest": sent - count}
    return _("파일 %(n)s개를 붙였습니다.") % {"n": count}


@needs(Act.LETTER_WRITE)
@require_POST
def remove(request: Request, letter_id: int, public_id: UUID) -> HttpResponse:
    """Take a file from a letter."""
    access.desk_letter(request.actor, letter_id)
    try:
        attachments.remove(by=request.actor, letter_id=letter_id, public_id=public_id, now=request.now)
        messages.success(request, _("파일을 뺐습니다."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("letters:desk_files", letter_id=letter_id)


@needs(Act.LETTER_WRITE)
@require_POST
def move_up(request: Request, letter_id: int, public_id: UUID) -> HttpResponse:
    """Put a file before the one it follows."""
    access.desk_letter(request.actor, letter_id)
    try:
        attachments.move_up(by=request.actor, letter_id=letter_id, public_id=public_id, now=request.now)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("letters:desk_files", letter_id=letter_id)


def _kept(request: Request, row: SentFile, answer: HttpResponseBase, *, seconds: int) -> HttpResponseBase:
    return caching.let_keep(request, answer, seconds=seconds) if row.is_public else answer
