import { useNavigate, useSearch } from "@tanstack/react-router";
import { useOverview } from "@/api/queries";

/** The application the console looks at. It stands in the address, so that reload and back keep it. */
export function useApplication() {
  const overview = useOverview().data;
  const wanted = useSearch({ strict: false, select: (search) => (search as { app?: string }).app });
  const navigate = useNavigate();
  const applications = overview?.applications ?? [];
  const application = applications.find((candidate) => candidate.name === wanted) ?? applications[0];
  const connection = overview?.connections.find((candidate) => candidate.name === application?.connection);
  const choose = (name: string) => {
    // What was selected belongs to the other application.
    void navigate({ to: ".", search: (before: Record<string, unknown>) => ({ ...before, app: name, user: undefined, start: undefined }) as never });
  };
  return { applications, application, connection, choose };
}
