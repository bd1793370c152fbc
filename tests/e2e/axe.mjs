// What axe says of a page: whether a screen reader, a keyboard alone or weak eyes can use it, as far as a program can tell.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { require } from "./support.mjs";

const source = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

/** What axe finds on the page as it stands, a line for each rule; in `theme` where one is named. */
export async function violations(page, theme = null) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(source);
  return page.evaluate(async (wanted) => {
    if (wanted !== null) document.documentElement.dataset.theme = wanted;
    // Half-way through a fade every contrast is wrong. A caret blinks without end.
    const fades = document.getAnimations().filter((animation) => Number.isFinite(animation.effect?.getComputedTiming().endTime));
    await Promise.all(fades.map((animation) => animation.finished.catch(() => undefined)));
    // A toast comes and goes as it likes: what it looks like half-way says nothing.
    const { violations: found } = await window.axe.run({ exclude: ["[data-sonner-toaster]"] }, { resultTypes: ["violations"] });
    return found.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`);
  }, theme);
}

export async function assertAccessible(page, where) {
  assert.deepEqual(await violations(page), [], where);
}

/** The same in one theme after the other; the page stays in the light one. */
export async function assertAccessibleInBothThemes(page, where) {
  for (const theme of ["dark", "light"]) assert.deepEqual(await violations(page, theme), [], `${where}, ${theme}`);
}
