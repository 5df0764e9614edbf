/**
 * The module as tests in another language ask it: a JSON request in, a JSON answer out. `tool` has it behind
 * a pipe under node, `page` in a browser.
 *
 *     {"do": "enrol", "number", "sealingKey", "kind": "P256" | "RSA"} → {"request", "sealed"}
 *     {"do": "wrap", "certificate", "password"} → {"file", "encryptedKey", "npkiKey"}
 *     {"do": "open", "file", "password"} → {"owner", "issuer", "certificate", "randomNumber"}
 *     {"do": "sign", "challenge", "purpose", "number"} → {"nonce", "h1", "cms"}   by the file opened last
 *     {"do": "visible", "file"} → {"owners"}
 *     {"do": "candidates", "files"} → {"candidates": [{"label", "owner", "problem"}]}   files: name → bytes
 *     {"do": "choose", "at", "password"} → as "open", and {"shares"}            of the candidates seen last
 *
 * Bytes are base64. What the module throws comes back as {"error": its name, "at": its message, if any}.
 */

import { fromBase64, toBase64, utf8 } from "../src/certificate/bytes";
import { type Challenge, type Purpose, readChallenge } from "../src/certificate/challenge";
import { accept, enrol, type Enrolment, wrap } from "../src/certificate/enrolment";
import { type Candidate, candidatesIn } from "../src/certificate/files";
import { proveOwner } from "../src/certificate/identity";
import { P256, RSA } from "../src/certificate/keys";
import { certificatesInPlain, openFile, type OpenFile } from "../src/certificate/p12";
import { answer } from "../src/certificate/signature";

type Fields = Readonly<Record<string, string>>;

let enrolment: Enrolment | undefined;
let opened: OpenFile | undefined;
let candidates: readonly Candidate[] = [];

function need<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("asked out of order");
  return value;
}

function shown(file: OpenFile): Readonly<Record<string, string | null>> {
  opened = file;
  const { certificate, randomNumber } = file;
  return {
    owner: certificate.owner,
    issuer: certificate.issuer,
    certificate: toBase64(certificate.der),
    randomNumber: randomNumber && toBase64(randomNumber),
  };
}

const ACTS: Readonly<Record<string, (fields: Fields) => Promise<unknown>>> = {
  async enrol({ number = "", sealingKey = "", kind = "" }) {
    enrolment = await enrol(utf8(number), fromBase64(sealingKey), kind === "RSA" ? RSA : P256);
    return { request: toBase64(enrolment.request), sealed: toBase64(enrolment.sealed) };
  },
  async wrap({ certificate = "", password = "" }) {
    const accepted = await accept(need(enrolment), fromBase64(certificate));
    const { file, encryptedKey, npkiKey } = await wrap(need(enrolment), accepted, password);
    return {
      file: toBase64(file),
      encryptedKey: toBase64(encryptedKey),
      npkiKey: npkiKey ? toBase64(npkiKey) : null,
    };
  },
  async open({ file = "", password = "" }) {
    return shown(await openFile(fromBase64(file), password));
  },
  async sign({ challenge = "", purpose = "", number = "" }) {
    const set = JSON.parse(challenge) as Challenge;
    const h1 = await proveOwner(need(opened), utf8(number));
    return answer(readChallenge(set, set.aud, purpose as Purpose), h1, need(opened), new Date());
  },
  async visible({ file = "" }) {
    return { owners: certificatesInPlain(fromBase64(file)).map(({ owner }) => owner) };
  },
  async candidates({ files = "" }) {
    const named = Object.entries(JSON.parse(files) as Fields);
    candidates = candidatesIn(named.map(([name, bytes]) => ({ name, bytes: fromBase64(bytes) })));
    return {
      candidates: candidates.map(({ label, certificate, problem }) => ({
        label,
        owner: certificate?.owner ?? null,
        problem: problem ?? null,
      })),
    };
  },
  async choose({ at = "", password = "" }) {
    const shares: number[] = [];
    const file = await need(candidates[Number(at)]).open(password, (share) => shares.push(share));
    return { ...shown(file), shares };
  },
};

/** Answers one request. */
export async function ask(request: string): Promise<string> {
  const { do: act, ...fields } = JSON.parse(request) as Fields;
  try {
    return JSON.stringify(await need(ACTS[need(act)])(fields));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return JSON.stringify({ error: error.name, ...(error.message ? { at: error.message } : {}) });
  }
}
