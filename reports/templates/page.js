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
const cited = document.getElementById("cited");
if (cited && navigator.clipboard) {
  const button = document.createElement("button");
  button.textContent = "Copy this sentence";
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(cited.textContent.trim());
    button.textContent = "Copied";
  });
  cited.after(button);
}
