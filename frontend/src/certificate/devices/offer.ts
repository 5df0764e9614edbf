/**
 * Moving a certificate to a phone, the side that has it (accounts/move.html).
 *
 *     choose → shown
 *
 * Marks of the page:
 *     data-move                   around all; data-offer-url
 *     data-screen=…               choose, shown
 *     form[data-move-form]        the chooser (devices/chooser.ts), #cert_password
 *     data-qr, data-digits, data-until, data-address, button[data-again]
 *     data-no-cryptography, data-progress, template[data-message=…], as elsewhere
 */

import { clearErrors, showErrors, showMessage } from "../../errors";
import { toBase64, toBase64Url } from "../bytes";
import { Damaged, WrongPassword } from "../errors";
import { emptySecrets, hasCryptography, onSubmit, part, reason, sentence, showScreen, watched } from "../page";
import { post, Refused, textOf } from "../wire";
import { type Chooser, type Chosen, wireChooser } from "./chooser";
import { describe } from "./describe";
import { qrCode } from "./qr";
import { reportError, reportNoCryptography } from "./report";
import { newDigits, newSecret, type Parcel, seal } from "./transfer";

/** Wires the page below `root`, if it is this one. */
export function mount(root: ParentNode): void {
  const page = root.querySelector<HTMLElement>("[data-move]:not([data-mounted])");
  if (!page) return;
  page.dataset.mounted = "";
  if (!hasCryptography()) {
    part(page, "[data-no-cryptography]").hidden = false;
    reportNoCryptography("moving");
    return;
  }
  const form = part<HTMLFormElement>(page, "form[data-move-form]");
  const chooser = wireChooser(form, "moving");
  onSubmit(form, () => offer(page, form, chooser));
  part(page, "[data-again]").addEventListener("click", () => {
    part(page, "[data-qr]").replaceChildren();
    part(page, "[data-digits]").textContent = "";
    showScreen(page, "choose");
  });
}

async function offer(page: HTMLElement, form: HTMLFormElement, chooser: Chooser): Promise<void> {
  clearErrors(form);
  const chosen = chooser.chosen();
  const password = part<HTMLInputElement>(form, "#cert_password").value;
  const wrong: Record<string, string> = {};
  if (typeof chosen === "string") wrong["certificate"] = sentence(chosen);
  if (password === "") wrong["cert_password"] = sentence("no-password");
  if (typeof chosen === "string" || password === "") {
    showErrors(form, wrong);
    return;
  }
  try {
    const parcel = await watched(form, (progress) => pack(chosen, password, progress));
    const secret = newSecret();
    const digits = newDigits();
    const { sealed, proof } = await seal(parcel, secret, digits);
    const reply = await post(page.dataset.offerUrl ?? "", { proof, sealed: toBase64(sealed) });
    if (reply.status !== 200) throw new Refused(reply);
    // The secret stands behind the #: no browser sends it, whoever follows the address.
    const address = new URL(textOf(reply.body, "address") ?? "", window.location.origin);
    address.hash = toBase64Url(secret);
    secret.fill(0);
    show(page, address.href, digits, new Date(textOf(reply.body, "until") ?? ""));
  } catch (error) {
    reportError("moving", error);
    showWhy(form, error);
  } finally {
    emptySecrets(form);
  }
}

/** Opens what was chosen, so that nothing is moved that could not be opened there, and packs it as it is. */
async function pack(
  chosen: Chosen,
  password: string,
  progress: (share: number) => void,
): Promise<Parcel> {
  const { certificate, locked, randomNumber } = await chosen.open(password, progress);
  randomNumber?.fill(0);
  const { purpose } = describe(certificate, new Date());
  const kind = chosen.record?.kind ?? sentence(`purpose-${purpose}`);
  return { certificate: certificate.der, locked, kind };
}

function show(page: HTMLElement, address: string, digits: string, until: Date): void {
  part(page, "[data-qr]").replaceChildren(qrCode(address, sentence("qr-label")));
  part(page, "[data-digits]").textContent = `${digits.slice(0, 4)} ${digits.slice(4)}`;
  const time = new Intl.DateTimeFormat(document.documentElement.lang || "ko", { hour: "numeric", minute: "2-digit" });
  part(page, "[data-until]").textContent = sentence("until", { time: time.format(until) });
  showScreen(page, "shown");
}

function showWhy(form: HTMLFormElement, error: unknown): void {
  if (error instanceof WrongPassword) showErrors(form, { cert_password: sentence("wrong-password") });
  else if (error instanceof Damaged) showErrors(form, { certificate: sentence("damaged") });
  else showMessage(form, reason(error));
}
