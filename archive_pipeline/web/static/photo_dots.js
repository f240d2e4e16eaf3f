// The dots of a collection's photos, as /api/maps/photos sends them: their number n (uint32, little-endian, as all that follows),
// n times x, n times y (float32), n times the number of the group on top (int32, -1 for none), n ids (16 bytes each).
export function read_dots(buffer) {
  const n = new Uint32Array(buffer, 0, 1)[0], ids = new Uint8Array(buffer, 4 + 12 * n, 16 * n);
  const hex = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, "0"));
  return {
    x: new Float32Array(buffer, 4, n),
    y: new Float32Array(buffer, 4 + 4 * n, n),
    clusters: new Int32Array(buffer, 4 + 8 * n, n),
    id(i) {
      const b = [...ids.subarray(16 * i, 16 * i + 16)].map((byte) => hex[byte]).join("");
      return [b.slice(0, 8), b.slice(8, 12), b.slice(12, 16), b.slice(16, 20), b.slice(20)].join("-");
    },
  };
}
