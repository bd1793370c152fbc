import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const css = readFileSync("src/styles/tokens.css", "utf8");

function tokens(selector: string): Record<string, string> {
  const block = css.slice(css.indexOf(selector)).split("}")[0] ?? "";
  return Object.fromEntries([...block.matchAll(/--([\w-]+):\s*([^;]+);/g)].map((match) => [match[1], match[2]?.trim() ?? ""]));
}

const light = tokens(":root {");
const dark = { ...light, ...tokens('[data-theme="dark"] {') };

/** Relative luminance of an OKLCH colour, after clipping to what a screen can show. */
function luminance(theme: Record<string, string>, name: string): number {
  const match = /^oklch\(([\d.]+)%\s+([\d.]+)\s+(.+?)\)$/.exec(theme[name] ?? "");
  if (!match) throw new Error(`--${name} is no plain OKLCH colour: ${theme[name]}`);
  const L = Number(match[1]) / 100;
  const C = Number(match[2]);
  const reference = /^var\(--(\w+)\)$/.exec(match[3] ?? "");
  const h = (Number(reference ? theme[reference[1] ?? ""] : match[3]) * Math.PI) / 180;
  const a = C * Math.cos(h);
  const b = C * Math.sin(h);
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const clip = (value: number) => Math.min(1, Math.max(0, value));
  const red = clip(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s);
  const green = clip(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s);
  const blue = clip(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function ratio(theme: Record<string, string>, front: string, back: string): number {
  const [bright, dim] = [luminance(theme, front), luminance(theme, back)].sort((x, y) => y - x) as [number, number];
  return (bright + 0.05) / (dim + 0.05);
}

const surfaces = ["surface-0", "surface-1", "surface-2", "accent-soft"];
const text: [string, string][] = [
  ...["text", "text-2", "text-3", "ok", "warn", "bad", "info", "accent"].flatMap((front) => surfaces.map((back): [string, string] => [front, back])),
  ["text", "surface-3"], ["text-2", "surface-3"], ["accent", "surface-3"], ["bad", "surface-3"], ["text-3", "surface-3"],
  ["text", "bad-soft"], ["text-2", "bad-soft"], ["bad", "bad-soft"], ["text-3", "bad-soft"], ["text-3", "ok-soft"], ["text", "warn-soft"], ["text-2", "warn-soft"], ["warn", "warn-soft"], ["info", "info-soft"], ["ok", "ok-soft"],
  ["on-accent", "accent"], ["on-accent", "accent-strong"], ["on-bad", "bad"], ["surface-1", "text"],
];
const edges: [string, string][] = [
  ...["surface-0", "surface-1", "surface-2"].flatMap((back): [string, string][] => [["line-3", back], ["accent", back]]),
  ...["mark-red", "mark-orange", "mark-green", "mark-blue", "mark-violet"].flatMap((mark) => ["surface-1", "surface-2", "accent-soft"].map((back): [string, string] => [mark, back])),
  ["accent", "accent-soft"], ["accent", "surface-3"], ["bad", "surface-3"], ["warn", "surface-3"], ["ok", "surface-0"],
];

describe.each([["light", light], ["dark", dark]] as const)("contrast in the %s theme", (_, theme) => {
  it.each(text)("text %s can be read on %s", (front, back) => {
    expect(ratio(theme, front, back)).toBeGreaterThanOrEqual(4.5);
  });
  it.each(edges)("edge or icon %s can be found on %s", (front, back) => {
    expect(ratio(theme, front, back)).toBeGreaterThanOrEqual(3);
  });
});
