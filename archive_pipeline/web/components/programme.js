// A video: player, its classes, scenes and shots over time, and how near a phrase is to every moment of it.
import { colour, escaped, timecode } from "/static/shared.js";
import { ClipFeeder } from "/static/clip_feeder.js";
import Corrections from "/static/corrections.js";
import { PartBox } from "/static/part_box.js";
import { PictureParts, partsOf } from "/static/picture_parts.js";
const ROWS = { classes: 16, scenes: 14, shots: 26, curve: 92 };
const TONES = ["#2a9d8f", "#e07a3f", "#7a6bd1", "#c2497a"];
export default {
  components: { Corrections, PartBox, PictureParts },
  template: `
    <div class="ap-programme" ref="root" tabindex="-1" :data-shot="current ? current.shot : ''" :data-mode="mode">
      <div v-if="problem" class="ap-note bad" role="alert">{{ problem }}</div>
      <div :class="['ap-stage', {alone: !details}]" v-if="video">
        <div>
          <div class="ap-video"><video ref="video" controls playsinline preload="auto" @timeupdate="tick" @seeked="tick" @error="refused" @loadedmetadata="known" @play="part = null"></video>
            <span v-if="mode === 'clips'" class="mode" :title="labels.clips_title">{{ labels.clips }}</span>
            <part-box v-if="part" :of="part.of" :ratio="part.ratio" :labels="labels.part" :errors="errors" @close="part = null"></part-box>
            <div v-if="trouble" class="trouble" role="alert">{{ trouble }}</div></div>
        </div>
        <dl v-if="details && current" class="ap-facts ap-panel">
          <template v-for="f in facts" :key="f[0]"><dt>{{ f[0] }}</dt><dd :class="f[2]"><span v-if="f[3]" class="ap-swatch" :style="{background: f[3]}"></span>{{ f[1] }}</dd></template>
        </dl>
      </div>
      <div class="ap-transport" v-if="video">
        <span class="ap-mono" data-clock>{{ clock }}</span>
        <button type="button" class="ap-icon" @click="step(-1)" :title="labels.previous_shot + ' ['" :aria-label="labels.previous_shot"><q-icon name="skip_previous" /></button>
        <button type="button" class="ap-icon" @click="step(1)" :title="labels.next_shot + ' ]'" :aria-label="labels.next_shot"><q-icon name="skip_next" /></button>
        <button type="button" class="ap-icon" :aria-pressed="String(loop)" @click="loop = !loop" :title="labels.loop + ' (R)'" :aria-label="labels.loop"><q-icon name="repeat_one" /></button>
        <button v-if="current" type="button" class="ap-icon" data-cut-out @click="cutOut" :title="labels.part.title + ' (B)'" :aria-label="labels.part.title"><q-icon name="highlight_alt" /></button>
        <button v-if="putting && current" type="button" class="ap-icon" data-put @click="$emit('put', current.id)" :title="labels.put + ' (C)'" :aria-label="labels.put"><q-icon name="playlist_add" /></button>
        <span class="ap-soft ap-small" v-if="current">{{ labels.shot }} {{ current.shot + 1 }} / {{ video.shots.length }} · {{ labels.class }} {{ current.class < 0 ? '–' : current.class + 1 }}</span>
        <span class="ap-grow"></span>
        <form v-if="phrases" class="ap-row" style="width: auto" @submit.prevent="ask(phrase)">
          <input class="ap-input" v-model="phrase" maxlength="500" :placeholder="labels.phrase" :aria-label="labels.phrase" style="width: 250px" data-phrase />
          <button class="ap-button" type="submit" :disabled="busy">{{ labels.show_curve }}</button></form>
        <button type="button" class="ap-icon" @click="zoom = Math.max(1, zoom / 2)" :title="labels.zoom_out" :aria-label="labels.zoom_out"><q-icon name="zoom_out" /></button>
        <button type="button" class="ap-icon" @click="zoom = Math.min(32, zoom * 2)" :title="labels.zoom_in" :aria-label="labels.zoom_in"><q-icon name="zoom_in" /></button>
      </div>
      <div v-if="asked.length" class="ap-chips"><button v-for="(c, k) in asked" :key="c.text" type="button" class="ap-chip" @click="forget(k)" :title="labels.remove">
        <span class="ap-swatch" :style="{background: tone(k)}"></span>{{ c.text }} <span class="ap-soft">{{ labels.at_most }} {{ c.most.toFixed(2) }}</span><q-icon name="close" /></button></div>
      <div v-if="said" class="ap-note warn">{{ said }}</div>
      <div class="ap-lines" v-if="video">
        <div class="names"><span v-for="r in rows" :key="r.name" :style="{height: r.height + 'px', lineHeight: r.height + 'px'}">{{ labels[r.name] }}</span></div>
        <div class="ap-timeline" ref="scroll" @mousemove="hover" @mouseleave="tip = null">
          <svg ref="line" :width="zoom * 100 + '%'" :height="height + 18" @click="jump">
            <g v-for="r in rows" :key="r.name">
              <template v-if="r.name === 'curve'">
                <line v-for="g in 3" :key="g" class="grid" x1="0" x2="100%" :y1="r.top + r.height * g / 4" :y2="r.top + r.height * g / 4" />
                <svg x="0" :y="r.top" width="100%" :height="r.height" :viewBox="'0 0 1000 ' + r.height" preserveAspectRatio="none">
                  <polyline v-for="(c, k) in asked" :key="c.text" class="curve" :points="points(c, r.height)" fill="none" :stroke="tone(k)" stroke-width="1.8" vector-effect="non-scaling-stroke" /></svg>
                <text x="4" :y="r.top + 11">{{ high.toFixed(2) }}</text><text x="4" :y="r.top + r.height - 3">{{ low.toFixed(2) }}</text>
              </template>
              <rect v-else v-for="(b, i) in bars(r.name)" :key="i" :x="b.x + '%'" :width="b.width + '%'" :y="r.top + 1" :height="r.height - 2" :class="b.kind" :fill="b.fill" :data-at="b.at" />
            </g>
            <text v-for="t in ticks" :key="t.at" :x="t.x + '%'" :y="height + 13">{{ t.text }}</text>
            <line class="head" :x1="head + '%'" :x2="head + '%'" y1="0" :y2="height" />
          </svg>
        </div>
      </div>
      <div v-if="tip" class="ap-tip" :style="{left: tip.left + 'px', top: tip.top + 'px'}"><img :src="tip.still" alt="" /><div class="ap-mono">{{ tip.text }}</div></div>
      <div class="ap-strip" ref="strip" v-if="video">
        <button v-for="s in around" :key="s.shot" type="button" @click="go(s.start_s)" :aria-current="current && s.shot === current.shot ? 'true' : null" :data-neighbour="s.shot">
          <img :src="still(s.keyframe_s)" loading="lazy" alt="" /><span class="ap-mono">{{ short(s.start_s) }}</span></button>
      </div>
      <Corrections v-if="details && current" :video="video" :shot="current" :labels="labels" :moment="moment" @begun="$refs.video.pause()" @corrected="again_known">
        <dl v-if="told && told.status === 'ok'" class="ap-facts"><template v-for="f in seen" :key="f[0]"><dt>{{ f[0] }}</dt><dd>{{ f[1] }}</dd></template></dl></Corrections>
      <picture-parts v-if="details && parts.length" :of="{video: video_id}" :parts="parts" :labels="labels.part" :errors="errors"></picture-parts>
    </div>`,
  props: { video_id: String, shot: { type: Number, default: null }, at: { type: Number, default: null }, labels: Object, details: Boolean,
           phrases: { type: Boolean, default: true }, ask_first: { type: Array, default: () => [] }, autoplay: { type: Boolean, default: true }, putting: Boolean },
  emits: ["asked", "shot", "put"],
  data: () => ({ video: null, current: null, mode: "", problem: "", trouble: "", said: "", clock: "", head: 0, zoom: 1, loop: false, part: null, tip: null, phrase: "", asked: [], low: 0, high: 1, busy: false }),
  computed: {
    rows() {
      let top = 2;
      return ["classes", "scenes", "shots", ...(this.asked.length ? ["curve"] : [])].map((name) => { const row = { name, top, height: ROWS[name] }; top += ROWS[name] + 2; return row; });
    },
    height() { const last = this.rows[this.rows.length - 1]; return last.top + last.height + 2; },
    length() { return Math.max(this.video.end_s - this.video.start_s, 0.001); },
    ticks() {
      const wanted = this.length / (8 * this.zoom), step = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600].find((s) => s >= wanted) ?? 7200, found = [];
      for (let t = Math.ceil(this.video.start_s / step) * step; t < this.video.end_s - step / 3; t += step) found.push({ at: t, x: this.x(t), text: this.short(t, step < 1) });
      return found;
    },
    around() { const i = this.current ? this.current.shot : 0, all = this.video.shots; return all.slice(Math.max(0, i - 6), i + 9); },
    told() { return this.current?.description; },
    parts() { return this.current ? partsOf(this.current) : []; },
    errors() { return { ...this.labels.errors, no_connection: this.labels.no_connection }; },
    seen() {
      const d = this.told, l = this.labels, things = d.objects.map((o) => o.action ? o.label + " (" + o.action + ")" : o.label).join(", ");
      const scene = this.video.scenes.find((s) => s.scene === this.current.scene)?.summary?.summary;
      return [[l.setting, d.setting], [l.objects, things], [l.people, d.people_count], [l.visible_text, d.visible_text], [l.scene, scene === d.description ? "" : scene]].filter((f) => f[1]);
    },
    facts() {
      const v = this.video, s = this.current, l = this.labels;
      const class_ = v.classes.find((c) => c.class === s.class);
      const known = v.listed || { other: {} };
      const listed = [...["date", "programme", "tape", "rights"].map((name) => [l["listed_" + name], known[name]]), ...Object.entries(known.other)].filter((fact) => fact[1]);
      return [[l.video, v.title], ...listed, [l.collection, v.collection], [l.shot, s.shot + 1 + " / " + v.shots.length], [l.start, timecode(s.start_s), "ap-mono"], [l.end, timecode(s.end_s), "ap-mono"],
              [l.length, (s.end_s - s.start_s).toFixed(2) + " s"], ...(s.source_timecode ? [[l.source_timecode, s.source_timecode, "ap-mono"]] : []), [l.scene, s.scene + 1],
              [l.class, (s.class < 0 ? l.none : s.class + 1) + (class_?.corrected[0] ? " · " + class_.corrected[0].value : "") + (class_ ? " · " + Math.round(class_.share * 100) + " %" : ""), "", colour(s.class)], [l.cohesion, s.cohesion.toFixed(3)],
              ...(s.visible_texts.length ? [[l.visible_text, s.visible_texts.map((one) => one.text).join(" · ")]] : []),
              ...(s.concepts.length ? [[l.concepts, [...new Set(s.concepts.map((c) => c.label[l.language]))].join(", ")]] : []),
              [l.picture, v.width + " × " + v.height + " · " + (+v.frame_rate.toFixed(3)) + " fps" + (v.is_interlaced ? " · " + l.interlaced : "") + (v.is_mirrored ? " · " + l.mirrored : "")],
              ...(v.note ? [[l.note, this.noted(v.note)]] : []),
              [l.format, [v.container.split(",")[0], v.video_codec, v.audio_codec].filter(Boolean).join(" · ")], [l.file, v.path], [l.shot_id, s.id, "ap-mono"]];
    },
  },
  async mounted() {
    this.keys = (event) => this.key(event);
    document.addEventListener("keydown", this.keys);
    try {
      const answer = await fetch("/api/videos/" + escaped(this.video_id));
      const content = await answer.json();
      if (!answer.ok) { this.problem = this.sentence(content); return; }
      this.video = content;
    } catch { this.problem = this.labels.no_connection; return; }
    const first = this.shot !== null ? this.video.shots[this.shot] : null;
    this.wanted = this.at ?? (first ? first.start_s : this.video.start_s);
    this.plays = this.autoplay;
    this.find(this.wanted);
    this.$nextTick(() => { if (!this.$refs.video) return; /* closed meanwhile */ this.watchPictures(); if (this.video.source) this.playSource(); else this.playClips(); });
    for (const text of this.ask_first) await this.ask(text);
  },
  beforeUnmount() { document.removeEventListener("keydown", this.keys); this.feeder?.close(); },
  watch: { current(now, before) { if (now && now !== before) { this.$emit("shot", now.id); this.$nextTick(() => this.centre()); } } },
  methods: {
    sentence(problem) { return (this.labels.errors[problem?.error_code] || problem?.message || this.labels.no_connection) + (problem?.error_code ? " (" + problem.error_code + ")" : ""); },
    noted(note) {  // recorded in English, with what is of this file in the place of the gap
      for (const [recorded, own] of this.labels.noted) {
        const [begin, end] = recorded.split("{angle}");
        if (end === undefined ? note === begin : note.startsWith(begin) && note.endsWith(end)) return own.replace("{angle}", note.slice(begin.length, note.length - (end?.length ?? 0)));
      }
      return note;
    },
    tone(k) { return TONES[k % TONES.length]; },
    x(t) { return ((t - this.video.start_s) / this.length) * 100; },
    short(t, fine = false) { const text = timecode(t); return (this.video.end_s < 3600 ? text.slice(3) : text).slice(0, fine ? -2 : -4); },
    still(t) { return "/media/stills/" + escaped(this.video_id) + "?at=" + t.toFixed(3); },
    bars(row) {
      const spans = row === "shots" ? this.video.shots : this.video.scenes;
      return spans.map((s, i) => ({ x: this.x(s.start_s), width: Math.max(this.x(s.end_s) - this.x(s.start_s), 0.02), at: s.start_s,
        kind: row === "shots" ? "shot" + (i % 2 ? " odd" : "") + (this.current && this.current.shot === s.shot ? " now" : "") : row, fill: row === "classes" ? colour(s.class) : row === "scenes" ? `rgb(110 130 150 / ${i % 2 ? 0.28 : 0.5})` : null }));
    },
    points(c, height) { return c.pts_s.map((t, i) => (this.x(t) * 10).toFixed(2) + "," + (height - 4 - ((c.cosines[i] - this.low) / (this.high - this.low)) * (height - 8)).toFixed(2)).join(" "); },
    scale(asked) {
      const all = asked.flatMap((c) => c.cosines);
      this.low = all.reduce((a, b) => Math.min(a, b), Infinity); this.high = Math.max(all.reduce((a, b) => Math.max(a, b), -Infinity), this.low + 0.05);
    },
    async ask(text) {
      text = text.trim();
      if (!text || this.asked.some((c) => c.text === text)) return;
      this.busy = true; this.said = "";
      try {
        const answer = await fetch("/api/curve/" + escaped(this.video_id) + "?text=" + encodeURIComponent(text));
        const content = await answer.json();
        if (!answer.ok) { this.said = this.sentence(content); return; }
        const curve = { text, ...content, most: Math.max(...content.cosines) };
        const asked = [...this.asked, curve].slice(-TONES.length);
        this.scale(asked); this.asked = asked;
        this.said = content.hints.map((h) => this.labels.hints[h.code] ? this.labels.hints[h.code].replace(/\{(\w+)\}/g, (_, k) => h.facts[k] ?? "") : h.message).join(" ");
        this.phrase = "";
        this.$emit("asked", this.asked.map((c) => c.text));
      } catch { this.said = this.labels.no_connection; } finally { this.busy = false; }
    },
    forget(k) { this.asked = this.asked.filter((_, i) => i !== k); if (this.asked.length) this.scale(this.asked); this.$emit("asked", this.asked.map((c) => c.text)); },
    playSource() { this.mode = "source"; this.$refs.video.src = this.video.source; },
    playClips() {
      this.mode = "clips";
      if (!ClipFeeder.playable(this.video.clips.mime)) { this.trouble = this.labels.no_clips; return; }
      this.feeder = new ClipFeeder(this.$refs.video, this.video.clips, this.video.start_s, this.video.end_s, (problem) => { this.trouble = this.sentence(problem); });
    },
    // A browser may play some of a source and give up at a later moment.
    refused() {
      const video = this.$refs.video;
      if (this.mode === "clips") { this.trouble ||= this.labels.no_clips; return; }
      if (video.currentTime > 0) { this.wanted = video.currentTime; this.plays = !video.paused; }
      this.playClips();
    },
    known() {
      const video = this.$refs.video;
      if (this.mode === "source" && !video.videoWidth) { this.playClips(); return; }
      this.go(this.wanted);
      if (this.plays) video.play().catch(() => {});
    },
    // Every picture tells when it begins, which is when the one before ends.
    watchPictures() {
      const video = this.$refs.video;
      const shown = (_, picture) => { if (this.$refs.video !== video) return; this.picture = picture.mediaTime; this.again(); video.requestVideoFrameCallback(shown); };
      video.requestVideoFrameCallback?.(shown);
    },
    // The moment of a picture; a thousandth more, so that rounding does not show the one before.
    go(t) { this.trouble = ""; this.part = null; this.$refs.video.currentTime = t + 0.001; this.find(t + 0.001); this.move(t); },
    // Whether it is known when the picture that is shown began.
    isPictureKnown() { return !this.$refs.video.seeking && this.picture <= this.$refs.video.currentTime; },
    moment() { return this.isPictureKnown() ? this.picture : Math.max(this.video.start_s, this.$refs.video.currentTime - 0.001); },
    nudge(by) {
      const video = this.$refs.video, frame = 1 / (this.video.frame_rate || 25), t = video.currentTime - 0.001;
      video.pause();
      const isKnown = this.isPictureKnown();
      if (by > 0) this.go(Math.max(t, isKnown ? this.picture : t) + frame);
      else this.go(Math.max(this.video.start_s, isKnown ? this.picture - 0.002 : t - frame));
    },
    // The picture that is shown, to draw a box on it.
    cutOut() {
      const video = this.$refs.video;
      if (!video.videoWidth) return;
      const open = () => {
        this.part = { of: { video: this.video_id, at_s: this.moment() }, ratio: video.videoWidth / video.videoHeight };
      };
      if (video.paused) { open(); return; }
      video.addEventListener("pause", () => setTimeout(open, 60), { once: true });  // one more picture may be on its way
      video.pause();
    },
    step(by) { const next = this.video.shots[(this.current?.shot ?? 0) + by]; if (next) this.go(next.start_s); },
    // After a correction: the same moment of what is known now.
    async again_known() {
      try {
        const answer = await fetch("/api/videos/" + escaped(this.video_id));
        if (answer.ok) { this.video = await answer.json(); this.find(this.$refs.video.currentTime); }
      } catch { /* what was saved is saved; the next look shows it */ }
    },
    find(t) {
      const shots = this.video.shots;
      let low = 0, high = shots.length - 1;
      while (low < high) { const middle = (low + high + 1) >> 1; if (shots[middle].start_s <= t + 1e-6) low = middle; else high = middle - 1; }
      this.current = shots[low];
    },
    move(t) { this.head = Math.min(100, Math.max(0, this.x(t))); this.clock = timecode(t); },
    tick() {
      const t = this.$refs.video.currentTime;
      if (this.again()) return;
      this.find(t); this.move(t);
    },
    again() {
      const t = this.$refs.video.currentTime, ends = this.loop && this.current && t >= this.current.end_s - 0.04 && t < this.current.end_s + 0.7;
      if (ends) this.$refs.video.currentTime = this.current.start_s + 0.001;
      return ends;
    },
    time(event) { const box = this.$refs.line.getBoundingClientRect(); return this.video.start_s + ((event.clientX - box.left) / box.width) * this.length; },
    jump(event) { const at = event.target.dataset?.at; this.go(at !== undefined ? Number(at) : this.time(event)); },
    hover(event) { const t = this.time(event); this.tip = { left: Math.min(event.clientX + 14, innerWidth - 240), top: event.clientY + 18 > innerHeight - 180 ? event.clientY - 180 : event.clientY + 18, still: this.still(Math.round(t * 3) / 3), text: timecode(t) }; },
    centre() { const button = this.$refs.strip?.querySelector("[aria-current]"); if (button) this.$refs.strip.scrollTo({ left: button.offsetLeft - this.$refs.strip.offsetLeft - this.$refs.strip.clientWidth / 2 + 62 }); },
    key(event) {
      const video = this.$refs.video, target = event.target;
      if (!video || event.ctrlKey || event.metaKey || event.altKey || target.matches?.("input, textarea, select, [contenteditable]")) return;
      const acts = { k: () => (video.paused ? video.play() : video.pause()), j: () => this.go(video.currentTime - 5), l: () => this.go(video.currentTime + 5), ",": () => this.nudge(-1), ".": () => this.nudge(1),
                     "[": () => this.step(-1), "]": () => this.step(1), r: () => { this.loop = !this.loop; }, b: () => this.cutOut() };
      if (this.putting && this.current) acts.c = () => this.$emit("put", this.current.id);
      if (event.key === " " && !target.matches?.("button, video, a")) acts[" "] = acts.k;
      const act = acts[event.key];
      if (act && !target.closest?.(".ap-card")) { event.preventDefault(); act(); }
    },
  },
};
