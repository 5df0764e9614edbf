"""What a parent's hands have to do is counted over the real pages (docs/figures.md)."""

from baroalgi.operations.bench import hands
from baroalgi.operations.bench.place import Place
from baroalgi.operations.home import Home
from baroalgi.operations.postgres import running


def test_a_parent_needs_at_most_five_minutes_of_typing_tapping_and_thinking(demo):
    with running(demo.data_dir) as server:
        figure = hands.measure(Place(demo.url, Home(demo.data_dir), server))

    assert figure.holds, figure
    # The form is the longest; nothing of officers and teachers is counted.
    assert max(figure.shares, key=lambda step: figure.shares[step]) == "form"
    assert not [step for step in figure.shares if "officer" in step or "teacher" in step]


def test_hangul_is_counted_by_jamo_and_codes_are_slower_than_words():
    diary = hands.Diary(step="form")
    diary.type("name", "박한별")  # ㅂㅏㄱ ㅎㅏㄴ ㅂㅕㄹ
    words = diary.seconds["form"]
    diary.type("rrn_0", "900101")

    assert words == hands.THOUGHT + hands.TAP + 9 * hands.LETTER
    assert diary.seconds["form"] - words == hands.THOUGHT + hands.TAP + 6 * hands.CODE_LETTER
