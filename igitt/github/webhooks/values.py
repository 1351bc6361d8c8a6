"""What GitHub's payloads tell of things without a class, as the values that igitt has for them.

Source: https://docs.github.com/en/webhooks/webhook-events-and-payloads
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from igitt.github.commit import check_status
from igitt.github.deployment import read_status
from igitt.interfaces.convert import from_words
from igitt.interfaces.enums import Status
from igitt.interfaces.told import CheckSuite, DeploymentStatus, MergeGroup, Package, PagesBuild, WikiPage
from igitt.webhooks.delivery import moment, number, part, word

__all__ = ["check_suite", "deployment_status", "merge_group", "package", "pages_build", "wiki_page"]

_Data = Mapping[str, Any]
_BUILDS = from_words(
    Status,
    {
        "queued": Status.PENDING,
        "building": Status.RUNNING,
        "built": Status.SUCCESS,
        "errored": Status.FAILED,
    },
)


def check_suite(data: _Data) -> CheckSuite:
    """``check_suite``."""
    return CheckSuite(
        identifier=number(data, "id"),
        status=check_status(data),
        sha=word(data, "head_sha"),
        branch=word(data, "head_branch"),
        app=word(part(data, "app"), "slug"),
        data=data,
    )


def deployment_status(data: _Data) -> DeploymentStatus:
    """``deployment_status``; before 2020 its log was its target."""
    return DeploymentStatus(
        status=read_status(data.get("state")),
        environment_name=word(data, "environment"),
        description=word(data, "description"),
        url=word(data, "log_url") or word(data, "target_url"),
        created=moment(data, "created_at"),
        data=data,
    )


def merge_group(data: _Data) -> MergeGroup:
    """``merge_group``."""
    return MergeGroup(
        sha=word(data, "head_sha"),
        ref=word(data, "head_ref").removeprefix("refs/heads/"),
        base_sha=word(data, "base_sha"),
        base_branch_name=word(data, "base_ref").removeprefix("refs/heads/"),
        data=data,
    )


def package(data: _Data) -> Package:
    """``package``, which ``registry_package`` tells alike."""
    version = part(data, "package_version")
    return Package(
        identifier=number(data, "id"),
        name=word(data, "name"),
        type=word(data, "package_type").lower(),
        version=word(version, "version") or word(version, "name"),
        web_url=word(data, "html_url"),
        data=data,
    )


def pages_build(data: _Data) -> PagesBuild:
    """``build`` of ``page_build``."""
    return PagesBuild(
        status=_BUILDS(data.get("status")),
        sha=word(data, "commit"),
        error=word(part(data, "error"), "message"),
        data=data,
    )


def wiki_page(data: _Data) -> WikiPage:
    """One of the ``pages`` of ``gollum``."""
    return WikiPage(
        title=word(data, "title"),
        name=word(data, "page_name"),
        sha=word(data, "sha"),
        message=word(data, "summary"),
        web_url=word(data, "html_url"),
        data=data,
    )
