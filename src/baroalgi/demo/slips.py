"""One open reply slip: in the class of the first family that reads already, some have answered.

Rows as the pages would leave them: the database publishes the letter, makes the slips and chains the answers.
"""

from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from baroalgi.demo.people import KST
from baroalgi.demo.types import Family
from baroalgi.guardianship.models import ChildLink
from baroalgi.letters import markup
from baroalgi.letters.models import Board, Letter, Reading, Slip, SlipAnswer, SlipForm
from baroalgi.letters.slips import content, words
from baroalgi.letters.slips.actions import write_form
from baroalgi.letters.slips.types import Kind, Question
from baroalgi.organisation.models import StaffPost
from baroalgi.platform.menus import HOME_LETTERS

TITLE = "겨울방학 방과후학교 수요 조사"
BODY = """학부모님 안녕하십니까? 우리 학교는 겨울방학 동안 학생들이 배우고 싶은 것을 배울 수 있도록 방과후학교를 열려고 합니다.

아래 강좌 가운데 자녀가 듣기를 바라시는 것을 골라 주시면 강좌를 여는 데 참고하겠습니다. 신청 인원이 8명보다 적은 강좌는 열지 못할 수 있습니다.

(시연을 위해 지어낸 글입니다.)"""  # noqa: E501 - paragraphs of a letter
QUESTIONS = (
    Question(
        "q1", Kind.ONE, "겨울방학 방과후학교에 참여하시겠습니까?", options=("참여합니다", "참여하지 않습니다")
    ),
    Question("q2", Kind.MANY, "바라는 강좌", False, ("코딩", "미술", "배드민턴", "바이올린"), 2),
    Question("q3", Kind.TEXT, "학교에 전할 말", required=False),
)
ANSWERS: tuple[dict[str, list[str]], ...] = (
    {"q1": ["참여합니다"], "q2": ["코딩", "배드민턴"], "q3": ["9시에 바로 갑니다."]},
    {"q1": ["참여하지 않습니다"]},
)
DUE = timedelta(days=3)


@transaction.atomic
def load_slips(families: list[Family], *, now: datetime) -> None:
    """Let a class be asked, and let some of its parents answer. Safe to repeat."""
    names = [family.guardian.name for family in families if family.state == "linked"]
    link = (
        ChildLink.objects.filter(
            guardian_name__in=names[:1], state="approved", student__school_class__isnull=False
        )
        .select_related("student__school_class")
        .order_by("id")
        .first()
    )
    if link is None or SlipForm.objects.exists():
        return
    letter = _sent(link.student, now=now)
    others = ChildLink.objects.filter(
        student__school_class=link.student.school_class, state="approved"
    ).exclude(student=link.student)
    linked = list(others.select_related("student__school_class").order_by("student__number", "id"))
    for place, other in enumerate(linked[: len(ANSWERS) + 1]):
        at = now - timedelta(hours=5 - place)
        Reading.objects.create(
            letter=letter,
            person_id=other.guardian_id,
            student=other.student,
            school_id=other.school_id,
            read_at=at,
        )
        if place < len(ANSWERS):
            _answer(letter, other, ANSWERS[place], at=at + timedelta(minutes=4))


def _sent(student: Any, *, now: datetime) -> Letter:
    """Write the letter of the homeroom teacher, and send it yesterday."""
    teacher = StaffPost.objects.filter(
        school_class=student.school_class, role="homeroom_teacher", valid_to=None
    ).first()
    sent = now - timedelta(days=1)
    letter = Letter.objects.create(
        board=Board.objects.get(school_id=student.school_id, slug=HOME_LETTERS),
        school_id=student.school_id,
        state="draft",
        audience="class",
        school_class=student.school_class,
        title=TITLE,
        html=markup.of_text(BODY),
        body=BODY,
        author="방과후학교 담당",
        written_by_id=teacher.person_id if teacher else None,
        created_at=sent,
        changed_at=sent,
    )
    due = datetime.combine((now + DUE).astimezone(KST).date(), time(18), tzinfo=KST)
    write_form(letter_id=letter.id, due_at=due, rule="either", signing="name", questions=QUESTIONS)
    Letter.objects.filter(id=letter.id).update(
        state="published", published_at=sent, posted_on=sent.astimezone(KST).date()
    )
    return letter


def _answer(letter: Letter, link: Any, answers: dict[str, list[str]], *, at: datetime) -> None:
    slip = Slip.objects.get(letter=letter, student=link.student)
    where = link.student.school_class
    text = content.shown_text(
        title=f"{letter.school.name} 「{letter.title}」 회신서",
        child=words.child(link.student.name, where.grade, where.class_no, link.student.number),
        questions=QUESTIONS,
        answers=answers,
        guardian=f"보호자 {link.guardian_name}",
    )
    SlipAnswer.objects.create(
        slip=slip,
        letter=letter,
        student=link.student,
        person_id=link.guardian_id,
        person_name=link.guardian_name,
        way=SlipAnswer.Way.NAME,
        content=content.content(
            slip=str(slip.public_id),
            child=str(link.public_id),
            form=SlipForm.objects.get(letter=letter).digest,
            answers=answers,
            text=text,
            way=SlipAnswer.Way.NAME,
            challenge={"aud": settings.ENVIRONMENT.url, "iat": int(at.timestamp())},
        ),
        text=text,
        answered_at=at,
        # The rest is the database's own doing.
        version=0,
        school_id=link.school_id,
        position=0,
        previous="",
        digest="",
    )
