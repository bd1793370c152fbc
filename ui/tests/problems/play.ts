import { screen, waitFor, within } from "@testing-library/react";
import { toast as toasts } from "sonner";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Streams } from "@/api/contract";
import type { Handlers, Workers } from "@/host/memory";
import { openConsole } from "../console";
import { type Asked, refuse, type Scene, type Scenes, SENTINEL, type Told } from "./scene";
import { makeWorld } from "../fixture/world";

const STREAMS: ReadonlySet<string> = new Set<keyof Streams>(["traffic.live", "workstation.asked"]);

/** The console of a scene, in which one command fails for as long as `broken` says so. */
function open(asked: Asked, scene: Scene) {
  const world = scene.world ?? makeWorld();
  const state = { broken: true };
  const handlers: Record<string, unknown> = { ...world.handlers, ...scene.handlers };
  const workers: Record<string, unknown> = { ...scene.workers };
  const around = (answer: unknown) => (input: never, ...rest: unknown[]) => {
    if (state.broken && (scene.refused?.(input) ?? true)) return refuse();
    if (typeof answer !== "function") throw new Error(`no answer to ${asked} in this scene`);
    return answer(input, ...rest);
  };
  workers[asked] = around(workers[asked]);
  handlers[asked] = around(handlers[asked]);
  const opened = openConsole(scene.at, { world, handlers: handlers as Handlers, workers: workers as Workers });
  return { opened, state };
}

const asks = ({ host }: ReturnType<typeof openConsole>, asked: Asked) => [...host.calls.map(({ command }) => command), ...host.works.map(({ name }) => name), ...host.streams.map(({ name }) => name)].filter((name) => name === asked).length;

/** Where the failure has to stand. */
function places(scene: Told): HTMLElement[] {
  const [role, name] = scene.in ?? ["main"];
  return screen.queryAllByRole(role, name === undefined ? {} : { name });
}

/** What tells of the failure in its place. */
const alerts = () => screen.queryAllByRole("alert").filter((alert) => alert.textContent?.includes(SENTINEL.message));

/** What tells of it now; a screen may draw it again while it learns more. */
function teller({ toast }: Told): HTMLElement {
  const found = toast === undefined ? alerts()[0] : screen.queryByText(toast)?.closest<HTMLElement>("[data-sonner-toast]");
  if (!found) throw new Error("nothing tells of the failure");
  return found;
}

/** Plays the scenes of a screen. */
export function play(scenes: Scenes): void {
  // The editor loads when it is first needed; that is no part of what is tested here.
  beforeAll(() => Promise.all([import("@/components/editor/sql-editor"), import("@/components/editor/text-diff"), import("@/components/editor/json-editor")]), 60_000);
  // Toasts outlive the page that they were made on.
  afterEach(() => void toasts.dismiss());

  const told = Object.entries(scenes).flatMap(([asked, all]) => [all].flat().map((scene, index) => ({ asked: asked as Asked, scene, title: index === 0 ? asked : `${asked}, ${index + 1}` })));

  describe("a failure reaches the screen with cause, remedy and code, where it was asked for:", () => {
    it.each(told.filter(({ scene }) => !("quiet" in scene)))("$title", async ({ asked, scene }) => {
      const shown = scene as Told;
      const { opened, state } = open(asked, shown);
      await shown.press?.(opened);
      if (STREAMS.has(asked)) {
        await waitFor(() => expect(opened.host.streams.map(({ name }) => name)).toContain(asked));
        opened.host.state("lost", SENTINEL);
      }
      if (shown.word !== undefined) {
        const { word } = shown;
        const pressed = await waitFor(() => {
          const [first] = places(shown).flatMap((part) => within(part).queryAllByRole("button", { name: word }));
          if (!first) throw new Error(`no word ${String(word)}`);
          return first;
        });
        await opened.user.click(pressed);
      }
      await waitFor(() => {
        const alert = teller(shown);
        expect(alert).toHaveTextContent(SENTINEL.message);
        expect(alert).toHaveTextContent(SENTINEL.hint ?? "");
        expect(within(alert).getByText(SENTINEL.code)).toBeInTheDocument();
        if (shown.toast === undefined && shown.word === undefined) expect(places(shown).some((part) => part.contains(alert))).toBe(true);
      });
      // What offers another attempt makes one, and the failure goes with it.
      const retry = await waitFor(() => within(teller(shown)).queryByRole("button", { name: "Try again" }));
      if (!shown.again && !retry) return;
      const before = asks(opened, asked);
      state.broken = false;
      if (shown.again) await shown.again(opened);
      else if (retry) await opened.user.click(retry);
      await waitFor(() => expect(asks(opened, asked)).toBeGreaterThan(before));
      if (shown.toast === undefined) await waitFor(() => expect(alerts()).toEqual([]));
    });
  });

  const quiet = told.flatMap(({ asked, scene, title }) => ("quiet" in scene ? [{ asked, scene, title: `${title}: ${scene.quiet}` }] : []));
  describe.runIf(quiet.length > 0)("a failure that is of no use to anybody stays quiet, and the screen goes on:", () => {
    it.each(quiet)("$title", async ({ asked, scene }) => {
      const { opened } = open(asked, scene);
      await scene.press?.(opened);
      await waitFor(() => expect(asks(opened, asked)).toBeGreaterThan(0));
      if (STREAMS.has(asked)) opened.host.state("lost", SENTINEL);
      await scene.works(opened);
      expect(document.body).not.toHaveTextContent(SENTINEL.message);
    });
  });
}
