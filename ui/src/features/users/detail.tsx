import { Link } from "@tanstack/react-router";
import { ArrowRight, Activity, Plus, UserCheck, UserX, X } from "lucide-react";
import { useTrafficOf, useUser } from "@/api/queries";
import type { ExchangeSummary, UserChange, UserDetail as Detail } from "@/api/contract";
import { Button, IconButton } from "@/components/button";
import { CopyIcon } from "@/components/copy";
import { cx } from "@/components/cx";
import { Empty } from "@/components/empty";
import { listMs, plural } from "@/components/format";
import { Json } from "@/components/json";
import { ProblemCard } from "@/components/problem";
import { RelativeTime } from "@/components/relative-time";
import { SkeletonLines } from "@/components/skeleton";
import { AnswerStatus, StateWord } from "@/components/status";
import { Tabs } from "@/components/tabs";
import { aboutUser } from "@/components/traffic-filter";
import type { Asked } from "@/components/user-change/words";
import { SecretDots, Value } from "@/components/value";
import { useActions } from "@/state/actions";
import { EntitlementPicker } from "./entitlement-picker";
import { LinesTab } from "./reporting/lines-tab";

type Props = {
  application: string;
  id: string;
  /** the column that names managers; null to find it */
  column: string | null;
  tab: string;
  onTab: (tab: string) => void;
  onOpen: (user: string) => void;
  onAsk: (asked: Asked) => void;
  onClose: () => void;
};

const RECENT = 50;

export function UserDetail({ application, id, column, tab, onTab, onOpen, onAsk, onClose }: Props) {
  const { data, error, isPlaceholderData, refetch } = useUser(application, id);
  const traffic = useTrafficOf(aboutUser(id), RECENT);
  const user = data && !isPlaceholderData ? data.user : undefined;
  const ask = (change: UserChange, names?: Map<string, string>) => {
    if (user) onAsk({ change, people: [{ id: user.id, name: user.display }], names });
  };
  const waiting = user ? undefined : "The user is being read";
  useActions([
    { id: "user.activate", title: "Activate this user…", group: "User", icon: UserCheck, disabled: waiting ?? (user?.active === true ? "The user is active" : undefined), run: () => ask({ what: "activate" }) },
    { id: "user.deactivate", title: "Deactivate this user…", group: "User", icon: UserX, disabled: waiting ?? (user?.active === false ? "The user is inactive" : undefined), run: () => ask({ what: "deactivate" }) },
  ]);
  if (error) {
    return (
      <>
        <div className="flex h-11 shrink-0 items-center justify-end border-b border-line px-3">
          <IconButton icon={X} label="Close" keys="Esc" onClick={onClose} />
        </div>
        <ProblemCard problem={error} onRetry={() => void refetch()} className="m-3" />
      </>
    );
  }
  if (!data) return <SkeletonLines lines={10} />;
  const { active } = data.user;
  return (
    <div className={cx("flex min-h-0 flex-1 flex-col", isPlaceholderData && "opacity-60")}>
      <header className="flex h-11 shrink-0 items-center gap-2.5 border-b border-line px-3">
        <h2 className="min-w-0 truncate font-semibold">{data.user.display ?? data.user.id}</h2>
        <StateWord active={active} />
        <span className="ml-auto flex items-center gap-1">
          {active !== true && (
            <Button icon={UserCheck} disabled={!user} onClick={() => ask({ what: "activate" })}>
              Activate…
            </Button>
          )}
          {active !== false && (
            <Button icon={UserX} disabled={!user} onClick={() => ask({ what: "deactivate" })}>
              Deactivate…
            </Button>
          )}
          <CopyIcon text={data.user.id} label={`Copy the id ${data.user.id}`} />
          <IconButton icon={X} label="Close" keys="Esc" onClick={onClose} />
        </span>
      </header>
      <Tabs
        label="Parts of the user"
        value={tab}
        onChange={onTab}
        tabs={[
          { id: "row", title: "Row and resource", content: <RowTab application={application} detail={data} onAsk={ask} /> },
          { id: "resource", title: "As the provider sees it", content: <ResourceTab detail={data} /> },
          { id: "lines", title: "Manager and reports", content: <LinesTab application={application} column={column} id={id} onOpen={onOpen} /> },
          { id: "traffic", title: "Traffic", count: traffic.data?.total, content: <TrafficTab id={id} traffic={traffic} /> },
        ]}
      />
    </div>
  );
}

type RowProps = { application: string; detail: Detail; onAsk: (change: UserChange, names?: Map<string, string>) => void };

