import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { keeperOf } from "./api/keeper";
import { App } from "./app/app";
import { makeRouter } from "./app/router";
import { lastPlace } from "./components/shell/places";
import { chooseHost } from "./host";
import { followAppearance } from "./state/appearance";
import { recall } from "./state/remembered";
import { adoptTheme, followSystemTheme } from "./state/theme";
import "./styles/app.css";

/** ms that the first paint waits for what was kept; a program that still opens its store is not waited for */
const PATIENCE = 200;

followSystemTheme();
followAppearance();
const place = document.getElementById("root");
if (!place) throw new Error("index.html has no place for the console");
// The host first: in a browser it takes the login out of the address before the router reads it.
const host = await chooseHost();
await Promise.race([recall(keeperOf(host)), new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
adoptTheme();
if (window.location.hash === "") {
  const last = lastPlace();
  if (last) window.history.replaceState(null, "", `#${last}`);
}
createRoot(place).render(
  <StrictMode>
    <App host={host} router={makeRouter()} />
  </StrictMode>,
);
