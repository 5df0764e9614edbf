/**
 * Writing a letter: an editor of seven tools over the plain box of the page, the number of receivers, and when
 * it is sent (pages.md §5.7). The plain box stays for those without script; the server cleans what comes from
 * either. No library: the browser's own editing knows bold, headings, lists and links, undoes and redoes, and
 * speaks to screen readers; what is missing is a table and a broom.
 */
import { clean, isBlock } from "./letter-text";

/** Wires the form of a letter, `form[data-letter]`. */
export function mount(page: Document): void {
  const form = page.querySelector<HTMLFormElement>("form[data-letter]");
  if (!form) return;
  const area = form.querySelector<HTMLElement>("[data-editor]");
  if (area) new Editor(form, area);
  receivers(page, form);
  later(form);
}

const COMMANDS: Record<string, string> = { bold: "bold", list: "insertUnorderedList", numbers: "insertOrderedList" };
const LINK = /^(https?:\/\/|mailto:|tel:)\S+$/i;

class Editor {
  private readonly text: HTMLElement;
  private readonly say: HTMLElement;
  private readonly tools: HTMLButtonElement[];
  private kept: Range | null = null; // where the caret was when a question took the focus

  constructor(
    form: HTMLFormElement,
    private readonly area: HTMLElement,
  ) {
    this.text = find(area, ".editor-text");
    this.say = find(area, "[data-say]");
    this.tools = [...area.querySelectorAll<HTMLButtonElement>("button[data-tool]")];
    const plain = find<HTMLTextAreaElement>(area, "textarea");
    const sent = find<HTMLInputElement>(area, "input[name=html]");
    find(area, ".editor").hidden = false;
    plain.hidden = true;
    // The summary of errors and the label lead to where the text now is.
    plain.id = "";
    this.text.id = "id_text";
    find(area, "[role=toolbar]").setAttribute("aria-controls", "id_text");
    this.text.addEventListener("input", (event) => this.changed(event));
    this.text.addEventListener("keydown", (event) => this.key(event));
    document.addEventListener("selectionchange", () => this.show());
    form.addEventListener("submit", () => {
      // An empty box of the editor is no text: then the plain one, emptied too, says so.
      sent.value = this.text.textContent?.trim() ? this.text.innerHTML : "";
      plain.value = "";
    });
    // Else the first line is no paragraph.
    if (!this.text.firstElementChild) this.text.replaceChildren(filled(document.createElement("p")));
    this.toolbar();
    this.questions();
    try {
      document.execCommand("defaultParagraphSeparator", false, "p");
      document.execCommand("styleWithCSS", false, "false");
    } catch {
      // Not every browser knows them; the server makes paragraphs of boxes.
    }
  }

