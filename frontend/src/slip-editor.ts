/**
 * The questions of a slip in the writing form (pages.md §5.7): one more, one less, another order by button, by
 * Alt+↑↓ or by dragging. Without it there are some empty rows to fill.
 *
 * Rows stay where they are and exchange what stands in them: names and numbers of the inputs never change.
 * Marks of the page: letters/_slip_edit.html.
 */

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;
type Values = readonly (string | boolean)[];

export function mount(root: ParentNode): void {
  for (const editor of root.querySelectorAll<HTMLElement>("[data-slip-editor]:not([data-mounted])")) {
    editor.dataset.mounted = "";
    wire(editor);
  }
}

function wire(editor: HTMLElement): void {
  const rows = [...editor.querySelectorAll<HTMLElement>("[data-question]")];
  const on = editor.querySelector<HTMLInputElement>('input[name="slip_on"]');
  const body = editor.querySelector<HTMLElement>("[data-slip-body]");
  const more = editor.querySelector<HTMLButtonElement>("[data-more]");
  if (!on || !body || !more) return;
  const told = editor.querySelector<HTMLElement>("[data-told]");
  const blank = blankOf(rows);
  let shown = Math.max(1, rows.filter((row) => !("free" in row.dataset)).length);

  const show = (): void => {
    body.hidden = !on.checked;
    rows.forEach((row, n) => {
      row.hidden = n >= shown;
      fit(row);
    });
    more.hidden = shown >= rows.length;
  };
  const move = (from: number, to: number): void => {
    const [row, other] = [rows[from], rows[to]];
    if (!row || !other || to >= shown) return;
    const focused = document.activeElement;
    const place = controls(row).findIndex((control) => control === focused);
    const values = read(row);
    write(row, read(other));
    write(other, values);
    show();
    const target = place >= 0 ? controls(other)[place] : other.querySelector<HTMLElement>("[data-up]");
    target?.focus();
    if (told) told.textContent = (told.dataset.told ?? "").replace("{n}", String(to + 1));
  };
  const takeAway = (at: number): void => {
    const values = rows.map(read);
    rows.slice(at, shown).forEach((row, n) => write(row, values[at + n + 1] ?? blank));
    const last = rows[shown - 1];
    if (last) write(last, blank);
    shown = Math.max(1, shown - 1);
    show();
    const next = rows[Math.min(at, shown - 1)];
    if (next) controls(next)[0]?.focus();
  };

  on.addEventListener("change", show);
  more.addEventListener("click", () => {
    shown += 1;
    show();
    const added = rows[shown - 1];
    if (added) controls(added)[0]?.focus();
  });
  rows.forEach((row, n) => {
    row.querySelector("[data-up]")?.addEventListener("click", () => move(n, n - 1));
    row.querySelector("[data-down]")?.addEventListener("click", () => move(n, n + 1));
    row.querySelector("[data-away]")?.addEventListener("click", () => takeAway(n));
    row.addEventListener("change", () => fit(row));
    row.addEventListener("keydown", (event) => {
      if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
      event.preventDefault();
      move(n, event.key === "ArrowUp" ? n - 1 : n + 1);
    });
    drag(row, n, move);
  });
  show();
}

/** What an empty row holds. */
function blankOf(rows: readonly HTMLElement[]): Values {
  const last = rows[rows.length - 1];
  if (!last) return [];
  return controls(last).map((control) => {
    if (isCheckbox(control)) return true;
    return control instanceof HTMLSelectElement ? (control.options[0]?.value ?? "") : "";
  });
}

function controls(row: HTMLElement): Control[] {
  return [...row.querySelectorAll<Control>("input, select, textarea")];
}

function isCheckbox(control: Control): control is HTMLInputElement {
  return control instanceof HTMLInputElement && control.type === "checkbox";
}

function read(row: HTMLElement): Values {
  return controls(row).map((control) => (isCheckbox(control) ? control.checked : control.value));
}

function write(row: HTMLElement, values: Values): void {
  controls(row).forEach((control, n) => {
    const value = values[n];
    if (isCheckbox(control)) control.checked = value === true;
    else control.value = typeof value === "string" ? value : "";
  });
}

/** Shows what belongs to the kind of the question. */
function fit(row: HTMLElement): void {
  const kind = row.querySelector<HTMLSelectElement>("select")?.value;
  const options = row.querySelector<HTMLElement>("[data-options]");
  const most = row.querySelector<HTMLElement>("[data-most]");
  if (options) options.hidden = kind !== "one" && kind !== "many";
  if (most) most.hidden = kind !== "many";
}

/** A row is dragged by its number, over the rows on its way. */
function drag(row: HTMLElement, n: number, move: (from: number, to: number) => void): void {
  const grip = row.querySelector<HTMLElement>("[data-grip]");
  if (!grip) return;
  grip.draggable = true;
  grip.addEventListener("dragstart", (event) => event.dataTransfer?.setData("text/x-question", String(n)));
  row.addEventListener("dragover", (event) => {
    if (event.dataTransfer?.types.includes("text/x-question")) event.preventDefault();
  });
  row.addEventListener("drop", (event) => {
    const from = Number(event.dataTransfer?.getData("text/x-question") || Number.NaN);
    if (!Number.isInteger(from)) return;
    event.preventDefault();
    const step = from < n ? 1 : -1;
    for (let at = from; at !== n; at += step) move(at, at + step);
  });
}