function RowTab({ application, detail, onAsk }: RowProps) {
  const { columns, user, attributes } = detail;
  const attributeOf = new Map(attributes.map(({ column, attribute }) => [column, attribute]));
  const head = "h-7 border-b border-line px-3 text-left text-11 font-medium text-text-3";
  return (
    <>
      <section aria-label="Entitlements" className="border-b border-line px-3 pt-2.5 pb-3">
        <div className="flex items-center gap-2">
          <h3 className="flex items-baseline gap-2 font-semibold">
            Entitlements <span className="num font-normal text-text-2">{user.entitlements.length}</span>
          </h3>
          <span className="ml-auto">
            <EntitlementPicker
              application={application}
              icon={Plus}
              label="Assign"
              verb="Assign…"
              quiet
              without={new Set(user.entitlements.map(({ value }) => value))}
              onChoose={(entitlements, names) => onAsk({ what: "assign", entitlements }, names)}
            />
          </span>
        </div>
        {user.entitlements.length > 0 ? (
          <ul className="mt-1 flex flex-wrap gap-1.5">
            {user.entitlements.map(({ value, display }) => (
              <li key={value} title={value} className="flex h-6 items-center rounded-md bg-surface-2 pl-2 text-12">
                {display ?? <span className="mono">{value}</span>}
                <button
                  type="button"
                  aria-label={`Revoke ${display ?? value}…`}
                  title={`Revoke ${display ?? value}…`}
                  onClick={() => onAsk({ what: "revoke", entitlements: [value] }, new Map([[value, display ?? value]]))}
                  className="ml-0.5 inline-flex size-6 items-center justify-center rounded-md text-text-3 hover:bg-surface-3 hover:text-text"
                >
                  <X size={13} aria-hidden />
                </button>
              </li>
            ))}
          </ul>
        ) : (
          <p className="mt-1 text-text-2">This user holds none.</p>
        )}
      </section>
      <table aria-label="Row of the user and the attributes it becomes" className="w-full table-fixed">
        <thead>
          <tr>
            <th scope="col" className={cx(head, "w-[23%]")}>
              Column
            </th>
            <th scope="col" className={cx(head, "w-[39%]")}>
              Value
            </th>
            <th scope="col" className={head}>
              SCIM attribute
            </th>
          </tr>
        </thead>
        <tbody>
          {columns.map((column, index) => {
            const attribute = column.secret ? null : (attributeOf.get(column.name) ?? null);
            return (
              <tr key={column.name} className="hover:bg-surface-2">
                <td className="mono h-7 truncate border-b border-line px-3 text-12 text-text-2" title={`${column.name} ${column.type}`}>
                  {column.name}
                </td>
                <td className="selectable mono h-7 border-b border-line px-3 py-1 text-12 [overflow-wrap:anywhere]">
                  {column.secret ? <SecretDots /> : <Value value={user.row[index] ?? null} />}
                </td>
                <td className="h-7 border-b border-line px-3 text-12 text-text-2">
                  <span className="flex min-w-0 items-center gap-2">
                    {attribute === null ? (
                      <span className="text-text-3 italic">never returned</span>
                    ) : (
                      <>
                        <ArrowRight size={13} aria-label="becomes" className="shrink-0 text-text-3" />
                        <span className="selectable mono truncate" title={attribute}>
                          {shortAttribute(attribute)}
                        </span>
                      </>
                    )}
                  </span>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </>
  );
}

/** The long names of the standard's schemas say nothing in a narrow column; the full name is its title. */
function shortAttribute(attribute: string): string {
  return attribute
    .replace(/urn:ietf:params:scim:schemas:extension:enterprise:2\.0:User[:.](?=ext_)/gi, "")
    .replaceAll("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:", "enterprise:")
    .replaceAll("urn:ietf:params:scim:schemas:core:2.0:User:", "")
    // addresses[type eq "work"].locality reads as well as addresses[work].locality.
    .replace(/\[\w+ eq "([^"]+)"\]/g, "[$1]")
    .replace(/\[(\w+) eq true\]/g, "[$1]");
}

function ResourceTab({ detail }: { detail: Detail }) {
  return (
    <div className="relative">
      <span className="absolute top-2 right-2">
        <CopyIcon text={() => JSON.stringify(detail.user.resource, null, 2)} label="Copy the resource" />
      </span>
      <Json value={detail.user.resource} label="Resource as the provider sees it" />
    </div>
  );
}

function TrafficTab({ id, traffic }: { id: string; traffic: ReturnType<typeof useTrafficOf> }) {
  const { data, error, refetch } = traffic;
  if (error) return <ProblemCard problem={error} onRetry={() => void refetch()} className="m-3" />;
  if (!data) return <SkeletonLines />;
  if (data.exchanges.length === 0) return <Empty icon={Activity} title="No recorded exchange touches this user" />;
  return (
    <>
      <ul>
        {data.exchanges.map((exchange) => (
          <li key={exchange.id}>
            <TrafficLine exchange={exchange} filter={aboutUser(id)} />
          </li>
        ))}
      </ul>
      {data.more && (
        <Link to="/traffic" search={{ filter: aboutUser(id) } as never} className="m-3 inline-flex min-h-6 items-center text-accent hover:underline">
          All {plural(data.total, "exchange")} in Traffic
        </Link>
      )}
    </>
  );
}

function TrafficLine({ exchange, filter }: { exchange: ExchangeSummary; filter: string }) {
  return (
    <Link
      to="/traffic"
      search={{ filter, id: exchange.id } as never}
      className="grid min-h-7 grid-cols-[88px_minmax(0,1fr)_60px_minmax(0,0.7fr)_48px] items-center gap-x-3 border-b border-line px-3 text-12 -outline-offset-2 hover:bg-surface-2"
    >
      <span className="text-text-3">
        <RelativeTime at={exchange.at} />
      </span>
      <span className="truncate font-medium">{exchange.title}</span>
      <AnswerStatus status={exchange.status} outcome={exchange.outcome} />
      <span className="truncate text-right text-text-2">{exchange.effect}</span>
      <span className="mono text-right">{listMs(exchange.durationUs)}</span>
    </Link>
  );
}
