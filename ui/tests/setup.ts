import "@testing-library/jest-dom/vitest";
import { cleanup, configure } from "@testing-library/react";
import { afterEach, vi } from "vitest";

// A busy machine is slow, not wrong.
configure({ asyncUtilTimeout: 15_000 });

// jsdom lays nothing out, so a virtual list would have no room for rows.
Object.defineProperties(HTMLElement.prototype, {
  offsetHeight: { configurable: true, get: () => 480 },
  offsetWidth: { configurable: true, get: () => 900 },
  clientHeight: { configurable: true, get: () => 480 },
});
Element.prototype.scrollTo = function scrollTo(this: Element, options?: ScrollToOptions | number) {
  if (typeof options === "object") this.scrollTop = options.top ?? this.scrollTop;
};
Element.prototype.scrollIntoView = () => undefined;
Element.prototype.getAnimations = () => [];
// A toast that is pressed takes the pointer.
Element.prototype.setPointerCapture = () => undefined;
// The editor measures its text by ranges.
Range.prototype.getClientRects = () => Object.assign([], { item: () => null });
Range.prototype.getBoundingClientRect = () => new DOMRect();

class Observer {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}
// What a menu is opened by; jsdom has none.
if (!("PointerEvent" in globalThis)) vi.stubGlobal("PointerEvent", class extends MouseEvent {});
vi.stubGlobal("ResizeObserver", Observer);
vi.stubGlobal("IntersectionObserver", Observer);
// axe asks for a canvas to recognise icon fonts; there are none.
HTMLCanvasElement.prototype.getContext = () => null;
vi.stubGlobal("scrollTo", () => undefined);
vi.stubGlobal("matchMedia", (query: string) => ({ matches: false, media: query, addEventListener: () => undefined, removeEventListener: () => undefined }));

afterEach(() => {
  cleanup();
  localStorage.clear();
  sessionStorage.clear();
});

// jsdom knows files, and cannot read them as text by themselves.
Blob.prototype.text ??= function text(this: Blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(String(reader.result)));
    reader.addEventListener("error", () => reject(reader.error));
    reader.readAsText(this);
  });
};
Blob.prototype.arrayBuffer ??= function arrayBuffer(this: Blob) {
  return new Promise<ArrayBuffer>((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as ArrayBuffer);
    reader.onerror = () => reject(reader.error);
    reader.readAsArrayBuffer(this);
  });
};
