// Conveniences only: the page says everything without them.
"use strict";
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const keyed = (row, at) => {
    const cell = row.cells[at];
    return cell.dataset.value === undefined ? cell.textContent.trim() : Number(cell.dataset.value || NaN);
  };
  [...table.tHead.rows[0].cells].forEach((head, at) => {
    const button = document.createElement("button");
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const isDown = head.getAttribute("aria-sort") !== "descending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", isDown ? "descending" : "ascending");
      const unknown = (value) => Number.isNaN(value);
      const rows = [...body.rows].sort((one, two) => {
        const [a, b] = [keyed(one, at), keyed(two, at)];
        if (unknown(a) || unknown(b)) return unknown(a) - unknown(b);
        const order = typeof a === "number" ? a - b : a.localeCompare(b);
        return isDown ? -order : order;
      });
      body.append(...rows);
    });
  });
  if (body.rows.length > 10) {
    const label = document.createElement("label");
    const input = document.createElement("input");
    label.className = "filter";
    input.type = "search";
    label.append("Filter these rows", input);
    table.parentElement.before(label);
    input.addEventListener("input", () => {
      const wanted = input.value.toLowerCase();
      for (const row of body.rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
    });
  }
}
const scrolls = [...document.querySelectorAll(".scroll")];
const measured = (scroll) => {
  scroll.classList.toggle("wider", scroll.scrollWidth > scroll.clientWidth + 1);
  scroll.classList.toggle("at-end", scroll.scrollLeft + scroll.clientWidth >= scroll.scrollWidth - 1);
};
for (const scroll of scrolls) scroll.addEventListener("scroll", () => measured(scroll));
const sized = new ResizeObserver((entries) => { for (const { target } of entries) measured(target); });
for (const scroll of scrolls) sized.observe(scroll);
const chapters = [...document.querySelectorAll("details.chapter")];
const revealed = () => {
  let place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!place || !chapters.length) return;
  const target = place;
  for (; place; place = place.parentElement) if (place.tagName === "DETAILS") place.open = true;
  target.scrollIntoView();
};
addEventListener("hashchange", revealed);
revealed();
let closed = [];
addEventListener("beforeprint", () => {
  closed = chapters.filter((each) => !each.open);
  for (const each of closed) each.open = true;
});
addEventListener("afterprint", () => { for (const each of closed) each.open = false; });
if (chapters.length) {
  const line = document.createElement("p");
  const button = document.createElement("button");
  line.className = "unfold";
  button.type = "button";
  const told = () => { button.textContent = chapters.every((each) => each.open) ? "Close all chapters" : "Open all chapters"; };
  button.addEventListener("click", () => {
    const isOpen = !chapters.every((each) => each.open);
    for (const each of chapters) each.open = isOpen;
  });
  for (const each of chapters) each.addEventListener("toggle", told);
  told();
  line.append(button);
  chapters[0].parentElement.before(line);
}
const cited = document.getElementById("cited");
if (cited && navigator.clipboard) {
  const button = document.createElement("button");
  button.textContent = "Copy citation";
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(cited.textContent.trim());
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(cited);
      button.textContent = "Selected, to be copied by hand";
    }
  });
  cited.after(button);
}
const trial = document.querySelector(".trial");
if (trial) {
  // the words of flowrisk/figures.py
  const scaled = (amount) => {
    for (const [scale, word] of [[1e12, "tn"], [1e9, "bn"], [1e6, "m"], [1e3, "k"]]) {
      if (amount >= scale * 0.9995) {
        const value = amount / scale;
        return value.toFixed(value >= 100 ? 0 : scale >= 1e6 ? 2 : 1) + word;
      }
    }
    return amount.toFixed(0);
  };
  const shown = {
    outflow_usd: (value) => `${value < 0 ? "inflow " : ""}$${scaled(Math.abs(value))}`,
    outflow_shares: (value) => `${value < 0 ? "-" : ""}${scaled(Math.abs(value))}`,
    days_to_sell: (value) => value.toFixed(value > 0 && value < 0.995 ? 2 : 1),
  };
  const fields = [...trial.querySelectorAll("input[type=number]")];
  const given = (name) => {
    const field = fields.find((each) => each.name === name);
    return field === undefined ? null : field.validity.valid ? field.valueAsNumber : NaN;
  };
  const counted = (flows) => {
    const sold = flows.providers.map((each) => {
      if (each.slider === undefined) return [each.outflow_shares, each.method];
      const ratio = given(`ratio-${each.slider}`) / 100;
      const tracked = ratio * each.denominator_shares * each.sold_ratio;
      const isMore = Math.abs(tracked) > Math.abs(each.observed_shares);
      return [isMore ? tracked : each.observed_shares, isMore ? "tracking-ratio" : "observed"];
    });
    const shares = sold.reduce((sum, [part]) => sum + part, 0);
    const methods = new Set(sold.map(([, method]) => method));
    const price = given("price");
    const participation = given("participation");
    return {
      isAtLeast: methods.size !== 1 || methods.has("observed"),
      outflow_shares: shares,
      outflow_usd: price === null ? null : shares * price,
      days_to_sell: participation === null ? null : Math.abs(shares) / flows.adv_shares / (participation / 100),
    };
  };
  const count = () => {
    for (const row of trial.querySelectorAll("[data-flows]")) {
      const found = counted(JSON.parse(row.dataset.flows));
      for (const cell of row.querySelectorAll("[data-figure]")) {
        const name = cell.dataset.figure;
        if (found[name] === null) continue;
        const isBound = found.isAtLeast && name === "outflow_usd";
        const isKnown = Number.isFinite(found[name]) && !(found.isAtLeast && found.outflow_shares === 0);
        cell.dataset.value = found[name];
        cell.textContent = isKnown ? (isBound ? "≥ " : "") + shown[name](found[name]) : isBound ? "n/a" : "–";
      }
    }
  };
  for (const field of fields) {
    const slider = field.parentElement.querySelector("input[type=range]");
    field.addEventListener("input", () => { slider.value = field.value; count(); });
    slider.addEventListener("input", () => { field.value = slider.value; count(); });
  }
  const reset = document.createElement("button");
  reset.type = "button";
  reset.textContent = "Reset";
  reset.addEventListener("click", () => {
    for (const input of trial.querySelectorAll("input")) input.value = input.defaultValue;
    count();
  });
  trial.querySelector(".controls").append(reset);
  trial.hidden = false;
  count();
}
const kicker = document.querySelector(".kicker");
if (kicker && window.print) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Print";
  button.addEventListener("click", () => window.print());
  kicker.append(button);
}
{% include "chart_files.js" %}
