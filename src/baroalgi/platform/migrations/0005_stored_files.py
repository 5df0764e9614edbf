import django.db.models.functions.datetime
from django.db import migrations, models

from baroalgi.platform import rls


class Migration(migrations.Migration):
    dependencies = [("platform", "0004_known_person_in_the_trail")]

    operations = [
        migrations.CreateModel(
            name="StoredFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sha256", models.CharField(max_length=64, unique=True)),
                ("size", models.BigIntegerField()),
                ("kind", models.CharField(max_length=5)),
                ("pages", models.IntegerField(null=True)),
                (
                    "preview_state",
                    models.CharField(
                        choices=[
                            ("none", "None"),
                            ("waiting", "Waiting"),
                            ("made", "Made"),
                            ("failed", "Failed"),
                        ],
                        max_length=8,
                    ),
                ),
                ("previews", models.JSONField(default=list)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("unused_since", models.DateTimeField(null=True)),
            ],
        ),
        rls.public(
            "platform_storedfile",
            reason="hash, size and kind, nothing of a content; who may have a file stands where it is named",
            app="SELECT, INSERT, UPDATE (unused_since)",
        ),
    ]
