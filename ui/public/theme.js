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
