import { Link } from "@tanstack/react-router";
import type { Mappings } from "@/api/contract";
import { CopyIcon } from "@/components/copy";
import { OPERATIONS } from "@/components/operations";
import { Status } from "@/components/status";

const KIND = { procedure: "Stored Procedure", sql: "SQL Statement" } as const;

/** The operations of an application as the provider's console asks for them: kind, text, and a field for each `?`. */
export function TenOperations({ mappings, application }: { mappings: Mappings; application: string }) {
  const shown = mappings.operations.filter(({ optional, mapping }) => !optional || mapping !== null);
  return (
    <ol aria-label={`The operations of ${application}`} className="my-2.5 overflow-hidden rounded-lg border border-line bg-surface-1">
      {shown.map(({ operation, mapping }) => (
        <li key={operation} className="border-b border-line px-3 py-2 last:border-b-0">
          <div className="flex min-h-7 items-center gap-2">
            <Link to="/operations" search={{ op: operation } as never} className="rounded-sm font-medium hover:underline">
              {OPERATIONS[operation]}
            </Link>
            {mapping === null ? <Status tone="warn">Not mapped yet</Status> : <span className="text-text-2">{KIND[mapping.kind]}</span>}
            {mapping !== null && !mapping.enabled && <Status tone="warn">Switched off</Status>}
            {mapping !== null && (
              <span className="ml-auto">
                <CopyIcon text={mapping.statement} label={`Copy the text of ${OPERATIONS[operation]}`} />
              </span>
            )}
          </div>
          {mapping !== null && (
            <>
              <pre className="selectable mono mt-1 text-12 whitespace-pre-wrap [overflow-wrap:anywhere]">{mapping.statement}</pre>
              {mapping.parameters.length > 0 && (
                <p className="mt-1 flex flex-wrap gap-x-3 text-12 text-text-2">
                  {mapping.parameters.map((parameter) => (
                    <span key={parameter.position} className="num whitespace-nowrap">
                      {parameter.position}. <code className="selectable mono text-text">{parameter.text}</code>
                    </span>
                  ))}
                </p>
              )}
            </>
          )}
        </li>
      ))}
    </ol>
  );
}
