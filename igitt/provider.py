"""For whoever adds a forge: what a provider is made of, under names that stay.

A provider is a :class:`Provider` value, a class of clients, and a class for each thing. An installed package makes its
forge known by an entry point of the group ``igitt.hosters``::

    [project.entry-points."igitt.hosters"]
    forgejo = "igitt_forgejo.provider:FORGEJO"

The value's module imports this one and nothing else of igitt, so that telling which forge a URL is of stays cheap: what
sends requests is loaded when the first of its names here is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from igitt._base.addresses import base_of, host_key
from igitt._base.forges import provider_at, provider_of, providers
from igitt._base.lazy import lazy_names
from igitt._base.pages import Words, number_in, read_page, read_thing
from igitt._base.provider import API, Marks, Provider, Rates, Scheme, Verb, WebhookHeaders

if TYPE_CHECKING:
    from igitt._base.answer import Answer
    from igitt._base.paths import join, segment
    from igitt._http.dialect import Dialect
    from igitt._http.download import RemoteFile
    from igitt._http.error_mapping import told_as
    from igitt._http.graphql import ask
    from igitt._http.page import Page
    from igitt._http.pagination import RemoteList, StaticList, WholeList
    from igitt._http.writes import DONE, NOT_DONE, Again, Sent, Write, Writes
    from igitt._limits.headers import RateLimit
    from igitt._objects.part import Part
    from igitt._objects.resource import (
        Editable,
        EditableRelated,
        EditableRelatedSet,
        EditableSetField,
        Field,
        Related,
        RelatedSet,
        Resource,
        Writable,
        WritableSet,
    )
    from igitt._objects.shared.clones import CommonClones
    from igitt._objects.shared.mentions import ReferringCommit, ReferringMergeRequest, issues_named
    from igitt._objects.shared.refs import CommonRef, CommonRefs, owner_name
    from igitt._objects.shared.things import CommonCommit, CommonIssue, CommonRepository
    from igitt._objects.steps import following
    from igitt._text.quoting import defused
    from igitt.auth.oauth import OAuthToken
    from igitt.auth.token import StaticToken, Token
    from igitt.client import Client, ClientOptions
    from igitt.interfaces.actions import Action, CommentActions, WikiActions
    from igitt.interfaces.attributes import Attribute, EditableAttribute, EditableSet, computed, computed_set
    from igitt.interfaces.commit import checked_status, combine
    from igitt.interfaces.content import Raw, as_bytes, as_text
    from igitt.interfaces.convert import (
        as_level,
        as_names,
        color,
        day,
        described,
        flag,
        from_words,
        instant,
        integer,
        names,
        nonempty,
        optional_instant,
        optional_integer,
        optional_text,
        state_word,
        text,
        to_day,
        to_instant,
        to_text,
        without_none,
    )
    from igitt.interfaces.element import Unsupported, partly, unsupported
    from igitt.interfaces.event import Event
    from igitt.interfaces.hook import HookFields, NewSecret, checked_events, secret_for
    from igitt.interfaces.issue_event import checked_names
    from igitt.interfaces.lists import PaginatedList
    from igitt.interfaces.repository_ci import checked_variable
    from igitt.interfaces.repository_contents import checked_format, checked_person
    from igitt.interfaces.review import checked_review
    from igitt.interfaces.sets import NamedSet
    from igitt.interfaces.shapes import shaped
    from igitt.urls import is_url
    from igitt.webhooks.cache_update import forget, plant, uproot
    from igitt.webhooks.delivery import (
        STATES,
        Changes,
        Delivery,
        bodies,
        moment,
        number,
        part,
        parts,
        required,
        when,
        word,
    )
    from igitt.webhooks.headers import Headers
    from igitt.webhooks.lazy import Moment, Surrounding, Thing
    from igitt.webhooks.receive import Reader, receive
    from igitt.webhooks.signatures import TOLERANCE
    from igitt.webhooks.told import Told

__all__ = [
    "API", "DONE", "NOT_DONE", "STATES", "TOLERANCE", "Action", "Again", "Answer", "Attribute", "Changes", "Client",
    "ClientOptions", "CommentActions", "CommonClones", "CommonCommit", "CommonIssue", "CommonRef", "CommonRefs",
    "CommonRepository", "Delivery", "Dialect", "Editable", "EditableAttribute", "EditableRelated",
    "EditableRelatedSet", "EditableSet", "EditableSetField", "Event", "Field", "Headers", "HookFields", "Marks",
    "Moment", "NamedSet", "NewSecret", "OAuthToken", "Page", "PaginatedList", "Part", "Provider", "RateLimit",
    "Rates", "Raw", "Reader", "ReferringCommit", "ReferringMergeRequest", "Related", "RelatedSet", "RemoteFile",
    "RemoteList",
    "Resource", "Scheme", "Sent", "StaticList", "StaticToken", "Surrounding", "Thing", "Token", "Told",
    "Unsupported", "Verb", "WebhookHeaders", "WholeList", "WikiActions",
    "Words", "Writable", "WritableSet", "Write", "Writes",
    "as_bytes", "as_level", "as_names", "as_text", "ask", "base_of", "bodies", "checked_events", "checked_format",
    "checked_names", "checked_person",
    "checked_review", "checked_status", "checked_variable", "color", "combine", "computed", "computed_set", "day",
    "defused", "described", "flag", "following", "forget", "from_words", "host_key", "instant", "integer", "is_url",
    "issues_named", "join",
    "moment", "names", "nonempty", "number", "number_in", "optional_instant", "optional_integer", "optional_text",
    "owner_name", "part", "partly", "parts", "plant", "provider_at", "provider_of", "providers", "read_page",
    "read_thing", "receive", "required", "secret_for", "segment", "shaped", "state_word", "text", "to_day",
    "to_instant", "to_text", "told_as", "unsupported", "uproot", "when", "without_none", "word",
]  # fmt: skip

_HOMES = {
    "igitt._base.answer": "Answer",
    "igitt._base.paths": "join segment",
    "igitt._http.download": "RemoteFile",
    "igitt._http.error_mapping": "told_as",
    "igitt._http.graphql": "ask",
    "igitt._http.page": "Page",
    "igitt._http.pagination": "RemoteList StaticList WholeList",
    "igitt._http.dialect": "Dialect",
    "igitt._http.writes": "DONE NOT_DONE Again Sent Write Writes",
    "igitt._limits.headers": "RateLimit",
    "igitt._objects.part": "Part",
    "igitt._objects.resource": (
        "Editable EditableRelated EditableRelatedSet EditableSetField Field Related RelatedSet Resource "
        "Writable WritableSet"
    ),
    "igitt._objects.shared.clones": "CommonClones",
    "igitt._objects.shared.mentions": "ReferringCommit ReferringMergeRequest issues_named",
    "igitt._objects.shared.refs": "CommonRef CommonRefs owner_name",
    "igitt._objects.shared.things": "CommonCommit CommonIssue CommonRepository",
    "igitt._objects.steps": "following",
    "igitt._text.quoting": "defused",
    "igitt.auth.oauth": "OAuthToken",
    "igitt.auth.token": "StaticToken Token",
    "igitt.client": "Client ClientOptions",
    "igitt.interfaces.actions": "Action CommentActions WikiActions",
    "igitt.interfaces.attributes": "Attribute EditableAttribute EditableSet computed computed_set",
    "igitt.interfaces.commit": "checked_status combine",
    "igitt.interfaces.content": "Raw as_bytes as_text",
    "igitt.interfaces.convert": (
        "as_level as_names color day described flag from_words instant integer names nonempty optional_instant "
        "optional_integer optional_text state_word text to_day to_instant to_text without_none"
    ),
    "igitt.interfaces.element": "Unsupported partly unsupported",
    "igitt.interfaces.event": "Event",
    "igitt.interfaces.hook": "HookFields NewSecret checked_events secret_for",
    "igitt.interfaces.issue_event": "checked_names",
    "igitt.interfaces.lists": "PaginatedList",
    "igitt.interfaces.repository_ci": "checked_variable",
    "igitt.interfaces.repository_contents": "checked_format checked_person",
    "igitt.interfaces.review": "checked_review",
    "igitt.interfaces.sets": "NamedSet",
    "igitt.interfaces.shapes": "shaped",
    "igitt.urls": "is_url",
    "igitt.webhooks.cache_update": "forget plant uproot",
    "igitt.webhooks.delivery": "STATES Changes Delivery bodies moment number part parts required when word",
    "igitt.webhooks.headers": "Headers",
    "igitt.webhooks.lazy": "Moment Surrounding Thing",
    "igitt.webhooks.receive": "Reader receive",
    "igitt.webhooks.signatures": "TOLERANCE",
    "igitt.webhooks.told": "Told",
}

__getattr__, __dir__ = lazy_names(__name__, {name: home for home, told in _HOMES.items() for name in told.split()})
