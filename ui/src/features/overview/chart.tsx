import { type KeyboardEvent, useEffect, useEffectEvent, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";

export type Line = {
  /** one value for each step; null where there is none to draw */
  values: (number | null)[];
  /** the token of its colour: `--accent` */
  colour: string;
};

type Props = {
  label: string;
  line: Line;
  /** the step that is looked at, in all charts of the screen */
  at: number | null;
  onAt: (at: number | null) => void;
  /** what is told of a step */
  says: (at: number) => string;
  /** opens what happened in a step */
  onOpen: (at: number) => void;
};

const HEIGHT = 64;
/** A bar for each step: a single busy minute must be seen as well as a busy day. */
const bars = uPlot.paths.bars?.({ size: [0.8, 12], radius: 0 });

/**
 * A small chart over time. It is read by the pointer or, step by step, by the arrow keys; a press or Enter opens what happened then.
 * Its colours are the tokens of the theme, read again when the theme changes.
 */
export function Chart({ label, line, at, onAt, says, onOpen }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const tell = useEffectEvent(onAt);
  const count = line.values.length;

  useEffect(() => {
    const element = place.current;
    // Where nothing can be drawn, the figures above and the words of each step are still there.
    if (!element || !document.createElement("canvas").getContext("2d")) return;
    const token = (name: string) => () => getComputedStyle(element).getPropertyValue(name).trim();
    const made = new uPlot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        padding: [6, 0, 0, 0],
        legend: { show: false },
        axes: [{ show: false }, { show: false }],
        scales: { x: { time: false, range: (_, first, last) => [first - 0.5, last + 0.5] }, y: { range: (_, _least, most) => [0, most > 0 ? most * 1.05 : 1] } },
        cursor: { y: false, drag: { setScale: false, x: false, y: false }, points: { size: 6 } },
        series: [{}, { stroke: token(line.colour), fill: token(line.colour), width: 0, points: { show: false }, paths: bars }],
        hooks: { setCursor: [(plotted) => plotted.over.matches(":hover") && tell(plotted.cursor.idx ?? null)] },
      },
      undefined,
      element,
    );
    plot.current = made;
    const sized = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }));
    sized.observe(element);
    const themed = new MutationObserver(() => made.redraw(false));
    themed.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    return () => {
      sized.disconnect();
      themed.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [line.colour]);

  useEffect(() => {
    plot.current?.setData([line.values.map((_, index) => index), line.values]);
  }, [line.values]);

  // The same moment is marked in every chart.
  useEffect(() => {
    const made = plot.current;
    if (!made || made.over.matches(":hover")) return;
    made.setCursor(at === null ? { left: -10, top: -10 } : { left: made.valToPos(at, "x"), top: 0 }, false);
  }, [at]);

  const onKeyDown = (event: KeyboardEvent) => {
    const moves: Record<string, number> = { ArrowLeft: (at ?? count) - 1, ArrowRight: (at ?? -1) + 1, Home: 0, End: count - 1 };
    const next = moves[event.key];
    if (next !== undefined) onAt(Math.max(0, Math.min(count - 1, next)));
    else if (event.key === "Escape" && at !== null) onAt(null);
    else if ((event.key === "Enter" || event.key === " ") && at !== null) onOpen(at);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div
      ref={place}
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-orientation="horizontal"
      aria-valuemin={0}
      aria-valuemax={Math.max(0, count - 1)}
      aria-valuenow={at ?? Math.max(0, count - 1)}
      aria-valuetext={says(at ?? Math.max(0, count - 1))}
      onKeyDown={onKeyDown}
      onBlur={() => onAt(null)}
      onMouseLeave={() => onAt(null)}
      onClick={() => at !== null && onOpen(at)}
      className="relative h-16 w-full -outline-offset-2"
    />
  );
}
