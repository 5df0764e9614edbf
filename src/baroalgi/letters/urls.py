"""Addresses of boards and letters: for everyone, and for those who write."""

from django.urls import path

from baroalgi.letters.slips.urls import urlpatterns as slips
from baroalgi.letters.views import feeds, files, reading, writing

app_name = "letters"

_BOARD = "schools/<slug:code>/boards/<slug:board>/"

urlpatterns = [
    path(_BOARD, reading.board, name="board"),
    path(f"{_BOARD}<int:number>/", reading.letter, name="letter"),
    path(f"{_BOARD}<int:number>/print/", reading.print_page, name="print"),
    path(f"{_BOARD}<int:number>/card.png", reading.card_picture, name="card"),
    *(
        entry
        for kind in ("rss", "atom")
        for entry in (
            path(f"{_BOARD}{kind}.xml", feeds.board, {"kind": kind}, name=f"board_{kind}"),
            path(f"schools/<slug:code>/{kind}.xml", feeds.school, {"kind": kind}, name=f"school_{kind}"),
            path(f"feeds/<str:token>/{kind}.xml", feeds.own, {"kind": kind}, name=f"own_{kind}"),
        )
    ),
    path("feeds/<str:token>/files/<uuid:public_id>/", feeds.own_file, name="own_file"),
    path("account/feed/", feeds.address, name="feed_address"),
    path("account/feed/make/", feeds.make, name="feed_make"),
    path("account/feed/remove/", feeds.remove, name="feed_remove"),
    path("files/<uuid:public_id>/", files.attachment, name="attachment"),
    path("files/<uuid:public_id>/<int:page>-<int:fits>.webp", files.preview, name="preview"),
    path("desk/letters/<int:letter_id>/files/", files.desk, name="desk_files"),
    path("desk/letters/<int:letter_id>/files/<uuid:public_id>/remove/", files.remove, name="file_remove"),
    path("desk/letters/<int:letter_id>/files/<uuid:public_id>/up/", files.move_up, name="file_up"),
    path("desk/letters/", writing.desk, name="desk"),
    path("desk/letters/new/", writing.begin, name="begin"),
    path("desk/letters/reach/", writing.reach, name="reach"),
    path("desk/letters/<int:letter_id>/", writing.edit, name="edit"),
    path("desk/letters/<int:letter_id>/preview/", writing.preview, name="preview"),
    path("desk/letters/<int:letter_id>/discard/", writing.discard, name="discard"),
    path("desk/letters/<int:letter_id>/withdraw/", writing.withdraw, name="withdraw"),
    *slips,
]
