"""Pictures that users, projects and groups put up of themselves.

Source: https://docs.gitlab.com/api/projects/ ("Upload a project avatar", "Remove a project avatar": an empty text).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox.gitlab.context import Upload, invalid
from igitt.testing.sandbox.model import Organization, User

if TYPE_CHECKING:
    from igitt.testing.sandbox.wire import Request

__all__ = ["avatar", "picture"]


def picture(request: Request, one: Any, file: Upload) -> None:
    """Keeps a picture of a user, project or group; 400 for what is none, or is larger than 200 KB."""
    if not file.name.lower().endswith((".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tiff", ".ico", ".webp")):
        raise invalid(avatar="file format is not supported. Please try one of the following supported formats: image/"
                      "png, image/jpeg, image/gif, image/bmp, image/tiff, image/vnd.microsoft.icon")  # fmt: skip
    if len(file.content) > 200 * 1024:
        raise invalid(avatar="is too big (should be at most 200 KiB)")
    kind = "user" if isinstance(one, User) else "group" if isinstance(one, Organization) else "project"
    path = f"/uploads/-/system/{kind}/avatar/{one.id}/{file.name}"
    one.extra["avatar"] = (f"{request.forge.url}{path}", file.content)


def avatar(request: Request, one: Any, params: dict[str, Any]) -> None:
    """Puts up the picture of a form, or takes it away where it is empty."""
    file = params.get("avatar")
    if isinstance(file, Upload):
        picture(request, one, file)
    elif file == "":
        one.extra.pop("avatar", None)
