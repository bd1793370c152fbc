import { Circle, CircleSlash, Download, Eraser, FileInput, GitCompareArrows, ListChecks, Pause, Pin, PinOff, Play, StickyNote } from "lucide-react";
import type { MarkChange } from "@/api/contract";
import { useMarked } from "@/api/traffic";
import { formatCount } from "@/components/format";
import { type Action, useActions } from "@/state/actions";
import { COLOUR_NAMES, COLOURS } from "./marks";

type Can = {
  /** the exchange that stands open, or that the keyboard stands on */
  at: string | undefined;
  picked: string[];
  paused: boolean;
  cleared: boolean;
  onMark: (ids: string[], change: MarkChange, done?: string) => void;
  onNote: (id: string) => void;
  onPick: (id: string) => void;
  onCompare: () => void;
  onPause: () => void;
  onClear: () => void;
  onUnclear: () => void;
  onExport: () => void;
  onImport: () => void;
};

const GROUP = "Traffic";
const NOBODY = "No exchange is open or under the cursor";

/** What can be done in Traffic, once: for its keys, the palette and the sheet of shortcuts. */
export function useTrafficActions(can: Can): void {
  const { at, picked } = can;
  const marked = useMarked(at ?? "");
  const several = picked.length > 0;
  // What is picked goes before what is looked at.
  const ids = several ? picked : at ? [at] : [];
  const none = ids.length === 0 ? NOBODY : undefined;
  const they = picked.length === 1 ? "the selected exchange" : several ? `${formatCount(picked.length)} selected exchanges` : "the exchange";
  const done = (what: string) => (several ? `${picked.length === 1 ? "Exchange" : `${formatCount(picked.length)} exchanges`} ${what}` : undefined);
  const pinned = !several && (marked?.marks.pinned ?? false);
  const actions: Action[] = [
    { id: "traffic.next", title: "Next exchange", group: GROUP, keys: "j", local: true, run: () => undefined },
    { id: "traffic.previous", title: "Previous exchange", group: GROUP, keys: "k", local: true, run: () => undefined },
    { id: "traffic.open", title: "Open the exchange", group: GROUP, keys: "Enter", local: true, run: () => undefined },
    {
      id: "traffic.pin",
      title: pinned ? "Unpin the exchange" : `Pin ${they}`,
      group: GROUP,
      icon: pinned ? PinOff : Pin,
      keys: "p",
      words: "keep mark",
      disabled: none,
      run: () => can.onMark(ids, { pinned: !pinned }, done("pinned")),
    },
    { id: "traffic.note", title: "Write a note on the exchange", group: GROUP, icon: StickyNote, keys: "n", words: "comment annotate mark", disabled: at ? undefined : NOBODY, run: () => at && can.onNote(at) },
    ...COLOUR_NAMES.map((name) => ({
      id: `traffic.colour.${name}`,
      title: `Colour ${they} ${name}`,
      group: GROUP,
      icon: Circle,
      keys: COLOURS[name].key,
      words: "color mark highlight",
      disabled: none,
      run: () => can.onMark(ids, { colour: !several && marked?.marks.colour === name ? "none" : name }, done(`coloured ${name}`)),
    })),
    { id: "traffic.colour.none", title: `Remove the colour of ${they}`, group: GROUP, icon: CircleSlash, keys: "0", words: "color mark", disabled: none, run: () => can.onMark(ids, { colour: "none" }, done("without a colour")) },
    { id: "traffic.pick", title: "Select the exchange, or deselect it", group: GROUP, icon: ListChecks, keys: "x", words: "select compare export", disabled: at ? undefined : NOBODY, run: () => at && can.onPick(at) },
    {
      id: "traffic.compare",
      title: "Compare the two selected exchanges",
      group: GROUP,
      icon: GitCompareArrows,
      keys: "c",
      words: "diff difference",
      disabled: picked.length === 2 ? undefined : "Select exactly two with x",
      run: can.onCompare,
    },
    { id: "traffic.pause", title: can.paused ? "Resume the live list" : "Pause the live list", group: GROUP, icon: can.paused ? Play : Pause, words: "follow tail live stop", run: can.onPause },
    { id: "traffic.clear", title: "Clear the view: hide what came up to now", group: GROUP, icon: Eraser, words: "empty hide", run: can.onClear },
    { id: "traffic.export", title: several ? `Export ${they} as HAR…` : "Export what is listed as HAR…", group: GROUP, icon: Download, words: "save download file", run: can.onExport },
    { id: "traffic.import", title: "Open a HAR file…", group: GROUP, icon: FileInput, words: "import load read", run: can.onImport },
  ];
  if (can.cleared) actions.push({ id: "traffic.unclear", title: "Show the exchanges from before the view was cleared", group: GROUP, icon: Eraser, run: can.onUnclear });
  useActions(actions);
}
