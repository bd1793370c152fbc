import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/app";
import { makeRouter } from "./app/router";
import { chooseHost } from "./host";
import { followSystemTheme } from "./state/theme";
import "./styles/app.css";

followSystemTheme();
const place = document.getElementById("root");
if (!place) throw new Error("index.html has no place for the console");
// The host first: in a browser it takes the key out of the address before the router reads it.
const host = await chooseHost();
createRoot(place).render(
  <StrictMode>
    <App host={host} router={makeRouter()} />
  </StrictMode>,
);
