/**
 * Tells the server that this browser refused something by itself, for the audit trail (domain.md §1.16).
 *
 * One word of a list goes out, never what was typed or read. Nobody waits for it, and nothing depends on it.
 * The page says where to: data-refused-url.
 */

import { Damaged, RandomMissing, WrongPassword } from "../errors";
import { ForeignCertificate, NotOwner } from "../identity";
import type { Problem } from "../files";

export type Place = "sign_in" | "issuing" | "moving" | "slip";

type Code =
  | "wrong_password"
  | "damaged"
  | "random_missing"
  | "not_owner"
  | "foreign_issuer"
  | "encryption_only"
  | "key_missing"
  | "no_certificate"
  | "no_cryptography";

const PROBLEMS: Readonly<Record<Problem, Code>> = {
  damaged: "damaged",
  "encryption-only": "encryption_only",
  "no-key": "key_missing",
  "no-certificate": "no_certificate",
};

/** Reports an error of opening or checking a certificate; other errors are none of its business. */
export function reportError(place: Place, error: unknown): void {
  const code = codeOf(error);
  if (code) send(place, code);
}

/** Reports why a file that was chosen can't be used at all. */
export function reportProblem(place: Place, problem: Problem): void {
  send(place, PROBLEMS[problem]);
}

/** Reports that this browser lacks what certificates need. */
export function reportNoCryptography(place: Place): void {
  send(place, "no_cryptography");
}

function codeOf(error: unknown): Code | undefined {
  if (error instanceof WrongPassword) return "wrong_password";
  if (error instanceof Damaged) return "damaged";
  if (error instanceof RandomMissing) return "random_missing";
  if (error instanceof NotOwner) return "not_owner";
  if (error instanceof ForeignCertificate) return "foreign_issuer";
  return undefined;
}

function send(place: Place, code: Code): void {
  const token = document.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]")?.value;
  const url = document.querySelector<HTMLElement>("[data-refused-url]")?.dataset.refusedUrl;
  if (!token || !url) return;
  const body = new URLSearchParams({ place, code });
  const headers = { "X-CSRFToken": token };
  // It outlives the page: the person may go on at once.
  void fetch(url, {
    method: "POST",
    body,
    headers,
    keepalive: true,
    credentials: "same-origin",
  }).catch(() => undefined);
}
