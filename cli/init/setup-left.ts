/** The person pressed Ctrl-C or Escape: nothing is written. */
export class SetupLeft extends Error {}
