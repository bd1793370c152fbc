import { Link } from "@tanstack/react-router";
import type { HeaderField, HeaderView } from "@/api/contract";
import { cx } from "@/components/cx";
import { bytes, plural } from "@/components/format";
import { Status } from "@/components/status";

/** What the connector's header looks like: its keys as a tree, and no value that could be a secret. */
export function ConnectorHeader({ header, exchange }: { header: HeaderView; /** its id, where its connection may be taken over */ exchange?: string }) {
  const unknown = count(header.fields, (field, aboveKnown) => aboveKnown && !field.known);
  return (
    <section aria-label="Connector header" className="overflow-hidden rounded-lg border border-line">
      <header className="flex min-h-9 flex-wrap items-center gap-x-2 border-b border-line px-3 py-1">
        <h3 className="font-semibold">Connector header</h3>
        <span className="num text-text-2">{bytes(header.bytes)}</span>
        {!header.problem && (
          <span className="num ml-auto text-text-2">
            {plural(header.fields.length, "key")}, {unknown === 0 ? "all understood" : `${unknown} not understood`}
          </span>
        )}
      </header>
      {header.changed && (
        <p className="border-b border-line px-3 py-1.5">
          <Status tone="warn" className="[&>span]:whitespace-normal">
            {header.changed}
          </Status>
        </p>
      )}
      {header.problem ? (
        <p className="px-3 py-2">
          <Status tone="bad" className="[&>span]:whitespace-normal">
            {header.problem}
          </Status>
        </p>
      ) : header.fields.length === 0 ? (
        <p className="px-3 py-2 text-text-2">It has no keys.</p>
      ) : (
        <div className="px-3 py-1.5">
          <Fields fields={header.fields} label="Keys of the connector header" />
        </div>
      )}
      {exchange && header.fields.some(({ key }) => key?.toLowerCase() === "jdbcurl") && (
        <p className="border-t border-line px-3 py-1.5">
          <Link to="/connections" search={{ add: "connection", from: exchange }} className="inline-flex min-h-6 items-center rounded-sm text-accent hover:underline">
            Make a connection of it
          </Link>
        </p>
      )}
      {header.omitted > 0 && <p className="border-t border-line px-3 py-1.5 text-12 text-text-2">{plural(header.omitted, "more key")} not shown: there are too many, or too deep.</p>}
    </section>
  );
}

type Place = { /** whether the key above it is understood */ aboveKnown?: boolean; /** whether it is an item of a list */ item?: boolean };

function Fields({ fields, label, aboveKnown = true, item = false }: Place & { fields: HeaderField[]; label?: string }) {
  return (
    <ul aria-label={label} className={label ? undefined : "ml-[5px] border-l border-line pl-3"}>
      {fields.map((field, index) => (
        <li key={index}>
          {field.fields.length === 0 ? (
            <Row field={field} aboveKnown={aboveKnown} item={item} />
          ) : (
            <details open>
              <summary className="cursor-default rounded-sm marker:text-text-3">
                <Row field={field} aboveKnown={aboveKnown} item={item} inline />
              </summary>
              <Fields fields={field.fields} aboveKnown={aboveKnown && field.known} item={field.kind === "list"} />
            </details>
          )}
        </li>
      ))}
    </ul>
  );
}

function Row({ field, aboveKnown, item, inline = false }: Place & { field: HeaderField; inline?: boolean }) {
  return (
    <span className={cx("selectable min-h-6 max-w-full min-w-0 flex-wrap items-baseline gap-x-2 py-0.5 align-top text-12", inline ? "inline-flex" : "flex")}>
      {field.key === null ? <span className="text-text-3">{item ? "item" : "a name that is not shown"}</span> : <span className="mono [overflow-wrap:anywhere]">{field.key}</span>}
      <span className="num text-text-2">{words(field)}</span>
      {field.value !== null && <span className="mono min-w-0 text-info [overflow-wrap:anywhere]">{field.value}</span>}
      {aboveKnown && !field.known && <span className="rounded-sm border border-dashed border-line-2 px-1 text-11 leading-[15px] text-text-2">not understood</span>}
    </span>
  );
}

function words({ kind, size }: HeaderField): string {
  switch (kind) {
    case "text":
      return size === null ? "text, hidden" : `text of ${plural(size, "character")}`;
    case "list":
      return `list of ${plural(size ?? 0, "item")}`;
    case "object":
      return `object of ${plural(size ?? 0, "key")}`;
    default:
      return kind;
  }
}

function count(fields: HeaderField[], is: (field: HeaderField, aboveKnown: boolean) => boolean, aboveKnown = true): number {
  return fields.reduce((sum, field) => sum + (is(field, aboveKnown) ? 1 : 0) + count(field.fields, is, aboveKnown && field.known), 0);
}
