"""Jobs of this room, run by the worker."""

from datetime import datetime
from itertools import groupby
from operator import attrgetter

from django.conf import settings
from django.utils.translation import gettext as say

from baroalgi.operations import checks
from baroalgi.platform import outbox
from baroalgi.platform.mail import Mail
from baroalgi.platform.queue import job
from baroalgi.platform.unit import system_unit


@job(cron="0 23 * * *", outside=True)  # UTC: at 8 in Seoul
def tell_operator(*, now: datetime, **_later: object) -> None:
    """Mail the operator what is wrong or will be; each trouble once a day, however often this runs.

    Nothing about the mail server: that mail would not arrive.
    """
    if not (to := settings.ENVIRONMENT.operator_email):
        return
    wrong = sorted(
        (f for f in checks.all_findings() if not f.ok and f.name != "mail"), key=attrgetter("name")
    )
    with system_unit():
        for name, findings in groupby(wrong, key=attrgetter("name")):
            mail = Mail(
                say("[바로알기] 운영자가 볼 것이 있습니다: %(what)s") % {"what": name},
                "\n".join(finding.sentence for finding in findings) + "\n\nbaroalgi doctor\n",
                to,
            )
            outbox.put(mail, key=f"operator:{name}:{now:%Y-%m-%d}")
