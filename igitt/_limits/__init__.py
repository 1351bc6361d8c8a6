"""Rate limits: what headers tell, what is left, when the next request is worth sending."""
