import { Check, FileDown } from "lucide-react";
import { useState } from "react";
import type { TextForm } from "@/api/contract";
import { useBundle, useExportedText, useParts } from "@/api/portable";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { copyText } from "@/components/clipboard";
import { CopyIcon } from "@/components/copy";
import { EarlierExports, ExportedFile } from "@/components/exported-file";
import { useSave } from "@/components/files";
import { bytes } from "@/components/format";
import { ProblemCard } from "@/components/problem";
import { SkeletonLines } from "@/components/skeleton";
import { Select, TextField } from "@/features/configuration/parts/fields";
import { Secrets } from "@/features/configuration/parts/secrets";
import type { SectionProps } from "@/features/configuration/sections";

type Form = TextForm | "bundle";
const FORMS: { id: Form; title: string; says: string }[] = [
  { id: "toml", title: "Configuration (TOML)", says: "As it is in use, with its comments. It can be imported again." },
  { id: "bundle", title: "Bundle (ZIP)", says: "Configuration, certificate without its key, and the history where it is wanted. It can be imported again." },
  { id: "properties", title: "Vendor’s properties", says: "config-<customer>.properties of the vendor’s server: endpoint, pool, log." },
  { id: "header", title: "Connector header (JSON)", says: "An application’s connection and procedures, as the agent would send them." },
  { id: "curl", title: "Script for cURL", says: "Every operation of an application, asked from a shell." },
];
const IN_USE = { kind: "in_use" } as const;

/** The configuration out of Sluice, in the form that the other side reads. */
export function ExportSection({ search, onSearch }: SectionProps) {
  const form = FORMS.find(({ id }) => id === search.tab) ?? FORMS[0];
  const parts = useParts(IN_USE);
  const applications = parts.data?.applications ?? [];
  const application = applications.find(({ name }) => name === search.left)?.name ?? applications[0]?.name ?? "";
  const [customer, setCustomer] = useState("");
  if (!form) return null;
  const needs = form.id === "properties" || form.id === "header" || form.id === "curl";
  return (
    <>
      <fieldset className="grid grid-cols-2 gap-1.5">
        <legend className="sr-only">Form</legend>
        {FORMS.map(({ id, title, says }) => (
          <label key={id} className="flex items-start gap-2.5 rounded-lg border border-line bg-surface-1 px-3 py-2 hover:bg-surface-2 has-checked:border-accent has-checked:bg-accent-soft">
            <input type="radio" name="form" aria-label={title} checked={id === form.id} onChange={() => onSearch({ tab: id }, true)} className="mt-1 accent-accent" />
            <span>
              <span className="font-medium">{title}</span>
              <span className="block text-12 text-text-2">{says}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {parts.error && <ProblemCard problem={parts.error} onRetry={() => void parts.refetch()} />}
      {needs && (
        <div className="flex flex-wrap items-center gap-4">
          <Select label={form.id === "properties" ? "Pool of the connection of" : "Application"} value={application} onChange={(name) => onSearch({ left: name }, true)}>
            {applications.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </Select>
          {form.id === "properties" && <TextField label="Customer" value={customer} placeholder="sluice" onChange={setCustomer} />}
        </div>
      )}
      {form.id === "bundle" ? <Bundle /> : <Text form={form.id} application={application} customer={customer.trim()} />}
    </>
  );
}

function Text({ form, application, customer }: { form: TextForm; application: string; customer: string }) {
  const exported = useExportedText({ form, application, ...(form === "properties" && customer ? { customer } : {}) });
  const save = useSave();
  if (exported.error) return <ProblemCard problem={exported.error} onRetry={() => void exported.refetch()} />;
  if (!exported.data) return <SkeletonLines lines={8} />;
  const { name, mime, text, header, notes, secrets } = exported.data;
  return (
    <>
      <Card
        title={name}
        note={`${bytes(new TextEncoder().encode(text).length)}, no secret in it`}
        actions={
          <>
            <CopyIcon text={text} label={`Copy ${name}`} />
            {header && (
              <Button kind="quiet" onClick={() => void copyText(header)}>
                Copy as the agent sends it
              </Button>
            )}
            <Button kind="primary" icon={FileDown} onClick={() => void save({ name, mime, content: text })}>
              Save…
            </Button>
          </>
        }
      >
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
        <pre tabIndex={0} aria-label={name} className="selectable mono max-h-110 overflow-auto p-3 text-12 leading-[18px] -outline-offset-2">
          {text}
        </pre>
      </Card>
      {notes.length > 0 && (
        <ul aria-label="What it does not hold" className="list-disc pl-5 text-text-2">
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
      <Secrets secrets={secrets} title="To be set anew where it is used" />
    </>
  );
}

function Bundle() {
  const [history, setHistory] = useState(false);
  const bundle = useBundle();
  return (
    <>
      <div className="flex flex-wrap items-center gap-4">
        <label className="flex items-center gap-2">
          <input type="checkbox" checked={history} onChange={(event) => setHistory(event.target.checked)} className="accent-accent" />
          With the history: every earlier version of the configuration
        </label>
        <Button kind="primary" icon={FileDown} disabled={bundle.isPending} onClick={() => bundle.mutate({ history })}>
          {bundle.isPending ? "Making the bundle" : "Make the bundle"}
        </Button>
      </div>
      {bundle.error && <ProblemCard problem={bundle.error} />}
      {bundle.data && (
        <div role="status" className="flex flex-col gap-2 rounded-lg border border-line bg-surface-1 p-3">
          <p className="flex items-center gap-2 font-medium">
            <Check size={15} strokeWidth={2} aria-hidden className="text-ok" />
            The bundle is made. No secret stands in it.
          </p>
          <ExportedFile file={bundle.data.file} />
          <ul aria-label="In the bundle" className="text-12 text-text-2">
            {bundle.data.holds.map(([name, size]) => (
              <li key={name} className="flex gap-2">
                <span className="mono">{name}</span>
                <span className="num ml-auto">{bytes(size)}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
      <EarlierExports except={bundle.data?.file.name} />
    </>
  );
}
