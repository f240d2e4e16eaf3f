// Feeds a <video> with clips that the server makes on demand, each put where it belongs on the video's own clock:
// currentTime is the time of the source, although only some seconds around it were ever coded.
const KEPT_S = 90;

export class ClipFeeder {
  constructor(video, { address, clip_s, overlap_s, mime }, startS, endS, onTrouble) {
    Object.assign(this, { video, address, clipS: clip_s, overlapS: overlap_s, mime, startS, endS, onTrouble });
    this.have = new Set(); this.asked = new Map(); this.failed = new Map(); this.closed = false; this.queue = Promise.resolve();
    this.first = Math.max(0, Math.floor(startS / clip_s)); this.last = Math.max(this.first, Math.ceil((endS - 0.001) / clip_s) - 1);
    this.source = new MediaSource();
    this.url = URL.createObjectURL(this.source);
    this.events = new AbortController();
    for (const name of ["seeking", "play", "timeupdate", "waiting"]) video.addEventListener(name, () => this.want(name), { signal: this.events.signal });
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

  want(event) {
    const video = this.video;
    if (this.closed || !this.buffer) return;
    if (event === "seeking" || event === "play") this.failed.clear();  // who asks again is answered again
    // nothing is shown before the first frame, nor at the very end; before anything is loaded a jump would not be told
    if (video.readyState > 0 && video.currentTime < this.startS) video.currentTime = this.startS + 0.001;
    if (event === "seeking" && video.currentTime > this.endS - 0.001) video.currentTime = this.endS - 0.001;
    const now = this.at(video.currentTime), before = this.at(video.currentTime - this.overlapS);
    this.fetch(now, () => this.fetch(before, () => this.fetch(this.at(video.currentTime + this.clipS))));
  }

  at(time) { return Math.min(this.last, Math.max(this.first, Math.floor(time / this.clipS))); }

  // Whether the picture of the moment that is shown may be in a clip: that of the last one stands until the next one.
  holds(number) { return number === this.at(this.video.currentTime) || number === this.at(this.video.currentTime - this.overlapS); }

  fetch(number, then) {
    if (this.have.has(number)) { then?.(); return; }
    if (this.failed.has(number) && this.holds(number)) this.onTrouble(this.failed.get(number));
    if (this.failed.has(number) || this.asked.has(number)) return;
    const asked = new AbortController();
    this.asked.set(number, asked);
    // what was asked for before a jump to another place is not waited for any more
    for (const [other, controller] of this.asked) if (Math.abs(other - number) > 1) { controller.abort(); this.asked.delete(other); }
    fetch(`${this.address}?number=${number}`, { signal: asked.signal })
      .then(async (answer) => { if (!answer.ok) throw await answer.json(); return answer.arrayBuffer(); })
      .then((content) => this.append(number, content))
      .then(() => { if (this.asked.get(number) === asked) this.asked.delete(number); then?.(); })
      .catch((problem) => {
        if (this.asked.get(number) === asked) this.asked.delete(number);
        if (problem?.name === "AbortError" || this.closed) return;
        this.failed.set(number, problem);
        if (this.holds(number)) this.onTrouble(problem);
      });
  }

  append(number, content) {
    this.queue = this.queue.catch(() => {}).then(async () => {
      if (this.closed) return;
      const here = this.video.currentTime, stands = this.video.readyState >= 2 && !this.video.seeking;
      for (const old of [...this.have]) {
        if (Math.abs(old * this.clipS - here) > KEPT_S) {
          this.have.delete(old);
          await this.change(() => this.buffer.remove(old * this.clipS, (old + 1) * this.clipS));
        }
      }
      await this.change(() => {
        this.buffer.timestampOffset = number * this.clipS;
        // sound begins with a little silence of its coding, which would take the last picture of the clip before away
        this.buffer.appendWindowStart = number * this.clipS;
        this.buffer.appendBuffer(content);
      });
      this.have.add(number);
      if (this.have.has(this.last) && this.source.readyState === "open") this.source.endOfStream();
      // without this clip a browser has shown the nearest picture that it had
      if (stands && this.holds(number)) this.video.currentTime = this.video.currentTime;
    });
    return this.queue;
  }

  change(act) {
    return new Promise((done, failed) => {
      this.buffer.onupdateend = done;
      this.buffer.onerror = () => failed({ error_code: "preview_failed", message: "" });
      try { act(); } catch (error) { failed(error); }
    });
  }

  close() {
    this.closed = true;
    for (const controller of this.asked.values()) controller.abort();
    this.events.abort();
    URL.revokeObjectURL(this.url);
  }
}
