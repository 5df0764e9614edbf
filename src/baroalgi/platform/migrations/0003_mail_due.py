"""When a mail may be tried (again). A running worker of the version before goes on without it."""

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("platform", "0002_rights_of_jobs")]

    operations = [
        migrations.AddField(
            model_name="outbox",
            name="due_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
        ),
        migrations.AddIndex(
            model_name="outbox",
            index=models.Index(
                condition=models.Q(("state", "sent"), _negated=True),
                fields=["state", "due_at"],
                name="outbox_unsent",
            ),
        ),
    ]