  // One stop for Tab, arrows between the tools (pages.md §5.2).
  private toolbar(): void {
    this.tools.forEach((tool, n) => {
      tool.tabIndex = n === 0 ? 0 : -1;
      tool.addEventListener("mousedown", (event) => event.preventDefault()); // the caret stays in the text
      tool.addEventListener("click", () => this.use(tool.dataset.tool ?? ""));
      tool.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        const next = event.key === "Home" ? 0 : event.key === "End" ? this.tools.length - 1 : step ? n + step : null;
        if (event.key === "Escape") this.text.focus();
        if (next === null) return;
        event.preventDefault();
        const target = this.tools[(next + this.tools.length) % this.tools.length];
        for (const other of this.tools) other.tabIndex = other === target ? 0 : -1;
        target?.focus();
      });
    });
  }

  private key(event: KeyboardEvent): void {
    const held = event.ctrlKey || event.metaKey;
    if (held && !event.shiftKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      this.use("link");
    } else if (event.altKey && event.key === "F10") {
      event.preventDefault();
      this.tools.find((tool) => tool.tabIndex === 0)?.focus();
    }
  }

  private use(tool: string): void {
    this.say.textContent = "";
    const command = COMMANDS[tool];
    if (command) {
      this.text.focus();
      document.execCommand(command);
    } else if (tool === "heading") {
      this.text.focus();
      document.execCommand("formatBlock", false, this.inside("h2, h3") ? "p" : "h2");
    } else if (tool === "link") {
      const link = this.inside("a");
      if (link instanceof HTMLAnchorElement) {
        select(link);
        document.execCommand("unlink");
      } else {
        this.ask("link");
      }
    } else if (tool === "table") {
      this.ask("table");
    } else if (tool === "paste") {
      this.text.focus();
      this.say.textContent = this.say.dataset.paste ?? "";
    }
    this.show();
  }

  private ask(what: string): void {
    this.kept = this.range();
    for (const box of this.area.querySelectorAll<HTMLElement>("[data-ask]:not([data-ask=cell])")) {
      box.hidden = box.dataset.ask !== what;
    }
    this.area.querySelector<HTMLInputElement>(`[data-ask=${what}] input`)?.select();
  }

  private questions(): void {
    for (const box of this.area.querySelectorAll<HTMLElement>("[data-ask]:not([data-ask=cell])")) {
      const done = (): void => {
        if (box.dataset.ask === "link" ? this.link(box) : this.table(box)) this.close(box);
      };
      box.querySelector("[data-do]")?.addEventListener("click", done);
      box.querySelector("[data-stop]")?.addEventListener("click", () => this.close(box));
      box.addEventListener("keydown", (event) => {
        if (event.key === "Escape") {
          event.stopPropagation();
          this.close(box);
        } else if (event.key === "Enter" && event.target instanceof HTMLInputElement) {
          event.preventDefault(); // else the letter would be sent
          done();
        }
      });
    }
    for (const button of this.area.querySelectorAll<HTMLButtonElement>("[data-table]")) {
      button.addEventListener("mousedown", (event) => event.preventDefault());
      button.addEventListener("click", () => this.cells(button.dataset.table ?? ""));
    }
  }

  private close(box: HTMLElement): void {
    box.hidden = true;
    this.back();
  }

  private back(): void {
    this.text.focus();
    if (!this.kept) return;
    const chosen = document.getSelection();
    chosen?.removeAllRanges();
    chosen?.addRange(this.kept);
    this.kept = null;
  }

  private link(box: HTMLElement): boolean {
    const field = find<HTMLInputElement>(box, "input");
    const typed = field.value.trim();
    const address = LINK.test(typed) ? typed : /^[\w-]+(\.[\w-]+)+(\/\S*)?$/.test(typed) ? `https://${typed}` : "";
    if (!address) {
      this.say.textContent = this.say.dataset.badLink ?? "";
      field.focus();
      return false;
    }
    this.back();
    const range = this.range();
    if (range?.collapsed) {
      document.execCommand("insertText", false, address);
      const node = document.getSelection()?.anchorNode;
      const end = document.getSelection()?.anchorOffset ?? 0;
      if (node) document.getSelection()?.setBaseAndExtent(node, end - address.length, node, end);
    }
    document.execCommand("createLink", false, address);
    document.getSelection()?.collapseToEnd();
    field.value = "";
    this.say.textContent = "";
    return true;
  }

  private table(box: HTMLElement): boolean {
    const [columns, rows] = [...box.querySelectorAll<HTMLInputElement>("input")].map((input) =>
      Math.min(Math.max(Math.trunc(input.valueAsNumber) || 1, 1), Number(input.max)),
    ) as [number, number];
    const table = document.createElement("table");
    const body = table.appendChild(document.createElement("tbody"));
    for (let n = 0; n < rows; n++) {
      const row = body.insertRow();
      for (let m = 0; m < columns; m++) {
        if (n === 0) {
          const head = document.createElement("th");
          head.scope = "col";
          row.append(filled(head));
        } else {
          filled(row.insertCell());
        }
      }
    }
    this.back();
    const block = this.block();
    if (block) block.after(table);
    else this.text.append(table);
    // Below a table there is always a line to go on.
    if (!table.nextElementSibling) table.after(filled(document.createElement("p")));
    caret(table.querySelector("th, td"));
    this.kept = this.range();
    return true;
  }

  private cells(what: string): void {
    const cell = this.inside("td, th");
    const row = cell?.closest("tr");
    const table = cell?.closest("table");
    if (!(cell instanceof HTMLTableCellElement) || !row || !table) return;
    let next: Element | null = cell;
    if (what === "row") {
      const added = document.createElement("tr");
      for (let n = 0; n < row.cells.length; n++) filled(added.insertCell());
      row.after(added);
      next = added.cells[0] ?? null;
    } else if (what === "column") {
      const at = cell.cellIndex;
      for (const other of table.rows) {
        const like = document.createElement(other.cells[at]?.tagName === "TH" ? "th" : "td");
        if (like.tagName === "TH") like.scope = "col";
        other.cells[at]?.after(filled(like));
      }
    } else if (what === "delete-row" && table.rows.length > 1) {
      next = (row.nextElementSibling ?? row.previousElementSibling)?.querySelector("td, th") ?? null;
      row.remove();
    } else {
      next = table.nextElementSibling ?? this.text.appendChild(filled(document.createElement("p")));
      table.remove();
    }
    caret(next);
  }

  private changed(event: Event): void {
    // The browser puts a paste in as it is, and our policy forbids to read its HTML in another way. Scripts and
    // styles in it are blocked by the policy of the page, and gone a moment later.
    const how = event instanceof InputEvent ? event.inputType : "";
    if (how !== "insertFromPaste" && how !== "insertFromDrop") return;
    if (clean(this.text)) this.say.textContent = this.say.dataset.cleaned ?? "";
  }

  /** Which tools are on where the caret stands. */
  private show(): void {
    if (!this.range()) return;
    const on: Record<string, boolean> = {
      bold: Boolean(this.inside("b, strong")),
      heading: Boolean(this.inside("h2, h3")),
      list: Boolean(this.inside("ul")),
      numbers: Boolean(this.inside("ol")),
      link: Boolean(this.inside("a")),
    };
    for (const tool of this.tools) {
      const pressed = on[tool.dataset.tool ?? ""];
      if (pressed !== undefined) tool.setAttribute("aria-pressed", String(pressed));
    }
    find(this.area, "[data-ask=cell]").hidden = !this.inside("td, th");
  }

  private range(): Range | null {
    const chosen = document.getSelection();
    if (!chosen?.rangeCount) return null;
    const range = chosen.getRangeAt(0);
    return this.text.contains(range.commonAncestorContainer) ? range : null;
  }

  private inside(selector: string): Element | null {
    const node = this.range()?.startContainer;
    const element = node instanceof Element ? node : node?.parentElement;
    const found = element?.closest(selector) ?? null;
    return found && this.text.contains(found) && found !== this.text ? found : null;
  }

  private block(): Element | null {
    let node: Node | null = this.range()?.startContainer ?? null;
    while (node && node.parentNode !== this.text) node = node.parentNode;
    return node instanceof Element && isBlock(node) ? node : this.text.lastElementChild;
  }
}

