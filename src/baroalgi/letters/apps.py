from django.apps import AppConfig


class LettersConfig(AppConfig):
    name = "baroalgi.letters"
    label = "letters"
