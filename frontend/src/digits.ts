/**
 * Six digits in one field, drawn as six boxes; the form goes on by itself when the sixth is there.
 *
 * Marks: [data-digits="6"] with an input and [aria-hidden] .boxes; form[data-goes-on]. Without this script it is
 * a plain field with a button.
 */

/** Wires every marked field below `root`. */
export function mount(root: ParentNode): void {
  for (const field of root.querySelectorAll<HTMLElement>("[data-digits]:not([data-mounted])")) {
    const input = field.querySelector("input");
    const boxes = field.querySelector<HTMLElement>(".boxes");
    if (!input || !boxes) continue;
    field.dataset.mounted = "";
    boxes.hidden = false;
    wire(input, [...boxes.children] as HTMLElement[]);
  }
}

function wire(input: HTMLInputElement, boxes: readonly HTMLElement[]): void {
  let sent = false;
  const draw = (): void => {
    const focused = document.activeElement === input;
    const here = Math.min(input.value.length, boxes.length - 1);
    boxes.forEach((box, at) => {
      box.textContent = input.value[at] ?? "";
      box.classList.toggle("here", focused && at === here);
    });
  };
  input.addEventListener("input", () => {
    // Full-width digits and whatever stands between pasted ones are welcome.
    input.value = input.value.normalize("NFKC").replace(/\D/g, "").slice(0, boxes.length);
    draw();
    if (input.value.length === boxes.length && !sent && input.form?.hasAttribute("data-goes-on")) {
      sent = true;
      input.form.requestSubmit();
    }
  });
  input.addEventListener("focus", draw);
  input.addEventListener("blur", draw);
  // The cursor stays behind what is written: the boxes show no other place.
  input.addEventListener("select", () => input.setSelectionRange(input.value.length, input.value.length));
  draw();
  if (!document.querySelector("[data-error-summary]:not([hidden])")) input.focus();
}
