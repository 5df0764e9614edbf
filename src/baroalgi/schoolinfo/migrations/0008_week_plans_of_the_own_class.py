from django.db import migrations
from django.db.migrations.operations import RunSQL

OWN = """school_id = ANY ((SELECT policy.administered_schools())::bigint[])
         OR EXISTS (SELECT FROM organisation_schoolclass class
                    WHERE class.id = ANY ((SELECT policy.led_classes())::bigint[])
                      AND class.school_id = schoolinfo_weekplan.school_id
                      AND (class.grade, class.class_no::text)
                          = (schoolinfo_weekplan.grade, schoolinfo_weekplan.class_name))"""


class Migration(migrations.Migration):
    """The plan of a week is written by who leads the class and by the administrator, not by all staff."""

    dependencies = [("schoolinfo", "0004_import_steps")]

    operations = [
        RunSQL(
            f"""ALTER POLICY schoolinfo_weekplan_insert ON schoolinfo_weekplan WITH CHECK ({OWN});
                ALTER POLICY schoolinfo_weekplan_update ON schoolinfo_weekplan USING ({OWN}) WITH CHECK ({OWN});
                ALTER POLICY schoolinfo_weekplan_delete ON schoolinfo_weekplan USING ({OWN})""",
            RunSQL.noop,
        )
    ]
