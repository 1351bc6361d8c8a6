"""A world with a hook, whose deliveries are handed to a bot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from support.world import World

from igitt.interfaces import WebhookEvents
from igitt.webhooks import Outcome, Router

SECRET = "h00k-s3cret-of-this-test"
EVENTS = {WebhookEvents.ISSUE, WebhookEvents.ISSUE_COMMENT, WebhookEvents.MERGE_REQUEST, WebhookEvents.PUSH}


@dataclass
class Stage:
    """A world with a hook: what happens in it is handed to a bot."""

    world: World
    seen: int = 0

    def router(self, **options: Any) -> Router:
        """A bot of alice's that does everything at once."""
        return Router(self.world.client, **{"secret": SECRET, "background": False, **options})

    @property
    def bob(self) -> Any:
        """The repository as bob sees it."""
        return self.world.as_user("bob").get_repo("acme/widgets")

    def deliver(self, bot: Router) -> list[Outcome]:
        """Hand over what is new."""
        new = self.world.forge.deliveries[self.seen :]
        self.seen = len(self.world.forge.deliveries)
        return [bot.deliver(one.headers, one.body) for one in new]
