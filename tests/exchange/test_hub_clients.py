"""Clients that were written for NEIS work unmodified but for the base address (domain.md §7.9)."""

import asyncio
import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import neispy
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application

from tests.exchange.arranging import one_of_each
from tests.exchange.hub import key

FRONTEND = Path(__file__).parents[2] / "frontend"
DAY, PAST = "20261124", "20210304"


class Quiet(WSGIRequestHandler):
    def log_message(self, *_arguments):
        pass


@contextmanager
def hub() -> Iterator[str]:
    """Serve the whole program on a port of this machine; yields the address of the hub."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
    server.set_app(get_wsgi_application())
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}/hub"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def of(school, **more):
    return {"ATPT_OFCDC_SC_CODE": "M10", "SD_SCHUL_CODE": school.code, **more}


def test_neispy_reads_every_service(world, monkeypatch):
    schools, mine = one_of_each(world), key(world)
    high = of(schools["high"])
    home = of(world.hwanggan)
    calls = [
        ("schoolInfo", home),
        ("mealServiceDietInfo", {**home, "MLSV_YMD": "202611"}),
        ("SchoolSchedule", {**home, "AA_FROM_YMD": "20261101", "AA_TO_YMD": "20261130"}),
        ("acaInsTiInfo", {"ATPT_OFCDC_SC_CODE": "M10"}),
        ("classInfo", high),
        ("schoolMajorinfo", high),
        ("schulAflcoinfo", high),
        ("tiClrminfo", high),
        *((f"{name}Timetable", of(schools[name], ALL_TI_YMD=DAY, PERIO=1)) for name in ("els", "mis", "sps")),
        ("hisTimetable", of(schools["his"], ALL_TI_YMD=DAY, CLASS_NM="1")),
        *((f"{name}Timetable", of(schools[name], AY=2021)) for name in ("els", "mis", "his", "sps")),
    ]

    async def ask(base):
        monkeypatch.setattr(neispy.Neispy, "BASE", base)
        async with neispy.Neispy(KEY=mine) as client:
            found = [(name, await getattr(client, name)(**asked)) for name, asked in calls]
            refused = []
            for asked in ({"SCHUL_NM": "없는 학교"}, {"KEY": "0" * 32}, {"pSize": 1001}, {"pIndex": "x"}):
                try:
                    await client.schoolInfo(**asked)
                except Exception as error:
                    refused.append((type(error).__name__, str(error)))
        return found, refused

    with hub() as base:
        found, refused = asyncio.run(ask(base))
    for name, answer in found:
        (row,) = getattr(answer, name)[1].row
        assert getattr(answer, name)[0].head[0].list_total_count == 1
        assert row.ATPT_OFCDC_SC_CODE == "M10", name
    assert [row.ITRT_CNTNT for name, answer in found[8:] for row in getattr(answer, name)[1].row] == [
        *["국어"] * 4,
        *["옛 국어"] * 4,
    ]
    assert [words[1] for words in refused] == [
        "INFO-200 해당하는 데이터가 없습니다.",
        "ERROR-290 인증키가 유효하지 않습니다. 인증키가 없는 경우, 홈페이지에서 인증키를 신청하십시오.",
        "ERROR-336 데이터요청은 한번에 최대 1,000건을 넘을 수 없습니다.",
        "ERROR-333 요청위치 값의 타입이 유효하지 않습니다.요청위치 값은 정수를 입력하세요.",
    ]


def test_neis_ts_and_neis_api_read_every_service(world):
    schools = one_of_each(world)
    high, home = of(schools["high"]), of(world.hwanggan)
    timetables = {"getElsTimetable": "els", "getMisTimetable": "mis", "getHisTimetable": "his"}
    timetables |= {"getSpsTimetable": "sps"}
    asked = {
        "neis": {
            "getSchool": home,
            "getMeal": {**home, "MLSV_YMD": DAY},
            "getSchedule": home,
            "getAcademy": {"ATPT_OFCDC_SC_CODE": "M10"},
            "getClass": high,
            "getMajor": high,
            "getAflco": high,
            "getClrm": high,
            **{method: of(schools[name], ALL_TI_YMD=DAY) for method, name in timetables.items()},
            **{f"{method}One": of(schools[name], ALL_TI_YMD=PAST) for method, name in timetables.items()},
        },
        "other": {
            "getSchoolInfo": [home],
            "getMealInfo": [home],
            "getSchedule": [home],
            "getClassInfo": [high],
            "getMajorInfo": [high],
            "getAflcoInfo": [high],
            "getTimeClassroomInfo": [high],
            "getTimetable": [high, {"ALL_TI_YMD": DAY}],
        },
    }
    with hub() as base:
        told = json.dumps({"base": base, "key": key(world), "asked": asked})
        script = Path(__file__).with_name("clients") / "neis.mjs"
        done = subprocess.run(
            ["node", script, told, FRONTEND / "package.json"], capture_output=True, text=True, check=True
        )
    answers = json.loads(done.stdout)
    for client in ("neis", "other"):
        for method, answer in answers[client].items():
            (row,) = [answer] if method.endswith("One") else answer
            assert row["ATPT_OFCDC_SC_CODE"] == "M10", (client, method, answer)
    assert answers["neis"]["getElsTimetableOne"]["ITRT_CNTNT"] == "옛 국어"
    assert {name: error["message"][:9].strip() for name, error in answers["errors"].items()} == {
        "nothing": "INFO-200",
        "key": "ERROR-290",
        "many": "ERROR-336",
    }
