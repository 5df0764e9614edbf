"""The mails about slips: to the child's own guardians only."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as say

from baroalgi.letters.slips.types import DeskLetter, DeskRow
from baroalgi.platform.mail import Mail
from baroalgi.platform.templates import due


def reminder(letter: DeskLetter, row: DeskRow) -> Mail:
    """Once more: an answer is waited for. The worker finds the address."""
    subject = say("[바로알기] %(name)s 학생의 회신을 기다립니다") % {"name": row.name}
    text = say(
        "%(school)s의 가정통신문 「%(title)s」에 아직 회신하지 않으셨습니다.\n%(due)s까지 회신해 주세요."
    )
    said = text % {
        "school": letter.school_name,
        "title": letter.title,
        "due": due(row.due_at),
    }
    address = reverse("letters:slip", kwargs={"public_id": row.public_id})
    return Mail(subject, f"{said}\n\n{settings.ENVIRONMENT.url}{address}\n", to="")
