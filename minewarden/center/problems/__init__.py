"""Systemic problems (系统性问题): a few causes behind many cases. Errors of the API are in ``center.api_errors``."""
