"""Letters with slips, arranged as the owner: drafts that are then published, so slips are made."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.db import connections
from django.utils import timezone

from baroalgi.letters.slips import content
from baroalgi.letters.slips.types import Kind, Question

JOINS = Question("q1", Kind.ONE, "참여하시겠습니까?", options=("참여합니다", "참여하지 않습니다"))
COURSES = Question("q2", Kind.MANY, "바라는 강좌", False, ("코딩", "미술", "배드민턴", "바이올린"), 2)
WORDS = Question("q3", Kind.TEXT, "학교에 전할 말", required=False)
QUESTIONS = (JOINS, COURSES, WORDS)
JOINING = {"q1": "0", "q2": ["0", "2"], "q3": "9시에 바로 갑니다."}


def letter(world: Any, *, writer: Any = None, questions: Any = QUESTIONS, **facts: Any) -> Any:
    """Arrange a published letter with a slip to class 3-1, due in three days."""
    from baroalgi.letters.models import Board, Letter

    now = timezone.now()
    rule, signing = facts.pop("rule", "either"), facts.pop("signing", "name")
    due_at = facts.pop("due_at", None)
    rows = Letter.objects.using("owner")
    row = rows.create(
        **{
            "board": Board.objects.using("owner").get(school=world.hwanggan, slug="home-letters"),
            "school": world.hwanggan,
            "state": "draft",
            "audience": "class",
            "school_class": world.class_3_1,
            "title": "겨울방학 방과후학교 수요 조사",
            "body": "학부모님 안녕하십니까?",
            "html": "<p>학부모님 안녕하십니까?</p>",
            "author": "황간초등학교 교무부",
            "written_by": writer or world.homeroom_teacher,
            "created_at": now,
            "changed_at": now,
        }
        | facts
    )
    _ask(row, questions, rule=rule, signing=signing, due_at=due_at)
    rows.filter(id=row.id).update(state="published", published_at=now, posted_on=timezone.localdate(now))
    return world.fresh(row)


def _ask(
    letter: Any, questions: Any, *, rule: str = "either", signing: str = "name", due_at: Any = None
) -> None:
    from baroalgi.letters.models import SlipForm

    SlipForm.objects.using("owner").create(
        letter=letter,
        due_at=due_at or timezone.now() + timedelta(days=3),
        rule=rule,
        signing=signing,
        questions=[asdict(question) for question in questions],
        digest=content.form_digest(rule, signing, questions),
    )


def asking(letter: Any, questions: Any, *, child: Any, **facts: Any) -> Any:
    """Lay a slip under a letter that was sent, and return that of a child."""
    _ask(letter, questions, **facts)
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT policy.make_slips(%s)", [letter.id])
    return slip(letter, child)


def slip(letter: Any, child: Any) -> Any:
    from baroalgi.letters.models import Slip

    return Slip.objects.using("owner").get(letter=letter, student=child)


def given(letter: Any) -> list[Any]:
    """Return the answers of a letter in the order in which they came."""
    from baroalgi.letters.models import SlipAnswer

    return list(SlipAnswer.objects.using("owner").filter(letter=letter).order_by("position"))


def address(slip: Any, act: str = "") -> str:
    return f"/slips/{slip.public_id}/{act}"


def answers_of(letter: Any, act: str = "") -> str:
    return f"/desk/letters/{letter.id}/answers/{act}"


def page_of(letter: Any) -> str:
    return f"/schools/8071028/boards/home-letters/{letter.number}/"


def other_guardian(world: Any, child: Any, name: str = "김민수") -> Any:
    """Arrange a second guardian of a child."""
    from baroalgi.organisation.models import Person

    father = Person.objects.using("owner").create(
        name=name, mobile="010-1111-2222", email="minsu@example.kr", created_at=timezone.now()
    )
    world.link(guardian=father, child=child, relationship="father")
    return father
