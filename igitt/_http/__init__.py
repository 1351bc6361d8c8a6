"""How a request travels: one way down, from a client's call to the wire."""
