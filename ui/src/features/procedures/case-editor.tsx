import { Dialog } from "@base-ui/react/dialog";
import { useState } from "react";
import type { Expectation, KeepCase, KeptCase } from "@/api/contract";
import { useKeepCase } from "@/api/procedures";
import { Button } from "@/components/button";
import { ProblemCard } from "@/components/problem";
import { ExpectationForm } from "./expectation-form";
import { qualified } from "./types";

/** A test case that is being written down or changed. */
export type Draft = Omit<KeepCase, "application" | "title"> & { title: string; /** everything that could be expected, so that what was left out can be taken in again */ offered: Expectation };

type Props = { draft: Draft | null; application: string; onKept: (kept: KeptCase) => void; onClose: () => void };

/** What a test case is called and what it expects: written down from a run that somebody confirms. */
export function CaseEditor({ draft, onClose, ...rest }: Props) {
  return (
    <Dialog.Root open={draft !== null} onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="layer fixed inset-0 z-40 bg-veil" />
        <Dialog.Popup className="layer fixed top-[6vh] left-1/2 z-50 flex max-h-[88vh] w-190 max-w-[94vw] -translate-x-1/2 flex-col rounded-xl border border-line-2 bg-surface-1 shadow-layer outline-none">
          {draft && <Body key={draft.replaces ?? "new"} draft={draft} {...rest} />}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Body({ draft, application, onKept }: Omit<Props, "draft" | "onClose"> & { draft: Draft }) {
  const { case: before, replaces, offered } = draft;
  const [title, setTitle] = useState(draft.title);
  const [expectation, setExpectation] = useState(before.expectation);
  const [unread, setUnread] = useState(false);
  const keep = useKeepCase();
  const hidden = before.arguments.some(({ give }) => give === "secret");
  const save = () => keep.mutate({ application, title, replaces, case: { ...before, expectation } }, { onSuccess: onKept });
  const why = title.trim() === "" ? "Give it a name first" : unread ? "The rows are not JSON" : undefined;
  return (
    <form
      className="flex min-h-0 flex-1 flex-col"
      onSubmit={(event) => {
        event.preventDefault();
        if (!why) save();
      }}
    >
      <header className="border-b border-line px-4 py-3">
        <Dialog.Title className="text-15 font-semibold">{replaces ? "Change the test case" : "Save as test"}</Dialog.Title>
        <Dialog.Description className="text-text-2">
          {qualified(before.routine)} with {replaces ? "the values it was saved with" : "the values of this run"}, always run dry. What you leave checked is what it must give again.
          {hidden && " A secret value is not kept: a stand-in takes its place."}
        </Dialog.Description>
      </header>
      <div className="flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto px-4 py-3">
        <label className="block">
          <span className="text-text-2">What it shows</span>
          <input
            // oxlint-disable-next-line jsx-a11y/no-autofocus
            autoFocus
            value={title}
            maxLength={120}
            placeholder="A user who is there gets the entitlement"
            onChange={(event) => setTitle(event.target.value)}
            className="mt-1 h-8 w-full rounded-md border border-line-3 bg-surface-1 px-2 text-13 text-text"
          />
        </label>
        <ExpectationForm value={expectation} offered={offered} onValue={setExpectation} onUnread={setUnread} />
        {keep.error && <ProblemCard problem={keep.error} />}
      </div>
      <footer className="flex justify-end gap-2 border-t border-line px-4 py-3">
        <Dialog.Close render={<Button>Discard</Button>} />
        <Button kind="primary" type="submit" disabled={why !== undefined || keep.isPending} title={why}>
          Save the test case
        </Button>
      </footer>
    </form>
  );
}
