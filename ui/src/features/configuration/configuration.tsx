import { Link, useNavigate } from "@tanstack/react-router";
import { Settings2 } from "lucide-react";
import { type KeyboardEvent, useEffect } from "react";
import { Button } from "@/components/button";
import { Empty } from "@/components/empty";
import { useActions } from "@/state/actions";
import { remember, remembered } from "@/state/remembered";
import { ALL_SECTIONS, SECTIONS, type SectionProps } from "./sections";

export type { ConfigurationSearch } from "./sections";

const LAST = "configuration.section";
const FIRST = ALL_SECTIONS[0]?.id ?? "";

/** The section that was open last, for an address that names none. */
export function firstSection(): string {
  const last = remembered<string>(LAST);
  return ALL_SECTIONS.some(({ id }) => id === last) ? (last as string) : FIRST;
}

/** What can be set, taken out and brought in: a list of sections at the left, one of them open. */
export function ConfigurationScreen({ section: open, ...props }: SectionProps & { section: string }) {
  const navigate = useNavigate();
  const section = ALL_SECTIONS.find(({ id }) => id === open);
  useEffect(() => {
    if (section) remember(LAST, section.id);
  }, [section]);
  useActions(
    ALL_SECTIONS.map(({ id, title, icon, words }) => ({
      id: `configuration.${id}`,
      title: `Go to ${title}`,
      group: "Configuration",
      icon,
      words,
      disabled: id === open ? "It is open" : undefined,
      run: () => void navigate({ to: "/configuration/$section", params: { section: id } }),
    })),
  );
  return (
    <div className="flex h-full min-w-0">
      <Sections open={open} />
      {section ? (
        <div key={section.id} className="min-w-0 flex-1 overflow-y-auto">
          <div className="mx-auto flex max-w-230 flex-col gap-3 px-4 pt-3 pb-8">
            <header>
              <h1 className="sr-only">Configuration</h1>
              <h2 className="text-18 font-semibold">{section.title}</h2>
              <p className="text-text-2">{section.says}</p>
            </header>
            <section.Content {...props} />
          </div>
        </div>
      ) : (
        <div className="min-w-0 flex-1">
          <h1 className="sr-only">Configuration</h1>
          <Empty icon={Settings2} title="There is no such section" action={<Button onClick={() => void navigate({ to: "/configuration/$section", params: { section: FIRST } })}>Go to the first one</Button>}>
            The address names “{open}”, which this version does not have.
          </Empty>
        </div>
      )}
    </div>
  );
}

/** Up and down go from link to link. */
function onArrow(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  const links = [...(event.currentTarget.closest("nav")?.querySelectorAll<HTMLElement>("a") ?? [])];
  links[links.indexOf(event.currentTarget) + step]?.focus();
  event.preventDefault();
}

function Sections({ open }: { open: string }) {
  return (
    <nav
      aria-label="Sections"
      className="w-48 shrink-0 overflow-y-auto border-r border-line bg-surface-1 px-2 pt-3 pb-2"
    >
      {SECTIONS.map(({ title, sections }) => (
        <section key={title} aria-label={title} className="mb-4">
          <h2 aria-hidden className="mb-1 px-2 text-11 font-medium text-text-3">
            {title}
          </h2>
          <ul>
            {sections.map(({ id, title: name, icon: Icon }) => (
              <li key={id}>
                <Link
                  to="/configuration/$section"
                  params={{ section: id }}
                  onKeyDown={onArrow}
                  aria-current={id === open ? "page" : undefined}
                  className="flex h-7 items-center gap-2.5 rounded-md px-2 text-text-2 transition-colors duration-100 hover:bg-surface-2 hover:text-text aria-[current=page]:bg-accent-soft aria-[current=page]:font-medium aria-[current=page]:text-text"
                >
                  <Icon size={15} strokeWidth={1.75} aria-hidden className="shrink-0" />
                  <span className="truncate">{name}</span>
                </Link>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </nav>
  );
}
