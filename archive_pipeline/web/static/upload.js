// Sends the chosen video as it is, shows how much has gone, and goes to its page when all has; or has one fetched.
addEventListener("change", (event) => {
  const input = event.target, file = input.files?.[0];
  if (!input.matches?.("[data-upload]") || !file) return;
  const form = input.closest("[data-upload-form]"), bar = form.querySelector("progress"), said = form.querySelector("[data-said]");
  const language = form.querySelector("select")?.value ?? "";
  const request = new XMLHttpRequest();
  request.open("PUT", "/api/uploads?" + new URLSearchParams({ name: file.name, language }));
  request.upload.onprogress = (sent) => { bar.hidden = false; bar.max = sent.total; bar.value = sent.loaded; };
  request.onload = () => {
    let answer = {};
    try { answer = JSON.parse(request.responseText); } catch { /* no answer of ours */ }
    if (request.status === 201) location.assign("/upload?" + new URLSearchParams({ collection: answer.collection }));
    else { said.textContent = answer.message ?? form.dataset.lost; input.disabled = false; }
  };
  request.onerror = () => { said.textContent = form.dataset.lost; input.disabled = false; };
  input.disabled = true;
  said.textContent = "";
  request.send(file);
});

addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-fetch-now]");
  if (!button) return;
  const form = button.closest("[data-upload-form]"), said = form.querySelector("[data-said]");
  const asked = { address: form.querySelector("[data-fetch]").value.trim(), language: form.querySelector("select")?.value ?? "",
                  by: decodeURIComponent(/(?:^|; )archive_reviewer=([^;]*)/.exec(document.cookie)?.[1] ?? "").slice(0, 100) };
  button.disabled = true;
  said.textContent = "";
  try {
    const answer = await fetch("/api/uploads/fetched", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(asked) });
    const content = await answer.json();
    if (answer.ok) { location.assign("/upload?" + new URLSearchParams({ collection: content.collection })); return; }
    said.textContent = content.message ?? form.dataset.lost;
  } catch { said.textContent = form.dataset.lost; }
  button.disabled = false;
});
