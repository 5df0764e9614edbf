import django.db.models.deletion
from django.db import migrations, models

from baroalgi.platform import rls


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("organisation", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Exam",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("school_year", models.SmallIntegerField()),
                ("term", models.SmallIntegerField()),
                ("ordinal", models.SmallIntegerField()),
                ("grade", models.SmallIntegerField()),
                ("name", models.CharField(max_length=40)),
                ("first_day", models.DateField()),
                ("last_day", models.DateField()),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.school",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ExamSubject",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40)),
                ("position", models.SmallIntegerField()),
                ("max_score", models.DecimalField(decimal_places=1, max_digits=5)),
                ("grade_mean", models.DecimalField(decimal_places=1, max_digits=5, null=True)),
                (
                    "exam",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.exam"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Release",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("entered", "Entered"),
                            ("checked", "Checked"),
                            ("confirmed", "Confirmed"),
                            ("released", "Released"),
                        ],
                        max_length=10,
                    ),
                ),
                ("shows_mean", models.BooleanField(default=True)),
                ("released_at", models.DateTimeField(null=True)),
                (
                    "exam",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.exam"
                    ),
                ),
                (
                    "school_class",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.schoolclass",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Score",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("points", models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                (
                    "exam_subject",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.examsubject",
                    ),
                ),
                (
                    "release",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.release"
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.school",
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
            name="AttendanceDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("absence", "Absence"),
                            ("late", "Late"),
                            ("early_leave", "Early Leave"),
                            ("class_absence", "Class Absence"),
                        ],
                        max_length=14,
                    ),
                ),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("illness", "Illness"),
                            ("unexcused", "Unexcused"),
                            ("recognised", "Recognised"),
                            ("other", "Other"),
                        ],
                        max_length=12,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=100)),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.school",
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
                "indexes": [models.Index(fields=["student", "day"], name="records_att_student_a1d2a8_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "absence")),
                        fields=("student", "day"),
                        name="attendance_one_absence_a_day",
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="exam",
            constraint=models.UniqueConstraint(
                fields=("school", "school_year", "term", "ordinal", "grade"), name="exam_natural_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="examsubject",
            constraint=models.UniqueConstraint(fields=("exam", "name"), name="exam_subject_name"),
        ),
        migrations.AddConstraint(
            model_name="release",
            constraint=models.UniqueConstraint(fields=("exam", "school_class"), name="release_scope"),
        ),
        migrations.AddConstraint(
            model_name="release",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "released"), _negated=True),
                    ("released_at__isnull", False),
                    _connector="OR",
                ),
                name="release_has_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="score",
            constraint=models.UniqueConstraint(fields=("student", "exam_subject"), name="score_natural_key"),
        ),
        rls.protect(
            "records_attendanceday",
            read="student_id = ANY ((SELECT policy.visible_students())::bigint[])",
        ),
        rls.public("records_exam", reason="names and days of exams, no pupil"),
        rls.protect("records_release", read="id = ANY ((SELECT policy.visible_releases())::bigint[])"),
        rls.protect(
            "records_examsubject",
            # The mean of a grade is shown with released results only.
            read="""exam_id IN (SELECT exam_id FROM records_release)""",
        ),
        rls.protect(
            "records_score",
            read="""student_id = ANY ((SELECT policy.visible_students())::bigint[])
                    AND release_id = ANY ((SELECT policy.visible_releases())::bigint[])""",
        ),
    ]
