// A picture or short video put to a model and to detectors: chosen or dropped, asked about, answered with text, boxes
// beside each other and JSON. Whatever a model wrote is shown as text, never as markup.
export default {
  template: `
    <div class="ap-play">
      <form class="ap-panel" @submit.prevent="ask">
        <label :class="['ap-drop', 'ap-play-drop', {over}]" @dragover.prevent="over = true" @dragleave="over = false" @drop.prevent="dropped">
          <input type="file" accept="image/jpeg,image/png,image/webp,image/avif,video/*" hidden @change="chosen" data-file />
          <video v-if="file && is_video" :src="preview" muted controls></video>
          <img v-else-if="file" :src="preview" :alt="labels.picture" />
          <template v-else><q-icon name="add_photo_alternate" size="28px" /><span>{{ labels.drop }}</span></template>
        </label>
        <div class="ap-play-controls">
          <label>{{ labels.model }}<select v-model="model" data-model><option v-for="m in models" :key="m" :value="m">{{ m }}</option><option value="">{{ labels.no_model }}</option></select></label>
          <label v-if="model">{{ labels.task }}<select v-model="task" data-task><option v-for="t in tasks" :key="t" :value="t">{{ labels[t] }}</option></select></label>
          <label v-if="model && (task === 'ask' || task === 'detect')">{{ task === 'ask' ? labels.question : labels.what }}<textarea v-model="question" rows="2" maxlength="2000" data-question></textarea></label>
          <fieldset v-if="detectors.length"><legend>{{ labels.detectors }}</legend>
            <label v-for="d in detectors" :key="d"><input type="checkbox" v-model="chosen_detectors" :value="d" :data-detector="d" />{{ d }}</label>
            <label v-if="chosen_detectors.length">{{ labels.min_score }}<input type="number" v-model.number="min_score" min="0.01" max="0.99" step="0.01" data-min-score /></label>
          </fieldset>
          <button class="ap-button main" type="submit" :disabled="!file || busy || !(model || chosen_detectors.length)" data-ask>{{ busy ? labels.busy : labels.go }}</button>
        </div>
      </form>
      <section v-if="answer || detections.length" class="ap-panel" data-answer :data-status="answer ? answer.status : ''">
        <div class="ap-play-pictures">
          <figure v-for="(f, i) in figures" :key="i" :data-figure="f.who"><div>
            <img :src="f.src" alt="" />
            <span v-for="(b, n) in f.things" :key="n" class="box" :style="place(b.box)" :data-box="b.label"><i>{{ b.label }}</i></span></div>
            <figcaption v-if="f.who" class="ap-small">{{ f.who }} <span class="ap-soft" data-seconds>{{ f.cost }}</span></figcaption>
          </figure>
        </div>
        <template v-if="answer">
          <p v-if="answer.reason" class="ap-note warn" data-reason><span>{{ labels[answer.status] }}: {{ answer.reason }}</span></p>
          <p class="ap-play-text" data-text>{{ answer.text }}</p>
        </template>
        <table v-if="things.length" class="ap-table" data-things>
          <thead><tr><th>{{ labels.by }}</th><th>{{ labels.thing }}</th><th>{{ labels.score }}</th><th>{{ labels.box }}</th><th>{{ labels.action }}</th></tr></thead>
          <tbody><tr v-for="(b, n) in things" :key="n" :data-thing="b.label"><td>{{ b.who }}</td><td>{{ b.label }}</td>
            <td class="ap-mono">{{ b.score === null ? "–" : b.score.toFixed(2) }}</td><td class="ap-mono">{{ b.pixels }}</td><td>{{ b.action }}</td></tr></tbody>
        </table>
        <p v-else-if="detections.length" class="ap-soft" data-nothing>{{ labels.nothing }}</p>
        <template v-if="answer">
          <p class="ap-soft ap-small" data-cost>{{ answer.model }} · {{ answer.latency_s.toFixed(2) }} s · {{ labels.tokens.replace('{prompt}', answer.prompt_tokens).replace('{completion}', answer.completion_tokens) }}</p>
          <details><summary>JSON</summary><pre class="ap-mono" data-json>{{ answer.answer === null ? answer.raw : JSON.stringify(answer.answer, null, 2) }}</pre></details>
        </template>
      </section>
      <form class="ap-panel" @submit.prevent="compare">
        <h2>{{ labels.competing }}</h2>
        <p class="ap-soft ap-small">{{ labels.competing_text }}</p>
        <textarea v-model="sentences" rows="4" maxlength="20000" :aria-label="labels.competing" data-sentences></textarea>
        <div class="ap-row">
          <select v-model="encoder" :aria-label="labels.encoder" data-encoder><option v-for="e in encoders" :key="e" :value="e">{{ e }}</option></select>
          <button class="ap-button" type="submit" :disabled="!file || is_video || comparing" data-compare>{{ labels.compare }}</button>
        </div>
        <ul v-if="shares.length" class="ap-shares" data-shares>
          <li v-for="(s, n) in shares" :key="n" :data-share="s.phrase"><span class="bar" :style="{width: (100 * s.probability) + '%'}"></span>
            <span class="words">{{ s.phrase }}</span><span class="ap-mono">{{ (100 * s.probability).toFixed(1) }} %</span></li>
        </ul>
      </form>
    </div>`,
  props: { models: Array, detectors: Array, encoders: Array, labels: Object, language: String },
  emits: ["problem", "fine"],
  data: () => ({ over: false, busy: false, comparing: false, file: null, preview: "", model: "", task: "describe", question: "",
                 sentences: "", encoder: "", answer: null, detections: [], chosen_detectors: [], min_score: 0.5, shares: [], tasks: ["describe", "detect", "read", "ask"] }),
  computed: {
    is_video() { return Boolean(this.file) && this.file.type.startsWith("video/"); },
    answers() { return [...(this.answer ? [{ who: this.answer.model, ...this.answer }] : []), ...this.detections.map((d) => ({ who: d.detector, ...d }))]; },
    things() {
      return this.answers.flatMap((a) => a.things.map((b) => ({ ...b, who: a.who, pixels: b.box ? this.corners(b.box, a.size) : "–" })));
    },
    figures() {
      return this.answers.flatMap((a) => (a.pictures ?? [a.picture]).map((src, i) => {
        const boxed = i === (a.boxed ?? 0);
        return { src, who: boxed ? a.who : "", things: boxed ? a.things.filter((one) => one.box) : [], cost: this.seconds(a) };
      }));
    },
  },
  watch: { models() { this.model = this.models[0] ?? ""; } },
  mounted() { this.model = this.models[0] ?? ""; this.encoder = this.encoders[0] ?? ""; },
  beforeUnmount() { URL.revokeObjectURL(this.preview); },
  methods: {
    chosen(event) { const file = event.target.files[0]; event.target.value = ""; if (file) this.take(file); },
    dropped(event) { this.over = false; const file = event.dataTransfer?.files?.[0]; if (file) this.take(file); },
    take(file) {
      this.$emit("fine");
      if (file.size > 25e6) { this.$emit("problem", { error_code: "picture_too_large", message: "" }); return; }
      URL.revokeObjectURL(this.preview);
      this.file = file; this.preview = URL.createObjectURL(file); this.answer = null; this.detections = []; this.shares = [];
    },
    place(box) {
      const part = (share) => 100 * share + "%";
      return { left: part(box.left), top: part(box.top), width: part(box.right - box.left), height: part(box.bottom - box.top) };
    },
    corners(box, [width, height]) { return [box.left * width, box.top * height, box.right * width, box.bottom * height].map(Math.round).join(", "); },
    seconds(a) {
      const found = a.latency_s.toFixed(3) + " s";
      return a.loading_s > 0.01 ? found + " " + this.labels.loading.replace("{seconds}", a.loading_s.toFixed(1)) : found;
    },
    async ask() {
      this.busy = true; this.answer = null; this.detections = []; this.$emit("fine");
      const file = this.file, asked = [];
      if (this.model) asked.push(this.send("answers", { model: this.model, task: this.task, question: this.question, language: this.language })
        .then((found) => { if (found && file === this.file) this.answer = found; }));
      asked.push((async () => {  // one after the other, so that the seconds of each are its own
        for (const detector of this.detectors.filter((one) => this.chosen_detectors.includes(one))) {
          const found = await this.send("detections", { detector, min_score: this.min_score });
          if (found && file === this.file) this.detections.push(found);
        }
      })());
      await Promise.all(asked);
      this.busy = false;
    },
    async compare() {
      this.comparing = true; this.shares = []; this.$emit("fine");
      const lines = this.sentences.split("\n").map((line) => line.trim()).filter(Boolean);
      const found = await this.send("comparisons", { encoder: this.encoder, sentence: lines });
      this.comparing = false;
      if (found) this.shares = found.sort((a, b) => b.probability - a.probability);
    },
    async send(what, fields) {
      const form = new FormData();
      form.append("file", this.file, "file");
      for (const [name, value] of Object.entries(fields)) for (const one of [value].flat()) form.append(name, one);
      try {
        const answer = await fetch("/api/playground/" + what, { method: "POST", body: form });
        const content = await answer.json();
        if (answer.ok) return content;
        this.$emit("problem", content);
      } catch { this.$emit("problem", { error_code: "no_connection", message: "" }); }
      return null;
    },
  },
};
