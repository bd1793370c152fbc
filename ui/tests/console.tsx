import { createMemoryHistory } from "@tanstack/react-router";
import { render } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { App } from "@/app/app";
import { makeRouter } from "@/app/router";
import { type Handlers, memoryHost, type Workers } from "@/host/memory";
import { forget } from "@/state/remembered";
import { useShell } from "@/state/shell";
import { OPERATION_WORKS } from "./fixture/operations";
import { makeWorld, type World } from "./fixture/world";

/** The whole console on a world in memory, at an address. */
export function openConsole(address: string, { handlers = {}, workers = {}, world = makeWorld() }: { handlers?: Handlers; workers?: Workers; world?: World } = {}) {
  useShell.setState({ palette: false, sheet: false, stopAsked: false, quitAsked: false });
  forget();
  const host = memoryHost({ ...world.handlers, ...handlers }, { ...OPERATION_WORKS, ...workers });
  const history = createMemoryHistory({ initialEntries: [address] });
  const router = makeRouter(history);
  const user = userEvent.setup();
  render(<App host={host} router={router} />);
  return { host, world, user, router, address: () => router.state.location.href };
}
