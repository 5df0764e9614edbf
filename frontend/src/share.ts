/** Passing a letter on: the device's own sheet where there is one, else the list of the page; printing. */

/** Wires `[data-share]` (a list that works as links without script) and `[data-print]`. */
export function mount(root: ParentNode): void {
  for (const list of root.querySelectorAll<HTMLDetailsElement>("details[data-share]:not([data-mounted])")) {
    list.dataset.mounted = "";
    sheet(list);
    copying(list);
  }
  for (const button of root.querySelectorAll<HTMLButtonElement>("button[data-print]:not([data-mounted])")) {
    button.dataset.mounted = "";
    button.addEventListener("click", () => window.print());
  }
}

/** What stands in the page is the address for everybody; the one typed in may carry more. */
function sheet(list: HTMLDetailsElement): void {
  const { title = "", url = "" } = list.dataset;
  // On the desk the list is quicker than the system's window.
  if (!("share" in navigator) || matchMedia("(min-width: 64em)").matches) return;
  list.querySelector("summary")?.addEventListener("click", (event) => {
    event.preventDefault();
    navigator.share({ title, url }).catch((reason: unknown) => {
      // Closed by the person: nothing to do. Anything else: the list is there.
      if (!(reason instanceof DOMException && reason.name === "AbortError")) list.open = true;
    });
  });
}

function copying(list: HTMLDetailsElement): void {
  const field = list.querySelector<HTMLInputElement>("input[readonly]");
  const said = list.querySelector<HTMLElement>("[data-copied]");
  list.querySelector("[data-copy-address]")?.addEventListener("click", () => {
    if (!field) return;
    const done = (): void => {
      if (said) said.hidden = false;
    };
    navigator.clipboard.writeText(field.value).then(done, () => {
      // Old views know no clipboard of this kind.
      field.select();
      if (document.execCommand("copy")) done();
    });
  });
}
