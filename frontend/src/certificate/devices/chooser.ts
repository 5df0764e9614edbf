/**
 * Choosing a certificate: one that this browser keeps, or one of files, a folder or a drop (pages.md §3.4).
 *
 * Marks of the page (accounts/_chooser.html):
 *     data-chooser                where files may be dropped; the field of errors named "certificate"
 *     data-cards                  filled from template[data-card] and template[data-other-card] (data-other)
 *     data-file-box               #certificate-file, data-folder (#certificate-folder), data-none-stored
 *     data-found                  cards of what the files hold, from template[data-found-card]
 *     data-found-said             how many there are, read aloud
 *     in a card                   data-owner, data-detail and data-until (places: issuer, purpose, kind, until),
 *                                 data-why
 *     template[data-message=…]    the sentences
 */

import { clearErrors, showErrors } from "../../errors";
import { type Candidate, candidatesIn, type NamedBytes, type Problem } from "../files";
import { openStored } from "../identity";
import type { OpenFile } from "../p12";
import { day, fill, part, sentence } from "../page";
import type { Progress } from "../progress";
import { remembered, type Remembered, stored, type StoredCertificate } from "../store";
import { type Certificate, readCertificate } from "../x509";
import { describe } from "./describe";
import { fromDrop, fromPicker } from "./gather";
import { type Place, reportProblem } from "./report";

/** What was chosen. `record`: the one that this browser keeps; without it, it came from files. */
export interface Chosen {
  readonly certificate: Certificate | undefined;
  readonly record?: StoredCertificate;
  open(password: string, progress?: Progress): Promise<OpenFile>;
}

/** Why nothing is chosen, as the name of its sentence. */
export type NotChosen = "no-certificate" | "choose-one";

export interface Chooser {
  /** Who was here last, once that is known. */
  readonly last: Promise<Remembered | undefined>;
  chosen(): Chosen | NotChosen;
}

interface State {
  readonly place: Place;
  records: readonly StoredCertificate[];
  found: readonly Candidate[];
}

/** Wires the chooser in a form. `place` is named when it refuses a file. */
export function wireChooser(form: HTMLFormElement, place: Place): Chooser {
  const state: State = { place, records: [], found: [] };
  wireFiles(form, state);
  return { last: offerStored(form, state), chosen: () => chosen(form, state) };
}

function chosen(form: HTMLFormElement, state: State): Chosen | NotChosen {
  const id = form.querySelector<HTMLInputElement>("[data-cards] input:checked")?.value;
  const record = state.records.find((one) => one.id === id);
  if (record) {
    return {
      certificate: readCertificate(record.certificate),
      record,
      open: (password, progress) => openStored(record, password, progress),
    };
  }
  const place = form.querySelector<HTMLInputElement>("[data-found] input:checked")?.value;
  const candidate = place === undefined ? undefined : state.found[Number(place)];
  if (candidate) {
    const { certificate } = candidate;
    return { certificate, open: (password, progress) => candidate.open(password, progress) };
  }
  return state.found.some(({ problem }) => problem === undefined) ? "choose-one" : "no-certificate";
}

// Of this browser

async function offerStored(form: HTMLFormElement, state: State): Promise<Remembered | undefined> {
  const last = await remembered().catch(() => undefined);
  state.records = await stored().catch(() => []);
  const cards = part(form, "[data-cards]");
  for (const record of state.records) cards.append(storedCard(form, record));
  if (state.records.length > 0) cards.append(copyOf(form, "template[data-other-card]"));
  const known = state.records.find((record) => record.id === last?.id);
  const first = known ?? state.records[0];
  if (first) part<HTMLInputElement>(cards, `input[value="${first.id}"]`).checked = true;
  part(form, "[data-none-stored]").hidden = first !== undefined;
  cards.addEventListener("change", () => showFileBox(form));
  showFileBox(form);
  return known && last;
}

function storedCard(form: HTMLFormElement, record: StoredCertificate): DocumentFragment {
  const copy = copyOf(form, "template[data-card]");
  const radio = part<HTMLInputElement>(copy, "input");
  radio.id = `certificate-${record.id}`;
  radio.value = record.id;
  write(copy, readCertificate(record.certificate), record.kind ?? "");
  return copy;
}

/** The files are asked for when nothing is stored here, or when another certificate is wanted. */
function showFileBox(form: HTMLFormElement): void {
  const other = form.querySelector<HTMLInputElement>("[data-other]");
  part(form, "[data-file-box]").hidden = other !== null && !other.checked;
}