/** A box that holds the caret needs something in it. */
function filled<T extends HTMLElement>(box: T): T {
  box.append(document.createElement("br"));
  return box;
}

function caret(into: Element | null): void {
  if (!into) return;
  const chosen = document.getSelection();
  chosen?.setBaseAndExtent(into, 0, into, 0);
}

function select(what: Node): void {
  document.getSelection()?.selectAllChildren(what);
}

function find<T extends HTMLElement = HTMLElement>(root: ParentNode, selector: string): T {
  const found = root.querySelector<T>(selector);
  if (!found) throw new Error(`${selector} is not there`);
  return found;
}

/** Other receivers: how many they are is asked anew, and the button names them. */
function receivers(page: Document, form: HTMLFormElement): void {
  const said = page.querySelector<HTMLElement>("[data-reach-say]");
  const button = page.querySelector<HTMLElement>("[data-send]");
  for (const choice of form.querySelectorAll<HTMLInputElement>("input[type=radio][name=receivers]")) {
    choice.addEventListener("change", () => {
      if (button) button.textContent = (button.dataset.send ?? "").replace("{who}", choice.nextElementSibling?.textContent ?? "");
      if (!said) return;
      said.textContent = "…"; // a number of others is worse than none
      void fetch(`${form.dataset.reach ?? ""}?receivers=${encodeURIComponent(choice.value)}`)
        .then((answer) => (answer.ok && !answer.redirected ? answer.text() : ""))
        .catch(() => "")
        .then((text) => {
          if (choice.checked) said.textContent = text.replace(/<[^>]*>/g, "").trim();
        });
    });
  }
}

/** Day and time are asked only of those who send later. */
function later(form: HTMLFormElement): void {
  const box = form.querySelector<HTMLElement>("[data-later]");
  const choices = [...form.querySelectorAll<HTMLInputElement>("input[name=when]")];
  if (!box || choices.length === 0) return;
  const show = (): void => {
    box.hidden = !choices.some((choice) => choice.checked && choice.value === "later");
  };
  for (const choice of choices) choice.addEventListener("change", show);
  show();
}
