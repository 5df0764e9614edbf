import django.db.models.deletion
from django.db import migrations, models

from baroalgi.platform import rls


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("organisation", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Move",
            fields=[
                ("id_hash", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("proof_hash", models.CharField(max_length=64)),
                ("sealed", models.BinaryField()),
                ("tries", models.SmallIntegerField()),
                ("expires_at", models.DateTimeField(db_index=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.person",
                    ),
                ),
            ],
        ),
        # No right of its own for the app role: what is offered and fetched goes through policy.move_….
        rls.protect("accounts_move", read="person_id = (SELECT policy.actor())", app=""),
    ]
