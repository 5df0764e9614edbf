/**
 * The way out of an app's own browser (platform/in_app.py). The server does not see what stands after `#` in
 * an address, and a certificate on its way to a phone needs just that: it is added here.
 */

/** Wires `[data-outside]`: its link, its address and the button that copies it. */
export function mount(root: ParentNode): void {
  const page = root.querySelector<HTMLElement>("[data-outside]:not([data-mounted])");
  if (!page) return;
  page.dataset.mounted = "";
  const field = page.querySelector<HTMLInputElement>("[data-outside-address]");
  const link = page.querySelector<HTMLAnchorElement>("[data-outside-link]");
  const { hash } = window.location;
  if (field) field.value += hash;
  if (link) link.href = withHash(link.getAttribute("href") ?? "", hash);
  page.querySelector("[data-copy]")?.addEventListener("click", () => {
    void copy(field).then(() => {
      const said = page.querySelector<HTMLElement>("[data-copied]");
      if (said) said.hidden = false;
    });
  });
}

/** Adds what stands after `#` to each of the spellings of an address that open a browser. */
export function withHash(href: string, hash: string): string {
  if (hash === "") return href;
  if (href.startsWith("kakaotalk:")) return href + encodeURIComponent(hash);
  // Android takes what stands before the last `#Intent;` for the address, its fragment included.
  const intent = href.lastIndexOf("#Intent;");
  return intent < 0 ? href + hash : href.slice(0, intent) + hash + href.slice(intent);
}

async function copy(field: HTMLInputElement | null): Promise<void> {
  if (!field) return;
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    // Old views know no clipboard of this kind.
    field.select();
    document.execCommand("copy");
  }
}
