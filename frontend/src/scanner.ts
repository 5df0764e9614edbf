/**
 * A hand scanner (pages.md §5.5): it types the 15 digits of a certificate number into whatever has the focus,
 * faster than hands can, with or without Enter at the end. Digits that come one upon the other are kept
 * together until they are over; then it is known whether a scanner or a person typed them.
 */

/** ms without a further digit after which a burst is over; slow scanners leave 50 between two digits. */
export const SETTLE = 200;
const NUMBER = 15; // digits of a certificate number
const WHOLE = 1500; // ms from the first to the last digit of a scan; a person who reads them takes twice as long
const QUIET = 400; // ms after a scan in which its Enter may still come

/** Digits that came one upon the other. */
export interface Burst {
  readonly digits: string;
  /** ms from the first to the last */
  readonly took: number;
  /** Whether they went into a field where text is typed. */
  readonly typed: boolean;
}

/** Tells a scan from what a person types: a resident number has 13 digits, a hand is slower. */
export function isScan(burst: Burst): boolean {
  return burst.digits.length === NUMBER && burst.took <= WHOLE;
}

/** Tells whether keys that are pressed here become text. */
export function takesText(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.matches("textarea, select, input:not([type=checkbox], [type=radio])")
  );
}

/**
 * Calls `over` at the end of each burst on the page. A scan leaves nothing behind in the field that had the
 * focus, and its Enter presses nothing.
 */
export function listen(page: Document, over: (burst: Burst) => void): void {
  let digits = "";
  let began = 0;
  let last = 0;
  let field: HTMLInputElement | HTMLTextAreaElement | null = null;
  let before = "";
  let timer = 0;
  let quietUntil = 0;

  const end = (): boolean => {
    window.clearTimeout(timer);
    if (digits === "") return false;
    const burst: Burst = { digits, took: last - began, typed: field !== null };
    digits = ""; // they may be a person's number: nothing of them is kept
    const scan = isScan(burst);
    if (scan && field) field.value = before;
    if (scan) quietUntil = last + QUIET;
    field = null;
    before = "";
    over(burst);
    return scan;
  };

  page.addEventListener(
    "keydown",
    (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return void end();
      if (/^[0-9]$/.test(event.key)) {
        if (event.timeStamp - last > SETTLE) end();
        if (digits === "") {
          began = event.timeStamp;
          const target = event.target;
          if ((target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) && takesText(target)) {
            field = target;
            before = target.value;
          }
        }
        digits += event.key;
        last = event.timeStamp;
        window.clearTimeout(timer);
        timer = window.setTimeout(end, SETTLE);
        return;
      }
      if (event.key === "Shift") return;
      const scanned = end();
      if (event.key === "Enter" && (scanned || event.timeStamp < quietUntil)) {
        event.preventDefault();
        event.stopPropagation();
      }
    },
    true,
  );
}
