/** Why a certificate file or a stored certificate could not be used. The page has a sentence for each. */

export class WrongPassword extends Error {
  override readonly name = "WrongPassword";
}

/** The bytes are not what they claim, or in a form this module does not read. `message` names the place. */
export class Damaged extends Error {
  override readonly name = "Damaged";
}

/** The key came without its random number R, which some tools drop: its owner can't be proved. */
export class RandomMissing extends Error {
  override readonly name = "RandomMissing";
}
