/**
 * The page where a parent receives the certificate (pages.md §3.7): four screens on one address.
 *
 *     code → making → password → saved
 *
 * The key is made here and never leaves this device but inside the file that the parent saves. A reload
 * before the end begins again with the same link.
 *
 * Marks of the page (registration/issue.html):
 *     data-issue                  around all; data-order-url, -confirm-url, -sealing-key (SPKI, base64)
 *     data-screen=…               the four screens, each with a focusable h1
 *     data-no-cryptography        shown instead of enabling the buttons, which are disabled in the page
 *     form[data-code]             #number, #issue_password, the two boxes of the resident number, #npki
 *     data-event=…                identity, key, issue, password; inside it data-done and .event-title
 *     data-event-spoken, -slow    what is read aloud; what is shown when it takes longer
 *     form[data-password]         #cert_password, #cert_password_again, #shared-device: nothing may stay here
 *     data-owner, -kind, -from, -until, -stored | -not-stored | -left-nothing, -file-name, -kept, -shared,
 *     -forgotten
 *     [data-npki]                 with a[data-npki-certificate], a[data-npki-key]: the files of NPKI
 *     a[data-file="{name}.p12"], [data-sign-in], button[data-forget]
 *     input[data-secret]          emptied after each try
 *     template[data-message=…]    the sentences; data-busy: the button's words while it works
 */

import { clearErrors, showErrors, showMessage } from "../errors";
import { digits } from "../fields";
import { judge } from "../hints";
import { type Bytes, fromBase64, toBase64 } from "./bytes";
import { type Challenge, readChallenge } from "./challenge";
import { reportError, reportNoCryptography } from "./devices/report";
import { accept, close, enrol, type Enrolment, wrap, type Wrapped } from "./enrolment";
import { Damaged } from "./errors";
import { P256, RSA } from "./keys";
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
  showScreen,
} from "./page";
import { openKey } from "./pkcs8";
import { answer } from "./signature";
import { confirm, forget, forgetUnconfirmed, keep } from "./store";
import { get, NoAnswer, post, Refused, type Reply, textOf } from "./wire";
import type { Certificate } from "./x509";

const ASK_EVERY_MS = 1000;
/** After so many questions without a certificate the page says that it takes longer. */
const SLOW_AFTER = 15;

/** What is known once the certificate has come. */
interface Issued {
  readonly enrolment: Enrolment;
  readonly certificate: Certificate;
}

/** Wires the page below `root`, if it is the issuing page. */
export function mount(root: ParentNode): void {
  const page = root.querySelector<HTMLElement>("[data-issue]:not([data-mounted])");
  if (!page) return;
  page.dataset.mounted = "";
  if (!hasCryptography()) {
    part(page, "[data-no-cryptography]").hidden = false;
    reportNoCryptography("issuing");
    return;
  }
  let issued: Issued | undefined;
  const codeForm = part<HTMLFormElement>(page, "form[data-code]");
  const passwordForm = part<HTMLFormElement>(page, "form[data-password]");
  window.addEventListener("beforeunload", (event) => {
    if (page.dataset.unsaved !== undefined) event.preventDefault();
  });
  onSubmit(codeForm, async () => {
    issued = await makeCertificate(page, codeForm);
  });
  onSubmit(passwordForm, async () => {
    if (issued) await finish(page, passwordForm, issued);
  });
}

// 1 and 2: who it is, and making it

async function makeCertificate(page: HTMLElement, form: HTMLFormElement): Promise<Issued | undefined> {
  clearErrors(form);
  const number = digits(part<HTMLInputElement>(form, "#number").value);
  const issuePassword = part<HTMLInputElement>(form, "#issue_password").value;
  const owner = residentNumber(form);
  const wrong: Record<string, string> = {};
  if (number.length !== 15) wrong["number"] = sentence("number");
  if (Object.values(judge("issue_password", issuePassword)).includes(false)) {
    wrong["issue_password"] = sentence("issue-password", { n: String(issuePassword.length) });
  }
  if (!owner) wrong["resident-number"] = sentence("resident-number");
  if (!owner || Object.keys(wrong).length > 0) {
    showErrors(form, wrong);
    return undefined;
  }
  let enrolment: Enrolment | undefined;
  try {
    showScreen(page, "making");
    showEvent(page, "identity");
    const kind = part<HTMLInputElement>(form, "#npki").checked ? RSA : P256;
    enrolment = await enrol(owner, fromBase64(page.dataset.sealingKey ?? ""), kind);
    await order(page, number, issuePassword, enrolment);
    showEvent(page, "issue");
    const certificate = await delivered(page, enrolment);
    page.dataset.unsaved = "";
    showScreen(page, "password");
    return { enrolment, certificate };
  } catch (error) {
    if (enrolment) close(enrolment);
    showScreen(page, "code");
    reportError("issuing", error);
    showWhy(form, error);
    return undefined;
  } finally {
    emptySecrets(form);
  }
}

