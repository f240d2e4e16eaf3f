// What every page does: "/" goes to the search box, back and forward show what the address says.
addEventListener("popstate", () => location.reload());
addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.target.matches?.("input, textarea, select, [contenteditable]")) return;
  const box = document.querySelector("[data-search] input, input[data-search]");
  if (box) { event.preventDefault(); box.focus(); box.select(); }
});
