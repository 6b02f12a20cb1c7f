import { after } from "./page-clock.ts";

export interface StreamListener {
  readonly opened: () => void;
  /** By the name of the event. */
  readonly events: Readonly<Record<string, (event: MessageEvent<string>) => void>>;
  /** It is over; who wants more opens another. Called once, and not after it was closed from here. */
  readonly ended: () => void;
}

/** A browser opens six connections to a host, for all of its windows together: requests need some of them. */
const PLACES = 4;
/** Without a place: so long it is open, for what was missed, and so long it then lets others have their turn. */
const SHORT_MS = 800;
const REST_MS = 1500;

/**
 * Server-sent events over one connection, for as long as it lasts; where more windows want one than there are places, by turns,
 * of which the listener sees nothing. `url` is asked at each turn: it names the last event that came.
 */
export function openStream(
  url: () => string,
  { opened, events, ended }: StreamListener,
): () => void {
  const left = Promise.withResolvers<void>();
  let isOver = false;
  let closeSource = (): void => undefined;
  let cancelTurn = (): void => undefined;
  const close = (): void => {
    isOver = true;
    closeSource();
    cancelTurn();
    left.resolve();
  };
  const open = (hasPlace: boolean): void => {
    if (isOver) return;
    const source = new EventSource(url());
    closeSource = () => source.close();
    source.addEventListener("open", () => {
      opened();
      if (hasPlace) return;
      cancelTurn = after(SHORT_MS, () => {
        source.close();
        cancelTurn = after(REST_MS, begin);
      });
    });
    for (const [name, listener] of Object.entries(events)) source.addEventListener(name, listener);
    // Always opened anew, by us: the browser would wait for seconds, and gives up on some answers.
    source.addEventListener("error", () => {
      close();
      ended();
    });
  };
  const begin = (): void => {
    void takePlace(left.promise).then(open);
  };
  begin();
  return close;
}

/** One of the places that all windows share, until `left`; false: all are taken. */
async function takePlace(left: Promise<void>): Promise<boolean> {
  // A page that came over plain HTTP from another machine has no locks.
  if (!("locks" in navigator)) return true;
  for (let place = 1; place <= PLACES; place += 1) {
    if (await tryLock(`sluice-stream-${place}`, left)) return true;
  }
  return false;
}

function tryLock(name: string, left: Promise<void>): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  navigator.locks
    .request(name, { ifAvailable: true }, (lock) => {
      resolve(lock !== null);
      return lock === null ? undefined : left;
    })
    // Locks that cannot be had keep nobody from the stream.
    .catch(() => resolve(true));
  return promise;
}
