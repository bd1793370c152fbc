import { Dialog } from "@base-ui/react/dialog";
import { Download } from "lucide-react";
import { useState } from "react";
import { useGrants } from "@/api/operations";
import { Button } from "@/components/button";
import { CopyIcon } from "@/components/copy";
import { useSave } from "@/components/files";
import { ProblemCard } from "@/components/problem";
import { SkeletonLines } from "@/components/skeleton";
import { Sql } from "@/components/sql";
import { Status } from "@/components/status";
import { FindingList } from "./findings";
import { Remarks } from "./remarks";

/** What the database administrator runs, so that Sluice's account may do what the mappings need and no more. Nothing is run here. */
export function RightsDialog({ application, onClose }: { application: string; onClose: () => void }) {
  const [typed, setTyped] = useState("");
  const [account, setAccount] = useState("");
  const { data, error, isFetching, refetch } = useGrants(application, account);
  const save = useSave();
  const name = `grants-${application}.sql`;
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="layer fixed inset-0 z-40 bg-veil" />
        <Dialog.Popup className="layer fixed top-[8vh] left-1/2 z-40 flex max-h-[84vh] w-200 max-w-[94vw] -translate-x-1/2 flex-col gap-3 overflow-y-auto rounded-xl border border-line-2 bg-surface-1 p-4 shadow-layer outline-none [&>*]:shrink-0">
          <Dialog.Title className="text-15 font-semibold">Rights that the mappings need</Dialog.Title>
          <Dialog.Description className="text-text-2">A script for your database administrator: what the saved mappings of {application} touch, and nothing else. Nothing of it is run here.</Dialog.Description>
          <form
            className="flex items-end gap-2"
            onSubmit={(event) => {
              event.preventDefault();
              setAccount(typed.trim());
            }}
          >
            <label className="flex flex-col gap-1 text-12 text-text-2">
              Account
              <input value={typed} onChange={(event) => setTyped(event.target.value)} placeholder={data?.account ?? "the one of the connection"} autoComplete="off" spellCheck={false} className="mono h-7 w-64 rounded-md border border-line-3 bg-surface-1 px-2 text-12 text-text placeholder:text-text-3" />
            </label>
            <Button type="submit" disabled={typed.trim() === account}>
              Write it for this account
            </Button>
          </form>
          {error && <ProblemCard problem={error} onRetry={() => void refetch()} />}
          {!data && isFetching && <SkeletonLines lines={6} className="p-0" />}
          {data && !error && (
            <>
              <Remarks remarks={data.remarks} />
              {data.script.trim() === "" ? (
                <p className="text-text-2">There is nothing to grant: no operation is mapped.</p>
              ) : (
                <section aria-label="Script" className="overflow-hidden rounded-lg border border-line">
                  <header className="flex min-h-9 items-center gap-2 border-b border-line px-3">
                    <span className="mono text-12">{name}</span>
                    {data.account !== "" && <span className="text-12 text-text-2">for {data.account}</span>}
                    <span className="ml-auto flex items-center gap-1">
                      <CopyIcon text={data.script} label="Copy the script" />
                      <Button icon={Download} onClick={() => void save({ name, mime: "application/sql", content: data.script })}>
                        Save…
                      </Button>
                    </span>
                  </header>
                  <Sql text={data.script} />
                </section>
              )}
              {data.excess.length > 0 ? (
                <section aria-label="More than is needed" className="rounded-lg border border-line">
                  <h3 className="border-b border-line px-3 py-2 font-semibold">The connected account may do more than is needed</h3>
                  <FindingList label="Rights that nothing needs" findings={data.excess} />
                </section>
              ) : (
                data.account !== "" && data.script.trim() !== "" && <Status tone="ok">Nothing was found that the connected account may do and need not</Status>
              )}
            </>
          )}
          <div className="flex justify-end">
            <Dialog.Close render={<Button>Close</Button>} />
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
