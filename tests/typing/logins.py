"""What mypy and pyright see of logins: each forge's application gives its own kind of token.

Checked by both type checkers, never run.
"""

from typing import assert_type

from igitt.auth import GitHubApp, GitHubAppManifest, GitHubAppOAuth2, GitHubUserToken, GitLabOAuth2, GitLabOAuthToken


def web(callback: str) -> GitHubUserToken:
    oauth = GitHubAppOAuth2("id", "secret", redirect_uri="https://bot.example.com/callback")
    asked = oauth.authorization_url(login="alice")
    state = assert_type(asked.state, str)
    checked = oauth.check("token")
    print(asked.url, checked.user_id, checked.scopes, checked.expires_at)
    return oauth.fetch_token(callback, state=state, verifier=asked.verifier)


def device() -> GitLabOAuthToken:
    login = GitLabOAuth2("id", scopes=["api"]).device_login()
    print(login.user_code, login.verification_uri, login.verification_uri_complete)
    assert_type(login.poll(), GitLabOAuthToken | None)
    return assert_type(login.wait(), GitLabOAuthToken)


def app(callback: str) -> GitHubApp:
    manifest = GitHubAppManifest(None, "https://bot.example.com", "https://bot.example.com/made")
    form = manifest.form(organization="acme")
    made = manifest.fetch_app(callback, state=form.state)
    oauth = assert_type(made.oauth(redirect_uri="https://bot.example.com/callback"), GitHubAppOAuth2)
    print(form.html, oauth.client_id)
    return made.app(read_only=True)
