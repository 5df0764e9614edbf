"""What several reads compute beside the columns of a link."""

from django.db.models import BooleanField, CharField, F, Func

OWN = Func(F("guardian_id"), function="policy.is_own_guardian", output_field=BooleanField())
"""Whether the acting person is the one who asks, by number or, where that is not known of staff, by name."""

HOMEROOM = Func(F("id"), function="policy.homeroom", output_field=CharField())
"""Who leads the class of the request: `types.Homeroom`."""
