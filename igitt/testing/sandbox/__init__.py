"""A GitHub and a GitLab in one process, for tests of bots and for playing by hand.

What one call writes the next one reads. ``Sandbox`` is the front door; ``sandbox.github`` and ``sandbox.gitlab`` are
forges (see ``forge.Forge`` for their methods). It stands for the forges, so it may not import the SDK that it tests,
save inside ``Forge.client``.

The rooms: ``model`` is plain data, ``world`` holds it with lock, clock, ids and rights, ``work`` and ``gitdata``
change it and publish an ``Event`` for each change, ``wire`` is the plumbing of a request, ``forge`` walks a
request through a half, ``github``/``gitlab`` are the halves, ``listen`` and ``adapter`` the two ways in. ``objects``
are git's own, ``gitstore`` puts them onto the disk for git, which ``git_http`` lets speak.

How a half is made: subclass ``Forge`` (``gitlab/__init__.py`` exports ``GitLabForge``), set ``hoster``,
``token_prefix`` and ``router``, and fill in the abstract methods of ``policy.Policy``. A request walks
``authenticate`` -> ``bucket``/``cost`` -> ``check`` -> the route's function -> ``finish`` (or ``render_error``) ->
``charge``. Routes are entered on the half's ``Router``::

    routes = Router("/api/v4")

    @routes.get("/projects/{id}/issues/{iid}")
    def get_issue(request: Request) -> object:
        return shapes.issue(...)  # data: 200; None: 204; Reply(data, 201, headers=...) for the rest

``request.params`` are decoded path values, ``request.number(name)`` one as an integer, ``request.arg(name)`` a
query value, ``request.json`` the body, ``request.user`` who asks (401 for nobody), ``request.viewer`` the same
without that; ``raise ApiError(status, message)`` ends it. ``wire.cut`` cuts a page; the half adds its own pagination
headers. What happens is published by the world; the half's ``deliver(event)`` turns each event into ``Delivery``
objects and gives them to ``self.send``. All of it runs under the world's one lock.
"""

from igitt.testing.sandbox.server import Sandbox, UnservedError
from igitt.testing.sandbox.wire import ApiError, Reply, Request

__all__ = ["ApiError", "Reply", "Request", "Sandbox", "UnservedError"]
