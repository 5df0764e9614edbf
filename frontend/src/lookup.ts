/**
 * A small search inside a form (`[data-lookup]`): the answer comes as JSON and is offered without leaving the
 * page. Without script its button sends the form, and the server answers with the whole page.
 *
 * Addresses (`data-key="addresses"`) fill the fields of the `[data-address]` group; places of handing in
 * (`data-key="places"`) are added to the radio cards of `[data-places]` (pages.md §3.5).
 */

interface Address {
  readonly postcode: string;
  readonly address: string;
}

interface Place {
  readonly id: number | string;
  readonly kind: string;
  readonly name: string;
  readonly address: string;
}

type Answer = Readonly<Record<string, unknown>>;

/** Wires every lookup below `root`. */
export function mount(root: ParentNode): void {
  for (const box of root.querySelectorAll<HTMLElement>("[data-lookup]:not([data-mounted])")) {
    box.dataset.mounted = "";
    const input = box.querySelector<HTMLInputElement>("input");
    const button = box.querySelector<HTMLButtonElement>("button[type=submit]");
    if (!input || !button) continue;
    const ask = async (event: Event): Promise<void> => {
      event.preventDefault();
      const answer = await find(box.dataset.lookup ?? "", input.value);
      // No answer: the button does what it does without script.
      if (answer) show(box, answer);
      else button.form?.requestSubmit(button);
    };
    button.addEventListener("click", (event) => void ask(event), { once: false });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.isComposing) void ask(event);
    });
  }
}

async function find(address: string, text: string): Promise<Answer | null> {
  try {
    const reply = await fetch(`${address}?q=${encodeURIComponent(text.trim())}`, {
      headers: { Accept: "application/json" },
    });
    return reply.ok ? ((await reply.json()) as Answer) : null;
  } catch {
    return null;
  }
}

function show(box: HTMLElement, answer: Answer): void {
  const found = answer[box.dataset.key ?? ""];
  const rows: readonly unknown[] = Array.isArray(found) ? found : [];
  const status = box.querySelector<HTMLElement>("[data-status]");
  const some = (status?.dataset.some ?? "").replace("{n}", String(rows.length));
  if (status) status.textContent = rows.length ? some : (status.dataset.none ?? "");
  if (box.dataset.key === "addresses") offerAddresses(box, rows.filter(isAddress));
  else offerPlaces(box, rows.filter(isPlace));
}

function offerAddresses(box: HTMLElement, addresses: readonly Address[]): void {
  const list = box.querySelector<HTMLElement>("[data-results]");
  const rows = addresses.map((found) => {
    const row = copy(box);
    write(row, "[data-title]", found.address);
    write(row, "[data-detail]", found.postcode);
    row.querySelector("button")?.addEventListener("click", () => takeAddress(box, found));
    return row;
  });
  list?.replaceChildren(...rows);
}

/** The chosen address goes into the fields, and the focus to what is left to write. */
function takeAddress(box: HTMLElement, found: Address): void {
  const group = box.closest<HTMLElement>("[data-address]");
  const field = (name: string): HTMLInputElement | null => group?.querySelector(`input[name="${name}"]`) ?? null;
  const postcode = field("postcode");
  const first = field("address1");
  if (postcode) postcode.value = found.postcode;
  if (first) first.value = found.address;
  const folded = box.closest("details");
  if (folded) folded.open = false;
  field("address2")?.focus();
}

function offerPlaces(box: HTMLElement, places: readonly Place[]): void {
  const cards = box.parentElement?.querySelector<HTMLElement>("[data-places]");
  if (!cards) return;
  const kinds = JSON.parse(box.dataset.kinds ?? "{}") as Readonly<Record<string, string>>;
  // What an earlier search brought and nobody chose goes away again.
  for (const card of cards.querySelectorAll("[data-found]:not(:has(input:checked))")) card.remove();
  for (const place of places) {
    if (cards.querySelector(`input[value="${CSS.escape(String(place.id))}"]`)) continue;
    const card = copy(box);
    const input = card.querySelector<HTMLInputElement>("input");
    if (input) {
      input.value = String(place.id);
      input.checked = false;
    }
    write(card, "[data-name]", place.name);
    write(card, "[data-detail]", [kinds[place.kind], place.address].filter(Boolean).join(" · "));
    card.firstElementChild?.setAttribute("data-found", "");
    cards.append(card);
  }
}

function copy(box: HTMLElement): DocumentFragment {
  const template = box.querySelector<HTMLTemplateElement>("template[data-row]");
  return template ? (template.content.cloneNode(true) as DocumentFragment) : document.createDocumentFragment();
}

function write(part: ParentNode, selector: string, text: string): void {
  const place = part.querySelector(selector);
  if (place) place.textContent = text;
}

function isAddress(row: unknown): row is Address {
  return typeof row === "object" && row !== null && "postcode" in row && "address" in row;
}

function isPlace(row: unknown): row is Place {
  return typeof row === "object" && row !== null && "id" in row && "name" in row && "kind" in row;
}
