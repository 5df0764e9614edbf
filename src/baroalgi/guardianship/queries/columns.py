"""What several reads compute beside the columns of a link."""

from django.db.models import CharField, F, Func

HOMEROOM = Func(F("id"), function="policy.homeroom", output_field=CharField())
"""Who leads the class of the request: `types.Homeroom`."""
