"""Addresses of boards and letters."""

from django.urls import path

from baroalgi.letters import views
from baroalgi.letters.slips.urls import urlpatterns as slips

app_name = "letters"

urlpatterns = [
    path("schools/<slug:code>/boards/<slug:board>/", views.board, name="board"),
    path("schools/<slug:code>/boards/<slug:board>/<int:number>/", views.letter, name="letter"),
    *slips,
]
