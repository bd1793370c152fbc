/** Gives the browser a file to save. Its parts are held in memory until the browser has taken them. */
export function saveFile(name: string, mime: string, parts: BlobPart[]): void {
  const address = URL.createObjectURL(new Blob(parts, { type: mime }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // At once would be too early for browsers that read it in a task of its own.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
