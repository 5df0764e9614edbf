/**
 * Moving a certificate to a phone, the side that gets it (accounts/receive.html).
 *
 *     digits → password → done
 *
 * Marks of the page:
 *     data-receive                around all; data-fetch-url
 *     data-screen=…               digits, password, done
 *     form[data-digits-form]      #digits
 *     form[data-password-form]    data-owner, data-detail (see chooser.ts, write), #cert_password
 *     data-no-secret              shown when the address came without what stands behind its #
 *     data-no-cryptography, data-progress, template[data-message=…], as elsewhere
 */

import { clearErrors, showErrors, showMessage } from "../../errors";
import { digits as digitsOf } from "../../fields";
import { type Bytes, fromBase64, wipe } from "../bytes";
import { Damaged } from "../errors";
import { belongs } from "../keys";
import { emptySecrets, hasCryptography, onSubmit, part, reason, sentence, showScreen, watched } from "../page";
import { openKey } from "../pkcs8";
import { keep } from "../store";
import { post, Refused, type Reply, textOf } from "../wire";
import { readCertificate } from "../x509";
import { write } from "./chooser";
import { reportNoCryptography } from "./report";
import { DIGITS, type Parcel, secretIn, unsealer } from "./transfer";
import { showWhy } from "./why";

/** Wires the page below `root`, if it is this one. */
export function mount(root: ParentNode): void {
  const page = root.querySelector<HTMLElement>("[data-receive]:not([data-mounted])");
  if (!page) return;
  page.dataset.mounted = "";
  const secret = secretIn(window.location.hash);
  if (!hasCryptography() || !secret) {
    part(page, hasCryptography() ? "[data-no-secret]" : "[data-no-cryptography]").hidden = false;
    if (!hasCryptography()) reportNoCryptography("moving");
    return;
  }
  let parcel: Parcel | undefined;
  const digitsForm = part<HTMLFormElement>(page, "form[data-digits-form]");
  const passwordForm = part<HTMLFormElement>(page, "form[data-password-form]");
  onSubmit(digitsForm, async () => {
    parcel = await fetchParcel(page, digitsForm, secret);
    if (!parcel) return;
    wipe(secret);
    // The address has done its work: it goes neither into the history nor into a bookmark.
    window.history.replaceState(null, "", window.location.pathname);
    write(passwordForm, readCertificate(parcel.certificate), parcel.kind);
    showScreen(page, "password");
  });
  onSubmit(passwordForm, async () => {
    if (parcel) await finish(page, passwordForm, parcel);
  });
}

async function fetchParcel(
  page: HTMLElement,
  form: HTMLFormElement,
  secret: Bytes,
): Promise<Parcel | undefined> {
  clearErrors(form);
  const digits = digitsOf(part<HTMLInputElement>(form, "#digits").value);
  if (digits.length !== DIGITS) {
    showErrors(form, { digits: sentence("eight-digits") });
    return undefined;
  }
  try {
    const { proof, unseal } = await unsealer(secret, digits);
    const reply = await post(page.dataset.fetchUrl ?? "", { proof });
    if (reply.status !== 200) throw new Refused(reply);
    return await unseal(fromBase64(textOf(reply.body, "sealed") ?? ""));
  } catch (error) {
    const atField = error instanceof Refused ? atDigits(error.reply) : undefined;
    if (atField) showErrors(form, { digits: atField });
    else showMessage(form, error instanceof Damaged ? sentence("damaged") : reason(error));
    return undefined;
  }
}

/** The sentence of an answer `{"errors": {"digits": sentence}}`. */
function atDigits(reply: Reply): string | undefined {
  const errors = reply.body["errors"];
  return typeof errors === "object" && errors !== null ? textOf({ ...errors }, "digits") : undefined;
}

/** Checks that it opens here, and keeps it. */
async function finish(page: HTMLElement, form: HTMLFormElement, parcel: Parcel): Promise<void> {
  clearErrors(form);
  const password = part<HTMLInputElement>(form, "#cert_password").value;
  if (password === "") {
    showErrors(form, { cert_password: sentence("no-password") });
    return;
  }
  try {
    const open = await watched(form, (progress) => openKey(parcel.locked, password, progress));
    wipe(open.randomNumber ?? undefined);
    const { spki } = readCertificate(parcel.certificate);
    if (!(await belongs(open.kind, open.key, spki))) throw new Damaged("key of another certificate");
    await keep(parcel.certificate, parcel.locked, parcel.kind);
    await navigator.storage?.persist?.();
    showScreen(page, "done");
  } catch (error) {
    showWhy(form, error);
  } finally {
    emptySecrets(form);
  }
}
