import { act, screen, within } from "@testing-library/react";
import type { Commands, Problem, Streams, Works } from "@/api/contract";
import type { Handlers, Workers } from "@/host/memory";
import type { openConsole } from "../console";
import type { World } from "../fixture/world";

/** Whatever can be asked of Sluice. */
export type Asked = keyof Commands | keyof Works | keyof Streams;
export type Opened = ReturnType<typeof openConsole>;

/** A problem that no program makes: seen on the screen, it came through whole. */
export const SENTINEL: Problem = { code: "sentinel.failure", message: "The sentinel refused to answer.", hint: "Relieve the sentinel, then ask again.", fields: {}, exchange: "01SENTINEL" };

export const refuse = (): never => {
  throw SENTINEL;
};

type Way = {
  /** where the console is opened */
  at: string;
  /** what a person presses until it is asked for */
  press?: (opened: Opened) => Promise<unknown>;
  /** the answers of the other commands */
  handlers?: Handlers;
  workers?: Workers;
  world?: World;
  /** tells which calls are refused, where the way to the press needs the same command; left out, all are */
  refused?: (input: never) => boolean;
};

/** A failure that reaches the screen: how somebody comes to it, and where it stands then. */
export type Told = Way & {
  /** the part of the screen in which it stands, by its role and name; the screen's content where it is left out */
  in?: [role: string, name?: string | RegExp];
  /** what was not done, as a toast says it: the place of the press is gone */
  toast?: string | RegExp;
  /** the word that stands for it where there is room for a word only; pressing it tells the whole */
  word?: string | RegExp;
  /** what was typed is still there, and pressed once more it is asked again and answered */
  again?: (opened: Opened) => Promise<unknown>;
};

/** A failure that is of no use to anybody, with the reason; `works` shows that the screen goes on without. */
type Quiet = Way & { quiet: string; works: (opened: Opened) => Promise<unknown> };

export type Scene = Told | Quiet;
export type Scenes = Partial<Record<Asked, Scene | Scene[]>>;

/** The pane splitter takes every press for its own where nothing is laid out, so the focus is put by hand. */
export async function type({ user }: Opened, into: HTMLElement, text: string): Promise<void> {
  act(() => into.focus());
  await user.keyboard(text);
}

export const button = (name: string | RegExp) => screen.findByRole("button", { name });

export async function press({ user }: Opened, name: string | RegExp, inside?: HTMLElement): Promise<void> {
  await user.click(await (inside ? within(inside) : screen).findByRole("button", { name }));
}

/** The line of a grid that somebody goes to by keys, and the key that is pressed there. */
export async function inGrid({ user }: Opened, grid: string, keys: string): Promise<void> {
  const found = await screen.findByRole("grid", { name: grid });
  act(() => found.focus());
  await user.keyboard(keys);
}

/** The undo of a toast; the toast takes a press for a swipe, which jsdom cannot follow. */
export async function undo(): Promise<void> {
  const found = await screen.findByRole("button", { name: "Undo" });
  act(() => found.click());
}

/** By the palette, as somebody who knows its words. */
export async function run(opened: Opened, words: string): Promise<void> {
  await opened.user.keyboard("{Control>}k{/Control}");
  await opened.user.type(await screen.findByRole("combobox", { name: /search|command/i }), words);
  await opened.user.keyboard("{Enter}");
}
