/** The endpoint answered with something else than a stream of events: most likely its address is a page's. */
export class NotAStream extends Error {
  readonly kind: string;

  /** `kind`: the content type that came. */
  constructor(kind: string) {
    super(`it answered with ${kind}, not with a stream of events`);
    this.name = "NotAStream";
    this.kind = kind;
  }
}
