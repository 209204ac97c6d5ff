"""The numbers that people tune."""

from datetime import timedelta

from pydantic import Field

from goldsmith.model import Model


class AdoptRules(Model):
    max_age: timedelta = Field(timedelta(days=90), description="How old an image may be when it is adopted.")
