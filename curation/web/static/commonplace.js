// What JavaScript adds to pages that work without it: "/" finds the search box, facets apply at once, and the
// review queue is worked through by keys without a reload.
"use strict";

const typing = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;
const plainKey = (event) => !event.ctrlKey && !event.metaKey && !event.altKey && !typing(event.target);

document.addEventListener("keydown", (event) => {
  const box = document.getElementById("find");
  if (event.key === "/" && plainKey(event) && box) {
    event.preventDefault();
    box.focus();
    box.select();
  }
});

for (const form of document.querySelectorAll("form[data-apply]")) {
  form.addEventListener("change", () => form.requestSubmit());
}

// A form that is sent twice by a double click would say everything twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

const queue = document.querySelector("[data-queue]");
if (queue) review(queue);

function review(queue) {
  const list = queue.querySelector("[data-cards]");
  const undone = [];
  let loading = false;
  // One request at a time, in the order of the keys: a quick hand loses no stroke and the session stays whole.
  let line = Promise.resolve();

  const waiting = "[data-card]:not(.done, [data-busy])";
  const open = () => [...list.querySelectorAll(waiting)];
  const current = () => document.activeElement.closest?.(waiting) || open()[0];
  const say = (text) => { queue.querySelector("[data-said]").textContent = text; };

  async function send(address, fields) {
    const response = await fetch(address, {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRF-Token": queue.dataset.csrf },
      body: new URLSearchParams(fields),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.error || "That did not work.");
    count(answer);
    return answer;
  }

  function count({ waiting, decided }) {
    queue.querySelector("[data-waiting]").textContent = waiting.toLocaleString("en");
    queue.querySelector("[data-decided]").textContent = decided.toLocaleString("en");
    const bar = queue.querySelector("[data-progress]");
    bar.max = Math.max(waiting + decided, 1);
    bar.value = decided;
  }

  function move(from, step) {
    const cards = open();
    const at = cards.indexOf(from);
    const to = cards[Math.min(Math.max(at + step, 0), cards.length - 1)];
    if (to) show(to);
  }

  function show(card) {
    card.focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest" });
  }

  function decide(card, verdict) {
    if (!card || card.dataset.busy) return;
    const cards = open();
    const next = cards[cards.indexOf(card) + 1] || cards[cards.indexOf(card) - 1];
    card.dataset.busy = "yes";
    if (next) show(next);
    line = line.then(() => tell(card, verdict));
  }

  async function tell(card, verdict) {
    const fields = Object.fromEntries(new FormData(card.querySelector("form")));
    try {
      settle(card, verdict, await send("/review", { ...fields, verdict }));
    } catch (error) {
      say(error.message);
      complain(card, error.message);
    }
    delete card.dataset.busy;
    queue.querySelector("[data-empty]").hidden = open().length > 0;
    if (open().length < 4) await more();
  }

  function settle(card, verdict, answer) {
    const words = { accept: "Accepted", reject: "Rejected", skip: "Skipped" };
    const title = card.querySelector("h2").textContent;
    const text = `${words[verdict]}: ${card.querySelector(".concept").textContent.trim()} on “${title}”`;
    card.querySelector("[data-outcome]").textContent = text;
    card.querySelector("[data-undo]").hidden = verdict === "skip";
    card.querySelector(".outcome").hidden = false;
    card.dataset.decision = answer.decision || "";
    card.classList.add("done");
    if (answer.decision) undone.push(card);
    say(`${text}. ${answer.said}`);
  }

  function complain(card, message) {
    card.querySelector(".problem")?.remove();
    const words = document.createElement("p");
    words.className = "problem";
    words.textContent = message;
    card.append(words);
  }

  function undo(chosen) {
    line = line.then(() => takeBack(chosen || undone[undone.length - 1]));
  }

  async function takeBack(card) {
    try {
      const answer = await send("/review/undo", card ? { decision_id: card.dataset.decision } : {});
      say(answer.said);
      if (!card) return location.reload();
      undone.splice(undone.indexOf(card), 1);
      card.classList.remove("done");
      card.querySelector(".outcome").hidden = true;
      queue.querySelector("[data-empty]").hidden = true;
      show(card);
    } catch (error) {
      say(error.message);
      if (card) card.querySelector("[data-outcome]").textContent = error.message;
    }
  }

  async function more() {
    if (loading) return;
    loading = true;
    const address = new URL(location.href);
    address.searchParams.set("part", "cards");
    const response = await fetch(address);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const known = new Set([...list.querySelectorAll("[data-card]")].map((card) => card.dataset.card));
    for (const card of response.ok ? page.querySelectorAll("[data-card]") : []) {
      if (!known.has(card.dataset.card)) list.append(card);
    }
    loading = false;
    queue.querySelector("[data-empty]").hidden = open().length > 0;
  }

  queue.addEventListener("submit", (event) => {
    const form = event.target;
    const card = form.closest("[data-card]");
    if (card && event.submitter) {
      event.preventDefault();
      decide(card, event.submitter.value);
    } else if (form.classList.contains("undo")) {
      event.preventDefault();
      undo();
    }
  });

  queue.addEventListener("click", (event) => {
    if (event.target.closest("[data-undo]")) undo(event.target.closest("[data-card]"));
  });

  const keys = {
    y: () => decide(current(), "accept"),
    n: () => decide(current(), "reject"),
    s: () => decide(current(), "skip"),
    u: () => undo(),
    j: () => move(current(), 1),
    k: () => move(current(), -1),
    "?": () => { const help = document.getElementById("keys"); help.hidden = !help.hidden; },
  };
  document.addEventListener("keydown", (event) => {
    if (!plainKey(event) || event.repeat || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });

  if (open()[0] && document.activeElement === document.body) open()[0].focus({ preventScroll: true });
}
