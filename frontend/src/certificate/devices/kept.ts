/**
 * The certificates that this browser keeps (accounts/certificates.html): save as a file, remove.
 *
 * Marks of the page:
 *     data-kept-here              around all; data-revoked: ids of certificates that are;
 *                                 data-kept-none, data-kept-removed, data-kept-list
 *     template[data-kept-card]    data-owner, data-detail, data-why (see chooser.ts, write)
 *     in a card                   form[data-save-form] (#cert_password), data-saved, button[data-forget]
 */

import { clearErrors, showErrors } from "../../errors";
import { mount as fields } from "../../fields";
import { openStored } from "../identity";
import { writeFile } from "../p12";
import { emptySecrets, hasCryptography, onSubmit, part, sentence, watched } from "../page";
import { forget, stored, type StoredCertificate } from "../store";
import { readCertificate } from "../x509";
import { say, write } from "./chooser";
import { showWhy } from "./why";

/** Wires the page below `root`, if it is this one. */
export function mount(root: ParentNode): void {
  const page = root.querySelector<HTMLElement>("[data-kept-here]:not([data-mounted])");
  if (!page) return;
  page.dataset.mounted = "";
  void list(page);
}

async function list(page: HTMLElement): Promise<void> {
  const records = hasCryptography() ? await stored().catch(() => []) : [];
  part(page, "[data-kept-list]").replaceChildren(...records.map((record) => card(page, record)));
  fields(page);
  part(page, "[data-kept-none]").hidden = records.length > 0;
}

function card(page: HTMLElement, record: StoredCertificate): DocumentFragment {
  const template = part<HTMLTemplateElement>(page, "template[data-kept-card]");
  const copy = document.importNode(template.content, true);
  write(copy, readCertificate(record.certificate), record.kind ?? "");
  if (page.dataset.revoked?.split(" ").includes(record.id)) say(copy, sentence("revoked"));
  const form = part<HTMLFormElement>(copy, "form[data-save-form]");
  distinguish(copy, record.id.slice(0, 8));
  onSubmit(form, () => save(form, record));
  part(copy, "[data-forget]").addEventListener("click", () => {
    void forget(record.id).then(async () => {
      await list(page);
      part(page, "[data-kept-removed]").hidden = false;
    });
  });
  return copy;
}

/** Gives what a card refers to names of its own: there may be several cards. */
function distinguish(card: ParentNode, mark: string): void {
  for (const attribute of ["id", "for", "aria-describedby", "aria-controls", "data-reveal"]) {
    for (const element of card.querySelectorAll(`[${attribute}]`)) {
      const names = (element.getAttribute(attribute) ?? "").split(" ");
      element.setAttribute(attribute, names.map((name) => `${name}-${mark}`).join(" "));
    }
  }
}

async function save(form: HTMLFormElement, record: StoredCertificate): Promise<void> {
  clearErrors(form);
  const password = part<HTMLInputElement>(form, "input[data-secret]").value;
  if (password === "") {
    showErrors(form, { cert_password: sentence("no-password") });
    return;
  }
  try {
    const file = await watched(form, async (progress) => {
      const { certificate, locked, randomNumber } = await openStored(record, password, progress);
      randomNumber?.fill(0);
      return writeFile(certificate.der, locked, certificate.owner, password);
    });
    const { owner } = readCertificate(record.certificate);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([file], { type: "application/x-pkcs12" }));
    link.download = sentence("file-name", { name: owner.normalize("NFC") });
    link.click();
    part(form, "[data-saved]").hidden = false;
  } catch (error) {
    showWhy(form, error);
  } finally {
    emptySecrets(form);
  }
}
