/** The one script of every page: finds marked elements and wires them. All of it is optional comfort. */
import { mount as allergens } from "./allergens";
import { mount as counter } from "./counter";
import { mount as desk } from "./desk";
import { mount as digits } from "./digits";
import { mount as errors } from "./errors";
import { mount as fields, rest } from "./fields";
import { mount as hints } from "./hints";
import { mount as idle } from "./idle";
import { mount as keys } from "./keys";
import { mount as lookups } from "./lookup";
import { mount as menus } from "./menus";
import { mount as outside } from "./outside";
import { mount as settings } from "./settings";
import { mount as share } from "./share";

settings(document);
menus(document);
fields(document);
rest(document);
hints(document);
errors(document);
idle(document);
keys(document);
lookups(document);
counter(document);
desk(document);
digits(document);
outside(document);
allergens(document);
share(document);

// The certificate module is a page's worth of cryptography: only its own pages fetch it.
if (document.querySelector("[data-issue]")) {
  void import("./certificate/issue").then(({ mount }) => mount(document));
}
if (document.querySelector("form[data-sign-in-form]")) {
  void import("./certificate/sign-in").then(({ mount }) => mount(document));
}
if (document.querySelector("form[data-slip-form]")) {
  void import("./certificate/slip").then(({ mount }) => mount(document));
}
if (document.querySelector("[data-slip-editor]")) {
  void import("./slip-editor").then(({ mount }) => mount(document));
}
if (document.querySelector("form[data-passkey]")) {
  void import("./passkey").then(({ mount }) => mount(document));
}
if (document.querySelector("[data-move]")) {
  void import("./certificate/devices/offer").then(({ mount }) => mount(document));
}
if (document.querySelector("[data-receive]")) {
  void import("./certificate/devices/receive").then(({ mount }) => mount(document));
}
if (document.querySelector("[data-kept-here]")) {
  void import("./certificate/devices/kept").then(({ mount }) => mount(document));
}
if (document.querySelector("form[data-week]")) {
  void import("./timetable").then(({ mount }) => mount(document));
}
if (document.querySelector("form[data-letter]")) {
  void import("./letter").then(({ mount }) => mount(document));
}
