import django.db.models.functions.datetime
from django.db import migrations, models

from baroalgi.platform import rls

WRITTEN = "act, strength, posts, address, request_id, facts, student_id, person_id, application_id"
READABLE = "id, at, actor_id, strength, posts, act, request_id, facts, student_id, person_id, application_id"


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                ("name", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Outbox",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=120, unique=True)),
                ("person_id", models.BigIntegerField(null=True)),
                ("sealed", models.BinaryField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("sent", "Sent"), ("dead", "Dead")],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("tries", models.SmallIntegerField(default=0)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("sent_at", models.DateTimeField(null=True)),
                ("trouble", models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("xid", models.BigIntegerField(db_default=models.Func(function="txid_current"))),
                (
                    "actor_id",
                    models.BigIntegerField(
                        db_default=models.Func(
                            function="policy.actor", output_field=models.BigIntegerField()
                        ),
                        null=True,
                    ),
                ),
                ("strength", models.CharField(max_length=12)),
                ("posts", models.JSONField(default=list)),
                ("act", models.CharField(max_length=60)),
                ("address", models.CharField(blank=True, max_length=45)),
                ("request_id", models.CharField(blank=True, max_length=16)),
                ("student_id", models.BigIntegerField(null=True)),
                ("person_id", models.BigIntegerField(null=True)),
                ("application_id", models.BigIntegerField(null=True)),
                ("facts", models.JSONField(default=dict)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["student_id", "at"], name="platform_au_student_302598_idx"),
                    models.Index(fields=["xid", "id"], name="platform_au_xid_d889e6_idx"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Installation",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("office_code", models.CharField(max_length=3)),
                ("is_demo", models.BooleanField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="installation_one_row")
                ],
            },
        ),
        rls.protect(
            "platform_auditentry",
            # Who acted, and the guardians of the child concerned, may read a line; nobody changes one.
            read="""actor_id = (SELECT policy.actor())
                    OR (student_id = ANY ((SELECT policy.visible_students())::bigint[])
                        AND (SELECT policy.strength()) = 'certificate')""",
            # No line in somebody else's name.
            write="actor_id IS NOT DISTINCT FROM (SELECT policy.actor())",
            # Where somebody was is nobody's business; time and transaction are the database's own.
            app=f"SELECT ({READABLE}), INSERT ({WRITTEN})",
            worker=f"SELECT, INSERT ({WRITTEN})",
            signer=f"INSERT ({WRITTEN})",
        ),
        rls.append_only("platform_auditentry"),
        rls.protect(
            "platform_outbox",
            read="false",
            write="state = 'waiting'",
            app="INSERT",
        ),
        rls.public(
            "platform_heartbeat",
            reason="moments of processes, no person",
            signer="SELECT, INSERT, UPDATE",
        ),
        rls.public("platform_installation", reason="one row about the installation", signer="SELECT"),
    ]
