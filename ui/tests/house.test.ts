import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";

function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? files(join(folder, entry.name)) : [join(folder, entry.name)],
  );
}

const sources = files("src")
  .filter((path) => /\.(tsx?|css)$/.test(path))
  .map((path) => ({ path: relative("src", path), text: readFileSync(path, "utf8") }));
const code = sources.filter(({ path }) => !path.endsWith(".css"));
const imports = (text: string) => [...text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map((match) => match[1] ?? "");

/** Where an import leads, as a path below src. */
function target(from: string, to: string): string {
  if (to.startsWith("@/")) return to.slice(2);
  return to.startsWith(".") ? join(from, "..", to) : to;
}

describe("the house rules", () => {
  it("features never import each other", () => {
    const wrong = code.flatMap(({ path, text }) => {
      const own = /^features\/([^/]+)\//.exec(path)?.[1];
      return own ? imports(text).map((to) => target(path, to)).filter((to) => to.startsWith("features/") && !to.startsWith(`features/${own}/`)).map((to) => `${path} -> ${to}`) : [];
    });
    expect(wrong).toEqual([]);
  });

  it("components, api, host and state know no feature", () => {
    const wrong = code.filter(({ path }) => /^(components|api|host|state)\//.test(path)).flatMap(({ path, text }) => imports(text).map((to) => target(path, to)).filter((to) => /^(features|app)\//.test(to)).map((to) => `${path} -> ${to}`));
    expect(wrong).toEqual([]);
  });

  it("only host/tauri.ts imports the Tauri API", () => {
    expect(code.filter(({ text }) => imports(text).some((to) => to.startsWith("@tauri-apps/"))).map(({ path }) => path)).toEqual(["host/tauri.ts"]);
  });

  it("nothing that ships imports the memory host or a test", () => {
    expect(code.filter(({ text }) => imports(text).some((to) => /host\/memory|\.\/memory|tests\//.test(to))).map(({ path }) => path)).toEqual([]);
  });

  it("colours stand in src/styles only: no hex, no colour function, no palette class", () => {
    const HEX = /#[0-9a-f]{3,8}\b(?!["']?\s*\)?\s*(?:href|\/))/i;
    const PALETTE = /\b(?:bg|text|border|ring|fill|stroke|outline|shadow|from|to|via|divide|accent|caret)-(?:slate|gray|zinc|neutral|stone|red|orange|amber|yellow|lime|green|emerald|teal|cyan|sky|blue|indigo|violet|purple|fuchsia|pink|rose|white|black)(?:-\d+)?\b/;
    const FUNCTION = /\b(?:rgba?|hsla?|oklch|oklab|lab|lch)\(/;
    const wrong = sources.filter(({ path }) => !path.startsWith("styles/")).filter(({ text }) => HEX.test(text) || PALETTE.test(text) || FUNCTION.test(text));
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  it("what is cut ends in dots: a flex box cuts its text without them", () => {
    const lists = (text: string) => [...text.matchAll(/"([^"\n]*\btruncate\b[^"\n]*)"/g)].map((match) => (match[1] ?? "").split(/\s+/));
    const wrong = code.filter(({ text }) => lists(text).some((names) => names.includes("truncate") && (names.includes("flex") || names.includes("inline-flex"))));
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  it("no file grows beyond four hundred lines", () => {
    expect(code.filter(({ path, text }) => path !== "api/generated.ts" && text.split("\n").length > 400).map(({ path }) => path)).toEqual([]);
  });

  it("no address outside is fetched: the policy allows the app itself only", () => {
    const wrong = code.filter(({ text }) => /fetch\(\s*["'`]https?:/.test(text));
    expect(wrong.map(({ path }) => path)).toEqual([]);
    expect(readFileSync("index.html", "utf8")).not.toMatch(/https?:\/\/|<script>/);
  });

  it("the theme before the first paint follows the same key as the app", () => {
    expect(readFileSync("public/theme.js", "utf8")).toContain('"sluice.theme"');
    expect(readFileSync("src/state/theme.ts", "utf8")).toContain('"sluice.theme"');
  });

  it("the lock file names no registry", () => {
    expect(existsSync("package-lock.json")).toBe(true);
    expect(readFileSync("package-lock.json", "utf8")).not.toMatch(/"resolved":\s*"http/);
  });

  it("every version is exact", () => {
    const manifest = JSON.parse(readFileSync("package.json", "utf8")) as { dependencies: Record<string, string>; devDependencies: Record<string, string> };
    for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })) expect(version, name).toMatch(/^\d+\.\d+\.\d+$/);
  });
});
