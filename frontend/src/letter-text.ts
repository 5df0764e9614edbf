/**
 * The broom of the editor: what a paste from 한글, Word or a page leaves behind is made into the few elements of
 * a letter. The server does the same (letters/markup.py); here it is done so that the writer sees it at once.
 */

const KEPT = new Set(
  "P BR STRONG B EM I U H2 H3 UL OL LI BLOCKQUOTE A TABLE CAPTION THEAD TBODY TR TH TD DIV".split(" "),
);
const NAMES: Readonly<Record<string, string>> = { H1: "h2", H4: "h3", H5: "h3", H6: "h3" };
const DROPPED = new Set("SCRIPT STYLE META LINK TITLE XML IMG OBJECT IFRAME SVG".split(" "));
const ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  A: ["href"],
  TH: ["scope", "colspan", "rowspan"],
  TD: ["colspan", "rowspan"],
};
const BLOCKS = new Set("P DIV H2 H3 UL OL BLOCKQUOTE TABLE".split(" "));

export function isBlock(element: Element): boolean {
  return BLOCKS.has(element.tagName);
}

/** Cleans everything below `root` in place; tells whether anything was taken away. */
export function clean(root: Element): boolean {
  let changed = false;
  // From the end, so that what comes out of a dropped box has been cleaned already.
  for (const element of [...root.querySelectorAll("*")].reverse()) {
    if (DROPPED.has(element.tagName.toUpperCase())) {
      element.remove();
      changed = true;
    } else if (NAMES[element.tagName]) {
      replace(element, NAMES[element.tagName] ?? "p");
      changed = true;
    } else if (!KEPT.has(element.tagName)) {
      element.replaceWith(...element.childNodes);
      changed = true;
    } else {
      changed = strip(element) || changed;
    }
  }
  for (const note of comments(root)) {
    note.remove();
    changed = true;
  }
  return changed;
}

function strip(element: Element): boolean {
  const kept = ATTRIBUTES[element.tagName] ?? [];
  const gone = [...element.attributes].map((one) => one.name).filter((name) => !kept.includes(name));
  for (const name of gone) element.removeAttribute(name);
  const address = element.getAttribute("href");
  if (address !== null && !/^(https?:|mailto:|tel:)/i.test(address)) {
    element.replaceWith(...element.childNodes);
    return true;
  }
  return gone.length > 0;
}

function replace(element: Element, name: string): void {
  const box = document.createElement(name);
  box.append(...element.childNodes);
  element.replaceWith(box);
}

function comments(root: Element): Comment[] {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_COMMENT);
  const found: Comment[] = [];
  while (walker.nextNode()) if (walker.currentNode instanceof Comment) found.push(walker.currentNode);
  return found;
}
