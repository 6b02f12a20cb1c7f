/** Preloaded into a gateway: SIGWINCH lets its event loop stand still for ever. */
process.on("SIGWINCH", () => {
  for (;;);
});
