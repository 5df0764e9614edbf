from django.db import migrations
from django.db.migrations.operations import RunSQL

# What was never sent may vanish, by whom it may be changed; what was sent is withdrawn.
DELETE = """
GRANT DELETE ON letters_letter TO baroalgi_app;
CREATE POLICY letters_letter_delete ON letters_letter FOR DELETE TO baroalgi_app
    USING (state = 'draft' AND policy.writes_letter(id));
"""


class Migration(migrations.Migration):
    dependencies = [
        ("letters", "0005_shelves"),
    ]

    operations = [
        RunSQL(DELETE, RunSQL.noop),
    ]
