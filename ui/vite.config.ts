import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  // Relative addresses: the same build is served from Tauri's protocol and from the server's loopback console.
  base: "./",
  plugins: [react(), tailwindcss()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    target: "es2022",
    // The content security policy allows 'self' only, so nothing may become a data: address.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
  },
  server: {
    port: 5173,
    strictPort: true,
    // The Guide reads docs/, which stands beside.
    fs: { allow: [".."] },
    // SLUICE_CONSOLE=http://127.0.0.1:<port> is the console of a running sluice-server; open /#login=<code of a link>.
    proxy: process.env.SLUICE_CONSOLE ? { "^/(rpc|stream|work|session)": { target: process.env.SLUICE_CONSOLE, changeOrigin: true, headers: { origin: process.env.SLUICE_CONSOLE } } } : undefined,
  },
});
