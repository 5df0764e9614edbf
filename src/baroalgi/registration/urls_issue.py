"""Addresses of step ⑤; `registration.urls` takes them in."""

from django.urls import path

from baroalgi.registration import views_issue as views

issue_urlpatterns = [
    path("certificate/issue/<str:token>/", views.issue, name="issue"),
    path("certificate/issue/<str:token>/order/", views.order, name="issue_order"),
    path("certificate/issue/<str:token>/confirm/", views.confirm, name="issue_confirm"),
]
