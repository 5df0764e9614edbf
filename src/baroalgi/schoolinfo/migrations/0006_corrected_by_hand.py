"""What a school entered or corrected stays when NEIS is read again; lessons are taken back like other lines."""

import django.db.models.functions.datetime
from django.db import migrations, models
from django.db.migrations.operations import RunSQL


class Migration(migrations.Migration):
    dependencies = [
        ("schoolinfo", "0005_plans_of_led_classes"),
    ]

    operations = [
        migrations.AddField(
            model_name="calendarday",
            name="own",
            field=models.BooleanField(db_default=False),
        ),
        migrations.AddField(
            model_name="calendarday",
            name="told_as",
            field=models.CharField(blank=True, db_default="", max_length=100),
        ),
        migrations.AddField(
            model_name="classlisting",
            name="changed_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
        ),
        migrations.AddField(
            model_name="classroom",
            name="changed_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
        ),
        migrations.AddField(
            model_name="lesson",
            name="cancelled",
            field=models.BooleanField(db_default=False),
        ),
        migrations.AddField(
            model_name="lesson",
            name="own",
            field=models.BooleanField(db_default=False),
        ),
        migrations.AddField(
            model_name="major",
            name="changed_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
        ),
        migrations.AddField(
            model_name="meal",
            name="own",
            field=models.BooleanField(db_default=False),
        ),
        # An import always notes a day of loading: what has changed without one was changed by hand.
        RunSQL(
            """UPDATE schoolinfo_calendarday SET own = true WHERE loaded_on IS NULL AND sequence > 0;
               UPDATE schoolinfo_meal SET own = true WHERE loaded_on IS NULL AND sequence > 0;
               UPDATE schoolinfo_lesson SET own = true WHERE loaded_on IS NULL AND sequence > 0""",
            RunSQL.noop,
        ),
        # Lines of several days said the sum of their days' changes, now the highest of them: never less.
        RunSQL("UPDATE schoolinfo_calendarday SET sequence = sequence + 1000", RunSQL.noop),
    ]
