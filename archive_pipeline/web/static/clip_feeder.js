// Feeds a <video> with clips that the server makes on demand, each put where it belongs on the video's own clock:
// currentTime is the time of the source, although only some seconds around it were ever coded.
const KEPT_S = 90;

export class ClipFeeder {
  constructor(video, { address, clip_s, mime }, startS, endS, onTrouble) {
    Object.assign(this, { video, address, clipS: clip_s, mime, startS, endS, onTrouble });
    this.have = new Set(); this.asked = new Map(); this.closed = false; this.queue = Promise.resolve();
    this.first = Math.max(0, Math.floor(startS / clip_s)); this.last = Math.max(this.first, Math.ceil(endS / clip_s) - 1);
    this.source = new MediaSource();
    this.url = URL.createObjectURL(this.source);
    this.listen = () => this.want();
    for (const name of ["seeking", "timeupdate", "waiting", "play"]) video.addEventListener(name, this.listen);
    this.source.addEventListener("sourceopen", () => this.open(), { once: true });
    video.src = this.url;
  }

  static playable(mime) { return "MediaSource" in window && MediaSource.isTypeSupported(mime); }

  open() {
    if (this.closed) return;
    this.source.duration = this.endS;
    this.buffer = this.source.addSourceBuffer(this.mime);
    this.want();
  }

  want() {
    if (this.closed || !this.buffer) return;
    // nothing is shown before the first frame; before anything is loaded a jump there would not be told
    if (this.video.readyState > 0 && this.video.currentTime < this.startS) this.video.currentTime = this.startS + 0.001;
    const now = Math.min(this.last, Math.max(this.first, Math.floor(this.video.currentTime / this.clipS)));
    this.fetch(now, () => this.fetch(Math.min(now + 1, this.last)));
  }

  fetch(number, then = () => {}) {
    if (this.have.has(number)) { then(); return; }
    if (this.asked.has(number)) return;
    const asked = new AbortController();
    this.asked.set(number, asked);
    // what was asked for before a jump to another place is not waited for any more
    for (const [other, controller] of this.asked) if (Math.abs(other - number) > 1) { controller.abort(); this.asked.delete(other); }
    fetch(`${this.address}?number=${number}`, { signal: asked.signal })
      .then(async (answer) => { if (!answer.ok) throw await answer.json(); return answer.arrayBuffer(); })
      .then((content) => this.append(number, content))
      .then(() => { this.have.add(number); this.asked.delete(number); then(); })
      .catch((problem) => { this.asked.delete(number); if (problem?.name !== "AbortError" && !this.closed) this.onTrouble(problem); });
  }

  append(number, content) {
    this.queue = this.queue.catch(() => {}).then(async () => {
      if (this.closed) return;
      const here = this.video.currentTime;
      for (const old of [...this.have]) {
        if (Math.abs(old * this.clipS - here) > KEPT_S) {
          await this.change(() => this.buffer.remove(old * this.clipS, Math.min((old + 1) * this.clipS, this.endS)));
          this.have.delete(old);
        }
      }
      await this.change(() => {
        this.buffer.timestampOffset = number * this.clipS;
        this.buffer.appendWindowEnd = this.endS + 0.1;  // the last frame may be rounded up; padded sound is not kept
        this.buffer.appendBuffer(content);
      });
      if (number === this.last && this.source.readyState === "open") this.source.endOfStream();
    });
    return this.queue;
  }

  change(act) {
    return new Promise((done, failed) => {
      this.buffer.addEventListener("updateend", done, { once: true });
      this.buffer.addEventListener("error", () => failed({ error_code: "preview_failed", message: "" }), { once: true });
      try { act(); } catch (error) { failed(error); }
    });
  }

  close() {
    this.closed = true;
    for (const controller of this.asked.values()) controller.abort();
    for (const name of ["seeking", "timeupdate", "waiting", "play"]) this.video.removeEventListener(name, this.listen);
    URL.revokeObjectURL(this.url);
  }
}
