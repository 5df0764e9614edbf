"""Addresses of boards and letters: for everyone, and for those who write."""

from django.urls import path

from baroalgi.letters.views import reading

app_name = "letters"

_BOARD = "schools/<slug:code>/boards/<slug:board>/"

urlpatterns = [
    path(_BOARD, reading.board, name="board"),
    path(f"{_BOARD}<int:number>/", reading.letter, name="letter"),
    path(f"{_BOARD}<int:number>/print/", reading.print_page, name="print"),
    path(f"{_BOARD}<int:number>/card.png", reading.card_picture, name="card"),
]
