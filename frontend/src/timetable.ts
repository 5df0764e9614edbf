/**
 * The week of a class as a grid (pages.md §5.2, §5.8): one tab stop, arrows move, a letter opens the cell,
 * subject and teacher complete by initial consonants, a block pasted from a spreadsheet fills from the cell
 * that has the focus. Each change is saved at once. Without script the cells are plain inputs of a form.
 *
 * One input travels with the focus: it is always ready when a Hangul syllable begins, so its first letter
 * is not lost.
 */

interface Taught {
  readonly subject: string;
  readonly teacher: string;
  /** Absent: nothing was said of it. */
  readonly classroom?: string | undefined;
}

interface Clash {
  readonly place: string;
  readonly title: string;
  readonly sentence: string;
  readonly link: string;
  readonly href: string;
}

interface Answer {
  readonly saved: string;
  readonly say: string;
  readonly ready: boolean;
  readonly sentence: string;
  readonly clashes: readonly Clash[];
  readonly hours: readonly { readonly subject: string; readonly words: string; readonly differs: boolean }[];
  readonly wrong: Readonly<Record<string, string>>;
  readonly taken: Readonly<Record<string, Taught>>;
}

const INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";
const MOST_OFFERED = 7;

/** The text with each Korean syllable replaced by its first consonant: 기술·가정 → ㄱㅅ·ㄱㅈ. */
export function initials(text: string): string {
  return [...text]
    .map((letter) => {
      const place = letter.charCodeAt(0) - 0xac00;
      return place >= 0 && place < 11172 ? (INITIALS[Math.floor(place / 588)] ?? letter) : letter;
    })
    .join("");
}

/** What may be meant by what was typed so far: beginnings first, then initial consonants. Blanks do not count. */
export function offered(typed: string, pairs: readonly Taught[]): readonly Taught[] {
  const text = typed.replace(/\s/g, "");
  if (!text) return [];
  const plain = (pair: Taught): string => `${pair.subject}${pair.teacher}`.replace(/\s/g, "");
  const begins = pairs.filter((pair) => plain(pair).startsWith(text) || pair.teacher.startsWith(text));
  const sounds = pairs.filter((pair) => initials(plain(pair)).startsWith(text) || initials(pair.teacher).startsWith(text));
  return [...new Set([...begins, ...sounds])].slice(0, MOST_OFFERED);
}

/** Reads "국어 박서연", "국어(박서연)" or two lines as a subject and its teacher; behind @, or in a third line, the room. */
export function read(text: string, pairs: readonly Taught[]): Taught {
  const lines = text.split(/[\n\r]+/).map((line) => line.trim()).filter(Boolean);
  const [said, room] = lines.length === 3 ? [lines.slice(0, 2).join("\n"), lines[2]] : text.split("@", 2);
  const classroom = room?.replace(/^@/, "").replace(/\s+/g, " ").trim();
  return { ...lesson(said ?? "", pairs), ...(classroom === undefined ? {} : { classroom }) };
}

function lesson(text: string, pairs: readonly Taught[]): Taught {
  const plain = text.replace(/[()\n\r]+/g, " ").replace(/\s+/g, " ").trim();
  const known = pairs.find((pair) => words(pair) === plain);
  if (known) return { subject: known.subject, teacher: known.teacher };
  const last = plain.lastIndexOf(" ");
  const [subject, teacher] = [plain.slice(0, last), plain.slice(last + 1)];
  const twoLines = /\S\s*[\n(]\s*\S/.test(text);
  if (last > 0 && (twoLines || pairs.some((pair) => pair.teacher === teacher))) return { subject, teacher };
  const begins = pairs
    .filter((pair) => plain.startsWith(`${pair.subject} `))
    .reduce((longest, pair) => (pair.subject.length > longest.length ? pair.subject : longest), "");
  if (begins) return { subject: begins, teacher: plain.slice(begins.length + 1) };
  const alone = pairs.filter((pair) => pair.subject === plain && pair.teacher);
  return { subject: plain, teacher: alone.length === 1 ? (alone[0]?.teacher ?? "") : "" };
}

/** Splits what a spreadsheet puts on the clipboard: tabs and lines, cells with line breaks in quotes. */
export function block(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [[]];
  const cell = /("(?:[^"]|"")*"|[^\t\n]*)(\t|\r?\n|$)/y;
  while (cell.lastIndex < text.length) {
    const found = cell.exec(text);
    if (!found) break;
    const raw = (found[1] ?? "").replace(/\r$/, "");
    rows.at(-1)?.push(raw.startsWith('"') && raw.endsWith('"') && raw.length > 1 ? raw.slice(1, -1).replaceAll('""', '"') : raw);
    if (found[2]?.endsWith("\n")) rows.push([]);
  }
  return rows.filter((row) => row.length > 0);
}

