import { useId, useState } from "react";
import type { EndpointSettings, EndpointSetup } from "@/api/contract";
import { useUndo } from "@/api/operations";
import { useEndpointSetup, useSaveEndpoint } from "@/api/settings";
import { Card } from "@/components/card";
import { CopyIcon } from "@/components/copy";
import { plural } from "@/components/format";
import { ProblemCard } from "@/components/problem";
import { SkeletonLines } from "@/components/skeleton";
import { toldInUse } from "@/components/undo";
import { Confirm } from "./confirm";
import { NumberField, TextField } from "./field";
import { SaveBar } from "./save-bar";
import { Setting } from "./setting";

/** Where the endpoint listens, under which names it is called, and what it takes at most. */
export function EndpointSection() {
  const { data, error, refetch } = useEndpointSetup();
  // Above the form, which begins anew once its settings are saved: what came of it is told.
  const save = useSaveEndpoint();
  if (!data) return error ? <ProblemCard problem={error} onRetry={() => void refetch()} /> : <SkeletonLines lines={8} />;
  // What somebody else saved begins the form anew.
  return <Form key={JSON.stringify(data.settings)} setup={data} save={save} />;
}

const names = (typed: string) => typed.split(/[\s,]+/).filter(Boolean);

/** Where clients will call, as it is typed: the first name, else the address. */
function host({ listen, hostNames }: EndpointSettings): string {
  const at = listen.lastIndexOf(":");
  const address = listen.slice(0, at);
  const any = address === "0.0.0.0" || address === "[::]";
  return `${hostNames[0] ?? (any ? "localhost" : address)}:${listen.slice(at + 1)}`;
}

function Form({ setup, save }: { setup: EndpointSetup; save: ReturnType<typeof useSaveEndpoint> }) {
  const { settings, usual, listening, given, connections } = setup;
  const [draft, setDraft] = useState(settings);
  const [typed, setTyped] = useState(settings.hostNames.join(", "));
  const [asked, setAsked] = useState(false);
  const undo = useUndo("The endpoint is as it was");
  const id = useId();
  const set = (part: Partial<EndpointSettings>) => setDraft((now) => ({ ...now, ...part }));
  const dirty = JSON.stringify(draft) !== JSON.stringify(settings);
  const moves = draft.listen !== settings.listen && listening !== null && given === null;
  const renamed = host(draft) !== host(settings);
  const fields = save.error?.fields ?? {};
  const back = () => undo.mutate();
  const go = () =>
    save.mutate(
      { was: settings, settings: draft },
      {
        onSuccess: (inUse) => toldInUse(moves ? "The endpoint listens at the new address" : "The endpoint’s settings are saved", inUse, back),
        onSettled: () => setAsked(false),
      },
    );
  return (
    <>
      <Card title="Listening">
        <Setting
          label="Address and port"
          htmlFor={`${id}-listen`}
          says={
            given !== null ? (
              <>
                The command line says <span className="mono">--listen {given}</span>, which overrides this until Sluice is started without it.
              </>
            ) : listening !== null ? (
              <>
                It listens on <span className="mono">{listening}</span>. 0.0.0.0 is every address of this machine; 127.0.0.1 is reached from this machine alone.
              </>
            ) : (
              "The endpoint is stopped; it listens here when it is started."
            )
          }
          usual={usual.listen}
          toml="endpoint.listen"
        >
          <TextField id={`${id}-listen`} label="Address and port" value={draft.listen} onChange={(listen) => set({ listen: listen.trim() })} error={fields.listen} />
        </Setting>
        <Setting
          label="Host names"
          htmlFor={`${id}-names`}
          says="Exactly what stands as host in the provider’s console, separated by commas. The first one stands in the base URL, and all have to stand in the certificate."
          usual="none; the address stands in the base URL"
          toml="endpoint.host_names"
        >
          <TextField
            id={`${id}-names`}
            label="Host names"
            value={typed}
            placeholder="scim.example.org"
            onChange={(value) => {
              setTyped(value);
              set({ hostNames: names(value) });
            }}
            error={fields.hostNames}
          />
        </Setting>
        <Setting label="Base URL" says="What the provider’s console is given, of the first application.">
          <span className="selectable mono text-12 [overflow-wrap:anywhere]">{setup.baseUrl ?? "There is no application yet."}</span>
          {setup.baseUrl && <CopyIcon text={setup.baseUrl} label="Copy the base URL" />}
        </Setting>
      </Card>
      <Card title="Limits">
        <Setting label="Headers of a request" htmlFor={`${id}-headers`} says="All together. A request with more is answered with 431." usual={`${usual.headerLimitKb} KiB`} toml="endpoint.header_limit_kb">
          <NumberField id={`${id}-headers`} label="Headers of a request" unit="KiB" value={draft.headerLimitKb} onChange={(value) => set({ headerLimitKb: value ?? 0 })} error={fields.headerLimitKb} />
        </Setting>
        <Setting label="Body of a request" htmlFor={`${id}-body`} says="A larger one is answered with 413." usual={`${usual.bodyLimitKb} KiB`} toml="endpoint.body_limit_kb">
          <NumberField id={`${id}-body`} label="Body of a request" unit="KiB" value={draft.bodyLimitKb} onChange={(value) => set({ bodyLimitKb: value ?? 0 })} error={fields.bodyLimitKb} />
        </Setting>
      </Card>
      <div className="sticky bottom-0 z-10 rounded-lg border border-line bg-surface-1">
        <SaveBar
          dirty={dirty}
          pending={save.isPending}
          problem={save.error}
          yes={moves ? "Save and restart the endpoint…" : "Save"}
          says={
            moves
              ? "The endpoint is restarted at the new address; the console goes on."
              : renamed
                ? "The base URL changes: the provider’s console needs the new one."
                : "In use with the next request; nothing is interrupted."
          }
          onSave={() => (moves ? setAsked(true) : go())}
          onDiscard={() => {
            save.reset();
            setDraft(settings);
            setTyped(settings.hostNames.join(", "));
          }}
        />
      </div>
      {asked && (
        <Confirm title={`Restart the endpoint at ${draft.listen}?`} yes="Save and restart" no="Leave it where it is" pending={save.isPending} problem={null} onYes={go} onClose={() => setAsked(false)}>
          <p>
            {connections === 0 ? "No client holds a connection now." : `${plural(connections, "connection")} of clients ${connections === 1 ? "is" : "are"} open now and will be closed.`} Requests in flight are finished first, for up to ten seconds.
            If the new port is taken, the endpoint stays where it is.
          </p>
          {renamed && (
            <p>
              The base URL begins with <span className="mono text-text">https://{host(draft)}</span> then: paste it into the provider’s console, which calls the old address until that is done.
            </p>
          )}
        </Confirm>
      )}
    </>
  );
}
