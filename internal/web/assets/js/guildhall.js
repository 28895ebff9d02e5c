// The pages work without any of this. With it they are quicker to the hand: htmx
// swaps a part instead of the page, keys answer, focus stays where one was, and
// nothing jumps.
import "htmx.org";
import "./live.js";
import "./keys.js";
import "./forms.js";
import "./open.js";
import "./toasts.js";
