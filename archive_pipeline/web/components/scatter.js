// A map of dots: hover shows the picture, a lasso or a group selects. Of the frames of a video, or of the shots of a collection or
// its photos (which come as numbers, see photo_dots.js): these show their pictures when they are near.
import { colour, timecode, escaped } from "/static/shared.js";
import { read_dots } from "/static/photo_dots.js";
const THUMB = 64, MOST_NEAR = 400;
export default {
  template: `
    <div class="ap-map" :data-ready="dots ? dots.n : ''" :data-chosen="n_chosen" :data-pictures="n_pictures">
      <canvas ref="canvas" :style="{height: height + 'px'}" :class="{pan: panning}" @pointerdown="down" @pointermove="move" @pointerup="up"
              @pointerleave="tip = null" @wheel.prevent="wheel" :aria-label="labels.map" role="img"></canvas>
      <div v-if="!dots" class="wait">{{ problem || labels.computing }}</div>
      <div class="ap-maptools" v-else>
        <template v-if="selects">
          <button type="button" class="ap-button" :aria-pressed="String(!panning)" @click="panning = false"><q-icon name="gesture" />{{ labels.lasso }}</button>
          <button type="button" class="ap-button" :aria-pressed="String(panning)" @click="panning = true"><q-icon name="open_with" />{{ labels.move }}</button></template>
        <button type="button" class="ap-button" @click="home" :title="labels.whole" :aria-label="labels.whole"><q-icon name="crop_free" /></button>
      </div>
      <div v-if="tip" class="ap-tip" :style="{left: tip.left + 'px', top: tip.top + 'px'}"><img :src="tip.still" alt="" /><div class="ap-mono">{{ tip.text }}</div></div>
      <div v-if="dots && groups.length" class="ap-chips" style="padding: .6rem .8rem; border-top: 1px solid var(--ap-line)">
        <button v-for="g in groups" :key="g.group" type="button" class="ap-chip" :aria-pressed="String(lit === g.group)" @click="light(g.group)">
          <span class="ap-swatch" :style="{background: g.colour}"></span>{{ g.name }} <span class="ap-soft">{{ g.n }}</span></button>
      </div>
    </div>`,
  props: { address: String, kind: String, video: String, labels: Object, names: { type: Array, default: () => [] }, height: { type: Number, default: 420 } },
  emits: ["selected", "time", "sent"],
  data: () => ({ dots: null, problem: "", tip: null, panning: false, lit: null, groups: [], n_chosen: 0, n_pictures: 0 }),
  computed: { selects() { return this.kind !== "frames"; } },
  async mounted() {
    this.view = { x: 0, y: 0, scale: 1 };
    this.chosen = null; this.lasso = null; this.thumbs = new Map();
    this.resized = new ResizeObserver(() => this.draw());
    this.resized.observe(this.$refs.canvas);
    this.themed = new MutationObserver(() => this.draw());
    this.themed.observe(document.body, { attributes: true, attributeFilter: ["class"] });
    try {
      const answer = await fetch(this.address);
      if (!answer.ok) { this.tell(await answer.json()); return; }
      this.take(this.kind === "photos" ? read_dots(await answer.arrayBuffer()) : await answer.json());
    } catch { this.problem = this.labels.no_connection; }
  },
  beforeUnmount() { this.resized?.disconnect(); this.themed?.disconnect(); },
  methods: {
    tell(content) { this.problem = (this.labels.errors[content.error_code] || content.message) + " (" + content.error_code + ")"; },
    take(content) {
      const group = content.clusters ?? content.classes;
      const counts = new Map();
      group.forEach((g) => counts.set(g, (counts.get(g) ?? 0) + 1));
      this.groups = [...counts].sort((a, b) => (a[0] < 0) - (b[0] < 0) || a[0] - b[0]).slice(0, 24)
        .map(([g, n]) => ({ group: g, n, colour: colour(g), name: g < 0 ? this.labels.none : this.names[g] ?? this.labels.group + " " + (g + 1) }));
      this.raw = content; this.group = group;
      this.by_colour = Uint32Array.from(group.keys()).sort((a, b) => group[a] - group[b]);
      this.dots = { n: content.x.length };
      this.$nextTick(() => this.draw());
    },
    draw() {
      const canvas = this.$refs.canvas;
      if (!canvas || !this.raw) return;
      const box = canvas.getBoundingClientRect(), ratio = window.devicePixelRatio || 1;
      canvas.width = box.width * ratio; canvas.height = box.height * ratio;
      const pen = canvas.getContext("2d");
      pen.scale(ratio, ratio);
      const n = this.raw.x.length, r = n > 5000 ? 2 : n > 800 ? 3 : 4.5;
      const size = Math.min(box.width, box.height) / 2 * 0.92 * this.view.scale, wide = size * Math.min(1.6, box.width / box.height);
      this.at = new Float32Array(2 * n);
      const near = [];
      let shown = 0, last = null;
      for (const i of this.by_colour) {
        const x = box.width / 2 + (this.raw.x[i] - this.view.x) * wide, y = box.height / 2 - (this.raw.y[i] - this.view.y) * size;
        this.at[2 * i] = x; this.at[2 * i + 1] = y;
        if (x < -r || y < -r || x > box.width + r || y > box.height + r) continue;
        if (++shown <= MOST_NEAR) near.push(i);
        pen.globalAlpha = (this.lit !== null && this.group[i] !== this.lit) || (this.chosen && !this.chosen[i]) ? 0.18 : 0.85;
        if (this.group[i] !== last) { last = this.group[i]; pen.fillStyle = colour(last); }
        if (n > 5000) pen.fillRect(x - r, y - r, 2 * r, 2 * r);  // circles of two pixels take three times as long
        else { pen.beginPath(); pen.arc(x, y, r, 0, 7); pen.fill(); }
      }
      pen.globalAlpha = 1;
      this.n_pictures = this.selects && shown <= MOST_NEAR ? this.draw_near(pen, near) : 0;
      if (this.lasso) {
        pen.strokeStyle = getComputedStyle(document.body).getPropertyValue("--ap-accent"); pen.lineWidth = 1.5; pen.setLineDash([5, 4]);
        pen.beginPath(); this.lasso.forEach(([x, y], k) => (k ? pen.lineTo(x, y) : pen.moveTo(x, y))); pen.closePath(); pen.stroke();
      }
    },
    draw_soon() { cancelAnimationFrame(this.soon); this.soon = requestAnimationFrame(() => this.draw()); },
    draw_near(pen, places) {
      // A picture where there is room for one; the dots of the others stay.
      const taken = [];
      let drawn = 0;
      for (const i of places) {
        const x = this.at[2 * i], y = this.at[2 * i + 1];
        if (taken.some(([a, b]) => Math.abs(a - x) < THUMB && Math.abs(b - y) < THUMB)) continue;
        taken.push([x, y]);
        const image = this.thumb(i);
        if (!image.complete || !image.naturalWidth) continue;
        const share = THUMB / Math.max(image.naturalWidth, image.naturalHeight), w = image.naturalWidth * share, h = image.naturalHeight * share;
        pen.globalAlpha = this.chosen && !this.chosen[i] ? 0.35 : 1;
        pen.drawImage(image, x - w / 2, y - h / 2, w, h);
        drawn++;
        pen.strokeStyle = colour(this.group[i]); pen.lineWidth = 2; pen.setLineDash([]); pen.strokeRect(x - w / 2, y - h / 2, w, h);
      }
      pen.globalAlpha = 1;
      return drawn;
    },
    thumb(i) {
      if (!this.thumbs.has(i)) {
        if (this.thumbs.size > 2000) this.thumbs.clear();
        const image = new Image();
        image.onload = () => this.draw_soon();
        image.src = this.told(i).still;
        this.thumbs.set(i, image);
      }
      return this.thumbs.get(i);
    },
    point(event) { const box = this.$refs.canvas.getBoundingClientRect(); return [event.clientX - box.left, event.clientY - box.top]; },
    nearest([x, y]) {
      let best = -1, least = 15 ** 2;
      for (let i = 0; i < (this.raw?.x.length ?? 0); i++) {
        const d = (this.at[2 * i] - x) ** 2 + (this.at[2 * i + 1] - y) ** 2;
        if (d < least) { least = d; best = i; }
      }
      return best;
    },
    down(event) {
      if (!this.raw) return;
      this.$refs.canvas.setPointerCapture(event.pointerId);
      this.start = this.point(event); this.last = this.start; this.moved = false;
      if (!this.panning && this.selects) this.lasso = [this.start];
      this.tip = null;
    },
    move(event) {
      if (!this.raw) return;
      const here = this.point(event);
      if (this.last) {
        this.moved = this.moved || Math.hypot(here[0] - this.start[0], here[1] - this.start[1]) > 4;
        if (this.lasso) this.lasso.push(here);
        else {
          const box = this.$refs.canvas.getBoundingClientRect(), size = Math.min(box.width, box.height) / 2 * 0.92 * this.view.scale;
          this.view.x -= (here[0] - this.last[0]) / size / Math.min(1.6, box.width / box.height); this.view.y += (here[1] - this.last[1]) / size;
        }
        this.last = here; this.draw_soon(); return;
      }
      const i = this.nearest(here);
      this.tip = i < 0 ? null : { left: Math.min(event.clientX + 16, innerWidth - 240), top: Math.min(event.clientY + 12, innerHeight - 190), ...this.told(i) };
    },
    told(i) {
      const raw = this.raw;
      if (this.kind === "photos") return { still: "/media/photos/" + raw.id(i), text: raw.clusters[i] < 0 ? this.labels.none : this.names[raw.clusters[i]] };
      const video = raw.videos ? raw.videos[raw.video[i]] : this.video, at = raw.videos ? raw.keyframe_s[i] : raw.pts_s[i];
      const when = video.endsWith("/") ? "" : timecode(raw.videos ? raw.start_s[i] : at);  // an album has no time
      return { still: "/media/stills/" + escaped(video) + "?at=" + at.toFixed(3), text: raw.videos ? [video, when].filter(Boolean).join(" · ") : when };
    },
    up(event) {
      const lasso = this.lasso, here = this.last;
      this.lasso = null; this.last = null;
      if (!here) return;
      if (!this.moved) {
        const i = this.nearest(here);
        if (i >= 0 && this.kind === "frames") this.$emit("time", this.raw.pts_s[i]);
        else if (i >= 0) this.select([i]);
        else this.select([]);
      } else if (lasso) {
        const inside = [];
        for (let i = 0; i < this.raw.x.length; i++) if (within(this.at[2 * i], this.at[2 * i + 1], lasso)) inside.push(i);
        this.select(inside);
      }
      this.draw();
    },
    mark(places) {
      this.chosen = null; this.places = places; this.n_chosen = places.length;
      if (places.length) { this.chosen = new Uint8Array(this.raw.x.length); places.forEach((i) => { this.chosen[i] = 1; }); }
      if (this.selects) this.$emit("selected", { ids: places.slice(0, 200).map((i) => this.id(i)), n: places.length });
    },
    id(i) { return this.raw.id ? this.raw.id(i) : this.raw.ids[i]; },
    select(places) { this.lit = null; this.mark(places); this.draw(); },
    light(group) {
      this.lit = this.lit === group ? null : group;
      const places = this.lit === null ? [] : [...this.group.keys()].filter((i) => this.group[i] === group);
      this.mark(places);
      this.draw();
    },
    // Post the ids of all that is selected: a file that comes back is saved, anything else is told by `sent`.
    async send(address, more) {
      try {
        const body = JSON.stringify({ photos: (this.places ?? []).map((i) => this.id(i)), ...more });
        const answer = await fetch(address, { method: "POST", body, headers: { "content-type": "application/json" } });
        const name = /filename="([^"]+)"/.exec(answer.headers.get("content-disposition") ?? "")?.[1];
        if (!answer.ok || !name) { this.$emit("sent", await answer.json()); return; }
        const link = document.createElement("a");
        link.href = URL.createObjectURL(await answer.blob()); link.download = name;
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 60000);
      } catch { this.$emit("sent", { error_code: "no_connection", message: this.labels.no_connection }); }
    },
    wheel(event) {
      if (!this.raw) return;
      const [x, y] = this.point(event), box = this.$refs.canvas.getBoundingClientRect(), before = this.view.scale;
      this.view.scale = Math.min(this.selects ? 2000 : 40, Math.max(0.6, before * Math.exp(-event.deltaY / 500)));
      // What is under the pointer stays there.
      const size = Math.min(box.width, box.height) / 2 * 0.92, gone = 1 / before - 1 / this.view.scale;
      this.view.x += (x - box.width / 2) / size / Math.min(1.6, box.width / box.height) * gone; this.view.y -= (y - box.height / 2) / size * gone;
      this.tip = null; this.draw_soon();
    },
    home() { this.view = { x: 0, y: 0, scale: 1 }; this.lit = null; this.select([]); },
  },
};
function within(x, y, polygon) {
  let inside = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [xi, yi] = polygon[i], [xj, yj] = polygon[j];
    if ((yi > y) !== (yj > y) && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}
