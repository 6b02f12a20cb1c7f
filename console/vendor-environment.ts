/** The virtual list asks this of Node or of a bundler, to decide whether to check itself; a browser has neither. */
export function prepareVendors(): void {
  if ("process" in globalThis) return;
  Object.defineProperty(globalThis, "process", { value: { env: { NODE_ENV: "production" } } });
}
