import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from baroalgi.platform import rls

OWN = "person_id = (SELECT policy.actor())"


class Migration(migrations.Migration):
    """Keys of the open interfaces: only their hash, seen by their owner; calls are counted by a door."""

    dependencies = [
        ("platform", "0004_known_person_in_the_trail"),
    ]

    operations = [
        migrations.CreateModel(
            name="ApiKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("person_id", models.BigIntegerField()),
                ("key_hash", models.CharField(max_length=64, unique=True)),
                ("ending", models.CharField(max_length=4)),
                ("name", models.CharField(max_length=40)),
                ("purpose", models.CharField(max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[("active", "Active"), ("blocked", "Blocked"), ("deleted", "Deleted")],
                        default="active",
                        max_length=8,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "indexes": [models.Index(fields=["person_id"], name="api_key_person")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["active", "blocked", "deleted"])),
                        name="api_key_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "blocked"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="api_key_block_has_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ApiUse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("n", models.IntegerField()),
                (
                    "key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="platform.apikey"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("key", "day"), name="api_use_once")],
            },
        ),
        # States change through doors alone: an owner cannot open what the office has blocked.
        rls.protect(
            "platform_apikey",
            read=OWN,
            write=f"{OWN} AND state = 'active'",
            app="SELECT (id, person_id, ending, name, purpose, state, reason, created_at), "
            "INSERT, UPDATE (name)",
            worker="SELECT",
        ),
        rls.protect(
            "platform_apiuse",
            read="key_id IN (SELECT id FROM platform_apikey)",
            worker="SELECT, DELETE",
        ),
        migrations.RunSQL(
            # Counted with every call: no disk waits for it, and the changed row stays on its page.
            "ALTER TABLE platform_apiuse SET UNLOGGED; ALTER TABLE platform_apiuse SET (fillfactor = 50)",
            reverse_sql=migrations.RunSQL.noop,
        ),
    ]
