"""Synthetic Korean names: a surname by its share among the people, a given name by generation."""

from random import Random
from typing import Literal

Sex = Literal["male", "female"]

# Per mille, roughly as in the census of 2015.
_SURNAMES = {
    "김": 215, "이": 147, "박": 84, "최": 47, "정": 43, "강": 24, "조": 21, "윤": 20, "장": 19, "임": 17,
    "한": 15, "오": 15, "서": 15, "신": 15, "권": 14, "황": 14, "안": 14, "송": 14, "류": 13, "홍": 11,
    "전": 11, "고": 9, "문": 9, "손": 9, "양": 9, "배": 8, "백": 8, "허": 6, "남": 6, "심": 5,
    "노": 5, "하": 5, "곽": 4, "성": 4, "차": 4, "주": 4, "우": 4, "구": 4, "민": 3, "진": 3,
}  # fmt: skip
_GIVEN: dict[tuple[Literal["child", "adult"], Sex], str] = {
    ("child", "male"): """
        서준 도윤 시우 하준 은우 지호 예준 유준 이준 수호 주원 지후 도현 준우 건우 우진 선우 서진 연우 정우
        승우 시윤 준서 유찬 은호 지환 승현 준혁 이안 윤우 시온 지안 민준 현우 태윤 로운 하람 가온 한결 누리
    """,
    ("child", "female"): """
        서아 하윤 지아 서윤 아린 하은 아윤 지우 수아 시아 채원 윤서 지유 예린 다은 소율 예나 수빈 소윤 하린
        유나 지민 서현 다인 채은 나은 윤아 민서 가은 은서 서하 예은 이서 라온 가람 아름 슬아 보람 새봄 다솜
    """,
    ("adult", "male"): """
        성민 정훈 현우 준호 상현 동현 민수 재현 승현 영호 진우 태훈 성훈 지훈 경민 병철 상우 기범 재훈 창민
        용석 명수 형준 종현 원석 광호 세진 대현 성진 도형 인호 규태 한수 동욱 민혁 철민 윤재 희성 석진 문규
    """,
    ("adult", "female"): """
        지영 은정 미경 은주 현정 수진 혜진 지은 선영 미영 은영 정은 유진 민정 소영 경희 혜영 지현 수연 보영
        은경 연주 현주 나영 주희 윤정 진아 명희 순영 영은 희정 미선 세영 효진 유리 다영 성희 인숙 가영 수정
    """,
}
_GIVEN_NAMES = {key: tuple(names.split()) for key, names in _GIVEN.items()}


def surname(rng: Random) -> str:
    """Draw a surname."""
    return rng.choices(tuple(_SURNAMES), weights=tuple(_SURNAMES.values()))[0]


def given_name(rng: Random, generation: Literal["child", "adult"], sex: Sex) -> str:
    """Draw a given name of that generation."""
    return rng.choice(_GIVEN_NAMES[generation, sex])


def password(rng: Random, length: int) -> str:
    """Draw a password of letters and digits that cannot be misread, at least one of each."""
    letters, digits = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ", "23456789"
    drawn = [rng.choice(letters), rng.choice(digits), *rng.choices(letters + digits, k=length - 2)]
    rng.shuffle(drawn)
    return "".join(drawn)
