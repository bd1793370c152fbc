import { X } from "lucide-react";
import type { Checked, ConnectionHealth, MappedOperation } from "@/api/contract";
import { IconButton } from "@/components/button";
import { OPERATIONS } from "@/components/operations";
import { Tabs } from "@/components/tabs";
import { kindWord } from "./list";
import { MappingTab } from "./mapping";
import { TryTab } from "./try";
import type { useTrials } from "./use-trials";

type Props = {
  application: string;
  connection: ConnectionHealth | undefined;
  mapped: MappedOperation;
  idColumn: string;
  checked: Checked | undefined;
  checking: boolean;
  onCheck: () => void;
  trials: ReturnType<typeof useTrials>;
  tab: string;
  onTab: (tab: string) => void;
  onClose: () => void;
};

export function OperationDetail({ application, connection, mapped, idColumn, checked, checking, onCheck, trials, tab, onTab, onClose }: Props) {
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <header className="flex h-11 shrink-0 items-center gap-2.5 border-b border-line px-3">
        <h2 className="min-w-0 shrink-0 font-semibold">{OPERATIONS[mapped.operation]}</h2>
        <span className="min-w-0 truncate text-text-2">{kindWord(mapped)}</span>
        <span className="ml-auto flex items-center gap-1">
          <IconButton icon={X} label="Close" keys="Esc" onClick={onClose} />
        </span>
      </header>
      <Tabs
        label="Parts of the operation"
        value={tab}
        onChange={onTab}
        tabs={[
          { id: "mapping", title: "Mapping", content: <MappingTab mapped={mapped} checked={checked} checking={checking} onCheck={onCheck} /> },
          {
            id: "try",
            title: "Try it",
            content: <TryTab key={`${application}/${mapped.operation}`} application={application} connection={connection} mapped={mapped} idColumn={idColumn} trials={trials} />,
          },
        ]}
      />
    </div>
  );
}
