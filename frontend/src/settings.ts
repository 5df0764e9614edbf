/** Text size and high contrast, remembered on this device only (pages.md §2.3). */

const TEXT_KEY = "baroalgi.text";
const CONTRAST_KEY = "baroalgi.contrast";
const TEXT_SIZES = ["small", "normal", "large", "larger"] as const;

type TextSize = (typeof TEXT_SIZES)[number];

function isTextSize(value: string | null | undefined): value is TextSize {
  return TEXT_SIZES.some((size) => size === value);
}

// A browser may forbid storage (private windows, blocked cookies): then the choice lasts for the page.
function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // Nothing to do: the page already shows the choice.
  }
}

/** Puts the remembered choices on the root element. */
export function apply(): void {
  const root = document.documentElement;
  const size = read(TEXT_KEY);
  if (isTextSize(size) && size !== "normal") root.dataset.text = size;
  if (read(CONTRAST_KEY) === "high") root.dataset.krdsMode = "high-contrast";
}

/** Wires the buttons that choose text size and contrast; `[data-text-size]`, `[data-contrast]`. */
export function mount(root: ParentNode): void {
  for (const button of root.querySelectorAll<HTMLButtonElement>("button[data-text-size]")) {
    button.addEventListener("click", () => {
      const size = button.dataset.textSize;
      if (!isTextSize(size)) return;
      if (size === "normal") delete document.documentElement.dataset.text;
      else document.documentElement.dataset.text = size;
      write(TEXT_KEY, size === "normal" ? null : size);
      show();
    });
  }
  for (const button of root.querySelectorAll<HTMLButtonElement>("button[data-contrast]")) {
    button.addEventListener("click", () => {
      const high = document.documentElement.dataset.krdsMode !== "high-contrast";
      if (high) document.documentElement.dataset.krdsMode = "high-contrast";
      else delete document.documentElement.dataset.krdsMode;
      write(CONTRAST_KEY, high ? "high" : null);
      show();
    });
  }
  show();
}

/** The buttons stand twice (utility line and menu sheet): all of them say what is chosen. */
function show(): void {
  const { text = "normal", krdsMode } = document.documentElement.dataset;
  for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-text-size]")) {
    button.setAttribute("aria-pressed", String(button.dataset.textSize === text));
  }
  for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-contrast]")) {
    button.setAttribute("aria-pressed", String(krdsMode === "high-contrast"));
  }
}
