from django.apps import AppConfig


class PkiConfig(AppConfig):
    name = "baroalgi.pki"
    label = "pki"
