/** How much work a password costs: what we write, and what we are willing to do for someone else's file. */

import type { Bytes } from "./bytes";
import { type Element, need, smallInteger, Tag } from "./der";
import { Damaged } from "./errors";

/** Rounds we write, for PBKDF2 and for the MAC alike: a guess costs the cheaper one (npki.md §2.2). */
export const ROUNDS = 600_000;
const MOST_ROUNDS = 5_000_000;
const LONGEST_SALT = 32;

/** Reads a number of rounds, before any of them is done. Throws Damaged. */
export function roundsOf(element: Element | undefined): number {
  const rounds = smallInteger(element, MOST_ROUNDS);
  if (rounds < 1) throw new Damaged("rounds");
  return rounds;
}

/** Reads a salt. Throws Damaged. */
export function saltOf(element: Element | undefined): Bytes {
  const { body } = need(element, Tag.octets);
  if (body.length < 1 || body.length > LONGEST_SALT) throw new Damaged("salt");
  return body;
}
