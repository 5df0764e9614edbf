from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # an index is built beside the running service

    dependencies = [
        ("guardianship", "0002_substitutes_and_undo"),
    ]

    operations = [
        AddIndexConcurrently(
            "childlink",
            models.Index(fields=["school_id", "state", "decided_at"], name="child_link_of_school"),
        ),
    ]
