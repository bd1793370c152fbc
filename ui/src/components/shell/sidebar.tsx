import { Link, useLocation } from "@tanstack/react-router";
import { useLive } from "@/api/context";
import { useOverview } from "@/api/queries";
import { formatCount } from "../format";
import { counted } from "../operations";
import { Tooltip } from "../tooltip";
import { useApplication } from "./application";
import { leftAt } from "./places";
import { GROUPS, GUIDE, isPlaceOf, type Screen } from "./screens";

/** What stands at the right of an entry: how much is there, or what is wrong. */
function useNotes(): Partial<Record<Screen["path"], { text: string; bad?: boolean; spoken: string }>> {
  const { unseen } = useLive();
  const overview = useOverview().data;
  const { application } = useApplication();
  const operations = counted(application?.operations ?? []);
  const on = operations.filter((operation) => operation.enabled && operation.kind !== null).length;
  const failing = overview?.connections.filter((connection) => connection.state === "fails").length ?? 0;
  return {
    "/traffic": unseen > 0 ? { text: `${formatCount(unseen)} new`, spoken: `${unseen} new exchanges` } : undefined,
    "/operations":
      operations.length === 0
        ? undefined
        : on < operations.length
          ? { text: `${on} of ${operations.length}`, spoken: `${on} of ${operations.length} in use` }
          : { text: String(on), spoken: `${on} operations` },
    "/connections": overview
      ? failing > 0
        ? { text: formatCount(failing), bad: true, spoken: `${failing} of ${overview.connections.length} fail` }
        : { text: formatCount(overview.connections.length), spoken: `${overview.connections.length} connections` }
      : undefined,
  };
}

export function Sidebar() {
  const notes = useNotes();
  return (
    <nav aria-label="Screens" className="flex w-52 shrink-0 flex-col overflow-y-auto border-r border-line bg-surface-0 px-2 pt-3 pb-2">
      {GROUPS.map((group) => (
        <section key={group.title} aria-label={group.title} className="mb-4">
          <h2 aria-hidden className="mb-1 px-2 text-11 font-medium text-text-3">
            {group.title}
          </h2>
          <ul>
            {group.screens.map((screen) => (
              <li key={screen.path}>
                <Entry screen={screen} note={notes[screen.path]} />
              </li>
            ))}
          </ul>
        </section>
      ))}
      <div className="mt-auto">
        <Entry screen={GUIDE} />
      </div>
    </nav>
  );
}

function Entry({ screen, note }: { screen: Screen; note?: { text: string; bad?: boolean; spoken: string } }) {
  const Icon = screen.icon;
  const pathname = useLocation({ select: (location) => location.pathname });
  const open = isPlaceOf(screen.path, pathname);
  return (
    <Tooltip text={`Go to ${screen.title}`} keys={`g ${screen.letter}`} side="right">
      <Link
        to={screen.path}
        // The open screen's own entry leads to its beginning.
        search={(open ? {} : leftAt(screen.path)) as never}
        activeOptions={{ exact: screen.path === "/", includeSearch: false }}
        className="flex h-7 items-center gap-2.5 rounded-md px-2 text-13 text-text-2 transition-colors duration-100 hover:bg-surface-2 hover:text-text aria-[current=page]:bg-surface-3 aria-[current=page]:font-medium aria-[current=page]:text-text"
      >
        <Icon size={15} strokeWidth={1.75} aria-hidden className="shrink-0" />
        <span className="truncate">{screen.title}</span>
        {note && (
          <span className={`num ml-auto text-11 font-normal ${note.bad ? "font-semibold text-bad" : "text-text-3"}`}>
            <span aria-hidden>{note.text}</span>
            <span className="sr-only">{note.spoken}</span>
          </span>
        )}
      </Link>
    </Tooltip>
  );
}
