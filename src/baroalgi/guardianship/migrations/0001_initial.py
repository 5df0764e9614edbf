import uuid

import django.db.models.deletion
from django.db import migrations, models

from baroalgi.guardianship.workflow import TRANSITIONS
from baroalgi.platform import rls


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("organisation", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Restriction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("school_id", models.BigIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("no_contact_data", "No Contact Data"), ("no_view", "No View")],
                        max_length=16,
                    ),
                ),
                ("reason", models.CharField(max_length=200)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(null=True)),
                (
                    "guardian",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.person",
                    ),
                ),
                (
                    "student",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.student",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ChildLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("school_id", models.BigIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("requested", "REQUESTED"),
                            ("approved", "APPROVED"),
                            ("refused", "REFUSED"),
                            ("ended", "ENDED"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "relationship",
                    models.CharField(
                        choices=[
                            ("father", "Father"),
                            ("mother", "Mother"),
                            ("grandfather", "Grandfather"),
                            ("grandmother", "Grandmother"),
                            ("legal_guardian", "Legal Guardian"),
                            ("other", "Other"),
                        ],
                        max_length=16,
                    ),
                ),
                ("relationship_text", models.CharField(blank=True, max_length=40)),
                ("typed_name", models.CharField(max_length=40)),
                ("typed_grade", models.SmallIntegerField()),
                ("typed_class_no", models.SmallIntegerField(null=True)),
                ("guardian_name", models.CharField(max_length=40)),
                ("guardian_mobile", models.CharField(max_length=20)),
                ("guardian_email", models.CharField(blank=True, max_length=254)),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("requested_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by_name", models.CharField(blank=True, max_length=40)),
                (
                    "guardian",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.person",
                    ),
                ),
                (
                    "student",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.student",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["student", "state"], name="guardianshi_student_88993b_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["requested", "approved"])),
                        fields=("guardian", "student"),
                        name="child_link_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["requested", "approved", "refused", "ended"])),
                        name="child_link_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "refused"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="child_link_refusal_has_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("relationship", "other"), _negated=True),
                            models.Q(("relationship_text", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="child_link_other_is_said",
                    ),
                ],
            },
        ),
        rls.protect(
            "guardianship_childlink",
            read="""guardian_id = (SELECT policy.actor())
                    OR student_id = ANY ((SELECT policy.decidable_students())::bigint[])""",
            # A guardian asks and ends; only those in charge of the class approve, and never for themselves.
            write="""(guardian_id = (SELECT policy.actor()) AND state IN ('requested', 'ended'))
                     OR (guardian_id <> (SELECT policy.actor())
                         AND student_id = ANY ((SELECT policy.decidable_students())::bigint[]))""",
            # Nobody asks for somebody else, under another name, or for a child whose number was not given.
            insert="""guardian_id = (SELECT policy.actor()) AND state = 'requested'
                      AND guardian_name = (SELECT policy.actor_name())
                      AND (SELECT policy.has_matched(student_id, school_id))""",
            app="SELECT, INSERT, UPDATE (state, reason, decided_at, decided_by_name)",
        ),
        rls.transitions("guardianship_childlink", TRANSITIONS),
        rls.protect(
            "guardianship_restriction",
            # Those who decide see it; the barred guardian never does.
            read="student_id = ANY ((SELECT policy.decidable_students())::bigint[])",
        ),
    ]
