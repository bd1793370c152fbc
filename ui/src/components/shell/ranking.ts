import { defaultFilter } from "cmdk";
import type { Action } from "@/state/actions";

export type Section = { heading: string; actions: Action[] };

/** Below this the letters are there, but scattered over the words: nobody meant that. Found by trying. */
const MEANT = 0.05;
/** Words beside the title count less than the title's own. */
const BESIDE = 0.8;
/** What was run lately comes before what fits as well. */
const LATELY = 0.02;

/** What cannot be run now stays findable, with its reason, after what can. */
const NOT_NOW = 0.5;

/** How well an action fits what was typed, from 0 (not at all) to 1. Every word has to fit somewhere. */
export function fits(action: Action, typed: string): number {
  const beside = `${action.group} ${action.words ?? ""}`;
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const whole = defaultFilter(action.title, typed);
  const each = words.map((word) => Math.max(defaultFilter(action.title, word), defaultFilter(beside, word) * BESIDE));
  const score = Math.max(whole, Math.min(...each));
  return score < MEANT ? 0 : score;
}

/** What the palette shows: without a word the recent ones, then the screen's own, then the rest; with one, the best first. */
export function sectionsOf(actions: Action[], typed: string, { here, recent }: { here: string | undefined; recent: string[] }): Section[] {
  const sections = new Map<string, { actions: Action[]; best: number }>();
  const put = (heading: string, action: Action, score: number) => {
    const section = sections.get(heading) ?? { actions: [], best: score };
    section.actions.push(action);
    sections.set(heading, section);
  };
  if (typed) {
    const lately = (action: Action) => (recent.includes(action.id) ? LATELY : 0);
    const found = actions
      .map((action) => ({ action, score: fits(action, typed) }))
      .filter(({ score }) => score > 0)
      .map(({ action, score }) => ({ action, score: (score + lately(action)) * (action.disabled === undefined ? 1 : NOT_NOW) }))
      .sort((a, b) => b.score - a.score);
    for (const { action, score } of found) put(action.group, action, score);
  } else {
    for (const id of recent) {
      const action = actions.find((candidate) => candidate.id === id && candidate.disabled === undefined);
      if (action) put("Recent", action, 3);
    }
    for (const action of actions) put(action.group, action, action.group === here ? 2 : 1);
  }
  return [...sections].sort(([, a], [, b]) => b.best - a.best).map(([heading, section]) => ({ heading, actions: section.actions }));
}
