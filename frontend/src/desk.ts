/**
 * Lists of staff pages: arrow keys between rows, choosing several, ready sentences for a text
 * (pages.md §5.2, §5.4). All of it works without script too, one by one.
 */

/** Wires lists (`[data-list]`), a form of choices (`form[data-choosing]`) and `[data-fill]` buttons. */
export function mount(page: Document): void {
  for (const list of page.querySelectorAll<HTMLElement>("[data-list]:not([data-mounted])")) {
    list.dataset.mounted = "";
    rows(list);
  }
  const form = page.querySelector<HTMLFormElement>("form[data-choosing]");
  if (form) choosing(page, form);
  for (const chip of page.querySelectorAll<HTMLButtonElement>("button[data-fill]")) fill(page, chip);
  // After an act the focus goes to the next thing to do.
  if (page.querySelector(".messages")) page.querySelector<HTMLElement>("table[data-list] a")?.focus();
}

/** ↑ and ↓ go from row to row; Enter on a tick opens the row, as it does on the name. */
function rows(list: HTMLElement): void {
  list.addEventListener("keydown", (event) => {
    const row = event.target instanceof Element ? event.target.closest("tr, li") : null;
    if (!row || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Enter" && event.target instanceof HTMLInputElement) {
      event.preventDefault(); // else it would send the form
      row.querySelector("a")?.click();
    }
    const next = event.key === "ArrowDown" ? row.nextElementSibling : event.key === "ArrowUp" ? row.previousElementSibling : null;
    const target = next?.querySelector<HTMLElement>("input, a");
    if (!target) return;
    event.preventDefault();
    target.focus();
  });
}

/** Counts what is ticked, in words and on the button; without a tick the button rests. */
function choosing(page: Document, form: HTMLFormElement): void {
  const boxes = [...form.querySelectorAll<HTMLInputElement>("tbody input[type=checkbox]")];
  const head = form.querySelector<HTMLInputElement>("input[data-tick-all]");
  const all = page.querySelector<HTMLButtonElement>("button[data-choose-all]");
  const show = (): void => {
    const chosen = boxes.filter((box) => box.checked).length;
    for (const place of page.querySelectorAll<HTMLElement>("[data-chosen]")) {
      place.textContent = (place.dataset.chosen ?? "").replace("{n}", String(chosen));
      if (place instanceof HTMLButtonElement) place.setAttribute("aria-disabled", String(chosen === 0));
    }
    if (all) all.textContent = (chosen ? all.dataset.none : all.dataset.all) ?? "";
  };
  form.addEventListener("change", show);
  all?.addEventListener("click", () => {
    if (!head) return;
    head.checked = !boxes.some((box) => box.checked);
    head.dispatchEvent(new Event("change", { bubbles: true }));
  });
  show();
}

/** A ready sentence goes into the text; what somebody wrote there is not thrown away unseen. */
function fill(page: Document, chip: HTMLButtonElement): void {
  const text = page.getElementById(chip.dataset.fill ?? "");
  if (!(text instanceof HTMLTextAreaElement)) return;
  const chips = [...page.querySelectorAll<HTMLButtonElement>(`button[data-fill="${CSS.escape(text.id)}"]`)];
  const show = (): void => {
    for (const other of chips) {
      const pressed = text.value !== "" && other.dataset.text === text.value;
      other.setAttribute("aria-pressed", String(pressed));
    }
  };
  chip.addEventListener("click", () => {
    text.focus();
    text.select();
    // As if typed, so that Ctrl+Z brings the former text back.
    if (!document.execCommand("insertText", false, chip.dataset.text ?? "")) text.value = chip.dataset.text ?? "";
    show();
  });
  text.addEventListener("input", show);
}
