/**
 * Signing in with a certificate (pages.md §3.4): of this browser's store, or of a file.
 *
 * Key, certificate password and resident number are used here and sent nowhere: only the name and the signed
 * answer to a challenge travel (npki.md §3.3, §7.4).
 *
 * Marks of the page (accounts/sign_in.html):
 *     form[data-sign-in-form]     data-challenge-url, data-sign-in-url; #name, #cert_password, the two boxes
 *     data-no-cryptography        shown instead of enabling the button, which is disabled in the page
 *     data-chooser                where a file may be dropped; the field of errors named "certificate"
 *     data-cards                  filled from template[data-card] (data-owner, data-detail)
 *                                 and template[data-other-card] (data-other)
 *     data-file-box               #certificate-file, data-none-stored, data-file-chosen
 *     input[data-secret]          emptied after each try
 *     template[data-message=…]    the sentences; data-busy: the button's words while it works
 */

import { clearErrors, showErrors, showMessage } from "../errors";
import type { Bytes } from "./bytes";
import { readChallenge } from "./challenge";
import { Damaged, RandomMissing, WrongPassword } from "./errors";
import { ForeignCertificate, NotOwner, openStored, proveOwner } from "./identity";
import { certificatesInPlain, openFile, type OpenFile } from "./p12";
import {
  day,
  emptySecrets,
  fill,
  hasCryptography,
  onSubmit,
  part,
  reason,
  residentNumber,
  sentence,
} from "./page";
import { answer } from "./signature";
import { remember, remembered, stored, type StoredCertificate } from "./store";
import { post, Refused, textOf } from "./wire";
import { readCertificate } from "./x509";

/** What the person chose to sign in with. */
interface Choice {
  records: readonly StoredCertificate[];
  file: Bytes | undefined;
}

/** Wires the page below `root`, if it is the sign-in page. */
export function mount(root: ParentNode): void {
  const form = root.querySelector<HTMLFormElement>("form[data-sign-in-form]:not([data-mounted])");
  if (!form) return;
  form.dataset.mounted = "";
  if (!hasCryptography()) {
    part(root, "[data-no-cryptography]").hidden = false;
    return;
  }
  const choice: Choice = { records: [], file: undefined };
  void offerStored(form, choice);
  wireFile(form, choice);
  onSubmit(form, () => signIn(form, choice));
}

// Choosing

async function offerStored(form: HTMLFormElement, choice: Choice): Promise<void> {
  const last = await remembered().catch(() => undefined);
  choice.records = await stored().catch(() => []);
  const cards = part(form, "[data-cards]");
  for (const record of choice.records) cards.append(card(form, record));
  if (choice.records.length > 0) cards.append(copyOf(form, "template[data-other-card]"));
  const chosen = choice.records.find((record) => record.id === last?.id);
  const name = part<HTMLInputElement>(form, "#name");
  if (chosen && last && name.value === "") name.value = last.name;
  const first = chosen ?? choice.records[0];
  if (first) part<HTMLInputElement>(cards, `input[value="${first.id}"]`).checked = true;
  part(form, "[data-none-stored]").hidden = first !== undefined;
  cards.addEventListener("change", () => showFileBox(form));
  showFileBox(form);
}

function copyOf(form: HTMLFormElement, template: string): DocumentFragment {
  return document.importNode(part<HTMLTemplateElement>(form, template).content, true);
}

function card(form: HTMLFormElement, record: StoredCertificate): DocumentFragment {
  const copy = copyOf(form, "template[data-card]");
  const certificate = readCertificate(record.certificate);
  const radio = part<HTMLInputElement>(copy, "input");
  radio.id = `certificate-${record.id}`;
  radio.value = record.id;
  part(copy, "[data-owner]").textContent = certificate.owner;
  const detail = part(copy, "[data-detail]");
  detail.textContent = fill(detail.dataset.detail ?? "", {
    kind: record.kind ?? "",
    until: day(certificate.notAfter),
  });
  return copy;
}

/** The stored certificate that is chosen; undefined when a file is meant. */
function chosenRecord(form: HTMLFormElement, choice: Choice): StoredCertificate | undefined {
  const id = form.querySelector<HTMLInputElement>("[data-cards] input:checked")?.value;
  return choice.records.find((record) => record.id === id);
}

