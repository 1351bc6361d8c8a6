"""The command ``igitt``.

Each subcommand is a function that prints and gives an exit status. What the user did wrong is one line on the error
stream, never a traceback: 1 for what the forge or the input refused, 2 for a wrong call. Nothing of the library may
import this room.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import signal
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from igitt._base.forges import built_in, provider_of, providers
from igitt._base.provider import Provider
from igitt._base.trust import belongs
from igitt._text.terminal import shown
from igitt._version import __version__
from igitt.cache import CacheStats, SQLiteStore
from igitt.errors import AuthenticationError, ElementDoesntExistError, IGittError, ValidationError
from igitt.webhooks.receive import decode

if TYPE_CHECKING:
    from igitt.github import GitHubInstallation
    from igitt.interfaces import Hoster, Issue, Repository
    from igitt.webhooks import Event

__all__ = ["main"]

_APP_ID, _APP_KEY = "GITHUB_APP_ID", "GITHUB_APP_PRIVATE_KEY"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: the words after ``igitt``; those of the process if not given.

    Returns:
        The exit status: 0 for success, 1 for a failure that was reported, 2 for a wrong call.
    """
    options = _parser().parse_args(arguments)
    try:
        status: int = options.run(options)
    except IGittError as error:
        print(f"igitt: {shown(error, lines=True)}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # Whoever read the output has seen enough, as in `igitt show … | head -1`.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return status


def _parser() -> argparse.ArgumentParser:
    titles = " and ".join(one.title for one in reversed(built_in()))
    names = sorted(one.name for one in providers())
    tokens = " or ".join(one.token_variable for one in providers() if one.token_variable)
    parser = argparse.ArgumentParser("igitt", description=f"Bots for {titles} alike.")
    parser.add_argument("--version", action="version", version=f"igitt {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    demo = commands.add_parser("demo", help="watch one bot work on both forges, offline (needs the extra 'sandbox')")
    demo.set_defaults(run=_demo)

    sandbox = commands.add_parser(
        "sandbox", help=f"run a {titles.replace(' and ', ' and a ')} on this machine to play with"
    )
    sandbox.add_argument("--github-port", type=int, default=0, metavar="PORT", help="a free one if not given")
    sandbox.add_argument("--gitlab-port", type=int, default=0, metavar="PORT", help="a free one if not given")
    sandbox.add_argument("--tls", action="store_true", help="speak https, with a certificate made for this run")
    sandbox.set_defaults(run=_sandbox)

    show = commands.add_parser("show", help="print a repository, issue or merge request")
    show.add_argument("url", help=f"its address, as in a browser; private ones need {tokens}")
    show.add_argument("--forge", choices=names, help="which kind of forge a host is that igitt does not know")
    show.add_argument(
        "--host",
        metavar="URL",
        help=f"the instance that the token is for; {_instance_words()} or the public one if not",
    )
    show.set_defaults(run=_show)

    webhook = commands.add_parser("webhook", help="print the neutral events of a recorded payload")
    webhook.add_argument("file", metavar="FILE", help="the payload as JSON; - for the standard input")
    webhook.add_argument("--event", required=True, metavar="NAME", help="as in the header that names it")
    webhook.add_argument("--forge", choices=names, help="recognized by the event's name if not given")
    webhook.set_defaults(run=_webhook)

    app = commands.add_parser("app", help="ask GitHub about a GitHub App of yours")
    about = app.add_subparsers(metavar="WHAT", required=True)
    installations = about.add_parser("installations", help="list where the App is installed")
    installations.add_argument("--app-id", metavar="ID", help=f"its id or client id; {_APP_ID} if not given")
    installations.add_argument(
        "--private-key", metavar="PATH", help=f"its .pem file; {_APP_KEY}, which may be the text, if not given"
    )
    installations.add_argument("--url", default="https://github.com", help="the web address of the instance")
    installations.set_defaults(run=_installations)

    cache = commands.add_parser("cache", help="look into a store that caches share")
    what = cache.add_subparsers(metavar="WHAT", required=True)
    stats = what.add_parser("stats", help="print what the processes that use it have read from it")
    stats.add_argument(
        "store", metavar="STORE", help="a SQLiteStore's file, or the URL of a RedisStore or SQLAlchemyStore"
    )
    stats.set_defaults(run=_cache_stats)
    return parser


def _demo(_options: argparse.Namespace) -> int:
    from igitt.demo import run_demo  # noqa: PLC0415 - needs the extra; the other commands do not

    run_demo()
    return 0


def _sandbox(options: argparse.Namespace) -> int:
    from igitt.demo.world import populate  # noqa: PLC0415 - see _demo
    from igitt.testing import Sandbox  # noqa: PLC0415 - see _demo

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    ports = (options.github_port, options.gitlab_port)
    with _needs_extra(lambda: Sandbox(ports=ports, tls=options.tls, log_limit=10_000)) as sandbox:
        if sandbox.ca_file:
            print(f"trust   {sandbox.ca_file}", flush=True)
        for forge in (sandbox.github, sandbox.gitlab):
            populate(forge)
            client = forge.client("alice")
            (name, secret), *_ = client.token.headers.items()
            header = f"{name}: {secret}"
            path = client.get_repo("acme/widgets").url
            # These secrets are made up, live as long as this process, and are what the command is for.
            print(f"{forge.hoster:7} {forge.url}   token of alice: {forge.token_for('alice')}")
            print(f"        curl -H '{header}' {path}\n")
        print("Press Ctrl-C to stop.", flush=True)
        stop.wait()
    return 0


def _needs_extra(make: Any) -> Any:
    """Run `make`, and say which extra is missing if it is."""
    try:
        return make()
    except ImportError as error:
        raise ValidationError(f"this needs the extra 'sandbox': pip install '.[sandbox]' ({error})") from error
    except OSError as error:
        raise ValidationError(f"the port cannot be opened: {error.strerror}") from error


def _show(options: argparse.Namespace) -> int:
    from igitt.registry import get_hoster, register_hoster  # noqa: PLC0415 - only this command needs it
    from igitt.urls import parse_url  # noqa: PLC0415 - see above

    place = parse_url(options.url)
    if options.forge:
        host = place.host if place.port is None else f"{place.host}:{place.port}"
        register_hoster(host, provider_of(options.forge))
    client: Any = get_hoster(options.url)
    forge: Provider = client.provider
    token = os.environ.get(forge.token_variable) if forge.token_variable else None
    if token:
        named = _instance(forge, options.host)
        if belongs(named, client.web_url):
            client = client.with_token(token)
        else:
            print(
                f"igitt: {client.web_url} is asked without {forge.token_variable}, which is for {named}; "
                f"name the instance with {' or '.join(('--host', *forge.instance_variables[:1]))} if it belongs there",
                file=sys.stderr,
            )
    if place.full_name is None:
        raise ValidationError(f"{options.url!r} is no address of a repository, issue or merge request")
    repository = client.get_repo(place.full_name)
    if place.kind == "issue":
        _print_issue(repository.get_issue(place.number))
    elif place.kind == "merge request":
        _print_issue(repository.get_mr(place.number))
    else:
        _print_repository(repository)
    return 0


def _instance_words() -> str:
    return ", ".join(one.instance_variables[0] for one in providers() if one.instance_variables)


def _instance(forge: Provider, named: str | None) -> str:
    """The instance that the environment's token is for: as the user or the CI runner names it, else the public one."""
    told = (named, *(os.environ.get(name) for name in forge.instance_variables))
    return next((one for one in told if one), forge.public_url)


def _print_repository(repository: Repository) -> None:
    _print_table(
        f"{repository.full_name}   {repository.web_url}",
        {
            "description": repository.description,
            "visibility": repository.visibility,
            "default branch": repository.default_branch,
            "topics": ", ".join(sorted(repository.topics)),
            "clone": repository.clone_url,
            "created": f"{repository.created:%Y-%m-%d}",
            "archived": "yes" if repository.is_archived else "",
        },
    )


def _print_issue(issue: Issue) -> None:
    from igitt.interfaces import MergeRequest  # noqa: PLC0415 - loaded by now

    rows = {
        "state": str(issue.state),
        "author": str(issue.author or "(gone)"),
        "assignees": ", ".join(sorted(map(str, issue.assignees))),
        "labels": ", ".join(sorted(issue.labels)),
        "milestone": str(issue.milestone or ""),
        "created": f"{issue.created:%Y-%m-%d %H:%M} UTC",
        "updated": f"{issue.updated:%Y-%m-%d %H:%M} UTC",
    }
    if isinstance(issue, MergeRequest):
        rows["branches"] = f"{issue.head_branch_name} into {issue.base_branch_name}"
    _print_table(f"#{issue.number} {issue.title}   {issue.web_url}", rows)
    if issue.description:
        print(f"\n{shown(issue.description, lines=True)}")


def _print_table(title: str, rows: Mapping[str, str]) -> None:
    print(shown(title))
    for name, value in rows.items():
        if value:
            print(f"  {name:15}{shown(value)}")


def _webhook(options: argparse.Namespace) -> int:
    from igitt.registry import client_class  # noqa: PLC0415 - this command and one other need it

    forge = provider_of(options.forge) if options.forge else _forge_of(options.event)
    made: Any = client_class(forge)
    client: Hoster = made(cache=False)
    # A recording has no signature to verify, and nothing is done about what it reports.
    events = client.read_payload(options.event, decode(_read(options.file)))
    if not events:
        print("This delivery tells of no change.")
    for event in events:
        _print_event(event)
    return 0


def _forge_of(event: str) -> Provider:
    """The forge whose events have names that end like this one's; else the one whose names are plain words."""
    endings = {one.webhooks.event_ending: one for one in providers() if one.webhooks and one.webhooks.event_ending}
    return next((one for ending, one in endings.items() if event.endswith(ending)), built_in()[-1])


def _read(name: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise ValidationError(f"{name} cannot be read: {error.strerror}") from error


def _print_event(event: Event) -> None:
    changes = (f"{field}: {old!r} → {new!r}" for field, (old, new) in event.changes.items())
    _print_table(
        f"{type(event.action).__name__}.{event.action.name}",
        {
            "subject": repr(event.subject) if event.subject is not None else "",
            "repository": str(event.repository or ""),
            "sender": str(event.sender or ""),
            "installation": repr(event.installation) if event.installation else "",
            "objects": ", ".join(repr(thing) for thing in event.objects),
            "changes": "; ".join(changes),
        },
    )


def _installations(options: argparse.Namespace) -> int:
    from igitt.auth import GitHubApp  # noqa: PLC0415 - loads `cryptography`, for this command only

    app_id = options.app_id or os.environ.get(_APP_ID)
    if not app_id:
        raise ValidationError(f"which App? Give --app-id or set {_APP_ID}")
    key: str | Path | None = os.environ.get(_APP_KEY)
    if options.private_key:
        if "-----" in options.private_key:
            raise ValidationError(
                "--private-key is the path of the .pem file: who lists the processes of this machine could have read "
                f"the key itself, so get a new one; {_APP_KEY} may be its text"
            )
        key = Path(options.private_key)
    if not key:
        raise ValidationError(f"the App's private key is missing: give --private-key or set {_APP_KEY}")
    with GitHubApp(app_id, key, options.url, cache=False) as app:
        try:
            rows = [_row_of(one) for one in app.installations]
        except (AuthenticationError, ElementDoesntExistError) as error:
            raise ValidationError(
                f"{options.url} does not take this key for App {app_id}: do the two belong together, and to this "
                f"instance? ({error})"
            ) from error
    if not rows:
        print(f"App {app_id} is installed nowhere.")
        return 0
    _print_rows([("ID", "ACCOUNT", "REPOSITORIES", "STATE"), *rows])
    return 0


def _row_of(installation: GitHubInstallation) -> tuple[str, str, str, str]:
    # An enterprise has a name for addresses, but is neither user nor organization.
    account = installation.account or (installation.data.get("account") or {}).get("slug") or "(gone)"
    state = "suspended" if installation.is_suspended else "active"
    return str(installation.identifier), str(account), installation.repository_selection, state


def _cache_stats(options: argparse.Namespace) -> int:
    from igitt._cache.shared_stats import tallies  # noqa: PLC0415 - for this command only

    store = _store(options.store)
    found = tallies(store.get)
    names = [field.name for field in dataclasses.fields(CacheStats)]
    rows = [("PROCESS", "TOLD", *map(str.upper, names))]
    for tally in found:
        ago = timedelta(seconds=max(0, round(time.time() - tally.at)))
        rows.append((tally.process, f"{ago} ago", *(str(tally.figures.get(name, 0)) for name in names)))
    if found:
        _print_rows(rows)
    else:
        print("No process has told anything: each does after ten seconds of reading.")
    if isinstance(store, SQLiteStore):
        count, size = len(store), store.bytes
        print(f"{count:,} values, {size / 1e6:,.1f} MB" + (f", {size / count:,.0f} bytes each" if count else ""))
    return 0


def _store(named: str) -> Any:
    """The store that a user names."""
    if "://" not in named:
        if not Path(named).is_file():
            raise ValidationError(f"there is no file {named!r}; name a SQLiteStore's file, or a URL")
        return SQLiteStore(named)
    try:
        if named.startswith(("redis://", "rediss://", "unix://")):
            from igitt.stores.redis import RedisStore  # noqa: PLC0415 - needs its library

            return RedisStore(named)
        from igitt.stores.sqlalchemy import SQLAlchemyStore  # noqa: PLC0415 - needs its library

        return SQLAlchemyStore(named)
    except ImportError as error:
        raise ValidationError(str(error)) from error


def _print_rows(told: Sequence[Sequence[str]]) -> None:
    rows = [[shown(cell) for cell in row] for row in told]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
