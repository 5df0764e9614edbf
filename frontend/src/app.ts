/** The one script of every page: finds marked elements and wires them. All of it is optional comfort. */
import { mount as errors } from "./errors";
import { mount as fields } from "./fields";
import { mount as hints } from "./hints";
import { mount as menus } from "./menus";
import { mount as settings } from "./settings";

settings(document);
menus(document);
fields(document);
hints(document);
errors(document);
