/** Why a kept or moved certificate did not open, said on a page with nothing but its password. */

import { showErrors, showMessage } from "../../errors";
import { Damaged, WrongPassword } from "../errors";
import { reason, sentence } from "../page";
import { reportError } from "./report";

/** Says it in the form, at the password if that was wrong, and reports it for the audit trail. */
export function showWhy(form: HTMLFormElement, error: unknown): void {
  reportError("moving", error);
  if (error instanceof WrongPassword) showErrors(form, { cert_password: sentence("wrong-password") });
  else showMessage(form, error instanceof Damaged ? sentence("damaged") : reason(error));
}
