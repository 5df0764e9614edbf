"""Days without lessons are those of the school's calendar: a view takes the place of a table that nobody filled.

The running version only reads it, by school and day.
"""

import django.db.models.deletion
from django.db import migrations, models
from django.db.migrations.operations import RunSQL, SeparateDatabaseAndState

MOVE = """
    INSERT INTO schoolinfo_calendarday (school_id, day, n, name, kind, day_kind, content, grades)
    SELECT closed.school_id, closed.day,
           coalesce((SELECT max(line.n) FROM schoolinfo_calendarday line
                     WHERE line.school_id = closed.school_id AND line.day = closed.day), 0) + 1,
           closed.name, 'discretionary_holiday', 'closed', '', '[]'
    FROM organisation_closedday closed
    WHERE NOT EXISTS (SELECT FROM schoolinfo_calendarday line
                      WHERE line.school_id = closed.school_id AND line.day = closed.day
                        AND line.day_kind <> 'school_day' AND NOT line.cancelled)
"""
# A day off for some grades is no closed day of the school. No grade named means all of them.
VIEW = """
    CREATE VIEW organisation_closedday AS
    SELECT DISTINCT line.school_id, line.day
    FROM schoolinfo_calendarday line JOIN organisation_school school ON school.id = line.school_id
    WHERE line.day_kind <> 'school_day' AND NOT line.cancelled
      AND (line.grades = '[]' OR jsonb_array_length(line.grades) >=
           CASE WHEN school.kind IN ('초등학교', '특수학교', '각종학교(초)') THEN 6 ELSE 3 END)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("organisation", "0005_lists_of_schools"),
        ("schoolinfo", "0004_import_steps"),
    ]

    operations = [
        SeparateDatabaseAndState(
            database_operations=[
                RunSQL(MOVE),
                RunSQL("DROP TABLE organisation_closedday"),
                RunSQL(VIEW),
                RunSQL("GRANT SELECT ON organisation_closedday TO baroalgi_app, baroalgi_worker"),
            ],
            state_operations=[
                migrations.DeleteModel("ClosedDay"),
                migrations.CreateModel(
                    name="ClosedDay",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "school", "day", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("day", models.DateField()),
                        (
                            "school",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="organisation.school",
                            ),
                        ),
                    ],
                    options={"managed": False, "db_table": "organisation_closedday"},
                ),
            ],
        ),
    ]
