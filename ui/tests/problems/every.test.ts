import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CONNECTIONS } from "./connections";
import { DATA } from "./data";
import { OPERATIONS } from "./operations";
import { PORTABLE } from "./portable";
import { PROCEDURES } from "./procedures";
import type { Asked, Scene } from "./scene";
import { SETTINGS } from "./settings";
import { SHELL } from "./shell";
import { SIMULATOR } from "./simulator";
import { TRAFFIC } from "./traffic";
import { USERS } from "./users";
import { WORKSTATION } from "./workstation";

/** The scenes by screen; each is played by the test of its name, so that they run beside each other. */
const SCREENS = { shell: SHELL, settings: SETTINGS, portable: PORTABLE, workstation: WORKSTATION, simulator: SIMULATOR, connections: CONNECTIONS, traffic: TRAFFIC, users: USERS, data: DATA, operations: OPERATIONS, procedures: PROCEDURES };

/** Every command, work and stream of the registry: a new one without a scene does not compile. */
const SCENES: Record<Asked, Scene | Scene[]> = { ...SHELL, ...SETTINGS, ...PORTABLE, ...WORKSTATION, ...SIMULATOR, ...CONNECTIONS, ...TRAFFIC, ...USERS, ...DATA, ...OPERATIONS, ...PROCEDURES };

const sources = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? sources(join(folder, entry.name)) : entry.name === "generated.ts" ? [] : [readFileSync(join(folder, entry.name), "utf8")]));

describe("the scenes of failures", () => {
  it.each(Object.keys(SCREENS))("of %s are played", (screen) => {
    expect(existsSync(`tests/problems/${screen}.test.ts`)).toBe(true);
  });

  it("stand in one table each", () => {
    expect(Object.values(SCREENS).flatMap((scenes) => Object.keys(scenes))).toHaveLength(Object.keys(SCENES).length);
  });

  // What no screen asks for is of no use to anybody, and its scene would play something that cannot happen.
  it("are of what some screen asks for", () => {
    const all = sources("src").join("\n");
    expect(Object.keys(SCENES).filter((asked) => !all.includes(`"${asked}"`))).toEqual([]);
  });
});
