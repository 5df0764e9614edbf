/** Small comforts of fields: showing a password, the two boxes of a resident number. */

/** Wires `[data-reveal]` buttons and `[data-resident-number]` groups below `root`. */
export function mount(root: ParentNode): void {
  for (const button of root.querySelectorAll<HTMLButtonElement>("button[data-reveal]:not([data-mounted])")) {
    button.dataset.mounted = "";
    reveal(button);
  }
  for (const group of root.querySelectorAll<HTMLElement>("[data-resident-number]:not([data-mounted])")) {
    group.dataset.mounted = "";
    residentNumber(group);
  }
  for (const all of root.querySelectorAll<HTMLInputElement>("input[data-tick-all]:not([data-mounted])")) {
    all.dataset.mounted = "";
    tickAll(all);
  }
}

/** A button that can't be pressed yet keeps the focus and does nothing; the page says why beside it. */
export function rest(page: Document): void {
  page.addEventListener(
    "click",
    (event) => {
      const button = event.target instanceof Element ? event.target.closest('.button[aria-disabled="true"]') : null;
      if (button) event.preventDefault();
    },
    true,
  );
}

function reveal(button: HTMLButtonElement): void {
  const input = document.getElementById(button.dataset.reveal ?? "");
  if (!(input instanceof HTMLInputElement)) return;
  const { show = "", hide = "" } = button.dataset;
  const word = button.querySelector<HTMLElement>("[data-word]") ?? button;
  const set = (shown: boolean): void => {
    input.type = shown ? "text" : "password";
    word.textContent = shown ? hide : show;
    button.setAttribute("aria-pressed", String(shown));
  };
  button.addEventListener("click", () => set(input.type === "password"));
  // A password that stands open is not offered by the browser as a text to remember.
  input.form?.addEventListener("submit", () => set(false));
}

/**
 * Typing goes on into the second box by itself, Backspace comes back, and a pasted number is spread
 * over both, whatever signs stand between its digits (pages.md §3.5).
 */
function residentNumber(group: HTMLElement): void {
  const [front, back] = group.querySelectorAll<HTMLInputElement>("input");
  if (!front || !back) return;
  front.addEventListener("input", (event) => {
    const typing = event instanceof InputEvent && event.inputType.startsWith("insert");
    front.value = digits(front.value).slice(0, 6);
    if (typing && front.value.length === 6 && front.selectionStart === 6) back.focus();
  });
  back.addEventListener("input", () => {
    back.value = digits(back.value).slice(0, 7);
  });
  back.addEventListener("keydown", (event) => {
    if (event.key !== "Backspace" || back.value !== "") return;
    event.preventDefault();
    front.value = front.value.slice(0, -1);
    front.focus();
    front.dispatchEvent(new Event("input", { bubbles: true }));
  });
  for (const box of [front, back]) {
    box.addEventListener("paste", (event) => {
      const number = digits(event.clipboardData?.getData("text") ?? "");
      if (number.length !== 13) return;
      event.preventDefault();
      front.value = number.slice(0, 6);
      back.value = number.slice(6);
      for (const filled of [front, back]) filled.dispatchEvent(new Event("input", { bubbles: true }));
      back.focus();
    });
  }
}

/** Keeps the digits only; full-width ones are folded. */
export function digits(text: string): string {
  return text.normalize("NFKC").replace(/[^0-9]/g, "");
}

/** The tick in a table's head: all, none, or some of the boxes named in `data-tick-all`. */
function tickAll(all: HTMLInputElement): void {
  const form = all.form ?? document;
  const boxes = [...form.querySelectorAll<HTMLInputElement>(`input[name="${CSS.escape(all.dataset.tickAll ?? "")}"]`)];
  const show = (): void => {
    const ticked = boxes.filter((box) => box.checked).length;
    all.checked = ticked === boxes.length && ticked > 0;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
    // The number is said in the action bar, outside of the form.
    for (const place of document.querySelectorAll<HTMLElement>("[data-ticked]")) {
      place.textContent = (place.dataset.ticked ?? "").replace("{n}", String(ticked));
    }
  };
  all.addEventListener("change", () => {
    for (const box of boxes) if (!box.disabled) box.checked = all.checked;
    show();
  });
  for (const box of boxes) box.addEventListener("change", show);
  show();
}