/** Wires the form of a week. */
export function mount(page: Document): void {
  const form = page.querySelector<HTMLFormElement>("form[data-week]");
  const table = form?.querySelector<HTMLTableElement>("table[data-grid]");
  if (form && table) new Week(page, form, table);
}

class Week {
  readonly #pairs: readonly Taught[];
  readonly #cells: readonly (readonly HTMLTableCellElement[])[];
  readonly #input: HTMLInputElement;
  readonly #list: HTMLUListElement;
  #row = 0;
  #column = 0;
  #chosen = -1;
  #saving: Promise<void> = Promise.resolve();

  constructor(
    private readonly page: Document,
    private readonly form: HTMLFormElement,
    private readonly table: HTMLTableElement,
  ) {
    this.#pairs = [...form.querySelectorAll<HTMLElement>("[data-pairs] li")].map((item) => ({
      subject: item.textContent ?? "",
      teacher: item.dataset.teacher ?? "",
    }));
    this.#cells = [...table.tBodies[0]!.rows].map((row) => [...row.querySelectorAll<HTMLTableCellElement>("td[data-place]")]);
    for (const box of table.querySelectorAll<HTMLInputElement>(".cell-boxes input")) box.tabIndex = -1;
    this.#input = page.createElement("input");
    this.#input.className = "cell-input";
    this.#input.autocomplete = "off";
    this.#input.maxLength = 143;
    this.#input.setAttribute("role", "combobox");
    this.#input.setAttribute("aria-autocomplete", "list");
    this.#input.setAttribute("aria-expanded", "false");
    this.#list = page.createElement("ul");
    this.#list.className = "cell-list";
    this.#list.id = "offered";
    this.#list.setAttribute("role", "listbox");
    this.#list.hidden = true;
    this.#input.setAttribute("aria-controls", this.#list.id);
    form.classList.add("live");
    const first = this.#cells[0]?.[0];
    first?.append(this.#input, this.#list);
    this.#name();
    this.#listen();
  }

  #listen(): void {
    this.table.addEventListener("click", (event) => {
      const cell = event.target instanceof Element ? event.target.closest<HTMLTableCellElement>("td[data-place]") : null;
      if (!cell || cell.contains(this.#input)) return;
      this.#commit();
      this.#goTo(cell);
    });
    this.#input.addEventListener("keydown", (event) => this.#key(event));
    this.#input.addEventListener("input", () => this.#offer());
    this.#input.addEventListener("paste", (event) => this.#paste(event));
    this.#input.addEventListener("blur", () => {
      if (!this.#moving) this.#commit();
    });
    this.#list.addEventListener("pointerdown", (event) => {
      const item = event.target instanceof Element ? event.target.closest<HTMLElement>("li") : null;
      if (!item) return;
      event.preventDefault();
      this.#choose(item);
    });
  }

  #moving = false;

  get #cell(): HTMLTableCellElement {
    return this.#cells[this.#row]![this.#column]!;
  }

  #key(event: KeyboardEvent): void {
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    const typing = this.#input.value !== "";
    const items = [...this.#list.children].filter((item) => item instanceof HTMLElement);
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (typing && items.length && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      this.#mark(Math.max(0, Math.min(items.length - 1, this.#chosen + (event.key === "ArrowDown" ? 1 : -1))));
    } else if (step && !typing) {
      event.preventDefault();
      this.#go(this.#row + step[0]!, this.#column + step[1]!);
    } else if (event.key === "Enter") {
      event.preventDefault();
      const marked = items[this.#chosen];
      if (marked) this.#choose(marked);
      else if (typing) {
        this.#commit();
        this.#go(this.#row + 1, this.#column);
      } else this.#edit();
    } else if (event.key === "F2") {
      event.preventDefault();
      this.#edit();
    } else if (event.key === "Escape" && typing) {
      event.preventDefault();
      event.stopPropagation();
      this.#clear();
    } else if ((event.key === "Delete" || event.key === "Backspace") && !typing) {
      event.preventDefault();
      if (this.#set(this.#cell, { subject: "", teacher: "" })) this.#save();
    }
  }

  #go(row: number, column: number): void {
    const wanted = this.#cells[row]?.[column];
    if (!wanted) return;
    this.#row = row;
    this.#column = column;
    this.#clear();
    this.#moving = true;
    wanted.append(this.#input, this.#list);
    this.#name();
    this.#input.focus();
    this.#moving = false;
    wanted.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  #goTo(cell: HTMLTableCellElement): void {
    const row = this.#cells.findIndex((cells) => cells.includes(cell));
    this.#go(row, this.#cells[row]?.indexOf(cell) ?? -1);
  }

  /** Puts what stands in the cell into the input, to be mended. */
  #edit(): void {
    this.#input.value = words(this.#get(this.#cell));
    this.#input.select();
    this.#show();
  }

  #clear(): void {
    this.#input.value = "";
    this.#list.replaceChildren();
    this.#show();
  }

  #show(): void {
    this.#input.classList.toggle("typing", this.#input.value !== "");
    this.#list.hidden = this.#list.childElementCount === 0;
    this.#input.setAttribute("aria-expanded", String(!this.#list.hidden));
    if (this.#list.hidden) this.#mark(-1);
  }

  #name(): void {
    const { weekday, period } = this.#cell.dataset;
    const value = words(this.#get(this.#cell), this.form.dataset.free);
    this.#input.setAttribute("aria-label", fill(this.form.dataset.cell, { weekday, period, value }));
  }

  #offer(): void {
    const items = offered(this.#input.value, this.#pairs).map((pair, place) => {
      const item = this.page.createElement("li");
      const subject = this.page.createElement("b");
      subject.textContent = pair.subject;
      item.append(subject, ` ${pair.teacher}`);
      item.id = `offered-${place}`;
      item.dataset.subject = pair.subject;
      item.dataset.teacher = pair.teacher;
      item.setAttribute("role", "option");
      return item;
    });
    this.#list.replaceChildren(...items);
    this.#show();
    this.#mark(items.length ? 0 : -1);
  }

  #mark(place: number): void {
    this.#chosen = place;
    [...this.#list.children].forEach((item, n) => item.setAttribute("aria-selected", String(n === place)));
    const marked = this.#list.children[place];
    if (marked) this.#input.setAttribute("aria-activedescendant", marked.id);
    else this.#input.removeAttribute("aria-activedescendant");
  }

  #choose(item: HTMLElement): void {
    const changed = this.#set(this.#cell, { subject: item.dataset.subject ?? "", teacher: item.dataset.teacher ?? "" });
    this.#clear();
    if (changed) this.#save();
    this.#go(this.#row + 1, this.#column);
  }

  /** Takes what was typed into the cell, as it stands. */
  #commit(): void {
    const text = this.#input.value.trim();
    if (!text) return;
    const changed = this.#set(this.#cell, read(text, this.#pairs));
    this.#clear();
    this.#name();
    if (changed) this.#save();
  }

  #paste(event: ClipboardEvent): void {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!/[\t\n]/.test(text.trim()) || this.#input.value) return;
    event.preventDefault();
    let changed = false;
    block(text.replace(/\r/g, "").replace(/\n$/, "")).forEach((row, down) => {
      row.forEach((value, right) => {
        const cell = this.#cells[this.#row + down]?.[this.#column + right];
        if (cell && this.#set(cell, read(value, this.#pairs))) {
          cell.classList.add("pasted");
          changed = true;
        }
      });
    });
    if (changed) this.#save();
  }

  #box(cell: HTMLTableCellElement, part: string): HTMLInputElement {
    return this.form.elements.namedItem(`${part}-${cell.dataset.place ?? ""}`) as HTMLInputElement;
  }

  #get(cell: HTMLTableCellElement): Taught {
    const [subject = "", teacher = "", classroom = ""] = ["s", "t", "r"].map((part) => this.#box(cell, part).value);
    return { subject, teacher, classroom };
  }

  #set(cell: HTMLTableCellElement, taught: Taught): boolean {
    const before = this.#get(cell);
    // A lesson that gets another teacher stays in its room.
    const classroom = taught.classroom ?? (before.subject === taught.subject ? before.classroom : "") ?? "";
    if (tabbed({ ...taught, classroom }) === tabbed(before)) return false;
    this.#box(cell, "s").value = taught.subject.slice(0, 60);
    this.#box(cell, "t").value = taught.subject ? taught.teacher.slice(0, 40) : "";
    this.#box(cell, "r").value = taught.subject ? classroom.slice(0, 40) : "";
    this.#paint(cell);
    return true;
  }

  #paint(cell: HTMLTableCellElement): void {
    const taught = this.#get(cell);
    const [subject, teacher, classroom] = cell.querySelectorAll<HTMLElement>(".cell-text > *");
    if (subject) subject.textContent = taught.subject;
    if (teacher) teacher.textContent = taught.teacher;
    if (classroom) classroom.textContent = taught.classroom ?? "";
  }

  /** Saves what was changed, one after the other, so that an answer never meets a newer question. */
  #save(): void {
    this.#saving = this.#saving.then(() => this.#send());
  }

  async #send(): Promise<void> {
    const body = new URLSearchParams();
    const sent = new Map<string, string>();
    for (const [name, value] of new FormData(this.form)) if (typeof value === "string") body.set(name, value);
    for (const cell of this.#cells.flat()) sent.set(cell.dataset.place ?? "", tabbed(this.#get(cell)));
    try {
      const reply = await fetch(this.form.action, { method: "POST", body, headers: { Accept: "application/json" } });
      if (!reply.headers.get("Content-Type")?.includes("json")) {
        this.#say(this.form.dataset.lost ?? "", true);
        return;
      }
      const answer = (await reply.json()) as Answer;
      if (reply.ok) for (const [place, value] of sent) this.#was(place).value = value;
      this.#told(answer, reply.ok);
    } catch {
      this.#say(this.form.dataset.lost ?? "", true);
    }
  }

  #was(place: string): HTMLInputElement {
    return this.form.elements.namedItem(`was-${place}`) as HTMLInputElement;
  }

  #told(answer: Answer, saved: boolean): void {
    this.#say(saved ? answer.saved : answer.sentence || Object.values(answer.wrong).join(" "), !saved);
    set(this.page, "[data-say]", answer.say);
    this.page.querySelector("[data-publish]")?.setAttribute("aria-disabled", String(!answer.ready));
    const wrong = new Set([...answer.clashes.map((clash) => clash.place), ...Object.keys(answer.wrong), ...Object.keys(answer.taken)]);
    for (const cell of this.#cells.flat()) {
      cell.classList.toggle("wrong", wrong.has(cell.dataset.place ?? ""));
      cell.querySelector(".cell-error")?.remove();
    }
    const side = this.page.querySelector<HTMLElement>("[data-clashes]");
    const clashes = answer.clashes.map((clash) => this.#clash(clash));
    const taken = Object.entries(answer.taken).map(([place, theirs]) => this.#taken(place, theirs));
    side?.querySelector("ul")?.replaceChildren(...taken, ...clashes);
    const count = clashes.length + taken.length;
    set(this.page, "[data-clash-head]", count ? fill(side?.dataset.some, { n: String(count) }) : (side?.dataset.none ?? ""));
    this.page.querySelector("[data-hours]")?.replaceChildren(
      ...answer.hours.map((hours) => {
        const row = this.page.createElement("div");
        const [name, words] = [this.page.createElement("dt"), this.page.createElement("dd")];
        name.textContent = hours.subject;
        words.textContent = hours.words;
        words.classList.toggle("warm-text", hours.differs);
        row.append(name, words);
        return row;
      }),
    );
    this.#name();
  }

  #clash(clash: Clash): HTMLElement {
    const item = this.page.createElement("li");
    item.className = "clash";
    const [title, sentence, link] = [this.page.createElement("b"), this.page.createElement("span"), this.page.createElement("a")];
    title.textContent = clash.title;
    sentence.textContent = clash.sentence;
    link.className = "link";
    link.href = clash.href;
    link.textContent = clash.link;
    item.append(title, sentence, link);
    return item;
  }

  /** Somebody else was faster: both values, a button for each. */
  #taken(place: string, theirs: Taught): HTMLElement {
    const cell = this.#cells.flat().find((one) => one.dataset.place === place)!;
    const mine = this.#get(cell);
    const item = this.page.createElement("li");
    item.className = "clash";
    const title = this.page.createElement("b");
    title.textContent = fill(this.form.dataset.cell, { ...cell.dataset, value: words(mine, this.form.dataset.free) });
    const decide = (taught: Taught, message: string | undefined): HTMLButtonElement => {
      const button = this.page.createElement("button");
      button.type = "button";
      button.className = "button small line";
      button.textContent = fill(message, { value: words(taught, this.form.dataset.free) });
      button.addEventListener("click", () => {
        this.#was(place).value = tabbed(theirs);
        this.#set(cell, taught);
        this.#save();
        this.#goTo(cell);
      });
      return button;
    };
    item.append(title, decide(theirs, this.form.dataset.keepTheirs), decide(mine, this.form.dataset.takeMine));
    return item;
  }

  #say(sentence: string, trouble: boolean): void {
    const place = this.page.querySelector<HTMLElement>("[data-saved]");
    if (!place) return;
    place.textContent = sentence;
    place.classList.toggle("done-text", !trouble);
    place.classList.toggle("warm-text", trouble);
  }
}

function words(taught: Taught, free = ""): string {
  const room = taught.classroom ? ` @${taught.classroom}` : "";
  return `${taught.subject} ${taught.teacher}${room}`.trim() || free;
}

/** As the hidden field says it: the room only where there is one. */
function tabbed(taught: Taught): string {
  return [taught.subject, taught.teacher, ...(taught.classroom ? [taught.classroom] : [])].join("\t");
}

function fill(sentence: string | undefined, places: Readonly<Record<string, string | undefined>>): string {
  return (sentence ?? "").replace(/\{(\w+)\}/g, (_all, name: string) => places[name] ?? "");
}

function set(page: Document, selector: string, text: string): void {
  const place = page.querySelector(selector);
  if (place) place.textContent = text;
}
