"""Pages that only a demo has."""

from dataclasses import asdict
from pathlib import Path

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from baroalgi.demo import mailbox
from baroalgi.platform.http import Request, needs
from baroalgi.policy import Act


@needs(Act.DEMO_OUTBOX)
@require_safe
def outbox(request: Request) -> HttpResponse:
    """Every mail that the demo sent, as a page or (`?format=json`) as JSON, newest first."""
    mails = mailbox.caught(Path(settings.ENVIRONMENT.mail_dir))
    if request.GET.get("format") == "json":
        rows = [{**asdict(mail), "at": mail.at.isoformat()} for mail in mails]
        return JsonResponse(rows, safe=False, json_dumps_params={"ensure_ascii": False})
    return render(request, "demo/outbox.html", {"mails": mails})
