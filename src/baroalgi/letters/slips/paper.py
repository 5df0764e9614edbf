"""The slip on paper, for children of whom no guardian is linked: A5, one page per child."""

from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _

from baroalgi.letters.slips.actions import child_words
from baroalgi.letters.slips.forms import YES_NO
from baroalgi.letters.slips.types import Desk, DeskRow, Kind, Question
from baroalgi.letters.slips.words import due_words
from baroalgi.platform import pdf

TEMPLATE = Path(__file__).parents[1] / "typst" / "reply.typ"


def document(desk: Desk, rows: tuple[DeskRow, ...]) -> bytes:
    """Return the PDF of the slips of these children, in their order."""
    chosen = desk.chosen
    grade, class_no = (chosen.grade, chosen.class_no) if chosen else (None, None)
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
                    "child": child_words(row.name, grade, class_no, row.number),
                    "due": due_words(row.due_at),
                }
                for row in rows
            ],
        },
    )


def _question(question: Question) -> dict[str, object]:
    match question.kind:
        case Kind.CONFIRM:
            options = [str(_("확인함"))]
        case Kind.YES_NO:
            options = [str(word) for word in YES_NO]
        case _:
            options = list(question.options)
    hint = _("%(n)s개까지") % {"n": question.most} if question.most else ""
    return {"text": question.text, "options": options, "hint": hint, "lines": question.kind is Kind.TEXT}
