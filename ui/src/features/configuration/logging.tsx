import { Pause, Play } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { Area, AreaLevel, Level } from "@/api/contract";
import { useUndo } from "@/api/operations";
import { useLevels, useLogTail, useSaveLevels } from "@/api/settings";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { absoluteTime, logTime } from "@/components/format";
import { ProblemCard } from "@/components/problem";
import { Refused } from "@/components/save";
import { SkeletonLines } from "@/components/skeleton";
import { toldInUse } from "@/components/undo";
import { Choice, Setting } from "./setting";

const AREAS: Record<Area, { title: string; says: string }> = {
  endpoint: { title: "Endpoint", says: "Requests, TLS, authorisation, mappings." },
  databases: { title: "Databases", says: "Drivers and pools." },
  record: { title: "Record", says: "The store of exchanges." },
  console: { title: "Console", says: "The screens’ commands, the configuration, what is kept." },
  others: { title: "Libraries", says: "Everything that is not Sluice’s own." },
};
const LEVELS: { value: Level; title: string }[] = [
  { value: "off", title: "Off" },
  { value: "error", title: "Errors" },
  { value: "warn", title: "Warnings" },
  { value: "info", title: "Information" },
  { value: "debug", title: "Everything" },
];

/** How much the program's own log says, at once and without a restart; and its last lines. */
export function LoggingSection() {
  const { data, error, refetch } = useLevels();
  const save = useSaveLevels();
  const undo = useUndo("The levels are as they were");
  const back = () => undo.mutate();
  const set = (area: Area, level: Level) => {
    if (!data) return;
    const areas: AreaLevel[] = data.areas.map((each) => (each.area === area ? { area, level } : each));
    save.mutate({ was: data.areas, areas }, { onSuccess: (inUse) => toldInUse(`The log’s level for ${AREAS[area].title} is changed`, inUse, back) });
  };
  return (
    <>
      <Card title="Levels" note="From the next line on, without a restart.">
        {data ? (
          data.areas.map(({ area, level }) => (
            <Setting key={area} label={AREAS[area].title} says={AREAS[area].says} usual="information (info)" toml={`log.levels.${area}`}>
              <Choice label={`Level of ${AREAS[area].title}`} options={LEVELS} value={level} onChange={(next) => set(area, next)} />
            </Setting>
          ))
        ) : error ? (
          <ProblemCard problem={error} onRetry={() => void refetch()} className="m-3" />
        ) : (
          <SkeletonLines lines={5} />
        )}
        {data && data.given !== null && (
          <p className="px-3 py-2.5 text-text-2">
            The environment says <span className="selectable mono">SLUICE_LOG={data.given}</span>, which overrides all of these until Sluice is started without it.
          </p>
        )}
        {save.error && <Refused problem={save.error} className="m-3" />}
      </Card>
      <Tail />
    </>
  );
}

const TONES: Partial<Record<Level, string>> = { error: "text-bad", warn: "text-warn" };
/** Pixels from its end within which a list counts as being at it. */
const NEAR = 24;

function Tail() {
  const [paused, setPaused] = useState(false);
  const { lines, problem } = useLogTail(paused);
  const box = useRef<HTMLOListElement>(null);
  const following = useRef(true);
  const newest = lines.at(-1)?.number;
  useEffect(() => {
    const list = box.current;
    if (list && newest !== undefined && following.current) list.scrollTop = list.scrollHeight;
  }, [newest]);
  return (
    <Card
      title="The last lines"
      note="As they go to standard error, since the start. No line holds a secret."
      actions={
        <Button icon={paused ? Play : Pause} kind="quiet" aria-pressed={paused} onClick={() => setPaused(!paused)}>
          {paused ? "Go on" : "Pause"}
        </Button>
      }
    >
      {problem && <ProblemCard problem={problem} className="m-3" />}
      {lines.length === 0 ? (
        <p className="px-3 py-4 text-text-2">Nothing has been written yet.</p>
      ) : (
        <ol
          ref={box}
          aria-label="Lines of the log"
          // A list that scrolls is reached by the keyboard.
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          tabIndex={0}
          onScroll={({ currentTarget: list }) => {
            following.current = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR;
          }}
          className="selectable mono max-h-80 overflow-y-auto px-3 py-2 text-11 -outline-offset-2"
        >
          {lines.map((line) => (
            <li key={line.number} className="grid grid-cols-[92px_72px_72px_minmax(0,1fr)] gap-x-2">
              <time dateTime={new Date(line.at).toISOString()} title={absoluteTime(line.at)} className="num text-text-3">
                {logTime(line.at)}
              </time>
              <span className={TONES[line.level] ?? "text-text-3"}>{line.level}</span>
              <span className="text-text-3">{AREAS[line.area].title.toLowerCase()}</span>
              <span className="[overflow-wrap:anywhere]">{line.text}</span>
            </li>
          ))}
        </ol>
      )}
    </Card>
  );
}
