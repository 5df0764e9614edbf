"""The plans of the hot reads: by the pupil's index, for the guardian and for nobody alike."""

import pytest
from django.db import connection, connections

from baroalgi.records import queries
from tests import rows
from tests.statements import statements

MANY = """
INSERT INTO organisation_student (identity_mac, name, school_id, state)
    SELECT 'many' || n, '학생' || n, %(school)s, 'enrolled' FROM generate_series(1, 400) n;
INSERT INTO records_attendanceday (student_id, school_id, day, kind, cause, reason)
    SELECT id, school_id, date '2026-03-02' + n, 'late', 'illness', ''
    FROM organisation_student, generate_series(1, 50) n WHERE identity_mac LIKE 'many%%';
INSERT INTO records_score (exam_subject_id, release_id, student_id, school_id, points)
    SELECT subject.id, release.id, student.id, student.school_id, 50
    FROM organisation_student student, records_examsubject subject
    JOIN records_release release ON release.exam_id = subject.exam_id
    WHERE student.identity_mac LIKE 'many%%';
ANALYZE
"""


@pytest.fixture
def full(world):
    world.link(guardian=world.seoyeon, child=world.haneul)
    for ordinal in range(1, 5):
        rows.exam(
            world.haneul,
            *((f"과목 {n}", "88", "74.2") for n in range(12)),
            ordinal=ordinal,
            name=f"시험 {ordinal}",
        )
    rows.entry(world.haneul, rows.today())
    with connections["owner"].cursor() as cursor:
        for statement in MANY.split(";"):
            cursor.execute(statement, {"school": world.saeneoul.id})
    return world


def plan(world, person, table, read):
    """Run a read and explain its statement on this table, as the app role."""
    with rows.unit_of(world, person):
        with statements() as counted:
            read()
        (statement,) = (sql for sql in counted if f'FROM "{table}"' in sql)
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN " + statement)
            return "\n".join(line for (line,) in cursor.fetchall())


@pytest.mark.parametrize("who", ["seoyeon", "stranger", None])
def test_attendance_of_one_pupil_is_read_by_the_index(full, who):
    person = who and getattr(full, who)
    lines = plan(
        full,
        person,
        "records_attendanceday",
        lambda: queries.attendance(full.haneul.id, full.saeneoul.id, rows.today()),
    )
    assert "Seq Scan on records_attendanceday" not in lines
    assert "records_att" in lines


@pytest.mark.parametrize("who", ["seoyeon", "stranger", None])
@pytest.mark.parametrize("read", [queries.latest_exam, queries.released_exams])
def test_scores_of_one_pupil_are_read_by_the_index(full, who, read):
    person = who and getattr(full, who)
    lines = plan(full, person, "records_score", lambda: read(full.haneul.id))
    assert "Seq Scan on records_score" not in lines
    assert "score_natural_key" in lines or "records_score_student" in lines
