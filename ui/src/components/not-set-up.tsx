import { Link } from "@tanstack/react-router";
import { Unplug } from "lucide-react";
import { useOverview } from "@/api/queries";
import { Empty } from "./empty";

const WAY = "inline-flex h-7 items-center rounded-md border border-line-2 bg-surface-1 px-2.5 text-13 font-medium hover:bg-surface-2";

/** What a screen shows in a workspace without an application (or, with `needs`, without a connection): what is missing, and the way there. */
export function NotSetUp({ needs = "application", children }: { needs?: "application" | "connection"; /** what will stand here */ children: string }) {
  const connections = useOverview().data?.connections.length ?? 0;
  const missing = connections === 0 ? "connection" : needs;
  return (
    <Empty
      icon={Unplug}
      title={missing === "connection" ? "No connection is set up yet" : "No application is set up yet"}
      action={
        <Link to="/connections" search={{ add: missing }} className={WAY}>
          {missing === "connection" ? "Add a connection" : "Add an application"}
        </Link>
      }
    >
      {children}
    </Empty>
  );
}
