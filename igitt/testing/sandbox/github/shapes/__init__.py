"""How GitHub writes things: one function a schema, from the neutral model to plain data.

No rights, no state changes, no headers. Shapes without varying fields are built once and shared; nothing
may change a dict after it has been made.
"""
