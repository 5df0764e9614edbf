/** The challenge the server sets, and the bytes that are signed to answer it (npki.md §7.4). */

import { type Bytes, toBase64Url, utf8 } from "./bytes";

export type Purpose = "signin" | "first";

export interface Challenge {
  readonly aud: string;
  readonly exp: number;
  readonly iat: number;
  readonly nonce: string;
  readonly purpose: string;
  readonly sid: string;
  readonly v: number;
}

/** The answer is for another site or another act than this page's: nothing may be signed. */
export class ForeignChallenge extends Error {
  override readonly name = "ForeignChallenge";
}

/**
 * Returns the challenge of an answer. Throws ForeignChallenge unless it is exactly of our form and meant for
 * this origin and purpose: a page that relays another site's challenge must get no signature for it.
 */
export function readChallenge(answer: unknown, origin: string, purpose: Purpose): Challenge {
  if (!isChallenge(answer) || answer.aud !== origin || answer.purpose !== purpose || answer.v !== 1) {
    throw new ForeignChallenge();
  }
  return answer;
}

function isChallenge(value: unknown): value is Challenge {
  if (typeof value !== "object" || value === null) return false;
  const texts = ["aud", "nonce", "purpose", "sid"];
  const numbers = ["exp", "iat", "v"];
  return (
    Object.entries(value).every(([key, member]) =>
      texts.includes(key)
        ? typeof member === "string"
        : numbers.includes(key) && Number.isSafeInteger(member),
    ) && Object.keys(value).length === texts.length + numbers.length
  );
}

/** Returns what is signed: the challenge with `h1`, as UTF-8 JSON, members sorted, without spaces. */
export function signedContent(challenge: Challenge, h1: Bytes): Bytes {
  return utf8(canonical({ ...challenge, h1: toBase64Url(h1) }));
}

/** Spells flat JSON the one way that server and browser share. Members are texts and whole numbers. */
export function canonical(members: Readonly<Record<string, string | number>>): string {
  const spelled = Object.keys(members)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${JSON.stringify(members[key])}`);
  return `{${spelled.join(",")}}`;
}
