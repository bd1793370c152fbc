import { useLive } from "@/api/context";
import { useOverview } from "@/api/queries";
import { cx } from "../cx";
import { duration, formatCount, plural } from "../format";
import { ProblemWord } from "../problem-word";
import { useApplication } from "./application";

/** Below this an administrator has to renew the certificate in the provider's console, which takes time. */
const CERTIFICATE_ALARM_DAYS = 30;

export function StatusLine() {
  const { data: overview, error } = useOverview();
  const live = useLive();
  const { connection } = useApplication();
  const recording = live.recording ?? overview?.recording;
  const endpoint = overview?.endpoint;
  const listening = endpoint?.state === "listening";
  const days = overview?.certificate.daysLeft;
  return (
    <footer aria-label="Status" className="num flex h-6.5 shrink-0 items-center gap-3.5 overflow-hidden border-t border-line bg-surface-0 px-3 text-11 whitespace-nowrap text-text-2">
      {endpoint ? (
        <span className={cx("flex items-center gap-2", endpoint.state === "failed" && "font-medium text-bad")}>
          <span aria-hidden className={cx("size-1.5 rounded-full", listening ? "bg-ok" : endpoint.state === "failed" ? "bg-bad" : "bg-line-3")} />
          {listening ? `Listening on https://${endpoint.address ?? ""}` : endpoint.state === "failed" ? "The endpoint could not start" : "The endpoint is stopped"}
        </span>
      ) : (
        error && <ProblemWord problem={error}>{error.message}</ProblemWord>
      )}
      {endpoint && error && <ProblemWord problem={error}>These figures are old</ProblemWord>}
      {days !== undefined && (
        <span className={cx(days < CERTIFICATE_ALARM_DAYS && "font-medium text-bad")}>
          {days < 0 ? "TLS certificate expired" : `TLS certificate ${plural(days, "day")}`}
        </span>
      )}
      {connection &&
        (connection.state === "answers" ? (
          <span className={cx(connection.pool.busy >= connection.pool.max && "font-medium text-bad")}>
            pool {connection.pool.busy} of {connection.pool.max} busy
          </span>
        ) : (
          <span className="font-medium text-bad">{connection.name} does not answer</span>
        ))}
      <span className="ml-auto flex items-center gap-3.5">
        {live.state === "lost" &&
          (live.problem ? (
            <ProblemWord problem={live.problem}>New exchanges do not arrive; Sluice is asked again</ProblemWord>
          ) : (
            <span className="font-medium text-bad">New exchanges do not arrive: the connection to Sluice is lost and tried again</span>
          ))}
        {recording && (
          <>
            <span>{formatCount(recording.requestsPerMinute)} requests/min</span>
            {recording.p50Us !== null && <span>median {duration(recording.p50Us)}</span>}
            {recording.failing ? (
              <span className="font-medium text-bad" title={recording.failing}>
                recording fails · {formatCount(recording.dropped)} dropped
              </span>
            ) : (
              <span className={cx(recording.dropped > 0 && "font-medium text-bad")}>recording on · {formatCount(recording.dropped)} dropped</span>
            )}
          </>
        )}
      </span>
    </footer>
  );
}
