import { RefreshCw } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import type { TokenSetup } from "@/api/contract";
import { useToken, useTokenActs } from "@/api/settings";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { absoluteTime, formatCount, relativeTime } from "@/components/format";
import { ProblemCard } from "@/components/problem";
import { RelativeTime } from "@/components/relative-time";
import { SkeletonLines } from "@/components/skeleton";
import { TokenButtons, TokenText, useShownToken } from "@/components/token";
import { Confirm } from "./confirm";
import { Choice, Setting } from "./setting";

const MINUTE = 60_000;
const OVERLAPS = [
  { value: 15 * MINUTE, title: "15 minutes" },
  { value: 60 * MINUTE, title: "1 hour" },
  { value: 24 * 60 * MINUTE, title: "24 hours" },
  { value: 7 * 24 * 60 * MINUTE, title: "7 days" },
  { value: 0, title: "None" },
];
/** A working day, in which somebody reaches the provider's console. */
const USUAL_OVERLAP = 24 * 60 * MINUTE;

/** The endpoint's token: shown on demand, rotated with a time in which both are good. */
export function TokenSection() {
  const { data, error, refetch } = useToken();
  if (!data) return error ? <ProblemCard problem={error} onRetry={() => void refetch()} /> : <SkeletonLines lines={6} />;
  return (
    <>
      <Card title="The token in use">
        <Shown store={data.store} />
        <Setting label="Opens" says="Applications with a secret of their own are not opened by it.">
          <span className="mono text-12">{data.applications.length === 0 ? "no application" : data.applications.join(", ")}</span>
        </Setting>
        <Setting label="Rotated last">{data.rotatedAt === null ? <span className="text-text-2">never</span> : <RelativeTime at={data.rotatedAt} />}</Setting>
      </Card>
      {data.former && <Former former={data.former} />}
      <Rotation setup={data} />
    </>
  );
}

function Shown({ store }: { store: string }) {
  const shown = useShownToken();
  return (
    <Setting label="Token" says={`Kept in the ${store}. Paste it into the provider’s console as it is copied: the word Bearer, a space, the token.`}>
      <TokenText shown={shown} masked={"•".repeat(32)} />
      <TokenButtons shown={shown} />
      {shown.problem && <ProblemCard problem={shown.problem} className="basis-full" />}
    </Setting>
  );
}

function Former({ former }: { former: NonNullable<TokenSetup["former"]> }) {
  const { end } = useTokenActs();
  const [asked, setAsked] = useState(false);
  return (
    <Card
      title="The previous token"
      note={<span title={absoluteTime(former.until)}>is good until it ends {relativeTime(former.until)}</span>}
      actions={
        <Button kind="quiet" onClick={() => setAsked(true)}>
          End it now…
        </Button>
      }
    >
      {former.uses.length === 0 ? (
        <p className="px-3 py-2.5 text-text-2">Nobody has shown it since the rotation or the last start. Once each application has called with the new one, it can be ended.</p>
      ) : (
        <table aria-label="Who still uses the previous token" className="num w-full text-12">
          <thead>
            <tr className="border-b border-line text-left text-11 text-text-3">
              <th className="h-7 px-3 font-medium">Application</th>
              <th className="h-7 px-3 font-medium">Used last</th>
              <th className="h-7 px-3 text-right font-medium">Requests</th>
            </tr>
          </thead>
          <tbody>
            {former.uses.map(({ application, last, times }) => (
              <tr key={application} className="border-b border-line last:border-b-0">
                <td className="mono h-8 px-3">{application}</td>
                <td className="h-8 px-3">
                  <RelativeTime at={last} />
                </td>
                <td className="h-8 px-3 text-right">{formatCount(times)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {asked && (
        <Confirm
          title="End the previous token now?"
          yes="End it"
          no="Leave it until its end"
          danger
          pending={end.isPending}
          problem={end.error}
          onYes={() =>
            end.mutate(undefined, {
              onSuccess: () => {
                setAsked(false);
                toast.success("The previous token has ended");
              },
            })
          }
          onClose={() => setAsked(false)}
        >
          <p>
            {former.uses.length === 0
              ? "Nobody has shown it since the rotation or the last start."
              : `${former.uses.map(({ application }) => application).join(", ")} showed it, last ${relativeTime(Math.max(...former.uses.map(({ last }) => last)))}.`}{" "}
            Whoever shows it from now on is answered with 401. It cannot be brought back.
          </p>
        </Confirm>
      )}
    </Card>
  );
}

function Rotation({ setup }: { setup: TokenSetup }) {
  const { rotate } = useTokenActs();
  const [overlap, setOverlap] = useState(USUAL_OVERLAP);
  const [asked, setAsked] = useState(false);
  const why = !setup.ours
    ? "The environment sets the token: set SLUICE_TOKEN to another one and start Sluice again."
    : setup.former
      ? "The previous token is still good, and there can be two at most: wait for its end, or end it."
      : null;
  return (
    <Card title="Rotate">
      <Setting
        label="Both are good for"
        says="In that time the new token is pasted into the provider’s console, and no request fails meanwhile. What shows the old one is listed here. None ends the old one at once: for a token that has leaked."
        usual="24 hours"
      >
        <Choice label="Both are good for" options={OVERLAPS} value={overlap} onChange={setOverlap} />
      </Setting>
      <div className="flex flex-wrap items-center gap-3 px-3 py-2.5">
        <Button icon={RefreshCw} disabled={why !== null} onClick={() => setAsked(true)}>
          Make a new token…
        </Button>
        {why && <span className="min-w-0 flex-1 text-12 text-text-2">{why}</span>}
      </div>
      {asked && (
        <Confirm
          title="Make a new token?"
          yes="Make a new token"
          no="Keep the one there is"
          danger={overlap === 0}
          pending={rotate.isPending}
          problem={rotate.error}
          onYes={() =>
            rotate.mutate(overlap, {
              onSuccess: () => {
                setAsked(false);
                toast.success("There is a new token", { description: "Copy it and paste it into the provider’s console." });
              },
            })
          }
          onClose={() => setAsked(false)}
        >
          <p>
            {overlap === 0
              ? "The token in use ends at once: the provider is answered with 401 until the new one stands in its console."
              : `The token in use is good for ${OVERLAPS.find(({ value }) => value === overlap)?.title ?? ""} more, beside the new one.`}{" "}
            It is for {setup.applications.length === 0 ? "no application" : setup.applications.join(", ")}.
          </p>
        </Confirm>
      )}
    </Card>
  );
}
