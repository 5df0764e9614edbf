import django.db.models.deletion
from django.db import migrations, models

from baroalgi.platform import rls

OWN = "person_id = (SELECT policy.actor())"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_move"),
        ("organisation", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Passkey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(unique=True)),
                ("credential_id", models.BinaryField(unique=True)),
                ("data", models.BinaryField()),
                ("sign_count", models.BigIntegerField()),
                ("name", models.CharField(max_length=40)),
                ("created_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="RecoveryCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code_hash", models.CharField(max_length=64)),
                ("used_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Totp",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="organisation.person",
                    ),
                ),
                ("sealed", models.BinaryField()),
                ("last_step", models.BigIntegerField()),
                ("created_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="session",
            name="session_strength",
        ),
        migrations.AddField(
            model_name="attempt",
            name="last_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="attempt",
            name="wait_to",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="session",
            name="confirmed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="session",
            name="factor",
            field=models.CharField(blank=True, db_default="", max_length=12),
        ),
        migrations.AddField(
            model_name="session",
            name="public_id",
            field=models.UUIDField(db_default=models.Func(function="gen_random_uuid"), unique=True),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("person", None), ("strength", "none")),
                    models.Q(
                        ("person__isnull", False), ("strength__in", ["half", "password", "certificate"])
                    ),
                    _connector="OR",
                ),
                name="session_strength",
            ),
        ),
        migrations.AddField(
            model_name="passkey",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.person"
            ),
        ),
        migrations.AddField(
            model_name="recoverycode",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.person"
            ),
        ),
        migrations.AddConstraint(
            model_name="recoverycode",
            constraint=models.UniqueConstraint(fields=("person", "code_hash"), name="recovery_code_once"),
        ),
        # Written by the doors of the gate alone (doors/4_staff.sql).
        rls.protect("accounts_totp", read=OWN, app=""),
        rls.protect("accounts_passkey", read=OWN, app=""),
        rls.protect("accounts_recoverycode", read=OWN, app=""),
        # Hashes of passwords came out by the table: from now on one at a time, when the guess is counted. The
        # version before this one can't sign staff in any more; parents notice nothing.
        migrations.RunSQL(
            "REVOKE ALL ON accounts_login FROM baroalgi_app;"
            " COMMENT ON TABLE accounts_login IS"
            " 'public: credentials only, no right on it but the doors of the gate'",
            reverse_sql=migrations.RunSQL.noop,
        ),
    ]
