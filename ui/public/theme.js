// Sets the theme before the first paint. The same key and rule stand in src/state/theme.ts.
(function () {
  var wanted = "system";
  try {
    wanted = localStorage.getItem("sluice.theme") || "system";
  } catch (_) {
    // Storage may be forbidden; the system's theme is a good answer then.
  }
  var dark = wanted === "dark" || (wanted !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();

// Where the machine's locale is "C", WebKit calls the language so; that is no language tag, and what formats numbers by it would throw.
try {
  new Intl.Locale(navigator.language);
} catch {
  Object.defineProperty(navigator, "language", { value: "en" });
}
