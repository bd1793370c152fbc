import type { ApplicationSummary } from "@/api/contract";
import { Card } from "@/components/card";
import { counted } from "@/components/operations";
import { Status } from "@/components/status";

const PROFILE = { columns: "columns as they are", core: "core attributes" } as const;
const COMPATIBILITY = { original: "like the original", rfc: "by the standard" } as const;

export function Applications({ applications }: { applications: ApplicationSummary[] }) {
  return (
    <Card title="Applications">
      {applications.length === 0 ? (
        <p className="px-3 py-2.5 text-text-2">No application is set up yet.</p>
      ) : (
        <ul>
          {applications.map((application) => {
            const operations = counted(application.operations);
            const mapped = operations.filter((operation) => operation.kind !== null).length;
            const enabled = operations.filter((operation) => operation.enabled).length;
            const all = operations.length;
            return (
              <li key={application.name} className="grid min-h-8 grid-cols-[minmax(0,0.9fr)_minmax(0,0.7fr)_minmax(0,2fr)_176px] items-center gap-x-3 border-b border-line px-3 last:border-b-0">
                <span className="truncate font-medium">{application.name}</span>
                <span className="truncate text-text-2">{application.connection ?? "no connection"}</span>
                <span className="truncate text-text-2">
                  {PROFILE[application.profile]}, {COMPATIBILITY[application.compatibility]}
                </span>
                <Status tone={mapped === all && enabled === all ? "ok" : "warn"}>
                  <span className="num">
                    {mapped} of {all} mapped{enabled < all && `, ${enabled} on`}
                  </span>
                </Status>
              </li>
            );
          })}
        </ul>
      )}
    </Card>
  );
}
