/**
 * Signing in with a certificate (pages.md §3.4): of this browser's store, or of files.
 *
 * Key, certificate password and resident number are used here and sent nowhere: only the name and the signed
 * answer to a challenge travel (npki.md §3.3, §7.4).
 *
 * Marks of the page (accounts/sign_in.html):
 *     form[data-sign-in-form]     data-challenge-url, data-sign-in-url; #name, #cert_password, the two boxes
 *     data-no-cryptography        shown instead of enabling the button, which is disabled in the page
 *     data-chooser …              devices/chooser.ts
 *     #keep-here in data-keep     whether a certificate of files is kept in this browser
 *     #shared-device              whether nothing may stay here
 *     data-progress               page.ts, watched
 *     input[data-secret]          emptied after each try
 *     template[data-message=…]    the sentences; data-busy: the button's words while it works
 */

import { clearErrors, showErrors, showMessage } from "../errors";
import type { Bytes } from "./bytes";
import { readChallenge } from "./challenge";
import { type Chosen, type Chooser, wireChooser } from "./devices/chooser";
import { describe } from "./devices/describe";
import { reportError, reportNoCryptography } from "./devices/report";
import { Damaged, RandomMissing, WrongPassword } from "./errors";
import { ForeignCertificate, NotOwner, proveOwner } from "./identity";
import type { OpenFile } from "./p12";
import { emptySecrets, hasCryptography, onSubmit, part, reason, residentNumber, sentence, watched } from "./page";
import { answer } from "./signature";
import { keep, remember } from "./store";
import { post, Refused, textOf } from "./wire";

/** Wires the page below `root`, if it is the sign-in page. */
export function mount(root: ParentNode): void {
  const form = root.querySelector<HTMLFormElement>("form[data-sign-in-form]:not([data-mounted])");
  if (!form) return;
  form.dataset.mounted = "";
  if (!hasCryptography()) {
    part(root, "[data-no-cryptography]").hidden = false;
    reportNoCryptography("sign_in");
    return;
  }
  const chooser = wireChooser(form, "sign_in");
  const name = part<HTMLInputElement>(form, "#name");
  void chooser.last.then((last) => {
    if (last && name.value === "") name.value = last.name;
    showKeep(form, chooser);
  });
  form.addEventListener("change", () => showKeep(form, chooser));
  onSubmit(form, () => signIn(form, chooser));
}

function isShared(form: HTMLFormElement): boolean {
  return part<HTMLInputElement>(form, "#shared-device").checked;
}

/** Keeping is offered for a certificate of files, on one's own device; a shared one also remembers no typing. */
function showKeep(form: HTMLFormElement, chooser: Chooser): void {
  const chosen = chooser.chosen();
  const shared = isShared(form);
  part(form, "[data-keep]").hidden = shared || typeof chosen === "string" || chosen.record !== undefined;
  for (const input of form.querySelectorAll<HTMLInputElement>("#name, #cert_password")) {
    input.dataset.autocomplete ??= input.autocomplete;
    input.autocomplete = shared ? "off" : (input.dataset.autocomplete as AutoFill);
  }
}

async function signIn(form: HTMLFormElement, chooser: Chooser): Promise<void> {
  clearErrors(form);
  const chosen = chooser.chosen();
  const name = part<HTMLInputElement>(form, "#name").value.normalize("NFC").trim();
  const password = part<HTMLInputElement>(form, "#cert_password").value;
  const number = residentNumber(form);
  const wrong: Record<string, string> = {};
  if (typeof chosen === "string") wrong["certificate"] = sentence(chosen);
  if (name === "") wrong["name"] = sentence("no-name");
  if (!number) wrong["resident-number"] = sentence("resident-number");
  if (password === "") wrong["cert_password"] = sentence("no-password");
  if (typeof chosen === "string" || !number || Object.keys(wrong).length > 0) {
    fail(() => showErrors(form, wrong));
    return;
  }
  try {
    const open = await watched(form, (progress) => chosen.open(password, progress));
    const next = await enter(form, name, open, number);
    if (!isShared(form)) await leaveHere(form, chosen, open, name).catch(() => undefined);
    emptySecrets(form);
    window.location.assign(next);
  } catch (error) {
    reportError("sign_in", error);
    emptySecrets(form);
    fail(() => showWhy(form, error));
  } finally {
    number.fill(0);
  }
}

/** Remembers who was here, and keeps the certificate if that is wanted. */
async function leaveHere(form: HTMLFormElement, chosen: Chosen, open: OpenFile, name: string): Promise<void> {
  let id = chosen.record?.id;
  if (id === undefined && part<HTMLInputElement>(form, "#keep-here").checked) {
    const { purpose } = describe(open.certificate, new Date());
    id = await keep(open.certificate.der, open.locked, sentence(`purpose-${purpose}`));
  }
  if (id !== undefined) await remember({ id, name });
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
