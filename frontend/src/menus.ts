/**
 * Lists that open (`details.drop`) and the phone's menu sheet (`details.sheet`). Both work without
 * script; with it Escape and a click beside them close them, and the page below the sheet rests.
 */

/** Wires every opening list below `root`. */
export function mount(root: ParentNode): void {
  // A list that has room on the desk stands open there.
  if (matchMedia("(min-width: 64em)").matches) {
    for (const list of root.querySelectorAll<HTMLDetailsElement>("details[data-open-wide]")) list.open = true;
  }
  const drops = [...root.querySelectorAll<HTMLDetailsElement>("details.drop, details.sheet")];
  if (drops.length === 0) return;
  for (const drop of drops) {
    drop.addEventListener("toggle", () => {
      if (drop.classList.contains("sheet")) cover(drop);
      if (!drop.open) return;
      for (const other of drops) if (other !== drop && !other.contains(drop)) other.open = false;
    });
    drop.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !drop.open) return;
      event.stopPropagation();
      drop.open = false;
      drop.querySelector("summary")?.focus();
    });
    // Tab out of a list closes it; the sheet keeps the focus by making the rest inert.
    drop.addEventListener("focusout", (event) => {
      if (drop.classList.contains("sheet") || !(event.relatedTarget instanceof Node)) return;
      if (!drop.contains(event.relatedTarget)) drop.open = false;
    });
  }
  document.addEventListener("click", (event) => {
    for (const drop of drops) {
      if (drop.open && !drop.classList.contains("sheet") && event.target instanceof Node && !drop.contains(event.target)) {
        drop.open = false;
      }
    }
  });
}

/** While the sheet lies over the page, nothing below it can be reached. */
function cover(sheet: HTMLDetailsElement): void {
  document.body.classList.toggle("sheet-open", sheet.open);
  for (const part of document.body.children) {
    if (part instanceof HTMLElement && !part.contains(sheet)) part.inert = sheet.open;
  }
}
