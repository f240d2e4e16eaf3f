// What several components share.

// Colours of classes and clusters: far apart on the wheel for neighbours in number, grey for none.
export function colour(number) {
  return number < 0 ? "hsl(60 3% 58%)" : `hsl(${(number * 137.508 + 190) % 360} 48% ${number % 2 ? 62 : 50}%)`;
}

// HH:MM:SS.mmm, as the database writes it.
export function timecode(seconds) {
  const ms = Math.max(0, Math.round(seconds * 1000)), two = (n) => String(Math.floor(n)).padStart(2, "0");
  return `${two(ms / 3600000)}:${two((ms / 60000) % 60)}:${two((ms / 1000) % 60)}.${String(ms % 1000).padStart(3, "0")}`;
}

// An id as part of an address.
export function escaped(id) { return id.split("/").map(encodeURIComponent).join("/"); }
