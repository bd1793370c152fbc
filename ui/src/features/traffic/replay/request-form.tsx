import type { ReplayRequest } from "@/api/contract";
import { JsonEditor } from "@/components/editor/editor";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];
const FIELD = "mono h-7 rounded-md border border-line-3 bg-surface-1 px-2 text-12 text-text";

/** The request as it will be sent: method, path, body. */
export function RequestForm({ request, onRequest, onRun }: { request: ReplayRequest; onRequest: (request: ReplayRequest) => void; onRun: () => void }) {
  return (
    <div className="flex flex-col gap-2">
      <div className="flex gap-2">
        <select aria-label="Method" value={request.method} onChange={(event) => onRequest({ ...request, method: event.target.value })} className={FIELD}>
          {(METHODS.includes(request.method) ? METHODS : [request.method, ...METHODS]).map((method) => (
            <option key={method}>{method}</option>
          ))}
        </select>
        <input aria-label="Path and query" value={request.path} spellCheck={false} autoComplete="off" onChange={(event) => onRequest({ ...request, path: event.target.value })} className={`${FIELD} min-w-0 flex-1`} />
      </div>
      <JsonEditor label="Body" value={request.body} placeholder="No body" onChange={(body) => onRequest({ ...request, body })} onRun={onRun} className="max-h-100" />
    </div>
  );
}
