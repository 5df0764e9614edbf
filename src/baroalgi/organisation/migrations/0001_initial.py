import django.db.models.deletion
from django.db import migrations, models

from baroalgi.platform import rls


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Office",
            fields=[
                ("code", models.CharField(max_length=3, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=60)),
                ("short_name", models.CharField(max_length=10)),
                ("homepage", models.CharField(blank=True, max_length=200)),
                ("phone", models.CharField(blank=True, max_length=40)),
                ("address", models.CharField(blank=True, max_length=200)),
                ("position", models.SmallIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("identity_mac", models.CharField(max_length=70, null=True, unique=True)),
                ("name", models.CharField(max_length=40)),
                ("birth_date", models.DateField(null=True)),
                ("phone_home", models.CharField(blank=True, max_length=20)),
                ("mobile", models.CharField(blank=True, max_length=20)),
                ("email", models.CharField(blank=True, max_length=254)),
                ("postcode", models.CharField(blank=True, max_length=6)),
                ("address1", models.CharField(blank=True, max_length=200)),
                ("address2", models.CharField(blank=True, max_length=100)),
                ("created_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="RegionalOffice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, unique=True)),
                ("short_name", models.CharField(max_length=40)),
                ("phone", models.CharField(blank=True, max_length=40)),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.office",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="School",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(blank=True, max_length=7)),
                ("name", models.CharField(max_length=60)),
                ("initials", models.CharField(max_length=60)),
                ("english_name", models.CharField(blank=True, max_length=120)),
                ("kind", models.CharField(blank=True, max_length=30)),
                ("foundation", models.CharField(blank=True, max_length=10)),
                ("province", models.CharField(blank=True, max_length=30)),
                ("postcode", models.CharField(blank=True, max_length=6)),
                ("address", models.CharField(blank=True, max_length=120)),
                ("address_detail", models.CharField(blank=True, max_length=120)),
                ("phone", models.CharField(blank=True, max_length=40)),
                ("fax", models.CharField(blank=True, max_length=40)),
                ("homepage", models.CharField(blank=True, max_length=200)),
                ("coeducation", models.CharField(blank=True, max_length=10)),
                ("high_school_kind", models.CharField(blank=True, max_length=20)),
                ("day_night", models.CharField(blank=True, max_length=10)),
                ("founded_on", models.DateField(null=True)),
                ("anniversary", models.DateField(null=True)),
                ("loaded_on", models.DateField(null=True)),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.office",
                    ),
                ),
                (
                    "regional_office",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.regionaloffice",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Place",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("postcode", models.CharField(blank=True, max_length=6)),
                ("address", models.CharField(blank=True, max_length=200)),
                ("phone", models.CharField(blank=True, max_length=40)),
                ("takes_papers", models.BooleanField(default=False)),
                (
                    "regional_office",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.regionaloffice",
                    ),
                ),
                (
                    "school",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.school",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ClosedDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("name", models.CharField(max_length=60)),
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
            name="SchoolClass",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("school_year", models.SmallIntegerField()),
                ("grade", models.SmallIntegerField()),
                ("class_no", models.SmallIntegerField()),
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
            name="StaffPost",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("homeroom_teacher", "HOMEROOM_TEACHER"),
                            ("deputy", "DEPUTY"),
                            ("subject_teacher", "SUBJECT_TEACHER"),
                            ("school_admin", "SCHOOL_ADMIN"),
                            ("registration_officer", "REGISTRATION_OFFICER"),
                            ("office_admin", "OFFICE_ADMIN"),
                            ("operator", "OPERATOR"),
                        ],
                        max_length=24,
                    ),
                ),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.person",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.place"
                    ),
                ),
                (
                    "school_class",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.schoolclass",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Student",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("identity_mac", models.CharField(max_length=70, unique=True)),
                ("name", models.CharField(max_length=40)),
                ("number", models.SmallIntegerField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("enrolled", "Enrolled"), ("left", "Left")],
                        default="enrolled",
                        max_length=10,
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
                    "school_class",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.schoolclass",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="school",
            constraint=models.UniqueConstraint(fields=("code", "name", "kind"), name="school_natural_key"),
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.CheckConstraint(
                condition=models.Q(("school", None), ("regional_office", None), _connector="OR"),
                name="place_is_one_thing",
            ),
        ),
        migrations.AddConstraint(
            model_name="closedday",
            constraint=models.UniqueConstraint(fields=("school", "day"), name="closed_day_once"),
        ),
        migrations.AddConstraint(
            model_name="schoolclass",
            constraint=models.UniqueConstraint(
                fields=("school", "school_year", "grade", "class_no"), name="school_class_natural_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="staffpost",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to", None), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                ),
                name="staff_post_period",
            ),
        ),
        migrations.AddConstraint(
            model_name="staffpost",
            constraint=models.UniqueConstraint(
                condition=models.Q(("role", "homeroom_teacher"), ("valid_to", None)),
                fields=("school_class",),
                name="one_homeroom_teacher",
            ),
        ),
        migrations.AddConstraint(
            model_name="student",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "enrolled")),
                fields=("school_class", "number"),
                name="student_number_once",
            ),
        ),
        rls.public("organisation_office", reason="published list of education offices"),
        rls.public("organisation_regionaloffice", reason="published list of regional offices"),
        rls.public("organisation_school", reason="published list of schools"),
        rls.public("organisation_place", reason="published addresses of schools and offices"),
        rls.public("organisation_closedday", reason="published school calendar"),
        rls.public("organisation_schoolclass", reason="grades and numbers of classes, names no person"),
        rls.protect(
            "organisation_person",
            read="id = (SELECT policy.actor())",
            write="id = (SELECT policy.actor())",
            # Contact data only: nobody renames himself or takes another identity.
            app="SELECT, UPDATE (phone_home, mobile, email, postcode, address1, address2)",
        ),
        rls.protect(
            "organisation_student",
            read="id = ANY ((SELECT policy.visible_students())::bigint[])",
            # Without the hash: whoever knew it could answer for the number (policy.match_student).
            app="SELECT (id, name, number, state, school_id, school_class_id)",
        ),
        rls.protect("organisation_staffpost", read="person_id = (SELECT policy.actor())"),
    ]
