from django.apps import AppConfig


class GuardianshipConfig(AppConfig):
    name = "baroalgi.guardianship"
    label = "guardianship"
