import django.contrib.postgres.indexes
from django.db import migrations, models
from django.db.migrations.operations import RunSQL

# Letters and pairs of letters of a name, blanks and capitals not counted: what the two indexes below hold.
GRAMS = """
    CREATE FUNCTION organisation_grams(name text) RETURNS text[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT coalesce(array_agg(DISTINCT substr(t, n, k)), '{}')
        FROM (SELECT lower(replace(name, ' ', '')) AS t) AS plain,
             generate_series(1, length(t)) AS n, generate_series(1, 2) AS k
        WHERE n + k - 1 <= length(t)
    $$"""

# The lists that offices were shipped with are whole ones.
LISTED = """
    UPDATE organisation_office AS o SET listed_on = s.listed_on
    FROM (SELECT office_id, max(loaded_on) AS listed_on FROM organisation_school GROUP BY office_id) AS s
    WHERE s.office_id = o.code"""


class Migration(migrations.Migration):
    dependencies = [
        ("organisation", "0004_schools_through_time"),
    ]

    operations = [
        RunSQL(GRAMS, "DROP FUNCTION organisation_grams"),
        migrations.RemoveConstraint(
            model_name="school",
            name="school_natural_key",
        ),
        migrations.AddField(
            model_name="office",
            name="listed_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="school",
            name="listed_on",
            field=models.DateField(null=True),
        ),
        RunSQL(LISTED, RunSQL.noop),
        migrations.AddIndex(
            model_name="school",
            index=django.contrib.postgres.indexes.GinIndex(
                models.Func(models.F("name"), function="organisation_grams"),
                name="school_name_grams",
                fastupdate=False,
            ),
        ),
        migrations.AddIndex(
            model_name="school",
            index=django.contrib.postgres.indexes.GinIndex(
                models.Func(models.F("initials"), function="organisation_grams"),
                name="school_initials_grams",
                fastupdate=False,
            ),
        ),
        migrations.AddIndex(
            model_name="school",
            index=models.Index(
                models.F("office"),
                models.Func(
                    models.F("address"),
                    models.Value(" "),
                    models.Value(2),
                    function="split_part",
                    output_field=models.CharField(),
                ),
                name="school_region",
            ),
        ),
        migrations.AddConstraint(
            model_name="school",
            constraint=models.UniqueConstraint(
                condition=models.Q(("code", ""), _negated=True),
                fields=("code", "name", "kind"),
                name="school_natural_key",
            ),
        ),
        migrations.AddConstraint(
            model_name="school",
            constraint=models.UniqueConstraint(
                condition=models.Q(("code", "")),
                fields=("office", "name", "kind", "address"),
                name="school_without_code",
            ),
        ),
    ]
