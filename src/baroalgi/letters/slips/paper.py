"""The slip on paper, for children of whom no guardian is linked: A5, one page per child."""

from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _

from baroalgi.letters.slips import words
from baroalgi.letters.slips.types import Desk, DeskRow, Kind, Question
from baroalgi.platform import pdf
from baroalgi.platform.templates import due

TEMPLATE = Path(__file__).parents[1] / "typst" / "reply.typ"


def document(desk: Desk, rows: tuple[DeskRow, ...]) -> bytes:
    """Return the PDF of the slips of these children, in their order."""
    return pdf.render(
        TEMPLATE,
        {
            "school": desk.letter.school_name,
            "title": desk.letter.title,
            "phone": desk.letter.phone,
            "sent": f"{timezone.localtime(desk.letter.published_at):%Y. %-m. %-d.}"
            if desk.letter.published_at
            else "",
            "questions": [_question(question) for question in desk.form.questions],
            "slips": [
                {
                    "child": words.child(row.name, desk.grade, desk.class_no, row.number),
                    "due": due(row.due_at),
                }
                for row in rows
            ],
        },
    )


def _question(question: Question) -> dict[str, object]:
    match question.kind:
        case Kind.CONFIRM:
            options = [str(words.CONFIRMED)]
        case Kind.YES_NO:
            options = [str(word) for word in words.YES_NO]
        case _:
            options = list(question.options)
    hint = _("%(n)s개까지") % {"n": question.most} if question.most else ""
    return {"text": question.text, "options": options, "hint": hint, "lines": question.kind is Kind.TEXT}
