/**
 * A family's own allergens, kept in this browser only: what it chose is said at every dish that carries the
 * number, in words and with a shape. It says where to look twice, never that a dish is safe (domain.md §6.6).
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

// A browser may forbid storage: then the choice lasts for the page.
function read(): ReadonlySet<number> {
  try {
    return parse(localStorage.getItem(KEY));
  } catch {
    return new Set();
  }
}

function write(own: ReadonlySet<number>): void {
  try {
    if (own.size === 0) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, [...own].join(" "));
  } catch {
    // Nothing to do: the page already shows the choice.
  }
}

/** Wires the choice (`[data-own-allergens]`) and marks what carries `data-allergens`. */
export function mount(root: ParentNode): void {
  const choice = root.querySelector<HTMLElement>("[data-own-allergens]:not([data-mounted])");
  if (!choice) return;
  choice.dataset.mounted = "";
  const boxes = [...choice.querySelectorAll<HTMLInputElement>("input[type=checkbox]")];
  const words = new Map(boxes.map((box) => [Number(box.value), box.dataset.word ?? box.value]));
  const stored = read();
  for (const box of boxes) {
    box.checked = stored.has(Number(box.value));
    box.addEventListener("change", () => {
      const own = new Set(boxes.filter((one) => one.checked).map((one) => Number(one.value)));
      write(own);
      mark(root, own, words, choice);
    });
  }
  mark(root, stored, words, choice);
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
