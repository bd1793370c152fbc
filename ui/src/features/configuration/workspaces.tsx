import { FilePlus2, FolderOpen, X } from "lucide-react";
import type { WorkspaceLine } from "@/api/contract";
import { useWorkspaceActs, useWorkspaces } from "@/api/workspaces";
import { Button, IconButton } from "@/components/button";
import { Card } from "@/components/card";
import { EnvironmentLabel } from "@/components/environment";
import { ProblemCard } from "@/components/problem";
import { RelativeTime } from "@/components/relative-time";
import { SkeletonLines } from "@/components/skeleton";

/** What a workspace is called here: by its file, where that cannot be read. */
const nameOf = ({ name, configuration }: WorkspaceLine): string => name ?? configuration.split(/[\\/]/).slice(-2).join("/");

/** The workspaces of this account. Each has a window of its own, and an endpoint. */
export function WorkspacesCard() {
  const { data, error, refetch } = useWorkspaces(true);
  const { open, choose, forget } = useWorkspaceActs();
  const busy = open.isPending || choose.isPending;
  return (
    <Card
      title="Workspaces"
      note={data?.demoHere ? "This window shows the embedded demo." : "Each opens in a window of its own."}
      actions={
        <>
          <Button icon={FolderOpen} kind="quiet" disabled={busy} onClick={() => choose.mutate({ new: false })}>
            Open a configuration…
          </Button>
          <Button icon={FilePlus2} disabled={busy} onClick={() => choose.mutate({ new: true })}>
            New workspace…
          </Button>
        </>
      }
    >
      {error && <ProblemCard problem={error} onRetry={() => void refetch()} className="m-3" />}
      {!data ? (
        !error && <SkeletonLines lines={2} />
      ) : data.workspaces.length === 0 ? (
        <p className="px-3 py-2.5 text-text-2">None was opened yet. A workspace is one file of settings, and a folder beside it for certificate, token and record.</p>
      ) : (
        <ul>
          {data.workspaces.map((one) => (
            <li key={one.configuration} className="flex min-h-11 items-center gap-3 border-b border-line px-3 py-1.5 last:border-b-0">
              <span className="flex min-w-0 flex-1 flex-col">
                <span className="flex items-center gap-2">
                  <span className="truncate font-medium">{nameOf(one)}</span>
                  {one.environment && <EnvironmentLabel environment={one.environment} small />}
                  {one.name === null && <span className="text-12 text-warn">its file cannot be read</span>}
                </span>
                <span className="selectable mono truncate text-12 text-text-2" title={one.configuration}>
                  {one.configuration}
                </span>
              </span>
              {one.here ? (
                <span className="text-text-2">in this window</span>
              ) : (
                <>
                  <span className="text-12 text-text-2">
                    <RelativeTime at={one.openedAt} />
                  </span>
                  <Button disabled={busy} onClick={() => open.mutate(one.configuration)}>
                    Open<span className="sr-only"> {nameOf(one)}</span>
                  </Button>
                  <IconButton icon={X} label={`Take ${nameOf(one)} out of the list; its files stay`} disabled={forget.isPending} onClick={() => forget.mutate(one.configuration)} />
                </>
              )}
            </li>
          ))}
        </ul>
      )}
      <p className="border-t border-line px-3 py-2 text-12 text-text-2">Started from the menu, Sluice opens the workspace that was opened last.</p>
    </Card>
  );
}
