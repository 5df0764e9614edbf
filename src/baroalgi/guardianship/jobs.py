"""Jobs of this room, run by the worker."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as say

from baroalgi.guardianship.models import ChildLink
from baroalgi.guardianship.workflow import State
from baroalgi.organisation import queries as organisation
from baroalgi.platform import outbox
from baroalgi.platform.outbox import Mail
from baroalgi.platform.queue import job


@job()
def tell_homeroom(*, link_id: int, now: datetime, **_later: object) -> None:
    """Tell the homeroom teacher of the child's class that a request waits.

    A job, since a guardian's own session sees neither the class nor its teacher.
    """
    link = ChildLink.objects.filter(id=link_id, state=State.REQUESTED).first()
    if link is None:
        return
    for person_id in organisation.homeroom_teachers_of(link.student_id):
        mail = Mail(
            say("[바로알기] 학부모서비스 신청이 왔습니다"),
            say("우리 반 학생의 보호자가 학부모서비스를 신청했습니다. 확인해 주세요.\n\n%(address)s\n")
            % {"address": settings.ENVIRONMENT.url + reverse("guardianship:desk")},
        )
        outbox.put(mail, key=f"child_link:{link.id}:requested:{person_id}", person_id=person_id)
