import { Combobox } from "@base-ui/react/combobox";
import { Search } from "lucide-react";
import { useDeferredValue, useState } from "react";
import type { ReportingNode } from "@/api/contract";
import { useFoundInTree } from "@/api/users";
import { formatCount } from "@/components/format";
import { Keys } from "@/components/keys";
import { ProblemCard } from "@/components/problem";

type Props = { application: string; column: string | null; onFound: (id: string) => void; disabled: boolean };

/** Finds somebody by any text of their row, and leads to them in the picture. */
export function FindPerson({ application, column, onFound, disabled }: Props) {
  const [text, setText] = useState("");
  const wanted = useDeferredValue(text.trim());
  const { data, error, isFetching, refetch } = useFoundInTree(application, column, wanted);
  const items = wanted === "" ? [] : (data?.nodes ?? []);
  return (
    <Combobox.Root<ReportingNode>
      items={items}
      filter={null}
      inputValue={text}
      onInputValueChange={(value, { reason }) => reason !== "item-press" && setText(value)}
      itemToStringLabel={({ name, id }) => name ?? id}
      value={null}
      onValueChange={(node) => {
        if (!node) return;
        setText("");
        onFound(node.id);
      }}
      disabled={disabled}
    >
      <div className="relative flex h-7 min-w-0 flex-1 items-center rounded-md border border-line-3 bg-surface-1 focus-within:border-accent focus-within:outline focus-within:outline-accent">
        <Search size={15} strokeWidth={1.75} aria-hidden className="pointer-events-none ml-2 shrink-0 text-text-3" />
        <Combobox.Input aria-label="Find a person" placeholder="Find a person" data-filter-field spellCheck={false} className="h-full min-w-0 flex-1 bg-transparent px-2 text-13 outline-none" />
        <span className="pointer-events-none mr-1.5">
          <Keys keys="/" />
        </span>
      </div>
      <Combobox.Portal>
        <Combobox.Positioner sideOffset={4} className="z-50">
          <Combobox.Popup className="layer w-(--anchor-width) min-w-72 rounded-lg border border-line-2 bg-surface-1 text-13 shadow-layer outline-none">
            {error && wanted !== "" && <ProblemCard problem={error} onRetry={() => void refetch()} className="m-2" />}
            <Combobox.Status className="num px-3 py-1.5 text-12 text-text-3">
              {error && wanted !== "" ? "Not searched" : wanted === "" ? "Type a name, an id, a department…" : isFetching && !data ? "Looking" : data && data.total > items.length ? `${formatCount(data.total)} found, the first ${items.length}` : `${items.length} found`}
            </Combobox.Status>
            <Combobox.List className="max-h-72 overflow-y-auto p-1 empty:hidden">
              {(node: ReportingNode) => (
                <Combobox.Item key={node.id} value={node} className="flex min-h-8 flex-col justify-center rounded-md px-2 py-0.5 outline-none data-highlighted:bg-surface-2">
                  <span className="truncate">
                    <span className="font-medium">{node.name ?? node.id}</span> <span className="text-text-2">{node.title}</span>
                  </span>
                  <span className="mono truncate text-11 text-text-3">{node.id}</span>
                </Combobox.Item>
              )}
            </Combobox.List>
          </Combobox.Popup>
        </Combobox.Positioner>
      </Combobox.Portal>
    </Combobox.Root>
  );
}
