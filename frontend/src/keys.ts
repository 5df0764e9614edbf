/**
 * Keys of the staff pages (pages.md §5.2): Ctrl+Enter presses the main button of the action bar, `/` goes to
 * the search field, Esc one step up, J and K to the next and previous record. Keys of one sign never act
 * while something is being typed.
 */

/** Listens on `page`; what a key leads to is found when it is pressed. */
export function mount(page: Document): void {
  if (!page.body.classList.contains("staff")) return;
  page.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.altKey || event.metaKey || event.isComposing) return;
    if (event.ctrlKey) {
      if (event.key === "Enter" && press(page, ".action-bar .button.primary")) event.preventDefault();
      return;
    }
    if (event.key === "Escape") {
      if (!typing(event.target) && press(page, "a[data-up]")) event.preventDefault();
      return;
    }
    if (typing(event.target)) return;
    if (event.key === "/") {
      const search = page.querySelector<HTMLInputElement>("input[data-search]");
      search?.focus();
      search?.select();
      if (search) event.preventDefault();
      return;
    }
    const list = event.target instanceof Element ? event.target.closest("[data-keys]") : null;
    if (!list) return;
    if (event.key === "j" && press(page, "a[data-next]")) event.preventDefault();
    if (event.key === "k" && press(page, "a[data-previous]")) event.preventDefault();
  });
}

function press(page: Document, selector: string): boolean {
  const target = page.querySelector<HTMLElement>(selector);
  target?.click();
  return target !== null;
}

function typing(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches("textarea, select, input:not([type=checkbox], [type=radio])"))
  );
}
