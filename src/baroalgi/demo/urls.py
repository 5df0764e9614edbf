"""Addresses that only a demo has."""

from django.urls import path

from baroalgi.demo import views

app_name = "demo"

urlpatterns = [path("demo/outbox/", views.outbox, name="outbox")]
