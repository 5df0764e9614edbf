/**
 * What is said below a password while it is typed: done or not yet, never red (pages.md §2.5).
 * Rules: domain.md §1.6 (발급용 비밀번호) and §1.10 (인증서 암호).
 */

export type RuleSet = "issue_password" | "cert_password";

/** Rules that hold for `value`, by the names used in the page (`data-rule`). */
export function judge(set: RuleSet, value: string): Readonly<Record<string, boolean>> {
  const letter = /[A-Za-z]/.test(value);
  const digit = /[0-9]/.test(value);
  if (set === "issue_password") return { length: /^[A-Za-z0-9]{10}$/.test(value), letter, digit };
  const sign = /[^A-Za-z0-9\s]/.test(value);
  return { length: value.length >= 10, kinds: Number(letter) + Number(digit) + Number(sign) >= 2 };
}

/** Wires every list of hints below `root` to the input named in its `data-hints-for`. */
export function mount(root: ParentNode): void {
  for (const list of root.querySelectorAll<HTMLElement>("[data-hints-for]:not([data-mounted])")) {
    const input = document.getElementById(list.dataset.hintsFor ?? "");
    const set = list.dataset.rules;
    if (!(input instanceof HTMLInputElement) || (set !== "issue_password" && set !== "cert_password")) continue;
    list.dataset.mounted = "";
    const spoken = list.parentElement?.querySelector<HTMLElement>("[data-hints-spoken]");
    let pause = 0;
    const show = (): void => {
      const verdict = judge(set, input.value);
      const open: string[] = [];
      for (const item of list.querySelectorAll<HTMLElement>("[data-rule]")) {
        const done = verdict[item.dataset.rule ?? ""] === true;
        item.dataset.state = done ? "ok" : "open";
        const count = item.querySelector<HTMLElement>("[data-count]");
        if (count) count.textContent = counted(count, input.value.length, done);
        if (!done) open.push((item.textContent ?? "").trim().replace(/\s+/g, " "));
      }
      // Read aloud only after a pause: not each letter.
      window.clearTimeout(pause);
      pause = window.setTimeout(() => {
        if (spoken) spoken.textContent = open.length ? open.join(", ") : (spoken.dataset.hintsSpoken ?? "");
      }, 900);
    };
    input.addEventListener("input", show);
    if (input.value) show();
  }
}

/** 「(지금 9자리, 1자리 더)」; the sentences stand in the page. */
function counted(place: HTMLElement, length: number, done: boolean): string {
  const wanted = Number(place.dataset.wanted);
  const template =
    done || length === 0 ? "" : length < wanted ? place.dataset.fewer : length > wanted ? place.dataset.more : place.dataset.equal;
  return (template ?? "").replace("{n}", String(length)).replace("{rest}", String(Math.abs(wanted - length)));
}
