// Writes the licences of everything that is linked into the programs or built into the screens, as their authors ask
// for it: node scripts/notices.mjs FILE
//
// Each text stands once, under the names of those that come with it. A package without a text of its own is listed with
// the name of its licence.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const to = process.argv[2];
if (!to) {
  console.error("usage: node scripts/notices.mjs FILE");
  process.exit(2);
}

/** file name of a text that has to come along */
const TEXT = /^(licen[cs]e|copying|notice|copyright|unlicense)/i;

/** package name → version, licence and texts */
const texts = new Map();
const without = [];

function add(name, licence, folder) {
  const files = existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : [];
  const found = files.filter((file) => file.isFile() && TEXT.test(file.name));
  if (found.length === 0) without.push(`${name}: ${licence ?? "see its repository"}`);
  for (const file of found) {
    const text = readFileSync(join(folder, file.name), "utf8").replaceAll("\r\n", "\n").trim();
    if (!texts.has(text)) texts.set(text, new Set());
    texts.get(text).add(`${name} (${licence ?? "its own licence"})`);
  }
}

// What is linked on this kind of machine, without what only builds or tests it.
const target = /host: (.*)/.exec(execFileSync("rustc", ["-vV"], { encoding: "utf8" }))[1];
const metadata = JSON.parse(
  execFileSync("cargo", ["metadata", "--format-version", "1", "--locked", "--filter-platform", target, "--features", "sluice-odbc/bridge"], {
    encoding: "utf8",
    maxBuffer: 256 * 1024 * 1024,
  }),
);
const packages = new Map(metadata.packages.map((one) => [one.id, one]));
const nodes = new Map(metadata.resolve.nodes.map((node) => [node.id, node]));
const shipped = metadata.packages.filter((one) => ["sluice", "sluice-server", "sluice-odbc"].includes(one.name) && one.source === null);
const waiting = shipped.map((one) => one.id);
const seen = new Set(waiting);
while (waiting.length > 0) {
  for (const dependency of nodes.get(waiting.pop()).deps) {
    const linked = dependency.dep_kinds.some((kind) => kind.kind === null);
    if (!linked || seen.has(dependency.pkg)) continue;
    seen.add(dependency.pkg);
    waiting.push(dependency.pkg);
  }
}
for (const id of [...seen].sort()) {
  const one = packages.get(id);
  if (one.source !== null) add(`${one.name} ${one.version}`, one.license, join(one.manifest_path, ".."));
}

// What the screens are built from: everything that the lock file does not mark as a tool.
const lock = JSON.parse(readFileSync("ui/package-lock.json", "utf8"));
for (const [path, one] of Object.entries(lock.packages)) {
  const folder = join("ui", path);
  if (path !== "" && !one.dev && !one.optional && existsSync(folder)) {
    add(`${path.replace(/^.*node_modules\//, "")} ${one.version}`, one.license, folder);
  }
}

const rule = "=".repeat(100);
const parts = [
  "Sluice is made with the work of others. What follows are their licences, each text once.",
  ...[...texts]
    .map(([text, names]) => [[...names].sort(), text])
    .sort(([left], [right]) => left[0].localeCompare(right[0]))
    .map(([names, text]) => `${rule}\n${names.join("\n")}\n\n${text}`),
  `${rule}\nPackages that come without a text of their own, with the licence that they name:\n\n${without.sort().join("\n")}`,
];
writeFileSync(to, `${parts.join("\n\n")}\n`);
console.log(`notices: ${seen.size} crates, ${texts.size} texts, ${without.length} without one`);
