import type { Body, Exchange, Message } from "@/api/contract";
import { CopyIcon } from "@/components/copy";
import { bytes } from "@/components/format";
import { Json, prettyJson } from "@/components/json";
import { AnswerStatus } from "@/components/status";
import { SECRET } from "@/components/secret";
import { SecretDots } from "@/components/value";
import { ConnectorHeader } from "./connector-header";

export function RequestTab({ exchange }: { exchange: Exchange }) {
  const { method, path } = exchange.summary;
  return (
    <div className="flex flex-col gap-3 p-3">
      <div className="flex items-start gap-2 rounded-lg border border-line px-3 py-1.5">
        <span className="mono py-1 text-12 font-semibold">{method}</span>
        <span className="selectable mono min-w-0 flex-1 py-1 text-12 [overflow-wrap:anywhere]">{path}</span>
        <CopyIcon text={path} label="Copy the path" />
      </div>
      <Headers message={exchange.request} note={`from ${exchange.remote}`} />
      {exchange.header && <ConnectorHeader header={exchange.header} exchange={exchange.summary.id} />}
      <BodyCard body={exchange.request.body} label="Request body" />
    </div>
  );
}

export function AnswerTab({ exchange }: { exchange: Exchange }) {
  const { status, outcome } = exchange.summary;
  return (
    <div className="flex flex-col gap-3 p-3">
      <div className="flex min-h-9 items-center gap-2 rounded-lg border border-line px-3">
        <AnswerStatus status={status} outcome={outcome} className="font-medium" />
        <span className="text-text-2">{REASONS[status]}</span>
      </div>
      <Headers message={exchange.answer} />
      <BodyCard body={exchange.answer.body} label="Answer body" />
    </div>
  );
}

/** The words of the statuses that SCIM uses. */
const REASONS: Record<number, string> = {
  200: "OK",
  201: "Created",
  204: "No Content",
  304: "Not Modified",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  412: "Precondition Failed",
  413: "Payload Too Large",
  415: "Unsupported Media Type",
  429: "Too Many Requests",
  500: "Internal Server Error",
  501: "Not Implemented",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

function Headers({ message, note }: { message: Message; note?: string }) {
  return (
    <section aria-label="Headers" className="overflow-hidden rounded-lg border border-line">
      <header className="flex min-h-9 items-center gap-2 border-b border-line px-3">
        <h3 className="font-semibold">Headers</h3>
        {note && <span className="selectable text-text-2">{note}</span>}
      </header>
      <dl className="selectable grid grid-cols-[minmax(120px,auto)_minmax(0,1fr)] gap-x-4 gap-y-1 px-3 py-2 text-12">
        {message.headers.map(([name, value], index) => (
          <div key={index} className="col-span-2 grid grid-cols-subgrid">
            <dt className="mono text-text-3">{name}</dt>
            <dd className="mono [overflow-wrap:anywhere]">{value === SECRET ? <SecretDots /> : value}</dd>
          </div>
        ))}
        {message.headers.length === 0 && <div className="col-span-2 text-text-2">None recorded.</div>}
      </dl>
    </section>
  );
}

function BodyCard({ body, label }: { body: Body | null; label: string }) {
  return (
    <section aria-label={label} className="overflow-hidden rounded-lg border border-line">
      <header className="flex min-h-9 items-center gap-2 border-b border-line px-3">
        <h3 className="font-semibold">Body</h3>
        {body && <span className="num text-text-2">{bytes(body.bytes)}</span>}
        {body?.truncated && <span className="text-12 text-warn">only its beginning is recorded</span>}
        {body && (
          <span className="ml-auto">
            <CopyIcon text={() => prettyJson(body.text)} label="Copy the body" />
          </span>
        )}
      </header>
      {body && body.text !== "" ? <Json text={body.text} label={`${label} as JSON`} /> : <p className="px-3 py-2 text-text-2">Empty.</p>}
    </section>
  );
}
