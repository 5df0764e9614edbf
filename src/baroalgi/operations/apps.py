"""The room as an application, so that the worker finds its jobs."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "baroalgi.operations"
    label = "operations"
