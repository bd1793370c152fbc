// Runs the browser tests: `npm --prefix ui run e2e [-- part of a file's name]`. See missing() for what they need.
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { missing, prepareCertificate } from "./support.mjs";

const reasons = missing();
if (reasons.length > 0) {
  console.error(`The browser tests cannot run.\n${reasons.map((reason) => `  ${reason}`).join("\n")}`);
  process.exit(1);
}
const here = fileURLToPath(new URL(".", import.meta.url));
const only = process.argv[2] ?? "";
const files = readdirSync(here)
  .filter((name) => name.endsWith(".test.mjs") && name.includes(only))
  .map((name) => join(here, name));
const { folder, env } = prepareCertificate();
try {
  const { status } = spawnSync(process.execPath, ["--test", "--test-concurrency=2", "--test-reporter=spec", ...files], { env: { ...process.env, ...env }, stdio: "inherit" });
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
