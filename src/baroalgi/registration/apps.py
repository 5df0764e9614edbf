from django.apps import AppConfig


class RegistrationConfig(AppConfig):
    name = "baroalgi.registration"
    label = "registration"
