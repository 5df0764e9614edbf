"""Addresses of boards and letters: for everyone, and for those who write."""

from django.urls import path

from baroalgi.letters.slips.urls import urlpatterns as slips
from baroalgi.letters.views import reading, writing

app_name = "letters"

_BOARD = "schools/<slug:code>/boards/<slug:board>/"

urlpatterns = [
    path(_BOARD, reading.board, name="board"),
    path(f"{_BOARD}<int:number>/", reading.letter, name="letter"),
    path(f"{_BOARD}<int:number>/print/", reading.print_page, name="print"),
    path(f"{_BOARD}<int:number>/card.png", reading.card_picture, name="card"),
    path("desk/letters/", writing.desk, name="desk"),
    path("desk/letters/new/", writing.begin, name="begin"),
    path("desk/letters/reach/", writing.reach, name="reach"),
    path("desk/letters/<int:letter_id>/", writing.edit, name="edit"),
    path("desk/letters/<int:letter_id>/preview/", writing.preview, name="preview"),
    path("desk/letters/<int:letter_id>/withdraw/", writing.withdraw, name="withdraw"),
    *slips,
]
