"""On 1 March classes change: requests follow the child, old teachers see no more, who has left is closed."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from baroalgi.guardianship import jobs
from baroalgi.operations.commands import school as command
from baroalgi.operations.trouble import CannotRun
from baroalgi.organisation import actions
from baroalgi.organisation.types import ClassPost, Seat
from baroalgi.platform.unit import system_unit
from baroalgi.policy import Role
from baroalgi.policy.actor import SYSTEM
from tests.guardianship.rows import days_ago, requested, staff
from tests.guardianship.test_decide import DESK, words

LAST_YEAR = 2025


@pytest.fixture
def last_year(world):
    """The classes and posts of the cast belong to the year before; 2026 has not been begun yet."""
    from baroalgi.organisation.models import SchoolClass, StaffPost

    SchoolClass.objects.using("owner").update(school_year=LAST_YEAR)
    StaffPost.objects.using("owner").update(valid_from=datetime(LAST_YEAR, 3, 1, tzinfo=UTC).date())


@pytest.fixture
def promote(world, last_year, as_role):
    """Begin 2026: 김가람 and 이도윤 in 4-1 of the teacher next door, 박하린 in 4-2 of the former one."""
    seats = {
        world.garam.id: Seat(4, 1, 3),
        world.doyun.id: Seat(4, 1, 4),
        world.harin.id: Seat(4, 2, 1),
    }
    posts = [
        ClassPost(world.next_door_teacher.id, 4, 1, Role.HOMEROOM_TEACHER),
        ClassPost(world.homeroom_teacher.id, 4, 2, Role.HOMEROOM_TEACHER),
    ]

    def begin(seats=seats, posts=posts, year=2026, now=None):
        as_role("worker")
        with system_unit():
            actions.promote(
                by=SYSTEM,
                school_id=world.hwanggan.id,
                year=year,
                seats=seats,
                posts=posts,
                now=now or timezone.now(),
            )
        as_role("app")

    return begin


def test_requests_follow_the_child_to_the_new_teacher_and_links_stay(
    world, as_staff, as_guardian, as_role, promote
):
    link = requested(world, world.garam, requested_at=datetime(2026, 2, 20, tzinfo=UTC))
    linked = world.link(guardian=world.stranger, child=world.doyun)
    old, new = as_staff(world.homeroom_teacher), as_staff(world.next_door_teacher)
    assert "김가람" in old.get(DESK).text
    promote()
    assert "김가람" not in old.get(DESK).text
    assert old.get(f"{DESK}{link.id}/").status_code == 404
    ask = "SELECT count(*) FROM guardianship_childlink"
    assert world.sql_as_app(ask, person=world.homeroom_teacher) == [(0,)]
    assert "김가람" in new.get(DESK).text
    overview = as_guardian(world.stranger).get(f"/children/{linked.public_id}/")
    assert overview.status_code == 200
    assert "4학년 1반" in overview.text

    as_role("worker")
    for _ in range(2):
        jobs.hand_over()
    (mail,) = world.mails()
    assert "넘겨받으신 반에 학부모서비스 신청 1건" in mail.subject
    as_role("app")
    new.post(f"{DESK}{link.id}/approve/")
    assert world.state_of(link) == "approved"


def test_posts_change_on_the_first_of_march_and_nothing_is_forgotten(world, promote):
    from baroalgi.organisation.models import Enrolment, StaffPost

    promote()
    held = StaffPost.objects.using("owner").filter(person=world.homeroom_teacher).order_by("id")
    first = datetime(2026, 3, 1, tzinfo=UTC).date()
    assert [(post.school_class.grade, post.valid_from, post.valid_to) for post in held] == [
        (3, datetime(LAST_YEAR, 3, 1, tzinfo=UTC).date(), first),
        (4, first, None),
    ]
    kept = Enrolment.objects.using("owner").get(student=world.garam)
    assert (kept.school_class_id, kept.number, kept.valid_to) == (world.class_3_1.id, 4, first)
    assert world.fresh(world.garam).number == 3
    assert world.audit_names() == ["school.promoted"]


def test_graduates_are_closed_and_their_guardians_told(world, as_guardian, as_role, promote):
    approved = world.link(guardian=world.seoyeon, child=world.harin)
    waiting = requested(world, world.harin, guardian=world.stranger)
    from baroalgi.organisation.models import SchoolClass

    SchoolClass.objects.using("owner").filter(id=world.class_3_2.id).update(grade=6)
    seats = {world.garam.id: Seat(4, 1, 3), world.doyun.id: Seat(4, 1, 4)}
    promote(seats=seats)
    mother = as_guardian(world.seoyeon)
    # The door is shut at once, before the job comes round.
    assert mother.get(f"/children/{approved.public_id}/").status_code == 404
    as_role("worker")
    for _ in range(2):
        jobs.close_left_behind()
    assert [world.state_of(link) for link in (approved, waiting)] == ["ended", "ended"]
    assert [mail.subject for mail in world.mails()] == ["[바로알기] 박하린 학생의 열람이 끝났습니다"] * 2
    assert world.audit_names().count("child_link.closed") == 2
    as_role("app")
    page = words(mother.get("/children/waiting/"))
    assert "열람이 끝났습니다" in page
    assert "자녀의 전학·졸업으로 열람이 종료되었습니다. 새 학교에 다시 신청해 주세요." in page


def test_a_transferred_child_needs_the_new_schools_approval(world, as_guardian, as_staff, as_role):
    approved = world.link(guardian=world.seoyeon, child=world.garam)
    new_teacher = staff(world, "새담임", "subject_teacher", place=world.saeneoul_counter)
    from tests.guardianship.rows import post

    post(new_teacher, world.saeneoul_counter, "homeroom_teacher", world.class_2_1)
    as_role("worker")
    with system_unit():
        actions.transfer(
            by=SYSTEM, student_id=world.garam.id, to_class_id=world.class_2_1.id, now=timezone.now()
        )
    as_role("app")
    mother = as_guardian(world.seoyeon)
    assert mother.get(f"/children/{approved.public_id}/").status_code == 404
    ask = "SELECT count(*) FROM organisation_student"
    assert world.sql_as_app(ask, person=world.seoyeon, strength="certificate") == [(0,)]
    as_role("worker")
    jobs.close_left_behind()
    as_role("app")
    assert world.state_of(approved) == "ended"
    again = requested(world, world.garam, school_id=world.saeneoul.id, typed_class_no=None)
    as_staff(new_teacher).post(f"{DESK}{again.id}/approve/")
    assert mother.get(f"/children/{again.public_id}/").status_code == 200


def test_what_would_lose_pupils_is_refused_and_changes_nothing(world, promote):
    one = {world.garam.id: Seat(4, 1, 3)}
    from baroalgi.organisation.models import SchoolClass

    SchoolClass.objects.using("owner").filter(id=world.class_3_2.id).update(grade=6)
    with pytest.raises(actions.SeatsMissing, match="1명"):
        promote(seats=one)
    with pytest.raises(actions.NotOfThisSchool):
        promote(seats=one | {world.haneul.id: Seat(4, 1, 9)})
    with pytest.raises(actions.YearNotBegun):
        promote(now=datetime(2026, 2, 28, 14, tzinfo=UTC))
    assert world.fresh(world.garam).school_class_id == world.class_3_1.id
    promote(seats=one | {world.doyun.id: Seat(4, 1, 4)})
    with pytest.raises(actions.AlreadyPromoted):
        promote(seats=one)


def write(path, *lines):
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


def test_the_command_reads_two_lists(world, last_year, as_role, tmp_path, capsys):
    pupils = write(
        tmp_path / "pupils.csv",
        "grade,class,number,new_grade,new_class,new_number",
        *("3,1,4,4,1,3", "3,1,11,4,1,4", "3,2,7,4,2,1"),
    )
    teachers = write(
        tmp_path / "teachers.csv", "email,grade,class,role", "yujin@example.kr,4,1,homeroom_teacher"
    )
    as_role("worker")
    arguments = ["promote", "8071028", "--year", "2026", "--pupils", pupils, "--teachers", teachers]
    assert command.main(arguments) == 0
    assert "3 pupils and 1 posts begin the school year 2026." in capsys.readouterr().out
    assert world.fresh(world.garam).school_class.grade == 4
    with pytest.raises(CannotRun, match="knows no 3-1-4"):
        command.main(arguments)


@pytest.mark.parametrize(
    ("pupil", "teacher", "why"),
    [
        ("3,1,99,4,1,3", "yujin@example.kr,4,1,homeroom_teacher", "line 2: this school knows no 3-1-99"),
        ("3,1,x,4,1,3", "yujin@example.kr,4,1,homeroom_teacher", "'x' is no number"),
        ("3,1,4,4,1,3", "nobody@example.kr,4,1,homeroom_teacher", "knows no nobody@"),
        ("3,1,4,4,1,3", "yujin@example.kr,4,1,operator", "knows no operator"),
        ("3,1,4", "yujin@example.kr,4,1,operator", "is no number"),
    ],
)
def test_the_command_says_which_line_is_wrong(world, last_year, as_role, tmp_path, pupil, teacher, why):
    pupils = write(tmp_path / "pupils.csv", "grade,class,number,new_grade,new_class,new_number", pupil)
    teachers = write(tmp_path / "teachers.csv", "email,grade,class,role", teacher)
    as_role("worker")
    with pytest.raises(CannotRun, match=why):
        command.main(["promote", "8071028", "--year", "2026", "--pupils", pupils, "--teachers", teachers])
    with pytest.raises(CannotRun, match="lacks the columns"):
        command.main(["promote", "8071028", "--year", "2026", "--pupils", teachers, "--teachers", teachers])


def test_a_request_of_yesterday_at_a_class_taken_over_today(world, as_staff):
    """By construction, without any command: the post decides by date."""
    from tests.guardianship.rows import no_homeroom, post

    link = requested(world, world.garam, requested_at=days_ago(1))
    no_homeroom(world.class_3_1)
    no_homeroom(world.class_3_2)
    today = timezone.localdate()
    where = (world.hwanggan_counter, "homeroom_teacher", world.class_3_1)
    post(world.next_door_teacher, *where, valid_from=today)
    assert as_staff(world.next_door_teacher).get(f"{DESK}{link.id}/").status_code == 200
    assert as_staff(world.homeroom_teacher).get(DESK).status_code == 404
    assert today - timedelta(days=1) < today
