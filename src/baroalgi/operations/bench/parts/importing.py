"""A nation's list of schools taken in at one go (role: worker).

The schools are invented, from a seed: so many, of all offices and kinds, with names of real length.
"""

import json
import random
import resource
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from baroalgi.exchange import actions
from baroalgi.exchange.types import NeisWanted
from baroalgi.organisation import queries

DAY = date(2026, 3, 1)
ON_A_PAGE = 1000
SYLLABLES = (
    "가강경고광구금기길남내노달대덕도동두마명목문미백범복봉부북산삼상새서석선성소송수신안양여"
    "연영오옥완용우운원월유은의이인일자장전정제조주중진창천청초춘충태평포풍하학한해현호홍화황"
)
KINDS = (("초등학교", 6), ("중학교", 3), ("고등학교", 2), ("특수학교", 1))


class _Silent:
    """Nobody looks on."""

    def unread(self, where: str, row: int | None, reason: str) -> None:
        raise RuntimeError(f"{where}, row {row}: {reason}")

    def begins(self, total: int, unit: str) -> None:
        pass

    def advances(self, by: int, what: str) -> None:
        pass


def work(schools: int) -> dict[str, Any]:
    """Return the seconds of the import, of the same again, and the most memory."""
    with tempfile.TemporaryDirectory() as directory:
        _write(Path(directory), schools)
        first, new = _import(directory)
        again, changed = _import(directory)
    if (new, changed) != (schools, 0):
        raise RuntimeError(f"{new} of {schools} schools came in, {changed} changed on the second time")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": first, "again": again, "megabytes": memory}


def _import(directory: str) -> tuple[float, int]:
    wanted = NeisWanted((), settings.ENVIRONMENT.office, timezone.now(), DAY)
    begun = time.perf_counter()
    report = actions.import_neis(wanted, _Silent(), source=directory, key="")
    counts = report.counts["schoolInfo"]
    return time.perf_counter() - begun, counts["new"] + counts["changed"]


def _write(directory: Path, count: int) -> None:
    offices = [office.code for office in queries.offices()]
    share, more = divmod(count, len(offices))
    chance = random.Random(1906)  # noqa: S311 - for figures, not for secrets
    for place, office in enumerate(offices):
        rows = list(_schools(office, 10_000 * (place + 1), share + (place < more), chance))
        for first in range(0, len(rows), ON_A_PAGE):
            head = [{"list_total_count": len(rows)}, {"RESULT": {"CODE": "INFO-000", "MESSAGE": ""}}]
            path = directory / f"{office}-{DAY:%Y%m%d}-p{first // ON_A_PAGE + 1}.json"
            page = [{"head": head}, {"row": rows[first : first + ON_A_PAGE]}]
            path.write_text(json.dumps({"schoolInfo": page}, ensure_ascii=False), encoding="utf-8")


def _schools(office: str, number: int, count: int, chance: random.Random) -> Iterator[dict[str, str | None]]:
    kinds = [kind for kind, weight in KINDS for _n in range(weight)]
    for n in range(count):
        kind, word = chance.choice(kinds), "".join(chance.choices(SYLLABLES, k=chance.choice((2, 2, 3))))
        place = "".join(chance.choices(SYLLABLES, k=2))
        yield {
            "ATPT_OFCDC_SC_CODE": office,
            "ATPT_OFCDC_SC_NM": f"{office} 교육청",
            "SD_SCHUL_CODE": f"9{number + n:06}",
            "SCHUL_NM": f"{word}{kind}",
            "ENG_SCHUL_NM": f"School {number + n} ",
            "SCHUL_KND_SC_NM": kind,
            "LCTN_SC_NM": "어느도",
            "JU_ORG_NM": f"어느도{place}교육지원청",
            "FOND_SC_NM": chance.choice(("공립", "공립", "사립")),
            "ORG_RDNZC": f"{chance.randrange(100_000):05} ",
            "ORG_RDNMA": f"어느도 {place}군 {word}길 {n + 1}",
            "ORG_RDNDA": f"/ {word}{kind} ",
            "ORG_TELNO": f"000-{n:04}-0000",
            "HMPG_ADRES": f"http://school-{number + n}.example",
            "COEDU_SC_NM": "남여공학",
            "ORG_FAXNO": None,
            "HS_SC_NM": "일반고" if kind == "고등학교" else "  ",
            "INDST_SPECL_CCCCL_EXST_YN": "N",
            "HS_GNRL_BUSNS_SC_NM": "해당없음",
            "SPCLY_PURPS_HS_ORD_NM": None,
            "ENE_BFE_SEHF_SC_NM": "전기",
            "DGHT_SC_NM": "주간",
            "FOND_YMD": "19500301",
            "FOAS_MEMRD": "19500301",
            "LOAD_DTM": f"{DAY:%Y%m%d}",
        }
