import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type GridView, readView } from "@/components/grid/view";
import { useApi } from "./context";
import type { JsonValue, Problem } from "./contract";

export type NamedView = { name: string; view: GridView };

/** Between what a view is for and its name. */
const BETWEEN = " › ";
const KEY = ["kept.list", "grid_view"];

/** The views of grids that somebody gave a name. `place` says of what: two tables may each have a view of one name. */
export function useViews(place: string) {
  const { host } = useApi();
  const client = useQueryClient();
  const before = `${place}${BETWEEN}`;
  const views = useQuery<NamedView[], Problem>({
    queryKey: [...KEY, place],
    queryFn: async () => {
      const { items } = await host.call("kept.list", { kind: "grid_view" });
      const own = items.filter(({ name }) => name.startsWith(before)).map(({ name, body }) => ({ name: name.slice(before.length), view: readView(body) }));
      return own.toSorted((a, b) => a.name.localeCompare(b.name));
    },
  });
  const again = () => client.invalidateQueries({ queryKey: KEY });
  const keep = useMutation<unknown, Problem, NamedView>({
    mutationFn: ({ name, view }) => host.call("kept.put", { kind: "grid_view", name: before + name, body: view as unknown as JsonValue }),
    onSettled: again,
  });
  const remove = useMutation<unknown, Problem, string>({ mutationFn: (name) => host.call("kept.remove", { kind: "grid_view", name: before + name }), onSettled: again });
  return { views, keep, remove };
}