async function order(
  page: HTMLElement,
  number: string,
  issuePassword: string,
  enrolment: Enrolment,
): Promise<void> {
  const reply = await post(page.dataset.orderUrl ?? "", {
    number,
    issue_password: issuePassword,
    csr: toBase64(enrolment.request),
    sealed: toBase64(enrolment.sealed),
  });
  if (reply.status !== 202) throw new Refused(reply);
}

/** Asks each second until the signer has answered. Throws Refused, Damaged. */
async function delivered(page: HTMLElement, enrolment: Enrolment): Promise<Certificate> {
  for (let asked = 1; ; asked++) {
    const reply = await state(page);
    if (reply.body["state"] === "valid") {
      return accept(enrolment, fromBase64(textOf(reply.body, "certificate") ?? ""));
    }
    if (asked === SLOW_AFTER) part(page, "[data-slow]").hidden = false;
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
}

/** Returns the state of the order; a silent line is asked again. Throws Refused. */
async function state(page: HTMLElement): Promise<Reply> {
  let reply: Reply;
  try {
    reply = await get(page.dataset.orderUrl ?? "");
  } catch (error) {
    if (error instanceof NoAnswer) return { status: 503, body: {} };
    throw error;
  }
  if (reply.status !== 200 || reply.body["state"] === "rejected") throw new Refused(reply);
  return reply;
}

function showWhy(form: HTMLFormElement, error: unknown): void {
  const sentences = error instanceof Refused ? atFields(error.reply) : {};
  if (Object.keys(sentences).length > 0) showErrors(form, sentences);
  else showMessage(form, whyOf(error));
}

/** The sentences of an answer `{"errors": {field: sentence}}`. */
function atFields(reply: Reply): Record<string, string> {
  const entries = Object.entries(reply.body["errors"] ?? {});
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

function whyOf(error: unknown): string {
  return error instanceof Damaged ? sentence("wrong-certificate") : reason(error);
}

/** Marks the events before this one as done, this one as now; says it aloud. */
function showEvent(page: HTMLElement, name: string): void {
  let state: "done" | "now" | "later" = "done";
  for (const event of page.querySelectorAll<HTMLElement>("[data-event]")) {
    if (event.dataset.event === name) state = "now";
    event.className = state;
    part(event, "[data-done]").hidden = state !== "done";
    if (state === "now") {
      event.setAttribute("aria-current", "step");
      part(page, "[data-event-spoken]").textContent = part(event, ".event-title").textContent;
      state = "later";
    } else {
      event.removeAttribute("aria-current");
    }
  }
}

// 3: the certificate password

async function finish(page: HTMLElement, form: HTMLFormElement, issued: Issued): Promise<void> {
  clearErrors(form);
  const password = part<HTMLInputElement>(form, "#cert_password").value;
  const again = part<HTMLInputElement>(form, "#cert_password_again").value;
  if (Object.values(judge("cert_password", password)).includes(false)) {
    showErrors(form, { cert_password: sentence("cert-password") });
    return;
  }
  if (password !== again) {
    showErrors(form, { cert_password_again: sentence("cert-password-again") });
    return;
  }
  try {
    const wrapped = await wrap(issued.enrolment, issued.certificate, password);
    const shared = part<HTMLInputElement>(form, "#shared-device").checked;
    const id = shared ? undefined : await keepHere(issued.certificate, wrapped.encryptedKey);
    const kind = await firstSignature(page, issued, wrapped.encryptedKey, password);
    // From here on the certificate is in use: whatever fails now, the file must reach the parent.
    const usable = await confirmHere(id, kind);
    close(issued.enrolment);
    emptySecrets(form);
    showSaved(page, issued.certificate, kind, wrapped, usable);
    showWhere(page, shared ? "left-nothing" : usable === undefined ? "not-stored" : "stored");
  } catch (error) {
    reportError("issuing", error);
    showMessage(form, whyOf(error));
  }
}

/** Stores the certificate in this browser. Undefined where the browser keeps nothing (a private window). */
async function keepHere(certificate: Certificate, encryptedKey: Bytes): Promise<string | undefined> {
  try {
    await forgetUnconfirmed();
    const id = await keep(certificate.der, encryptedKey);
    await navigator.storage?.persist?.();
    return id;
  } catch {
    return undefined;
  }
}

async function confirmHere(id: string | undefined, kind: string): Promise<string | undefined> {
  try {
    if (id !== undefined) await confirm(id, kind);
    return id;
  } catch {
    return undefined;
  }
}

/**
 * Answers the first challenge with the key as it was wrapped, so that a key that can't be opened again is
 * never put into use. Returns what the certificate is for, in the server's words.
 */
async function firstSignature(
  page: HTMLElement,
  { certificate, enrolment }: Issued,
  encryptedKey: Bytes,
  password: string,
): Promise<string> {
  const { key, kind } = await openKey(encryptedKey, password);
  const challenge = await freshChallenge(page);
  const fields = await answer(challenge, enrolment.h1, { certificate, key, kind }, new Date());
  const reply = await post(page.dataset.confirmUrl ?? "", { ...fields });
  if (reply.status !== 200) throw new Refused(reply);
  return textOf(reply.body, "kind") ?? "";
}

/** Choosing a password may take longer than a challenge lives: a new one is asked for. */
async function freshChallenge(page: HTMLElement): Promise<Challenge> {
  const reply = await state(page);
  if (reply.status !== 200) throw new NoAnswer();
  return readChallenge(reply.body["challenge"], window.location.origin, "first");
}

// 4: saved

function showSaved(
  page: HTMLElement,
  certificate: Certificate,
  kind: string,
  { file, npkiKey }: Wrapped,
  id: string | undefined,
): void {
  const screen = part(page, "[data-screen=saved]");
  part(screen, "[data-owner]").textContent = certificate.owner;
  part(screen, "[data-kind]").textContent = kind;
  part(screen, "[data-from]").textContent = day(certificate.notBefore);
  part(screen, "[data-until]").textContent = day(certificate.notAfter);
  const link = part<HTMLAnchorElement>(screen, "a[data-file]");
  offer(link, file, fill(link.dataset.file ?? "", { name: certificate.owner }), "application/x-pkcs12");
  part(screen, "[data-file-name]").textContent = link.download;
  if (npkiKey) {
    offer(part(screen, "a[data-npki-certificate]"), certificate.der, "signCert.der", "application/pkix-cert");
    offer(part(screen, "a[data-npki-key]"), npkiKey, "signPri.key", "application/octet-stream");
    part(screen, "[data-npki]").hidden = false;
  }
  link.addEventListener("click", () => {
    delete page.dataset.unsaved;
    fileKept(screen, link);
    part(screen, "[data-shared]").hidden = id === undefined;
  });
  part(screen, "[data-forget]").addEventListener("click", () => {
    if (id !== undefined) void forget(id).then(() => forgotten(screen));
  });
  showScreen(page, "saved");
}

/** Says where the certificate is now. Where only the file has it, the file comes before going on. */
function showWhere(page: HTMLElement, where: "stored" | "not-stored" | "left-nothing"): void {
  for (const name of ["stored", "not-stored", "left-nothing"]) part(page, `[data-${name}]`).hidden = name !== where;
  part(page, "[data-sign-in]").hidden = where !== "stored";
}

function offer(link: HTMLAnchorElement, content: Bytes, name: string, type: string): void {
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
}

/** After the file is kept, going to sign in is the main thing to do. */
function fileKept(screen: HTMLElement, link: HTMLAnchorElement): void {
  link.classList.replace("primary", "secondary");
  const next = part(screen, "[data-sign-in]");
  next.classList.replace("secondary", "primary");
  next.hidden = false;
  part(screen, "[data-kept]").hidden = false;
}

function forgotten(screen: HTMLElement): void {
  part(screen, "[data-shared]").hidden = true;
  part(screen, "[data-forgotten]").hidden = false;
}
