// Probot: an App that gets signed deliveries, and writes as its installation.
import { createHmac } from "node:crypto";
import { Octokit } from "@octokit/core";
import { Probot, ProbotOctokit } from "probot";
import { tried, github, githubApi, githubToken } from "./attempt.mjs";

const host = new URL(github).host;
const probot = new Probot({ appId: process.env.APP_ID, privateKey: process.env.APP_KEY, secret: "s3cret", baseUrl: githubApi, logLevel: "fatal", Octokit: ProbotOctokit.defaults({ retry: { enabled: false }, throttle: { enabled: false } }) });
const alice = new Octokit({ auth: githubToken, baseUrl: githubApi });
const at = { owner: "acme", repo: "widgets" };
const done = [];
await probot.load((app) => {
  app.on("issues.opened", async (context) => {
    await context.octokit.rest.issues.createComment(context.issue({ body: "Thank you" }));
    await context.octokit.rest.issues.addLabels(context.issue({ labels: ["idea"] }));
    done.push("opened");
  });
  app.on("issue_comment.created", async (context) => {
    const config = await context.config("bot.yml", { word: "close" });
    if (context.payload.comment.body === `!${config.word}`) await context.octokit.rest.issues.update(context.issue({ state: "closed" }));
    done.push("commented");
  });
});

const app = await tried("auth as the App", () => probot.auth());
await tried("the App itself", () => app.rest.apps.getAuthenticated(), (r) => r.data.slug === "triage");
const installations = await tried("its installations", () => app.paginate(app.rest.apps.listInstallations), (r) => r.length === 1);
const id = installations?.[0]?.id;
const mine = await tried("auth as the installation", () => probot.auth(id));
await tried("its repositories", () => mine.paginate(mine.rest.apps.listReposAccessibleToInstallation), (r) => r.length >= 1);
await tried("the installation of a repository", () => app.rest.apps.getRepoInstallation(at), (r) => r.data.id === id);
const { data: issue } = await alice.request("POST /repos/{owner}/{repo}/issues", { ...at, title: "For the bot" });
const { data: repository } = await alice.request("GET /repos/{owner}/{repo}", at);
const sender = { login: "alice", type: "User" };
const deliver = (name, payload) => probot.webhooks.receive({ id: name, name: name.split(".")[0], payload: { ...payload, repository, installation: { id }, sender } });
await tried("answers an opened issue", () => deliver("issues", { action: "opened", issue }), () => done.includes("opened"));
await tried("obeys a comment", () => deliver("issue_comment", { action: "created", issue, comment: { id: 1, body: "!close" } }), () => done.includes("commented"));
await tried("what the bot did", () => alice.request("GET /repos/{owner}/{repo}/issues/{issue_number}", { ...at, issue_number: issue.number }), (r) => r.data.state === "closed" && r.data.labels.some((one) => one.name === "idea"));
await tried("verifies a signature", () => {
  const body = JSON.stringify({ action: "opened", issue, repository, installation: { id }, sender });
  return probot.webhooks.verifyAndReceive({ id: "x", name: "issues", payload: body, signature: `sha256=${createHmac("sha256", "s3cret").update(body).digest("hex")}` });
});
await tried("a check run", () => mine.request("GET /repos/{owner}/{repo}/commits/{ref}/check-runs", { ...at, ref: "main" }));
process.exit(0);
