"""A weekly plan is written by who leads the class, or administers the school; not by all of its staff."""

from django.db import migrations
from django.db.migrations.operations import RunSQL

WRITERS = """school_id = ANY ((SELECT policy.administered_schools())::bigint[])
    OR concat_ws('/', school_id, grade, class_name) = ANY ((SELECT policy.led_class_names())::text[])"""


class Migration(migrations.Migration):
    dependencies = [("schoolinfo", "0004_import_steps")]

    operations = [
        RunSQL(
            f"""ALTER POLICY schoolinfo_weekplan_insert ON schoolinfo_weekplan WITH CHECK ({WRITERS});
                ALTER POLICY schoolinfo_weekplan_update ON schoolinfo_weekplan
                    USING ({WRITERS}) WITH CHECK ({WRITERS});
                ALTER POLICY schoolinfo_weekplan_delete ON schoolinfo_weekplan USING ({WRITERS})""",
            RunSQL.noop,
        ),
    ]