/** The file is asked for when nothing is stored here, or when another certificate is wanted. */
function showFileBox(form: HTMLFormElement): void {
  const other = form.querySelector<HTMLInputElement>("[data-other]");
  part(form, "[data-file-box]").hidden = other !== null && !other.checked;
}

function wireFile(form: HTMLFormElement, choice: Choice): void {
  const input = part<HTMLInputElement>(form, "#certificate-file");
  const chooser = part(form, "[data-chooser]");
  input.addEventListener("change", () => void takeFile(form, choice, input.files?.[0]));
  chooser.addEventListener("dragover", (event) => event.preventDefault());
  chooser.addEventListener("drop", (event) => {
    event.preventDefault();
    const other = form.querySelector<HTMLInputElement>("[data-other]");
    if (other) other.checked = true;
    showFileBox(form);
    void takeFile(form, choice, event.dataTransfer?.files[0]);
  });
}

async function takeFile(form: HTMLFormElement, choice: Choice, file: File | undefined): Promise<void> {
  if (!file) return;
  clearErrors(form);
  const line = part(form, "[data-file-chosen]");
  try {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const [certificate] = certificatesInPlain(bytes);
    choice.file = bytes;
    const places = certificate && { owner: certificate.owner, until: day(certificate.notAfter) };
    line.textContent = places ? sentence("file-of", places) : file.name;
  } catch (error) {
    choice.file = undefined;
    line.textContent = "";
    if (!(error instanceof Damaged)) console.error(error);
    showErrors(form, { certificate: sentence("damaged") });
  }
}

// Signing in

async function signIn(form: HTMLFormElement, choice: Choice): Promise<void> {
  clearErrors(form);
  const record = chosenRecord(form, choice);
  const name = part<HTMLInputElement>(form, "#name").value.normalize("NFC").trim();
  const password = part<HTMLInputElement>(form, "#cert_password").value;
  const number = residentNumber(form);
  const wrong: Record<string, string> = {};
  if (!record && !choice.file) wrong["certificate"] = sentence("no-certificate");
  if (name === "") wrong["name"] = sentence("no-name");
  if (!number) wrong["resident-number"] = sentence("resident-number");
  if (password === "") wrong["cert_password"] = sentence("no-password");
  if (!number || Object.keys(wrong).length > 0) {
    fail(() => showErrors(form, wrong));
    return;
  }
  try {
    const open = record ? await openStored(record, password) : await openFile(choice.file!, password);
    const next = await enter(form, name, open, number);
    if (record) await remember({ id: record.id, name }).catch(() => undefined);
    emptySecrets(form);
    window.location.assign(next);
  } catch (error) {
    emptySecrets(form);
    fail(() => showWhy(form, error));
  } finally {
    number.fill(0);
  }
}

/** Proves the owner, signs the challenge, and returns the address to go on to. */
async function enter(form: HTMLFormElement, name: string, open: OpenFile, number: Bytes): Promise<string> {
  const h1 = await proveOwner(open, number);
  const asked = await post(form.dataset.challengeUrl ?? "", {});
  if (asked.status !== 200) throw new Refused(asked);
  const challenge = readChallenge(asked.body, window.location.origin, "signin");
  const reply = await post(form.dataset.signInUrl ?? "", {
    name,
    ...(await answer(challenge, h1, open, new Date())),
  });
  h1.fill(0);
  if (reply.status !== 200) throw new Refused(reply);
  const next = new URL(textOf(reply.body, "next") ?? "/", window.location.href);
  if (next.origin !== window.location.origin) throw new Refused(reply);
  return next.href;
}

function showWhy(form: HTMLFormElement, error: unknown): void {
  if (error instanceof WrongPassword) showErrors(form, { cert_password: sentence("wrong-password") });
  else if (error instanceof Damaged) showErrors(form, { certificate: sentence("damaged") });
  else if (error instanceof RandomMissing) showErrors(form, { certificate: sentence("random-missing") });
  else showMessage(form, whyOf(error));
}

/** Sentences about no field: which of name and number differs is told to nobody (pages.md §3.4). */
function whyOf(error: unknown): string {
  if (error instanceof NotOwner) return sentence("not-owner");
  if (error instanceof ForeignCertificate) return sentence("foreign-certificate", { issuer: error.issuer });
  return reason(error);
}

/** Shows errors under the heading 「로그인하지 못했습니다」. */
function fail(show: () => void): void {
  show();
  part(document, "[data-error-count]").textContent = sentence("failed");
}
