import { Eye, Send, UserRound } from "lucide-react";
import { useState } from "react";
import type { SimulatorEntitlement, SimulatorForm, SimulatorTarget, SimulatorTask } from "@/api/contract";
import { useSimulatorForm } from "@/api/simulator";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { ProblemCard } from "@/components/problem";
import { SkeletonLines } from "@/components/skeleton";
import { asText, placeKey, type Typed, UserFields, valuesOf } from "./user-form";
import type { Play } from "./words";

type Props = {
  play: Exclude<Play, "import">;
  target: SimulatorTarget;
  user: string | undefined;
  busy: boolean;
  onUser: (user: string | undefined) => void;
  onRun: (task: SimulatorTask, preview: boolean) => void;
};

const ABOUT: Record<Props["play"], string> = {
  assign: "Looks for a user of this name, and creates it where nobody is found.",
  update: "Reads the user, puts the changes in, and sends the whole of it back.",
  deactivate: "Reads the user and sends it back as inactive.",
  reactivate: "Reads the user and sends it back as active.",
  entitlements: "Reads the user and sends it back with the whole new list of entitlements.",
  life: "Creates a user, changes it, gives and takes an entitlement, deactivates it, reactivates it, and deactivates it again.",
  look: "Asks for everything the provider reads, and changes nothing: configuration, schemas, users, entitlements, a look-up of nobody, one user.",
};

/** What the provider is to do for one user, in a form of the server's own schemas. */
export function TaskView(props: Props) {
  const { play, target, user } = props;
  const isNew = play === "assign" || play === "life";
  const needsForm = play !== "look" && (isNew || user !== undefined);
  const form = useSimulatorForm(target.reference, isNew ? null : (user ?? null), needsForm && !target.problem);
  return (
    <Card title={isNew ? "The new user" : play === "look" ? "What is read" : "The user"} note={ABOUT[play]}>
      <div className="flex flex-col gap-3 p-3">
        {!isNew && <UserChoice key={`${play}/${user ?? ""}`} optional={play === "look"} user={user} onUser={props.onUser} />}
        {needsForm && form.isLoading && <SkeletonLines lines={5} className="p-0" />}
        {needsForm && form.error && <ProblemCard problem={form.error} onRetry={() => void form.refetch()} />}
        {play === "look" && <Buttons writes={false} busy={props.busy} onRun={() => props.onRun({ kind: "look", user: user ?? null }, false)} />}
        {needsForm && form.data && <Filled key={`${play}/${user ?? ""}/${form.dataUpdatedAt}`} form={form.data} {...props} />}
        {!isNew && play !== "look" && user === undefined && <p className="text-text-2">Name the user by its id, as the provider knows it.</p>}
      </div>
    </Card>
  );
}

function UserChoice({ user, optional, onUser }: { user: string | undefined; optional: boolean; onUser: Props["onUser"] }) {
  const [text, setText] = useState(user ?? "");
  return (
    <form
      className="flex items-center gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        onUser(text.trim() || undefined);
      }}
    >
      <label htmlFor="sim-user" className="shrink-0">
        User id
      </label>
      <input id="sim-user" value={text} placeholder={optional ? "the first one that comes" : "luke.skywalker@galaxy.local"} autoComplete="off" spellCheck={false} onChange={(event) => setText(event.target.value)} className="mono h-7 w-80 min-w-0 rounded-md border border-line-3 bg-surface-1 px-2 text-12 placeholder:text-text-3" />
      <Button type="submit" icon={UserRound} disabled={!optional && text.trim() === ""}>
        {optional ? "Read this one" : "Read the user"}
      </Button>
    </form>
  );
}

