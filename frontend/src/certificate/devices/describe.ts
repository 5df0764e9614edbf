/** What parents know about a certificate: whose, from where, for what, until when (npki.md §1.1). */

import type { Certificate } from "../x509";

export type Purpose =
  | "parent"
  | "general"
  | "bank"
  | "securities"
  | "card"
  | "insurance"
  | "civil"
  | "limited"
  | "corporate"
  | "staff"
  | "official"
  | "unknown";

export interface Description {
  readonly owner: string;
  readonly issuer: string;
  /** The page has the word for it: `template[data-message="purpose-…"]`. */
  readonly purpose: Purpose;
  readonly until: Date;
  readonly expired: boolean;
}

/** The arcs of the authorities, the longer before the shorter, and what people call them. */
const AUTHORITIES: readonly (readonly [string, string])[] = [
  ["1.2.410.200005", "금융결제원(yessign)"],
  ["1.2.410.200004.5.2", "한국정보인증(signGATE)"],
  ["1.2.410.200004.5.1", "코스콤(SignKorea)"],
  ["1.2.410.200004.5.4", "한국전자인증(CrossCert)"],
  ["1.2.410.200004.5.5", "이니텍(INIPASS)"],
  ["1.2.410.200004.5.3", "한국지능정보사회진흥원(NCASign)"],
  ["1.2.410.200012", "한국무역정보통신(TradeSign)"],
  ["1.2.410.100001.5", "교육부(EPKI)"],
  ["1.2.410.100001", "행정안전부(GPKI)"],
];

const PURPOSES: Readonly<Record<string, Purpose>> = {
  "1.2.410.200005.1.1.1": "general",
  "1.2.410.200005.1.1.4": "bank",
  "1.2.410.200005.1.1.6.2": "card",
  "1.2.410.200005.1.1.5": "corporate",
  "1.2.410.200005.1.1.2": "corporate",
  "1.2.410.200005.1.1.6.1": "corporate",
  "1.2.410.200005.1.1.6.8": "corporate",
  "1.2.410.200004.5.2.1.2": "general",
  "1.2.410.200004.5.2.1.7.1": "bank",
  "1.2.410.200004.5.2.1.7.2": "securities",
  "1.2.410.200004.5.2.1.7.3": "card",
  "1.2.410.200004.5.2.1.1": "corporate",
  "1.2.410.200004.5.1.1.5": "general",
  "1.2.410.200004.5.1.1.9": "securities",
  "1.2.410.200004.5.1.1.9.2": "card",
  "1.2.410.200004.5.1.1.7": "corporate",
  "1.2.410.200004.5.4.1.1": "general",
  "1.2.410.200004.5.4.1.101": "bank",
  "1.2.410.200004.5.4.1.102": "securities",
  "1.2.410.200004.5.4.1.103": "insurance",
  "1.2.410.200004.5.4.1.104": "card",
  "1.2.410.200004.5.4.1.105": "civil",
  "1.2.410.200004.5.4.1.2": "corporate",
  "1.2.410.200012.1.1.1": "general",
  "1.2.410.200012.1.1.101": "bank",
  "1.2.410.200012.1.1.103": "securities",
  "1.2.410.200012.1.1.105": "card",
  "1.2.410.200012.1.1.3": "corporate",
  "1.2.410.200004.5.5.1.1": "general",
  "1.2.410.200004.5.5.1.3.1": "limited",
  "1.2.410.200004.5.5.1.2": "corporate",
  "1.2.410.200004.5.3.1.9": "general",
  "1.2.410.100001.5.3.1.3": "staff",
  "1.2.410.100001.2.2.1": "official",
  "1.2.410.100001.2.2.2": "official",
};

/** Our own authorities are called 「충청북도교육청 Parent CA 1」 (npki.md §4). */
const OURS = /^(.+) Parent CA \d+$/;

/** Describes a certificate for its card. What it says of itself is shown; whether that is true, the server finds. */
export function describe(certificate: Certificate, now: Date): Description {
  const ours = OURS.exec(certificate.issuer)?.[1];
  return {
    // macOS names files and folders in NFD; names inside are shown in one way only.
    owner: certificate.owner.normalize("NFC"),
    issuer: (ours ?? authorityOf(certificate.policies) ?? certificate.issuer).normalize("NFC"),
    purpose: ours === undefined ? purposeOf(certificate.policies) : "parent",
    until: certificate.notAfter,
    expired: certificate.notAfter < now,
  };
}

function authorityOf(policies: readonly string[]): string | undefined {
  return AUTHORITIES.find(([arc]) => policies.some((policy) => policy.startsWith(`${arc}.`)))?.[1];
}

function purposeOf(policies: readonly string[]): Purpose {
  const known = policies.map((policy) => PURPOSES[policy]).find((purpose) => purpose !== undefined);
  if (known) return known;
  return authorityOf(policies) ? "limited" : "unknown";
}
