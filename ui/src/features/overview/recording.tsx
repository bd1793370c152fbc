import { useLive } from "@/api/context";
import type { Recording } from "@/api/contract";
import { plural } from "@/components/format";
import { Status } from "@/components/status";

/** What the recorder lost or cannot write; the live stream is fresher than the overview. Nothing stands here while it goes well. */
export function RecordingTrouble({ recording: asked }: { recording: Recording }) {
  const recording = useLive().recording ?? asked;
  if (!recording.failing && recording.dropped === 0) return null;
  return (
    <p role="alert" className="mb-3 rounded-lg border border-bad-line bg-bad-soft px-3 py-2">
      <Status tone="bad">{recording.failing ? "Recording fails" : "Not everything was recorded"}</Status>{" "}
      <span className="selectable ml-2">
        {recording.failing}
        {recording.failing && recording.dropped > 0 && " "}
        {recording.dropped > 0 && `${plural(recording.dropped, "exchange was", "exchanges were")} not recorded since the start: more came at once than the disk takes, or it could not be written.`}
      </span>
    </p>
  );
}
