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
            name="CalendarDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("n", models.SmallIntegerField(default=1)),
                ("name", models.CharField(max_length=100)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("term", "Term"),
                            ("vacation", "Vacation"),
                            ("ceremony", "Ceremony"),
                            ("regular_exam", "Regular Exam"),
                            ("discretionary_holiday", "Discretionary Holiday"),
                            ("school_event", "School Event"),
                            ("guardian_event", "Guardian Event"),
                            ("health_event", "Health Event"),
                            ("public_holiday", "Public Holiday"),
                        ],
                        max_length=24,
                    ),
                ),
                (
                    "day_kind",
                    models.CharField(
                        choices=[
                            ("school_day", "School Day"),
                            ("closed", "Closed"),
                            ("public_holiday", "Public Holiday"),
                        ],
                        max_length=16,
                    ),
                ),
                ("content", models.CharField(blank=True, max_length=200)),
                ("grades", models.JSONField(default=list)),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.school",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("school", "day", "n"), name="calendar_day_n")
                ],
            },
        ),
        migrations.CreateModel(
            name="Meal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("kind", models.SmallIntegerField(choices=[(1, "Breakfast"), (2, "Lunch"), (3, "Dinner")])),
                ("dishes", models.JSONField()),
                ("calories", models.DecimalField(decimal_places=1, max_digits=6, null=True)),
                ("moved_from", models.DateField(null=True)),
                ("note", models.CharField(blank=True, max_length=200)),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.school",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("school", "day", "kind"), name="meal_natural_key")
                ],
            },
        ),
        rls.public("schoolinfo_calendarday", reason="published school calendar"),
        rls.public("schoolinfo_meal", reason="published meals"),
    ]
