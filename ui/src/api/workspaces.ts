import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { tellProblem } from "@/components/problem-toast";
import { useApi } from "./context";
import type { ChosenWorkspace, Problem, WorkspaceLines } from "./contract";

const KEY = ["workspaces.list"];

/** The workspaces that this account has opened in a window; asked for where there is one. */
export function useWorkspaces(inWindow: boolean) {
  const { host } = useApi();
  return useQuery<WorkspaceLines, Problem>({ queryKey: KEY, queryFn: () => host.call("workspaces.list", {}), enabled: inWindow });
}

/** Each opens in a window of its own. They are pressed in the palette too, which is gone when one fails: a toast tells. */
export function useWorkspaceActs() {
  const { host } = useApi();
  const client = useQueryClient();
  const anew = () => client.invalidateQueries({ queryKey: KEY });
  const open = useMutation<unknown, Problem, string>({ mutationFn: (configuration) => host.call("workspaces.open", { configuration }), onSettled: anew, onError: (problem) => tellProblem("The workspace was not opened", problem) });
  const choose = useMutation<ChosenWorkspace, Problem, { new: boolean }>({ mutationFn: (input) => host.call("workspaces.choose", input), onSettled: anew, onError: (problem) => tellProblem("The workspace was not opened", problem) });
  const forget = useMutation<unknown, Problem, string>({ mutationFn: (configuration) => host.call("workspaces.forget", { configuration }), onSettled: anew, onError: (problem) => tellProblem("The workspace stays in the list", problem) });
  return { open, choose, forget };
}
