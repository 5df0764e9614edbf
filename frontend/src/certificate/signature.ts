/** What is sent to answer a challenge. */

import { type Bytes, toBase64, toBase64Url } from "./bytes";
import { type Challenge, signedContent } from "./challenge";
import { type Signer, signedData } from "./cms";

/** The fields of the form that carries an answer. None of them is the key, the number or the password. */
export interface Answer {
  readonly nonce: string;
  readonly h1: string;
  readonly cms: string;
}

export async function answer(challenge: Challenge, h1: Bytes, signer: Signer, now: Date): Promise<Answer> {
  const cms = await signedData(signedContent(challenge, h1), signer, now);
  return { nonce: challenge.nonce, h1: toBase64Url(h1), cms: toBase64(cms) };
}
