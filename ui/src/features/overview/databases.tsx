import type { ConnectionHealth } from "@/api/contract";
import { Card } from "@/components/card";
import { EnvironmentLabel } from "@/components/environment";
import { duration } from "@/components/format";
import { Status } from "@/components/status";

export function Databases({ connections }: { connections: ConnectionHealth[] }) {
  return (
    <Card title="Databases">
      {connections.length === 0 ? (
        <p className="px-3 py-2.5 text-text-2">No connection is set up yet.</p>
      ) : (
        <ul>
          {connections.map((connection) => (
            <li key={connection.name} className="border-b border-line last:border-b-0">
              <div className="grid min-h-8 grid-cols-[minmax(0,0.8fr)_104px_minmax(0,1fr)_minmax(0,1.4fr)_92px] items-center gap-x-3 px-3">
                <span className="truncate font-medium" title={connection.address}>
                  {connection.name}
                </span>
                <span>
                  <EnvironmentLabel environment={connection.environment} small />
                </span>
                <span className="truncate text-text-2" title={connection.tls ?? (connection.dialect === "sqlite" ? undefined : "Not encrypted")}>
                  {connection.product ?? connection.dialect}
                  {connection.tls !== null && `, ${connection.tls.split(",")[0]}`}
                </span>
                {connection.state === "answers" ? (
                  <Status tone="ok">Answers{connection.latencyUs !== null && ` in ${duration(connection.latencyUs)}`}</Status>
                ) : (
                  <Status tone="bad">{connection.problem?.message ?? "Does not answer"}</Status>
                )}
                <span className="num text-right text-text-2" title={`${connection.pool.idle} idle`}>
                  {connection.pool.busy} of {connection.pool.max} busy
                </span>
              </div>
              {connection.problem?.hint && <p className="selectable px-3 pb-2 text-12 text-text-2">{connection.problem.hint}</p>}
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