function Filled({ form, play, user, busy, onRun }: Props & { form: SimulatorForm }) {
  const isNew = play === "assign" || play === "life";
  const [before] = useState<Typed>(() => Object.fromEntries(form.values.map(({ place, value }) => [placeKey(place), asText(value)])));
  const [typed, setTyped] = useState<Typed>(() => (isNew ? Object.fromEntries(form.fields.map(({ place, example }) => [placeKey(place), asText(example)])) : before));
  const [held, setHeld] = useState<string[]>(isNew ? [] : form.held);
  const set = (key: string, text: string) => setTyped((now) => ({ ...now, [key]: text }));
  const chosen = form.entitlements.filter(({ value }) => held.includes(value));
  const named = (typed[placeKey(["userName"])] ?? "").trim() !== "";

  const task = (): SimulatorTask | string => {
    if (play === "assign") return named ? { kind: "assign", values: valuesOf(form.fields, typed), entitlements: chosen } : "A user needs a userName.";
    if (play === "life") {
      if (!named) return "A user needs a userName.";
      const changed = form.fields.find(({ label, kind }) => kind === "text" && /title|department|display|city/i.test(label)) ?? form.fields.find(({ required, kind }) => !required && kind === "text");
      return { kind: "life", values: valuesOf(form.fields, typed), change: changed ? [{ place: changed.place, value: "Changed by Sluice" }] : [], entitlement: chosen[0] ?? null };
    }
    const id = user ?? "";
    if (play === "update") {
      const values = valuesOf(form.fields, typed, before);
      return values.length > 0 ? { kind: "update", user: id, values } : "Nothing was changed yet.";
    }
    if (play === "entitlements") {
      const add = form.entitlements.filter(({ value }) => held.includes(value) && !form.held.includes(value));
      const remove = form.held.filter((value) => !held.includes(value));
      return add.length + remove.length > 0 ? { kind: "entitlements", user: id, add, remove } : "Nothing was changed yet.";
    }
    return { kind: play === "deactivate" ? "deactivate" : "reactivate", user: id };
  };
  const ready = task();
  const run = (preview: boolean) => typeof ready !== "string" && onRun(ready, preview);
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        run(true);
      }}
    >
      {(play === "assign" || play === "life" || play === "update") && <UserFields fields={form.fields} typed={typed} before={isNew ? undefined : before} onTyped={set} />}
      {(play === "deactivate" || play === "reactivate") && (
        <p>
          {user} is {form.active === false ? "inactive" : "active"} now.
        </p>
      )}
      {(play === "assign" || play === "entitlements" || play === "life") && form.entitlements.length > 0 && <Entitlements all={form.entitlements} held={held} single={play === "life"} onHeld={setHeld} />}
      {play === "entitlements" && form.entitlements.length === 0 && <p className="text-text-2">The server gives no entitlements.</p>}
      <Buttons writes busy={busy} why={typeof ready === "string" ? ready : undefined} onRun={run} />
    </form>
  );
}

function Entitlements({ all, held, single, onHeld }: { all: SimulatorEntitlement[]; held: string[]; single: boolean; onHeld: (held: string[]) => void }) {
  return (
    <fieldset>
      <legend className="mb-1 font-medium">{single ? "One entitlement, given and taken again" : "Entitlements"}</legend>
      <div className="grid max-h-60 grid-cols-[repeat(auto-fill,minmax(200px,1fr))] gap-x-4 overflow-y-auto">
        {all.map(({ value, display }) => (
          <label key={value} className="flex min-h-7 items-center gap-2 rounded-md px-1.5 hover:bg-surface-2">
            <input
              type={single ? "radio" : "checkbox"}
              name={single ? "life-entitlement" : undefined}
              checked={held.includes(value)}
              onChange={(event) => onHeld(single ? [value] : event.target.checked ? [...held, value] : held.filter((other) => other !== value))}
              className="accent-accent"
            />
            <span className="min-w-0 truncate">{display ?? value}</span>
            <span className="mono ml-auto text-12 text-text-3">{value}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function Buttons({ writes, busy, why, onRun }: { writes: boolean; busy: boolean; why?: string; onRun: (preview: boolean) => void }) {
  if (!writes) {
    return (
      <div>
        <Button kind="primary" icon={Send} disabled={busy} onClick={() => onRun(false)}>
          Send the calls
        </Button>
      </div>
    );
  }
  return (
    <div className="flex items-center gap-2">
      <Button kind="primary" icon={Eye} type="submit" disabled={busy || why !== undefined} title={why ?? "Reads for real, and shows the writes without sending them"}>
        Preview
      </Button>
      <Button icon={Send} disabled={busy || why !== undefined} title={why} onClick={() => onRun(false)}>
        Send…
      </Button>
      {why && <span className="text-text-2">{why}</span>}
    </div>
  );
}