// Of files

function wireFiles(form: HTMLFormElement, state: State): void {
  const files = part<HTMLInputElement>(form, "#certificate-file");
  files.addEventListener("change", () => void take(form, state, fromPicker(files.files ?? [])));
  const folder = part<HTMLInputElement>(form, "#certificate-folder");
  part(form, "[data-folder]").hidden = !picksFolders(folder);
  folder.addEventListener("change", () => void take(form, state, fromPicker(folder.files ?? [])));
  const chooser = part(form, "[data-chooser]");
  // A file that misses its place would be opened by the browser, and this page be gone.
  for (const kind of ["dragover", "drop"] as const) {
    window.addEventListener(kind, (event) => event.preventDefault());
  }
  chooser.addEventListener("dragover", () => (chooser.dataset.over = ""));
  chooser.addEventListener("dragleave", () => delete chooser.dataset.over);
  chooser.addEventListener("drop", (event) => {
    delete chooser.dataset.over;
    const other = form.querySelector<HTMLInputElement>("[data-other]");
    if (other) other.checked = true;
    showFileBox(form);
    if (event.dataTransfer) void take(form, state, fromDrop(event.dataTransfer));
  });
}

/** Phones have the attribute, but no folders of certificates to show. */
function picksFolders(input: HTMLInputElement): boolean {
  // Set here, since it is no attribute of HTML.
  if ("webkitdirectory" in input) input.webkitdirectory = true;
  return input.webkitdirectory && window.matchMedia("(pointer: fine)").matches;
}

async function take(form: HTMLFormElement, state: State, reading: Promise<NamedBytes[]>): Promise<void> {
  clearErrors(form);
  const files = await reading.catch(() => []);
  state.found = candidatesIn(files);
  const usable = state.found.filter(({ problem }) => problem === undefined);
  const list = part(form, "[data-found]");
  list.replaceChildren(...state.found.map((candidate, place) => foundCard(form, candidate, place)));
  if (usable.length === 1) part<HTMLInputElement>(list, "input:not(:disabled)").checked = true;
  part(form, "[data-found-said]").textContent =
    usable.length > 0 ? sentence(usable.length === 1 ? "found-one" : "found", { n: String(usable.length) }) : "";
  // What is chosen may have changed without a press.
  form.dispatchEvent(new Event("change"));
  if (usable.length > 0) return;
  const problem = state.found[0]?.problem;
  if (problem) reportProblem(state.place, problem);
  showErrors(form, { certificate: problem ? whyUnusable(problem) : sentence("none-found") });
}

function foundCard(form: HTMLFormElement, candidate: Candidate, place: number): DocumentFragment {
  const copy = copyOf(form, "template[data-found-card]");
  const radio = part<HTMLInputElement>(copy, "input");
  radio.id = `certificate-found-${place}`;
  radio.value = String(place);
  radio.disabled = candidate.problem !== undefined;
  if (candidate.certificate) write(copy, candidate.certificate);
  else {
    part(copy, "[data-owner]").textContent = candidate.label.normalize("NFC");
    part(copy, "[data-detail]").textContent = candidate.problem ? "" : sentence("hidden-inside");
  }
  if (candidate.problem) say(copy, whyUnusable(candidate.problem));
  return copy;
}

function whyUnusable(problem: Problem): string {
  return sentence(problem === "no-certificate" ? "no-certificate-beside" : problem);
}

// Cards

/** Fills a card. `kind`: what the server called it when it was issued. */
export function write(card: ParentNode, certificate: Certificate, kind?: string): void {
  const { owner, issuer, purpose, until, expired } = describe(certificate, new Date());
  const words = kind || sentence(`purpose-${purpose}`);
  part(card, "[data-owner]").textContent = owner;
  const places = { issuer, purpose: words, kind: words, until: day(until) };
  for (const line of card.querySelectorAll<HTMLElement>("[data-detail], [data-until]")) {
    line.textContent = fill(line.dataset.detail ?? line.dataset.until ?? "", places);
  }
  if (expired) say(card, sentence("expired", { date: day(until) }));
}

/** Says on a card why it can't be used, or may not. */
export function say(card: ParentNode, why: string): void {
  const line = part(card, "[data-why]");
  line.textContent = why;
  line.hidden = false;
}

function copyOf(form: HTMLFormElement, template: string): DocumentFragment {
  return document.importNode(part<HTMLTemplateElement>(form, template).content, true);
}
