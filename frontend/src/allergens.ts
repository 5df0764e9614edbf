/**
 * A family's own allergens: what it chose is said at every dish that carries the number, in words and with a
 * shape. It says where to look twice, never that a dish is safe (domain.md §6.6).
 *
 * A visitor's choice is kept in this browser, a guardian's with the account (`data-account`), to which what the
 * browser holds is moved once. The page itself is the same for everybody with the same choice or none.
 */

const KEY = "baroalgi.allergens";

/** Reads what is stored; anything else than numbers of 1-19 is not ours. */
export function parse(text: string | null): ReadonlySet<number> {
  const numbers = (text ?? "").split(" ").map(Number);
  return new Set(numbers.filter((n) => Number.isInteger(n) && n >= 1 && n <= 19));
}

/** Returns which of a dish's numbers are the family's own, in the order of the menu. */
export function shared(ofDish: string, own: ReadonlySet<number>): number[] {
  return ofDish.split(" ").map(Number).filter((n) => own.has(n));
}

type Own = ReadonlySet<number>;

/** Where the choice is kept. */
interface Store {
  read(): Promise<Own>;
  write(own: Own): Promise<void>;
}

const inBrowser = {
  // A browser may forbid storage: then the choice lasts for the page.
  read(): Promise<Own> {
    try {
      return Promise.resolve(parse(localStorage.getItem(KEY)));
    } catch {
      return Promise.resolve(new Set());
    }
  },
  write(own: Own): Promise<void> {
    try {
      if (own.size === 0) localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, [...own].join(" "));
    } catch {
      // Nothing to do: the page already shows the choice.
    }
    return Promise.resolve();
  },
} satisfies Store;

/** Returns the store of an account at its address; `moved` is told when it took over what the browser held. */
function inAccount(address: string, moved: () => void): Store {
  const ask = async (how?: RequestInit): Promise<Own | null> => {
    const reply = await fetch(address, { ...how, headers: { Accept: "application/json" }, redirect: "manual" });
    if (!reply.ok) throw new Error(String(reply.status));
    const { numbers } = (await reply.json()) as { numbers: number[] | null };
    return numbers && new Set(numbers);
  };
  const write = async (own: Own): Promise<void> => {
    const body = new URLSearchParams([...own].map((n) => ["numbers", String(n)]));
    const token = document.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]");
    body.set("csrfmiddlewaretoken", token?.value ?? "");
    await ask({ method: "POST", body });
  };
  const read = async (): Promise<Own> => {
    const kept = await ask();
    if (kept) return kept;
    const here = await inBrowser.read();
    if (here.size === 0) return here;
    await write(here);
    await inBrowser.write(new Set());
    moved();
    return here;
  };
  return { read, write };
}

/** Wires the choice (`[data-own-allergens]`) and marks what carries `data-allergens`. */
export function mount(root: ParentNode): void {
  const choice = root.querySelector<HTMLElement>("[data-own-allergens]:not([data-mounted])");
  if (!choice) return;
  choice.dataset.mounted = "";
  const boxes = [...choice.querySelectorAll<HTMLInputElement>("input[type=checkbox]")];
  const words = new Map(boxes.map((box) => [Number(box.value), box.dataset.word ?? box.value]));
  const clear = choice.querySelector<HTMLButtonElement>("[data-own-clear]");
  const told = choice.querySelector<HTMLElement>("[data-own-told]");
  const tell = (what: string): void => {
    if (told) told.textContent = told.dataset[what] ?? "";
  };
  const { account } = choice.dataset;
  const store: Store = account ? inAccount(account, () => tell("moved")) : inBrowser;
  const show = (own: Own): void => {
    for (const box of boxes) {
      box.checked = own.has(Number(box.value));
      box.disabled = false;
    }
    if (clear) clear.hidden = own.size === 0;
    mark(root, own, words, choice);
  };
  // Nothing is chosen before it is known what was: else one tick would be kept in place of all.
  for (const box of boxes) box.disabled = true;
  // One after the other: of two quick choices the later one is kept.
  let last: Promise<void> = store.read().then(show, () => tell("unknown"));
  const keep = (own: Own, what: string): void => {
    show(own);
    tell("");
    last = last.then(() => store.write(own)).then(() => tell(what), () => tell("failed"));
  };
  for (const box of boxes) {
    box.addEventListener("change", () => {
      keep(new Set(boxes.filter((one) => one.checked).map((one) => Number(one.value))), "");
    });
  }
  clear?.addEventListener("click", () => {
    keep(new Set(), "cleared");
    boxes[0]?.focus();
  });
}

function mark(
  root: ParentNode,
  own: ReadonlySet<number>,
  words: ReadonlyMap<number, string>,
  choice: HTMLElement,
): void {
  const count = choice.querySelector<HTMLElement>("[data-own-count]");
  if (count) count.textContent = own.size ? ` (${(count.dataset.words ?? "{n}").replace("{n}", String(own.size))})` : "";
  for (const dish of root.querySelectorAll<HTMLElement>("[data-allergens]")) {
    dish.querySelector(":scope .own-mark")?.remove();
    const found = shared(dish.dataset.allergens ?? "", own);
    dish.classList.toggle("has-own", found.length > 0);
    if (found.length === 0) continue;
    const said = document.createElement("strong");
    said.className = "own-mark";
    const named = found.map((n) => words.get(n) ?? String(n)).join(", ");
    said.textContent = (choice.dataset.mark ?? "{words}").replace("{words}", named);
    (dish.querySelector("dd") ?? dish).append(" ", said);
  }
}
