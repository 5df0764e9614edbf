"""교시 시각: when periods begin and end, as lines."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from baroalgi.platform.http import Request, needs
from baroalgi.policy import Act
from baroalgi.schoolinfo import actions, facts
from baroalgi.schoolinfo import queries as schoolinfo
from baroalgi.schoolinfo.entry import access, forms


@needs(Act.SCHOOL_INFORMATION_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def bells(request: Request) -> HttpResponse:
    """The times of all periods in one form."""
    school = access.administered_school(request.actor, request.session.get("post"))
    stands = facts.bell_lines(schoolinfo.period_times(school.id))
    form = forms.Bells(
        request.POST if request.method == "POST" else None, initial={"times": stands, "seen": stands}
    )
    if form.is_valid():
        with form.refusals():
            actions.put_bells(by=request.actor, school_id=school.id, **form.cleaned_data, now=request.now)
            messages.success(request, _("교시 시각을 저장했습니다. 학부모의 시간표와 달력에 보입니다."))
            return redirect("schoolinfo:bells_entry")
    context = {"school": school, "form": form, "stands": stands}
    return render(request, "schoolinfo/entry/bells.html", context, status=form.status)
