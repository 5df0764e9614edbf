"""Run one measurement that needs Django, in the database role of this process; JSON comes in and goes out.

Started by `Place.part`: each part acts in the role in which its work is done in real life.
"""

import json
import sys
from importlib import import_module

from baroalgi.operations.ready import django_ready

PARTS = ("crowd", "sign_in", "issuing", "walls", "importing", "searching")


def main() -> None:
    (name,) = sys.argv[1:]
    if name not in PARTS:
        raise SystemExit(f"no such part: {name}")
    django_ready()
    module = import_module(f"baroalgi.operations.bench.parts.{name}")
    print(json.dumps(module.work(**json.load(sys.stdin))))


if __name__ == "__main__":
    main()
