import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useApi } from "./context";
import type { Asked, InWindow, Problem, WorkstationChange, WorkstationState } from "./contract";

const KEY = ["workstation.get"];

/** The window that Sluice runs in; `null` for a server with its console in a browser. */
export function useWorkstation() {
  const { host } = useApi();
  return useQuery<WorkstationState | null, Problem>({
    queryKey: KEY,
    queryFn: async () => (await host.call("workstation.get", {})).window,
    // A panel may come or go, and somebody may remove the file by hand; nobody need see it at once.
    staleTime: 5_000,
  });
}

/** Changes what closing does or whether Sluice starts at login. Answers how it stands then. */
export function useWorkstationChange() {
  const { host } = useApi();
  const client = useQueryClient();
  return useMutation<InWindow, Problem, WorkstationChange>({
    mutationFn: (change) => host.call("workstation.set", change),
    onSuccess: ({ window }) => client.setQueryData(KEY, window),
  });
}

/** Ends the program, and the endpoint with it. */
export function useQuit() {
  const { host } = useApi();
  return useMutation<unknown, Problem, void>({ mutationFn: () => host.call("workstation.quit", { whileServing: true }) });
}

/** Listens to what the window's surroundings ask of the screens, where there is a window. */
export function useAsked(onAsked: (asked: Asked) => void): void {
  const { host } = useApi();
  const inWindow = Boolean(useWorkstation().data);
  useEffect(() => (inWindow ? host.stream("workstation.asked", {}, onAsked) : undefined), [host, inWindow, onAsked]);
}
