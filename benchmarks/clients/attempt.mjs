// What the programs that drive a client of Node have in common: trying an operation, and telling what became of it.

export const github = process.env.GITHUB;
export const githubApi = process.env.GITHUB_API;
export const githubToken = process.env.GITHUB_TOKEN_OF_ALICE;
export const gitlab = process.env.GITLAB;
export const gitlabApi = process.env.GITLAB_API;
export const gitlabToken = process.env.GITLAB_TOKEN_OF_ALICE;

export async function tried(name, call, wanted) {
  try {
    const found = await call();
    if (wanted !== undefined && !wanted(found)) {
      throw new Error(`${JSON.stringify(found).slice(0, 150)} is not what the forge answers`);
    }
    console.log(`ok\t${name}`);
    return found;
  } catch (error) {
    let reason = `${error?.message ?? error} ${error?.cause?.description ?? ""}`.replace(/\s+/g, " ").slice(0, 300);
    for (const [address, shown] of [[github, "GITHUB"], [gitlab, "GITLAB"]]) {
      reason = reason.replaceAll(address, shown);
    }
    console.log(`no\t${name}\t${reason}`);
    return undefined;
  }
}
