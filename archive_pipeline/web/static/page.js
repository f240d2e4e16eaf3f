// What every page does: "/" goes to the search box, "?" shows the keys, back and forward show what the address says, menus close.
addEventListener("popstate", () => location.reload());
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches?.("input, textarea, select, [contenteditable]")) return;
  const keys = document.querySelector(".ap-keys");
  if (event.key === "?" && keys) { event.preventDefault(); keys.open ? keys.close() : keys.showModal(); }
  if (event.key !== "/") return;
  const box = document.querySelector("[data-search] input, input[data-search]");
  if (box) { event.preventDefault(); box.focus(); box.select(); }
});

// A menu closes when something else is clicked, when it was used, and with Escape.
function closeMenus(except) { document.querySelectorAll(".ap-menu[open]").forEach((menu) => { if (menu !== except) menu.open = false; }); }
document.addEventListener("click", (event) => { closeMenus(event.target.closest("form") ? null : event.target.closest(".ap-menu")); });
document.addEventListener("keydown", (event) => { if (event.key === "Escape") closeMenus(null); });
