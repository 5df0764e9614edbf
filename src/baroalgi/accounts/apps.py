from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "baroalgi.accounts"
    label = "accounts"
