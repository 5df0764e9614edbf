/**
 * Staff are signed out after ten idle minutes. In the last two a line above the page says so and offers to
 * go on (pages.md §5.1). The server decides; this only tells.
 */

const SEEN_KEY = "baroalgi.seen";

/** Wires `[data-idle]`: seconds until the end in `data-idle`, of these `data-warn` are announced. */
export function mount(root: ParentNode): void {
  const line = root.querySelector<HTMLElement>("[data-idle]:not([data-mounted])");
  if (!line) return;
  line.dataset.mounted = "";
  const limit = Number(line.dataset.idle) * 1000;
  const warn = Number(line.dataset.warn) * 1000;
  const going = line.querySelector<HTMLElement>("[data-idle-soon]");
  const gone = line.querySelector<HTMLElement>("[data-idle-gone]");
  const say = line.querySelector<HTMLElement>("[data-minutes]");
  let here = Date.now();
  seen(here);

  const look = (): void => {
    // Another tab of this person may have kept the session alive.
    here = Math.max(here, lastSeen());
    const left = limit - (Date.now() - here);
    line.hidden = left > warn;
    if (line.hidden) return;
    if (going) going.hidden = left <= 0;
    if (gone) gone.hidden = left > 0;
    const minutes = String(Math.max(1, Math.ceil(left / 60_000)));
    const text = (say?.dataset.minutes ?? "").replace("{n}", minutes);
    if (say && say.textContent !== text) say.textContent = text;
  };
  line.querySelector("button")?.addEventListener("click", () => void goOn());
  window.setInterval(look, 5000);

  async function goOn(): Promise<void> {
    const answer = await fetch(line?.dataset.keep ?? "/", { method: "HEAD", redirect: "manual" }).catch(() => null);
    if (answer?.ok) {
      here = Date.now();
      seen(here);
    }
    look();
  }
}

function seen(moment: number): void {
  try {
    localStorage.setItem(SEEN_KEY, String(moment));
  } catch {
    // Without storage each tab counts for itself.
  }
}

function lastSeen(): number {
  try {
    return Number(localStorage.getItem(SEEN_KEY)) || 0;
  } catch {
    return 0;
  }
}
