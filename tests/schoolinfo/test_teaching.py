"""교육과정 and 주간학습안내: sums that add up, who teaches whom, what to bring."""

from datetime import date
from decimal import Decimal

import pytest

from tests import rows
from tests.schoolinfo.rows import listed
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("noon")


def item(school, position, group, subject, *units, year=2026, **facts):
    """Arrange a subject by its credits in 1-1, 1-2, …; None: not taught then."""
    from baroalgi.schoolinfo.models import CurriculumItem

    for n, count in enumerate(units):
        if count is not None:
            CurriculumItem.objects.using("owner").create(
                school_id=school.id,
                entrance_year=year,
                plan=f"{year}학년도 입학생 교육과정",
                position=position,
                subject_group=group,
                subject=subject,
                grade=n // 2 + 1,
                semester=n % 2 + 1,
                units=Decimal(count),
                **facts,
            )


def teaching(school, subject, teacher, *classes, grade=1):
    from baroalgi.schoolinfo.models import Teaching

    for name in classes:
        Teaching.objects.using("owner").create(
            school_id=school.id,
            school_year=2026,
            semester=2,
            grade=grade,
            class_name=name,
            subject=subject,
            teacher=teacher,
        )


def test_the_plan_is_a_grid_with_sums(world, visitor):
    item(world.saeneoul, 1, "국어", "국어", 4, 4, 3)
    item(world.saeneoul, 2, "과학", "과학", 3, None, "2.5")
    item(world.saeneoul, 1, "국어", "옛 국어", 5, year=2025)
    page = visitor.get("/schools/8000001/curriculum/").text
    assert "2026학년도 입학생 교육과정" in page
    assert "옛 국어" not in page
    # 4 + 3, 4, 3 + 2.5, and of all 16.5
    foot = page[page.index("<tfoot>") : page.index("</tfoot>")]
    assert [foot.count(f">{n}</td>") for n in ("7", "4", "5.5", "16.5")] == [1, 1, 1, 1]
    assert "옛 국어" in visitor.get("/schools/8000001/curriculum/", {"year": "2025"}).text


def test_teachers_are_named_with_their_classes(world, visitor):
    teaching(world.saeneoul, "수학", "박수학", "10", "2")
    teaching(world.saeneoul, "수학", "최수학", "1")
    page = visitor.get("/schools/8000001/curriculum/", {"grade": "1"}).text
    assert '박수학 <span class="subtle">2반, 10반</span>' in page
    assert '최수학 <span class="subtle">1반</span>' in page
    assert (
        "2학년 담당교사가 아직 올라오지 않았습니다."
        in visitor.get("/schools/8000001/curriculum/", {"grade": "2"}).text
    )


def test_the_weekly_plan_says_what_to_learn_and_to_bring(world, visitor):
    from baroalgi.schoolinfo.models import WeekPlan

    listed(world.hwanggan, (3, "1"))
    WeekPlan.objects.using("owner").create(
        school_id=world.hwanggan.id,
        monday=date(2026, 11, 23),
        grade=3,
        class_name="1",
        notice="물통을 가져오세요.",
        lessons=[
            {"weekday": 1, "period": 2, "subject": "미술", "unit": "꾸미기", "materials": "색종이"},
            {"weekday": 1, "period": 1, "subject": "국어", "unit": "편지 쓰기", "pages": "60~61"},
        ],
    )
    rows.meal(world.hwanggan, date(2026, 11, 24), "비빔밥")
    rows.event(world.hwanggan, date(2026, 11, 26), "학예회")
    page = visitor.get("/schools/8071028/weekly-plan/").text
    for text in ("물통을 가져오세요.", "60~61쪽", "준비물 색종이", "챙길 것", "비빔밥", "학예회"):
        assert text in page, text
    assert page.index("편지 쓰기") < page.index("꾸미기")


def test_only_elementary_schools_have_weekly_plans(world, visitor):
    assert "weekly-plan/" not in visitor.get("/schools/8000001/").text
    assert "주간학습안내는 초등학교에서 냅니다." in visitor.get("/schools/8000001/weekly-plan/").text


@pytest.mark.parametrize(("page", "most"), [("curriculum/", 5), ("weekly-plan/", 6), ("subscribe/", 3)])
def test_each_page_asks_little(world, visitor, page, most):
    listed(world.hwanggan, (3, "1"))
    with statements() as counted:
        visitor.get(f"/schools/8071028/{page}")
    assert len(counted) <= most, counted
