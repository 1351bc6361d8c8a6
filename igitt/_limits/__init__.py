"""Rate limits: what headers say, what is left, when the next request is worth sending."""
