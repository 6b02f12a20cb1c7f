import { after } from "./page-clock.ts";

/** After the views had their turn, which know better where one goes on. */
const WAIT_MS = 60;

/**
 * A button that was pressed is often gone or disabled a moment later, and the browser then forgets where the keyboard
 * was: it goes on there, or at the nearest part of the view that is left. Returns how to stop that.
 */
export function keepFocus(main: HTMLElement): () => void {
  /** What has the focus, and what it stands in up to the view itself. */
  let path: readonly HTMLElement[] = [];
  let cancel = (): void => undefined;
  const remember = (): void => {
    const { activeElement } = document;
    if (activeElement !== document.body) path = pathOf(activeElement, main);
  };
  const forget = (): void => {
    path = [];
  };
  const restore = (): void => {
    if (path.length === 0 || document.activeElement !== document.body || !document.hasFocus())
      return;
    const [last] = path;
    const part = path.find((one) => one.isConnected && one.matches(isPart));
    if (last?.isConnected === true && !last.matches(":disabled")) return last.focus();
    // Disabled for the moment: it may come back.
    if (last?.isConnected === true || part === undefined) return;
    if (!part.hasAttribute("tabindex")) part.tabIndex = -1;
    part.focus({ preventScroll: true });
  };
  const observer = new MutationObserver(() => {
    cancel();
    cancel = after(WAIT_MS, restore);
  });
  observer.observe(main, { childList: true, subtree: true, attributeFilter: ["disabled"] });
  document.addEventListener("focusin", remember);
  // Who points elsewhere wants to be elsewhere.
  document.addEventListener("pointerdown", forget);
  return () => {
    cancel();
    observer.disconnect();
    document.removeEventListener("focusin", remember);
    document.removeEventListener("pointerdown", forget);
  };
}

const isPart = "section, article, main";

function pathOf(from: Element | null, main: HTMLElement): readonly HTMLElement[] {
  const path: HTMLElement[] = [];
  for (let one = from; one instanceof HTMLElement; one = one.parentElement) {
    path.push(one);
    if (one === main) return path;
  }
  return [];
}
