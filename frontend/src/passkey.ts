/**
 * Passkeys: the buttons that ask the device for fingerprint, face or PIN (WebAuthn).
 *
 * Marks: form[data-passkey="show" | "make"] with data-options-url and data-answer-url, hidden until it is known
 * that this browser can; in it [data-passkey-error] and a button with data-busy. Private keys never come here:
 * the browser signs what the server asks, and only that travels.
 */

import { fromBase64, toBase64Url, type Bytes } from "./certificate/bytes";
import { onSubmit, part, reason, sentence } from "./certificate/page";
import { post, Refused, textOf, type Reply } from "./certificate/wire";

/** The device said no, or its owner did. */
class Stopped extends Error {
  override readonly name = "Stopped";
}

/** The device has a passkey of this person already. */
class Known extends Error {
  override readonly name = "Known";
}

/** Wires every marked form below `root`, if the browser knows passkeys. */
export function mount(root: ParentNode): void {
  if (!("PublicKeyCredential" in globalThis) || !globalThis.isSecureContext) return;
  if (/^[\d.]+$|:/.test(location.hostname)) return; // an address is no site: browsers refuse
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-passkey]:not([data-mounted])")) {
    form.dataset.mounted = "";
    form.hidden = false;
    onSubmit(form, () => ask(form));
  }
}

async function ask(form: HTMLFormElement): Promise<void> {
  const place = part(form, "[data-passkey-error]");
  place.hidden = true;
  try {
    const options = accepted(await post(form.dataset.optionsUrl ?? "", {}));
    const answer = form.dataset.passkey === "make" ? await made(options) : await shown(options);
    const name = form.querySelector<HTMLInputElement>("input[name=name]")?.value ?? "";
    const sent = { answer: JSON.stringify(answer), ...(name && { name }) };
    const reply = accepted(await post(form.dataset.answerUrl ?? "", sent));
    location.assign(textOf(reply, "next") ?? "/");
  } catch (error) {
    if (error instanceof Refused && textOf(error.reply.body, "next")) {
      location.assign(textOf(error.reply.body, "next") ?? "/"); // something must be shown first
      return;
    }
    part(place, "p").textContent = said(error);
    place.hidden = false;
    place.focus();
  }
}

function said(error: unknown): string {
  if (error instanceof Known) return sentence("passkey-known");
  return error instanceof Stopped ? sentence("passkey-stopped") : reason(error);
}

function accepted(reply: Reply): Reply["body"] {
  if (reply.status !== 200) throw new Refused(reply);
  return reply.body;
}

type Json = Readonly<Record<string, unknown>>;

async function shown(options: Json): Promise<Json> {
  const publicKey = { ...options, challenge: bytes(options.challenge) } as PublicKeyCredentialRequestOptions;
  const credential = await fromDevice(navigator.credentials.get({ publicKey }));
  const response = credential.response as AuthenticatorAssertionResponse;
  return {
    ...outside(credential),
    response: {
      clientDataJSON: text(response.clientDataJSON),
      authenticatorData: text(response.authenticatorData),
      signature: text(response.signature),
      userHandle: response.userHandle ? text(response.userHandle) : null,
    },
  };
}

async function made(options: Json): Promise<Json> {
  const user = options.user as Json;
  const known = (options.excludeCredentials ?? []) as readonly Json[];
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    user: { ...user, id: bytes(user.id) },
    excludeCredentials: known.map((one) => ({ ...one, id: bytes(one.id) })),
  } as unknown as PublicKeyCredentialCreationOptions;
  const credential = await fromDevice(navigator.credentials.create({ publicKey }));
  const response = credential.response as AuthenticatorAttestationResponse;
  return {
    ...outside(credential),
    response: {
      clientDataJSON: text(response.clientDataJSON),
      attestationObject: text(response.attestationObject),
    },
  };
}

async function fromDevice(asked: Promise<Credential | null>): Promise<PublicKeyCredential> {
  let credential: Credential | null;
  try {
    credential = await asked;
  } catch (error) {
    throw error instanceof DOMException && error.name === "InvalidStateError" ? new Known() : new Stopped();
  }
  if (!(credential instanceof PublicKeyCredential)) throw new Stopped();
  return credential;
}

function outside(credential: PublicKeyCredential): Json {
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    clientExtensionResults: {},
  };
}

function text(buffer: ArrayBuffer): string {
  return toBase64Url(new Uint8Array(buffer));
}

function bytes(base64Url: unknown): Bytes {
  const plain = String(base64Url).replaceAll("-", "+").replaceAll("_", "/");
  return fromBase64(plain.padEnd(Math.ceil(plain.length / 4) * 4, "="));
}
