import type { Host } from "@/host";
import type { Keeper } from "@/state/remembered";

const keepers = new WeakMap<Host, Keeper>();

/** Keeps what the interface remembers of itself with Sluice: one keeper for each host. */
export function keeperOf(host: Host): Keeper {
  const known = keepers.get(host);
  if (known) return known;
  const keeper: Keeper = {
    list: async () => (await host.call("kept.list", { kind: "layout" })).items,
    put: (name, body) => host.call("kept.put", { kind: "layout", name, body: body as never }),
  };
  keepers.set(host, keeper);
  return keeper;
}
