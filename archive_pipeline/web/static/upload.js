// Sends the chosen video as it is, shows how much has gone, and goes to its page when all has.
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
