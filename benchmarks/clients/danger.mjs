// danger: reads a pull request, runs a file of rules, and says what it finds, once.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tried, github, githubApi, githubToken, gitlab, gitlabApi, gitlabToken } from "./attempt.mjs";

const home = join(process.cwd(), "rules");
mkdirSync(home, { recursive: true });
const rules = (name, text) => { writeFileSync(join(home, name), text); return join(home, name); };
const danger = (environment, words, file) => {
  const done = spawnSync("danger", [...words, "--dangerfile", file], { encoding: "utf8", cwd: home, env: { ...process.env, ...environment }, timeout: 90000 });
  if (done.status !== 0) throw new Error(`exit ${done.status}: ${(done.stdout + done.stderr).slice(-250)}`);
  return done.stdout + done.stderr;
};
execFileSync("git", ["init", "--quiet", home]);
const warn = rules("warn.js", "const files = danger.git.created_files; if (files.includes('oil.txt')) warn('Mind the oil'); message(danger.github ? danger.github.pr.title : danger.gitlab.mr.title);");
const quiet = rules("quiet.js", "schedule(async () => { const diff = await danger.git.diffForFile('oil.txt'); if (!diff) fail('no diff'); });");
const host = new URL(github).host;
const onGitHub = { DANGER_GITHUB_API_TOKEN: githubToken, DANGER_GITHUB_API_BASE_URL: githubApi, DANGER_GITHUB_HOST: host, DANGER_FAKE_CI: "YEP", DANGER_TEST_REPO: "acme/widgets", DANGER_TEST_PR: "2" };
const onGitLab = { DANGER_GITLAB_API_TOKEN: gitlabToken, DANGER_GITLAB_HOST: gitlab, DANGER_GITLAB_API_BASE_URL: gitlabApi, DANGER_FAKE_CI: "YEP", DANGER_TEST_REPO: "acme/widgets", DANGER_TEST_PR: "1" };
const json = async (url, headers) => (await fetch(url, { headers })).json();
const bearer = { authorization: `Bearer ${githubToken}` };
const comments = () => json(`${githubApi}/repos/acme/widgets/issues/2/comments`, bearer);
const notes = () => json(`${gitlabApi}/projects/acme%2Fwidgets/merge_requests/1/notes`, { "private-token": gitlabToken });

await tried("github: danger pr", () => danger(onGitHub, ["pr", `${github}/acme/widgets/pull/2`], warn), (said) => said.includes("Mind the oil"));
await tried("github: danger ci", () => danger(onGitHub, ["ci"], warn));
await tried("github: its comment", comments, (found) => found.filter((one) => one.body.includes("Mind the oil")).length === 1);
await tried("github: danger ci again", () => danger(onGitHub, ["ci"], warn));
await tried("github: one comment still", comments, (found) => found.filter((one) => one.body.includes("Mind the oil")).length === 1);
await tried("github: reads a diff", () => danger(onGitHub, ["ci"], quiet));
await tried("github: no comment any more", comments, (found) => !found.some((one) => one.body.includes("Mind the oil")));
await tried("gitlab: danger ci", () => danger(onGitLab, ["ci"], warn));
await tried("gitlab: its note", notes, (found) => found.some((one) => one.body.includes("Mind the oil")));
await tried("gitlab: danger ci again", () => danger(onGitLab, ["ci"], warn));
await tried("gitlab: reads a diff", () => danger(onGitLab, ["ci"], quiet));
