"""Say what is wrong with this installation, and what each setting means. Exit status 1 when something is."""

import argparse
import os
from collections.abc import Sequence

from baroalgi.operations.ready import django_ready


def main(arguments: Sequence[str]) -> int:
    """Look at everything and tell it, one line each."""
    parser = argparse.ArgumentParser(prog="baroalgi doctor", description=__doc__)
    parser.add_argument("--json", action="store_true", help="as JSON, for other programs")
    chosen = parser.parse_args(arguments)
    django_ready()

    import json

    from django.conf import settings

    from baroalgi.operations import checks

    findings = list(checks.all_findings())
    if chosen.json:
        print(json.dumps([{"name": f.name, "ok": f.ok, "sentence": f.sentence} for f in findings], indent=1))
    else:
        for name, sentence in settings.ENVIRONMENT.sentences():
            print(f"{'set  ' if os.environ.get(name) else 'unset'}  {name}: {sentence}")
        print()
        for finding in findings:
            print(f"{'ok   ' if finding.ok else 'WRONG'}  {finding.sentence}")
    return 0 if all(finding.ok for finding in findings) else 1
