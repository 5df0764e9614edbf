/** What the two certificate pages share in handling their marked elements and sentences. */

import { ForeignChallenge } from "./challenge";
import type { Progress } from "./progress";
import { NoAnswer, Refused, textOf } from "./wire";

/** Returns the marked element. Throws when the template and this script no longer fit together. */
export function part<T extends Element = HTMLElement>(root: ParentNode, selector: string): T {
  const found = root.querySelector<T>(selector);
  if (!found) throw new Error(`the page has no ${selector}`);
  return found;
}

/** Returns the sentence of `<template data-message="name">`, its `{places}` filled in. */
export function sentence(name: string, places: Readonly<Record<string, string>> = {}): string {
  const template = part<HTMLTemplateElement>(document, `template[data-message="${name}"]`);
  return fill((template.content.textContent ?? "").trim(), places);
}

/** Returns what to say about an error that either page can meet. Unforeseen ones go to the console too. */
export function reason(error: unknown): string {
  if (error instanceof Refused) {
    return textOf(error.reply.body, "message") ?? sentence(error.reply.status === 403 ? "stale" : "trouble");
  }
  if (error instanceof NoAnswer) return sentence("no-answer");
  if (error instanceof ForeignChallenge) return sentence("foreign-address");
  console.error(error);
  return sentence("trouble");
}

export function fill(text: string, places: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, key: string) => places[key] ?? whole);
}

/** Writes 2027년 11월 23일 in the language of the page. */
export function day(date: Date): string {
  return new Intl.DateTimeFormat(document.documentElement.lang || "ko", { dateStyle: "long" }).format(date);
}

/**
 * Runs `work` when the form is sent, never twice at once. Meanwhile the button says its `data-busy` text; it
 * keeps the focus, so it is not `disabled`.
 */
export function onSubmit(form: HTMLFormElement, work: () => Promise<void>): void {
  const button = part<HTMLButtonElement>(form, "button[type=submit]");
  const idle = button.textContent ?? "";
  button.disabled = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (button.hasAttribute("aria-disabled")) return;
    button.setAttribute("aria-disabled", "true");
    button.textContent = button.dataset.busy ?? idle;
    void work().finally(() => {
      button.removeAttribute("aria-disabled");
      button.textContent = idle;
    });
  });
}

/** Work that is done sooner needs no word. */
const PATIENCE_MS = 300;

/**
 * Does some work, and shows how far it is when it takes longer, in the form's `data-progress`: a sentence, read
 * aloud once, and a `<progress>`.
 */
export async function watched<T>(form: HTMLFormElement, work: (progress: Progress) => Promise<T>): Promise<T> {
  const place = part(form, "[data-progress]");
  const bar = part<HTMLProgressElement>(place, "progress");
  bar.removeAttribute("value");
  const shown = setTimeout(() => {
    place.hidden = false;
  }, PATIENCE_MS);
  try {
    return await work((share) => {
      bar.value = share;
    });
  } finally {
    clearTimeout(shown);
    place.hidden = true;
  }
}

/** Whether this browser can make and use keys: `crypto.subtle` is missing outside of a secure context. */
export function hasCryptography(): boolean {
  return globalThis.crypto?.subtle !== undefined && "indexedDB" in globalThis;
}

/** The 13 digits of the two boxes as bytes that can be overwritten, or null when there are not 13. */
export function residentNumber(form: ParentNode): Uint8Array<ArrayBuffer> | null {
  const boxes = [...form.querySelectorAll<HTMLInputElement>("[data-resident-number] input")];
  const typed = boxes.map((box) => box.value).join("");
  return /^\d{13}$/.test(typed) ? Uint8Array.from(typed, (digit) => digit.charCodeAt(0)) : null;
}

/** Empties password and number boxes after a try: secrets are typed anew, everything else stays. */
export function emptySecrets(form: HTMLFormElement): void {
  for (const input of form.querySelectorAll<HTMLInputElement>(
    "input[data-secret], [data-resident-number] input",
  )) {
    input.value = "";
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

/** Shows one of the screens that share this address, and leads the reader to its heading. */
export function showScreen(root: ParentNode, name: string): void {
  for (const screen of root.querySelectorAll<HTMLElement>("[data-screen]")) {
    screen.hidden = screen.dataset.screen !== name;
    if (screen.hidden) continue;
    const heading = part(screen, "h1");
    document.title = document.title.replace(/^[^·]*/, `${heading.textContent?.trim() ?? ""} `);
    window.scrollTo(0, 0);
    heading.focus();
  }
}
