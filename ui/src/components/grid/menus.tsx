import { memo, type RefObject } from "react";
import { toast } from "sonner";
import { copyText } from "../clipboard";
import { tellProblem } from "../problem-toast";
import { ColumnMenu } from "./column-menu";
import type { Placed } from "./columns";
import { FilterEditor } from "./filter-editor";
import { type GridView, setFilter } from "./view";

/** The column whose menu, or whose filter, stands open at its title. */
export type OpenMenu = { key: string; anchor: Element; filter: boolean };

type Props = {
  menu: OpenMenu | null;
  placed: Placed<unknown>[];
  all: string[];
  view: GridView;
  canPin: boolean;
  back: RefObject<HTMLElement | null>;
  widthOf: (key: string) => number;
  onView: (view: GridView) => void;
  onMenu: (change: (menu: OpenMenu | null) => OpenMenu | null) => void;
};

/** What opens at a title. It is drawn only when something of it changes: a scroll draws the grid with every frame. */
export const GridMenus = memo(function GridMenus({ menu, placed, all, view, canPin, back, widthOf, onView, onMenu }: Props) {
  const column = placed.find((each) => each.column.key === menu?.key)?.column ?? null;
  const copyName = (name: string) =>
    void copyText(name).then(
      () => toast.success("Name copied"),
      (cause: unknown) => tellProblem("The name was not copied", cause),
    );
  return (
    <>
      <ColumnMenu
        column={menu?.filter ? null : column}
        anchor={menu?.anchor ?? null}
        all={all}
        view={view}
        last={placed.length <= 1}
        width={menu ? widthOf(menu.key) : 0}
        canPin={canPin}
        back={back}
        onView={onView}
        onFilter={() => onMenu((now) => now && { ...now, filter: true })}
        onCopyName={copyName}
        onClose={() => onMenu((now) => (now?.filter ? now : null))}
      />
      <FilterEditor
        column={menu?.filter ? column : null}
        anchor={menu?.anchor ?? null}
        filter={view.filters.find((filter) => filter.column === menu?.key)}
        back={back}
        onFilter={(filter) => menu && onView({ ...view, filters: setFilter(view.filters, menu.key, filter) })}
        onClose={() => onMenu(() => null)}
      />
    </>
  );
});
