// A map of dots: hover shows the picture, a lasso or a cluster selects. Used for frames of a video and shots of a collection.
import { colour, timecode } from "/static/shared.js";
export default {
  template: `
    <div class="ap-map" :data-ready="dots ? dots.n : ''">
      <canvas ref="canvas" :style="{height: height + 'px'}" :class="{pan: panning}" @pointerdown="down" @pointermove="move" @pointerup="up"
              @pointerleave="tip = null" @wheel.prevent="wheel" :aria-label="labels.map" role="img"></canvas>
      <div v-if="!dots" class="wait">{{ problem || labels.computing }}</div>
      <div class="ap-maptools" v-else>
        <button v-if="kind === 'shots'" type="button" class="ap-button" :aria-pressed="String(panning)" @click="panning = !panning"><q-icon :name="panning ? 'open_with' : 'gesture'" />{{ panning ? labels.move : labels.lasso }}</button>
        <button type="button" class="ap-button" @click="home" :title="labels.whole" :aria-label="labels.whole"><q-icon name="crop_free" /></button>
      </div>
      <div v-if="tip" class="ap-tip" :style="{left: tip.left + 'px', top: tip.top + 'px'}"><img :src="tip.still" alt="" /><div class="ap-mono">{{ tip.text }}</div></div>
      <div v-if="dots && groups.length" class="ap-chips" style="padding: .6rem .8rem; border-top: 1px solid var(--ap-line)">
        <button v-for="g in groups" :key="g.group" type="button" class="ap-chip" :aria-pressed="String(lit === g.group)" @click="light(g.group)">
          <span class="ap-swatch" :style="{background: g.colour}"></span>{{ g.name }} <span class="ap-soft">{{ g.n }}</span></button>
      </div>
    </div>`,
  props: { address: String, kind: String, video: String, labels: Object, height: { type: Number, default: 420 } },
  emits: ["selected", "time"],
  data: () => ({ dots: null, problem: "", tip: null, panning: false, lit: null, groups: [] }),
  async mounted() {
    this.view = { x: 0, y: 0, scale: 1 };
    this.chosen = new Set(); this.lasso = null;
    this.resized = new ResizeObserver(() => this.draw());
    this.resized.observe(this.$refs.canvas);
    this.themed = new MutationObserver(() => this.draw());
    this.themed.observe(document.body, { attributes: true, attributeFilter: ["class"] });
    try {
      const answer = await fetch(this.address);
      const content = await answer.json();
      if (!answer.ok) { this.problem = (this.labels.errors[content.error_code] || content.message) + " (" + content.error_code + ")"; return; }
      this.take(content);
    } catch { this.problem = this.labels.no_connection; }
  },
  beforeUnmount() { this.resized?.disconnect(); this.themed?.disconnect(); },
  methods: {
    take(content) {
      const group = content.clusters ?? content.classes;
      const counts = new Map();
      group.forEach((g) => counts.set(g, (counts.get(g) ?? 0) + 1));
      this.groups = [...counts].sort((a, b) => (a[0] < 0) - (b[0] < 0) || a[0] - b[0]).slice(0, 24)
        .map(([g, n]) => ({ group: g, n, colour: colour(g), name: g < 0 ? this.labels.none : this.labels.group + " " + (g + 1) }));
      this.raw = content; this.group = group;
      this.dots = { n: content.x.length };
      this.$nextTick(() => this.draw());
    },
    place(i, box) {
      const size = Math.min(box.width, box.height) / 2 * 0.92 * this.view.scale;
      const wide = Math.min(1.6, box.width / box.height);
      return [box.width / 2 + (this.raw.x[i] - this.view.x) * size * wide, box.height / 2 - (this.raw.y[i] - this.view.y) * size];
    },
    draw() {
      const canvas = this.$refs.canvas;
      if (!canvas || !this.raw) return;
      const box = canvas.getBoundingClientRect(), ratio = window.devicePixelRatio || 1;
      canvas.width = box.width * ratio; canvas.height = box.height * ratio;
      const pen = canvas.getContext("2d");
      pen.scale(ratio, ratio);
      const n = this.raw.x.length, r = n > 5000 ? 2 : n > 800 ? 3 : 4.5;
      this.at = new Float32Array(2 * n);
      for (let i = 0; i < n; i++) {
        const [x, y] = this.place(i, box);
        this.at[2 * i] = x; this.at[2 * i + 1] = y;
        const dim = (this.lit !== null && this.group[i] !== this.lit) || (this.chosen.size && !this.chosen.has(i));
        pen.globalAlpha = dim ? 0.18 : 0.85;
        pen.fillStyle = colour(this.group[i]);
        pen.beginPath(); pen.arc(x, y, r, 0, 7); pen.fill();
      }
      pen.globalAlpha = 1;
      if (this.lasso) {
        pen.strokeStyle = getComputedStyle(document.body).getPropertyValue("--ap-accent"); pen.lineWidth = 1.5; pen.setLineDash([5, 4]);
        pen.beginPath(); this.lasso.forEach(([x, y], k) => (k ? pen.lineTo(x, y) : pen.moveTo(x, y))); pen.closePath(); pen.stroke();
      }
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
      if (!this.panning && this.kind === "shots") this.lasso = [this.start];
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
        this.last = here; this.draw(); return;
      }
      const i = this.nearest(here);
      this.tip = i < 0 ? null : { left: Math.min(event.clientX + 16, innerWidth - 240), top: Math.min(event.clientY + 12, innerHeight - 190), ...this.told(i) };
    },
    told(i) {
      const raw = this.raw, video = raw.videos ? raw.videos[raw.video[i]] : this.video, at = raw.videos ? raw.keyframe_s[i] : raw.pts_s[i];
      const path = video.split("/").map(encodeURIComponent).join("/");
      return { still: "/media/stills/" + path + "?at=" + at.toFixed(3), text: raw.videos ? video + " · " + timecode(raw.start_s[i]) : timecode(at) };
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
    select(places) {
      this.chosen = new Set(places); this.lit = null; this.draw();
      if (this.kind === "shots") this.$emit("selected", { ids: places.slice(0, 200).map((i) => this.raw.ids[i]), n: places.length });
    },
    light(group) {
      this.lit = this.lit === group ? null : group; this.chosen = new Set(); this.draw();
      if (this.kind !== "shots") return;
      const places = this.lit === null ? [] : this.group.flatMap((g, i) => (g === group ? [i] : []));
      this.$emit("selected", { ids: places.slice(0, 200).map((i) => this.raw.ids[i]), n: places.length });
    },
    wheel(event) { if (!this.raw) return; this.view.scale = Math.min(40, Math.max(0.6, this.view.scale * Math.exp(-event.deltaY / 500))); this.tip = null; this.draw(); },
    home() { this.view = { x: 0, y: 0, scale: 1 }; this.chosen = new Set(); this.lit = null; this.draw(); if (this.kind === "shots") this.$emit("selected", { ids: [], n: 0 }); },
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
