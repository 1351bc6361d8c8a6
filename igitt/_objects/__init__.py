"""Lazy objects over the API's JSON, and what is the same on every forge."""
