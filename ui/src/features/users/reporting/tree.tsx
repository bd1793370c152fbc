import { ChevronRight, CircleAlert, Minus, UserX } from "lucide-react";
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import { cx } from "@/components/cx";
import { formatCount, plural } from "@/components/format";
import { Skeleton } from "@/components/skeleton";
import type { Picture, Placed } from "./layout";

/** Pixels of the picture. A box is two lines of text; the room between columns holds the lines. */
const WIDTH = 208;
const HEIGHT = 44;
const LINE = 52;
const COLUMN = WIDTH + 44;
const EDGE = 16;
/** Boxes drawn beyond either edge of the view. */
const BEYOND = 4 * LINE;

type Props = {
  picture: Picture;
  selected: string | undefined;
  /** who is to be brought into view */
  focus: string | undefined;
  onOpen: (user: string) => void;
  onFold: (id: string, unfold: boolean) => void;
  onMore: (of: string | null) => void;
};

const left = ({ depth }: Placed) => EDGE + depth * COLUMN;
const top = ({ line }: Placed) => EDGE + line * LINE;

/** The picture: boxes from left to right, of which only those in view are drawn. One tab stop; arrows walk along the lines. */
export function Tree({ picture, selected, focus, onOpen, onFold, onMore }: Props) {
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 800 });
  const [cursor, setCursor] = useState<string | null>(null);
  const { boxes, lines, columns } = picture;
  const of = useMemo(() => new Map(boxes.map((box) => [box.key, box])), [boxes]);
  const children = useMemo(() => {
    const below = new Map<string | null, Placed[]>();
    for (const box of boxes) {
      const list = below.get(box.parent);
      if (list) list.push(box);
      else below.set(box.parent, [box]);
    }
    return below;
  }, [boxes]);
  const here = (cursor !== null ? of.get(cursor) : undefined) ?? (selected !== undefined ? of.get(selected) : undefined) ?? boxes[0];
  const reveal = (box: Placed) => {
    const element = scroller.current;
    if (!element) return;
    const y = top(box);
    const x = left(box);
    if (y < element.scrollTop + EDGE) element.scrollTop = y - EDGE;
    else if (y + HEIGHT > element.scrollTop + element.clientHeight - EDGE) element.scrollTop = y + HEIGHT + EDGE - element.clientHeight;
    if (x < element.scrollLeft + EDGE) element.scrollLeft = x - EDGE;
    else if (x + WIDTH > element.scrollLeft + element.clientWidth - EDGE) element.scrollLeft = x + WIDTH + EDGE - element.clientWidth;
  };
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const measure = () => setView({ top: element.scrollTop, height: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  // Who is looked for comes into view as soon as the way down to them is unfolded, and only once.
  const brought = useRef<string | undefined>(undefined);
  const target = focus !== undefined ? of.get(focus) : undefined;
  useEffect(() => {
    if (!target || brought.current === focus) return;
    brought.current = focus;
    setCursor(target.key);
    const element = scroller.current;
    if (!element) return;
    element.scrollTop = top(target) - element.clientHeight / 2 + HEIGHT / 2;
    element.scrollLeft = left(target) - element.clientWidth / 2 + WIDTH / 2;
  }, [target, focus]);

  const stand = (box: Placed | undefined) => {
    if (!box) return;
    setCursor(box.key);
    reveal(box);
  };
  const act = (box: Placed) => {
    if (box.kind === "more") onMore(box.of);
    else if (box.kind === "node" && box.node.user) onOpen(box.node.id);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !here) return;
    const siblings = children.get(here.parent) ?? [];
    const at = siblings.indexOf(here);
    // Up and down go along the column, over the edge of a family too.
    const column = boxes.filter(({ depth }) => depth === here.depth).toSorted((a, b) => a.line - b.line);
    const place = column.indexOf(here);
    const moves: Record<string, () => void> = {
      ArrowDown: () => stand(column[place + 1]),
      j: () => stand(column[place + 1]),
      ArrowUp: () => stand(column[place - 1]),
      k: () => stand(column[place - 1]),
      ArrowRight: () => {
        if (here.kind !== "node" || here.node.reports === 0) return;
        if (here.open) stand(children.get(here.key)?.[0]);
        else onFold(here.key, true);
      },
      ArrowLeft: () => {
        if (here.kind === "node" && here.open) onFold(here.key, false);
        else if (here.parent !== null) stand(of.get(here.parent));
      },
      Home: () => stand(siblings[0]),
      End: () => stand(siblings.at(-1)),
      PageDown: () => stand(siblings[Math.min(siblings.length - 1, at + 10)]),
      PageUp: () => stand(siblings[Math.max(0, at - 10)]),
      Enter: () => act(here),
      " ": () => (here.kind === "node" && here.node.reports > 0 ? onFold(here.key, !here.open) : act(here)),
    };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    move();
  };

  const from = view.top - BEYOND;
  const to = view.top + view.height + BEYOND;
  const inView = boxes.filter((box) => top(box) + HEIGHT >= from && top(box) <= to);
  // A line is drawn where any part of it is in view: also between two boxes that are not.
  const links = boxes.flatMap((box) => {
    const parent = box.parent === null ? undefined : of.get(box.parent);
    if (!parent) return [];
    const [a, b] = [top(parent), top(box)];
    return Math.max(a, b) + HEIGHT < from || Math.min(a, b) > to ? [] : [{ key: box.key, path: link(parent, box) }];
  });
  const width = EDGE * 2 + columns * COLUMN;
  const height = EDGE * 2 + lines * LINE;
  return (
    <div
      ref={scroller}
      role="tree"
      aria-label="Who reports to whom"
      aria-activedescendant={here && inView.includes(here) ? `${id}-${here.key}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onScroll={(event) => setView({ top: event.currentTarget.scrollTop, height: event.currentTarget.clientHeight })}
      className="group/tree relative min-h-0 flex-1 overflow-auto -outline-offset-2"
    >
      <div role="presentation" className="relative" style={{ width, height }}>
        <svg aria-hidden width={width} height={height} className="pointer-events-none absolute inset-0 text-line-2">
          {links.map(({ key, path }) => (
            <path key={key} d={path} fill="none" stroke="currentColor" strokeWidth={1.25} />
          ))}
        </svg>
        {inView.map((box) => (
          <Box
            key={box.key}
            id={`${id}-${box.key}`}
            box={box}
            siblings={children.get(box.parent)?.length ?? 1}
            place={(children.get(box.parent)?.indexOf(box) ?? 0) + 1}
            selected={box.kind === "node" && box.node.id === selected}
            cursor={box === here}
            onPress={() => {
              setCursor(box.key);
              act(box);
            }}
            onFold={(unfold) => {
              setCursor(box.key);
              onFold(box.key, unfold);
            }}
          />
        ))}
      </div>
    </div>
  );
}

/** From the right edge of one box to the left edge of another, in one bend. */
function link(parent: Placed, box: Placed): string {
  const x1 = left(parent) + WIDTH;
  const y1 = top(parent) + HEIGHT / 2;
  const x2 = left(box);
  const y2 = top(box) + HEIGHT / 2;
  const middle = x1 + (x2 - x1) / 2;
  if (Math.abs(y1 - y2) < 1) return `M${x1} ${y1}H${x2}`;
  const bend = Math.min(8, Math.abs(y2 - y1) / 2);
  const down = y2 > y1 ? 1 : -1;
  return `M${x1} ${y1}H${middle - bend}Q${middle} ${y1} ${middle} ${y1 + bend * down}V${y2 - bend * down}Q${middle} ${y2} ${middle + bend} ${y2}H${x2}`;
}

type BoxProps = {
  id: string;
  box: Placed;
  siblings: number;
  place: number;
  selected: boolean;
  cursor: boolean;
  onPress: () => void;
  onFold: (unfold: boolean) => void;
};

function Box({ id, box, siblings, place, selected, cursor, onPress, onFold }: BoxProps) {
  const style = { left: left(box), top: top(box), width: WIDTH, height: HEIGHT };
  const ring = cursor && "group-focus-visible/tree:outline-2 group-focus-visible/tree:outline-accent group-focus-visible/tree:outline-offset-1";
  if (box.kind === "waiting") {
    return (
      <div role="presentation" style={style} className="absolute flex flex-col justify-center gap-2 rounded-lg border border-dashed border-line-2 px-3">
        <Skeleton className="w-2/3" />
      </div>
    );
  }
  const common = { id, "aria-level": box.depth + 1, "aria-setsize": siblings, "aria-posinset": place, style };
  if (box.kind === "more") {
    return (
      // A pointer's way in; the keyboard's is the tree itself, as its one tab stop.
      // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
      <div role="treeitem" aria-selected={false} {...common} onClick={onPress} className={cx("num absolute flex cursor-default items-center justify-center rounded-lg border border-dashed border-line-3 text-12 text-accent hover:bg-surface-2", ring)}>
        {formatCount(box.left)} more
      </div>
    );
  }
  const { node, open } = box;
  const inactive = node.active === false;
  const below = !node.user ? "not among these users" : inactive ? "inactive" : (node.title ?? node.id);
  // It begins with the words that are seen, for those who speak to their computer.
  const described = [
    node.name ?? node.id,
    below,
    node.reports > 0 && `${plural(node.reports, "direct report")}, ${formatCount(node.below)} in all`,
    below !== node.title && node.title,
    node.cut && "in a circle of managers",
  ];
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
    <div
      role="treeitem"
      aria-selected={selected}
      aria-expanded={node.reports > 0 ? open : undefined}
      aria-label={described.filter(Boolean).join(", ")}
      {...common}
      onClick={onPress}
      title={node.id}
      className={cx(
        "absolute flex cursor-default items-center gap-2 rounded-lg border pl-2.5",
        selected ? "border-accent bg-accent-soft" : node.user ? "border-line-2 bg-surface-1 hover:bg-surface-2" : "border-dashed border-line-3 bg-surface-1",
        ring,
      )}
    >
      {node.cut ? <CircleAlert size={14} aria-hidden className="shrink-0 text-bad" /> : !node.user ? <UserX size={14} aria-hidden className="shrink-0 text-warn" /> : inactive ? <Minus size={14} aria-hidden className="shrink-0 text-warn" /> : null}
      <span className="flex min-w-0 flex-1 flex-col justify-center">
        <span className={cx("truncate text-13", node.user ? "font-medium" : "mono text-12")}>{node.name ?? node.id}</span>{" "}
        <span className={cx("truncate text-11", node.user && !inactive ? "text-text-2" : "text-warn")}>{below}</span>{" "}
      </span>
      {node.reports > 0 && (
        // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions
        <span
          aria-hidden
          onClick={(event) => {
            event.stopPropagation();
            onFold(!open);
          }}
          className="num flex h-full min-w-9 shrink-0 items-center justify-center gap-0.5 rounded-r-lg border-l border-line px-1.5 text-11 text-text-2 hover:bg-surface-3 hover:text-text"
        >
          {formatCount(node.reports)}
          <ChevronRight size={12} className={cx("transition-transform duration-100", open && "rotate-180")} />
        </span>
      )}
    </div>
  );
}
