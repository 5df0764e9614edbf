/**
 * Signing a reply slip with a certificate (pages.md §3.10, npki.md §7.5).
 *
 * Two presses: the first one fetches what would be signed and shows it, the second one signs those very bytes,
 * after they were seen to be about this text, this site and nothing but a slip. Key and password stay here.
 *
 * Marks of the page (letters/_slip_parts.html, _slip_signing.html):
 *     form[data-slip-form]        data-challenge-url, data-sign-url; the questions; #cert_password
 *     button[type=submit]         data-look, data-sign, data-busy: its words
 *     data-signed-text            where the text is shown, in its <pre>
 *     data-no-cryptography        shown instead of enabling the button
 *     data-chooser …              devices/chooser.ts
 *     data-progress               page.ts, watched
 *     template[data-message=…]    the sentences
 */

import { clearErrors, showErrors, showMessage } from "../errors";
import { type Bytes, sha256, toBase64, toHex, utf8 } from "./bytes";
import { ForeignChallenge } from "./challenge";
import { signedDetached } from "./cms";
import { type Chosen, type Chooser, wireChooser } from "./devices/chooser";
import { reportError, reportNoCryptography } from "./devices/report";
import { Damaged, RandomMissing, WrongPassword } from "./errors";
import { emptySecrets, hasCryptography, part, reason, sentence, watched } from "./page";
import { post, Refused, type Reply, textOf } from "./wire";

/** What the server offers to be signed. */
interface Offer {
  readonly nonce: string;
  readonly content: Bytes;
  readonly text: string;
}

export function mount(root: ParentNode): void {
  const form = root.querySelector<HTMLFormElement>("form[data-slip-form]:not([data-mounted])");
  if (!form) return;
  form.dataset.mounted = "";
  if (!hasCryptography()) {
    part(form, "[data-no-cryptography]").hidden = false;
    reportNoCryptography("slip");
    return;
  }
  const chooser = wireChooser(form, "slip");
  const button = part<HTMLButtonElement>(form, "button[type=submit]");
  let seen: string | undefined;
  let busy = false;
  const label = (): void => {
    button.textContent = (busy ? button.dataset.busy : seen === undefined ? button.dataset.look : button.dataset.sign) ?? "";
  };
  // What was shown is no longer what would be signed once an answer changes; which certificate signs is no
  // answer, and of what its files hold the chooser tells the form itself.
  form.addEventListener("change", ({ target }) => {
    if (!(target instanceof HTMLElement) || target === form || target.closest("[data-signing]")) return;
    seen = undefined;
    part(form, "[data-signed-text]").hidden = true;
    if (!busy) label();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    button.setAttribute("aria-disabled", "true");
    label();
    const work = seen === undefined ? look(form) : send(form, chooser, seen);
    void work
      .then((text) => {
        seen = text;
      })
      .finally(() => {
        busy = false;
        button.removeAttribute("aria-disabled");
        label();
      });
  });
  button.disabled = false;
  label();
}

/** Shows what would be signed. Returns the text, or nothing when the answers can't be taken. */
async function look(form: HTMLFormElement): Promise<string | undefined> {
  clearErrors(form);
  try {
    const offer = await ask(form);
    const place = part(form, "[data-signed-text]");
    part(place, "pre").textContent = offer.text;
    place.hidden = false;
    place.focus();
    return offer.text;
  } catch (error) {
    fail(form, error);
    return undefined;
  }
}

/** Signs and sends. Returns the text that is still shown when it must be tried again. */
async function send(form: HTMLFormElement, chooser: Chooser, seen: string): Promise<string | undefined> {
  clearErrors(form);
  const chosen = chooser.chosen();
  const password = part<HTMLInputElement>(form, "#cert_password").value;
  const wrong: Record<string, string> = {};
  if (typeof chosen === "string") wrong["certificate"] = sentence(chosen);
  if (password === "") wrong["cert_password"] = sentence("no-password");
  if (typeof chosen === "string" || Object.keys(wrong).length > 0) {
    showErrors(form, wrong);
    return seen;
  }
  try {
    const next = await signed(form, chosen, password, seen);
    emptySecrets(form);
    if (next === undefined) return undefined;
    goOn(next);
    return seen;
  } catch (error) {
    reportError("slip", error);
    emptySecrets(form);
    fail(form, error);
    return seen;
  }
}

/** Opens an address; one that differs in its mark alone is loaded too. */
function goOn(next: string): void {
  const here = window.location.href.split("#")[0];
  window.location.assign(next);
  if (next.split("#")[0] === here) window.location.reload();
}

/** Returns the address to go on to; nothing when the text is no longer the one that was read. */
async function signed(
  form: HTMLFormElement,
  chosen: Chosen,
  password: string,
  seen: string,
): Promise<string | undefined> {
  const open = await watched(form, (progress) => chosen.open(password, progress));
  // Fetched anew: opening the key may have taken longer than a challenge lives.
  const offer = await ask(form);
  if (offer.text !== seen) {
    await look(form);
    return undefined;
  }
  const cms = await signedDetached(offer.content, open, new Date());
  const fields = answersOf(form);
  fields.set("nonce", offer.nonce);
  fields.set("cms", toBase64(cms));
  const reply = await post(form.dataset.signUrl ?? "", fields);
  if (reply.status !== 200) throw new Refused(reply);
  const next = new URL(textOf(reply.body, "next") ?? "/", window.location.href);
  if (next.origin !== window.location.origin) throw new Refused(reply);
  return next.href;
}

async function ask(form: HTMLFormElement): Promise<Offer> {
  const reply = await post(form.dataset.challengeUrl ?? "", answersOf(form));
  if (reply.status !== 200) throw new Refused(reply);
  return readOffer(reply, window.location.origin);
}

/**
 * Returns what may be signed. Throws ForeignChallenge unless the content says that it is a slip of this site
 * about exactly this text: a signature for anything else must not come from this page.
 */
export async function readOffer(reply: Reply, origin: string): Promise<Offer> {
  const [nonce, content, text] = ["nonce", "content", "text"].map((key) => textOf(reply.body, key));
  if (nonce === undefined || content === undefined || text === undefined) throw new ForeignChallenge();
  let said: unknown;
  try {
    said = JSON.parse(content);
  } catch {
    throw new ForeignChallenge();
  }
  const expected = { aud: origin, nonce, purpose: "slip", text: toHex(await sha256(utf8(text))), v: 1 };
  if (typeof said !== "object" || said === null) throw new ForeignChallenge();
  const members = said as Readonly<Record<string, unknown>>;
  if (Object.entries(expected).some(([key, value]) => members[key] !== value)) throw new ForeignChallenge();
  return { nonce, content: utf8(content), text };
}

/** The answers as the form would send them; nothing about the certificate is among them. */
function answersOf(form: HTMLFormElement): URLSearchParams {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && !["certificate", "found", "csrfmiddlewaretoken"].includes(name)) {
      fields.append(name, value);
    }
  }
  return fields;
}

function fail(form: HTMLFormElement, error: unknown): void {
  const errors = error instanceof Refused ? error.reply.body["errors"] : undefined;
  if (typeof errors === "object" && errors !== null) showErrors(form, errors as Record<string, string>);
  else if (error instanceof WrongPassword) showErrors(form, { cert_password: sentence("wrong-password") });
  else if (error instanceof Damaged) showErrors(form, { certificate: sentence("damaged") });
  else if (error instanceof RandomMissing) showErrors(form, { certificate: sentence("random-missing") });
  else showMessage(form, reason(error));
}
