/** What bytes a typed password may stand for. */

import { type Bytes, concat, utf8, wipe } from "./bytes";

/**
 * Returns the spellings to try in turn: UTF-8, and for Korean letters EUC-KR, since programs for NPKI took
 * the bytes of their platform (npki.md §2.1). Wipe them.
 */
export function spellings(password: string): Bytes[] {
  const text = password.normalize("NFC");
  const inKorean = /[^\0-\x7f]/.test(text) ? eucKr(text) : undefined;
  return inKorean ? [utf8(text), inKorean] : [utf8(text)];
}

/** Returns the text in EUC-KR with its extension of Windows, undefined when a letter is not in it. */
function eucKr(text: string): Bytes | undefined {
  const letters = new Map<string, Bytes>();
  const decoder = new TextDecoder("euc-kr");
  for (let lead = 0x81; lead <= 0xfe; lead++) {
    for (let trail = 0x41; trail <= 0xfe; trail++) {
      const pair = Uint8Array.of(lead, trail);
      const letter = decoder.decode(pair);
      if (text.includes(letter)) letters.set(letter, pair);
    }
  }
  const spelled = [...text].map((letter) => (letter < "\x80" ? utf8(letter) : letters.get(letter)));
  if (spelled.includes(undefined)) return undefined;
  const whole = concat(...(spelled as Bytes[]));
  wipe(...spelled);
  return whole;
}
