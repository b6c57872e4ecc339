"use strict";
// Words are asked for when a value is opened, one value after the other; without a script its button does the same.
let queue = Promise.resolve();

function show(details, html) {
  const place = details.querySelector(".words");
  place.replaceChildren(...html);
  place.removeAttribute("aria-busy");
}

function paragraph(css, words) {
  const made = document.createElement("p");
  made.className = css;
  made.textContent = words;
  return made;
}

function told(answer) {
  const line = paragraph("told", "");
  for (const piece of answer.pieces) {
    if (!piece.css) { line.append(piece.text); continue; }
    const mark = document.createElement("mark");
    mark.className = piece.css;
    mark.title = piece.number;
    mark.textContent = piece.text;
    line.append(mark);
  }
  return [line, paragraph("soft", answer.summary)];
}

async function ask(details) {
  try {
    const answer = await fetch("/marks", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ text: text.defaultValue, value: details.dataset.value }),
    });
    const found = await answer.json();
    show(details, answer.ok ? told(found) : [paragraph("trouble", found.detail)]);
  } catch {
    show(details, [paragraph("trouble", "The service does not answer; is it still running?")]);
  }
}

function open(details) {
  if (!details.open || details.dataset.asked || details.querySelector(".told")) return;
  details.dataset.asked = "yes";
  details.querySelector(".words").setAttribute("aria-busy", "true");
  show(details, [paragraph("soft", "Reading the words…")]);
  queue = queue.then(() => ask(details));
}

const text = document.getElementById("text");
text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) text.form.requestSubmit();
});
for (const details of document.querySelectorAll("details")) {
  details.addEventListener("toggle", () => open(details));
  open(details);
}
