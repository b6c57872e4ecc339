"use strict";
const form = document.getElementById("survey");
const first = document.getElementById("first");
const formal = document.getElementById("formal");
const KEYS = { y: "yes", n: "no", u: "unrelated" };
const query = new URLSearchParams(window.location.search);
const assignment = query.get("assignmentId") || "";
const accepted = assignment !== "" && assignment !== "ASSIGNMENT_ID_NOT_AVAILABLE";
let passed = false;
let sent = false;

// Answers go to MTurk, or back to where this page came from, and nowhere else.
function target() {
  let place = null;
  try { place = new URL(query.get("turkSubmitTo") || ""); } catch (error) { return null; }
  const turk = place.protocol === "https:" && (place.hostname === "mturk.com" || place.hostname.endsWith(".mturk.com"));
  return turk || place.origin === window.location.origin ? place.origin + "/mturk/externalSubmit" : null;
}

function send() {
  if (sent) { return; }
  sent = true;
  HTMLFormElement.prototype.submit.call(form);
}

function answered(question) { return question.querySelector("input:checked") !== null; }

function ask(question) {
  (question.querySelector("input:checked") || question.querySelector("input")).focus();
  question.scrollIntoView({ block: "nearest" });
}

function proceed() {
  const given = first.querySelector("input:checked");
  if (given === null) { return; }
  for (const input of first.querySelectorAll("input, button")) { input.disabled = input !== given; }
  if (given.value !== form.dataset.right) {
    document.getElementById("end").hidden = false;
    document.getElementById("end").focus();
    send();
    return;
  }
  passed = true;
  first.querySelector("button").hidden = true;
  formal.disabled = false;
  formal.hidden = false;
  ask(formal.querySelector(".question"));
}

function current() {
  if (!passed) { return first.querySelector(".question"); }
  const inside = document.activeElement.closest(".question");
  if (inside !== null && formal.contains(inside)) { return inside; }
  return Array.from(formal.querySelectorAll(".question")).find((question) => !answered(question)) || null;
}

function go_on(question) {
  const open = Array.from(formal.querySelectorAll(".question")).filter((other) => !answered(other));
  const after = open.find((other) => question.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING);
  if (after || open.length) { ask(after || open[0]); } else { formal.querySelector("button").focus(); }
}

document.addEventListener("keydown", (event) => {
  const answer = KEYS[event.key.toLowerCase()];
  if (!accepted || sent || answer === undefined || event.ctrlKey || event.altKey || event.metaKey) { return; }
  const question = current();
  if (question === null) { return; }
  event.preventDefault();
  question.querySelector("input[value=" + answer + "]").checked = true;
  if (passed) { go_on(question); } else { first.querySelector("button").focus(); }
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!accepted || sent) { return; }
  if (passed) { send(); } else { proceed(); }
});

const place = target();
if (accepted && place !== null) {
  form.action = place;
  form.elements.assignmentId.value = assignment;
  first.disabled = false;
  first.querySelector("input").focus({ preventScroll: true });
} else {
  document.getElementById("preview").hidden = false;
}
