// What people put right of a shot: shown beside what the machine says, and a form to say more.
import { timecode } from "/static/shared.js";
const NAME = "archive_reviewer";
export default {
  template: `
    <section v-if="title || description || told || said.length || open" class="ap-panel ap-told" data-told>
      <h3 v-if="title">{{ title }}</h3><p v-if="description">{{ description }}</p>
      <p v-if="told && told.status !== 'ok' && !description">{{ labels.not_described }}: {{ told.reason }} ({{ told.status }})</p>
      <slot></slot>
      <p v-for="s in said" :key="s.segment" class="ap-said"><span class="ap-mono ap-soft ap-small">{{ timecode(s.start_s) }}</span> <strong v-if="s.speaker">{{ s.speaker }}:</strong> {{ s.text }}</p>
      <p v-for="c in shown" :key="c.correction" class="ap-soft ap-small" data-corrected>{{ labels.corrected_by }} {{ c.corrected_by || labels.somebody }}, {{ new Date(c.corrected_at).toLocaleString(labels.language) }} · {{ labels["corrected_" + c.field] }}<template v-if="c.machine"> · {{ labels.machine_says }} <q>{{ c.machine }}</q></template></p>
      <p v-if="told && told.status === 'ok'" class="ap-soft ap-small">{{ labels.by_a_model }} {{ told.model }}</p>
      <form v-if="open" class="ap-correcting" @submit.prevent="save" data-correcting>
        <label v-for="f in fields" :key="f.key"><span class="ap-small">{{ f.label }}</span>
          <textarea v-if="f.long" class="ap-input" rows="2" dir="auto" v-model="f.value" :maxlength="f.most" :data-field="f.key"></textarea>
          <input v-else class="ap-input" dir="auto" v-model="f.value" :maxlength="f.most" :data-field="f.key" /></label>
        <label><span class="ap-small">{{ labels.your_name }}</span><input class="ap-input" v-model="name" maxlength="100" data-field="by" /></label>
        <p class="ap-soft ap-small">{{ labels.correct_text }}</p>
        <div v-if="problem" class="ap-note bad" role="alert">{{ problem }}</div>
        <div class="ap-row"><button class="ap-button" type="submit" :disabled="busy" data-save>{{ labels.save }}</button>
          <button class="ap-chip" type="button" @click="open = false">{{ labels.cancel }}</button><span class="ap-grow"></span>
          <button v-if="next" class="ap-chip" type="button" @click="bound(next.start_s, 'none')" data-join>{{ labels.join }}</button>
          <button class="ap-chip" type="button" @click="bound(moment(), 'here')" data-divide>{{ labels.divide }}</button></div>
      </form>
      <template v-if="open && lost.length"><h3>{{ labels.lost }}</h3><p class="ap-soft ap-small">{{ labels.lost_text }}</p>
        <p v-for="c in lost" :key="c.correction" data-lost><span class="ap-mono ap-small">{{ timecode(c.start_s) }}</span> {{ labels["corrected_" + c.field] }}: {{ c.value }} <span class="ap-soft ap-small">{{ c.corrected_by }}</span> <button class="ap-chip" type="button" @click="takeBack(c)">{{ labels.take_back }}</button></p></template>
    </section>
    <p v-if="!open"><button class="ap-chip" type="button" @click="begin" data-correct><q-icon name="edit" /> {{ labels.correct }}</button>
      <span v-if="lost.length" class="ap-soft ap-small"> {{ labels.lost }}: {{ lost.length }}</span></p>`,
  props: { video: Object, shot: Object, labels: Object, moment: Function },
  emits: ["begun", "corrected"],
  data: () => ({ open: false, fields: [], name: "", busy: false, problem: "", transcript: [], lost: [] }),
  computed: {
    told() { return this.shot.description; },
    title() { return this.right("title") ?? this.told?.title; },
    description() { return this.right("description") ?? this.told?.description; },
    next() { return this.video.shots[this.shot.shot + 1]; },
    called() { return this.video.classes.find((c) => c.class === this.shot.class); },
    className() { return this.called?.corrected[0]?.value ?? this.called?.["name_" + this.labels.language]; },
    said() { return this.transcript.filter((s) => s.start_s < this.shot.end_s && s.end_s > this.shot.start_s); },
    shown() {
      const machine = { title: this.told?.title, description: this.told?.description };
      const own = [...this.shot.corrected.map((c) => ({ ...c, machine: machine[c.field] })), ...(this.called?.corrected ?? []).map((c) => ({ ...c, machine: this.called["name_" + this.labels.language] }))];
      const of = this.said.flatMap((s) => s.corrected.map((c) => ({ ...c, machine: s["machine_" + c.field] })));
      return [...own, ...of];
    },
  },
  mounted() { this.load(); },
  methods: {
    timecode,
    right(field) { return this.shot.corrected.find((c) => c.field === field)?.value; },
    async load() {
      const of = "?video_id=" + encodeURIComponent(this.video.video_id);
      try {
        const [said, made] = await Promise.all(["/api/transcripts", "/api/corrections"].map(async (path) => { const answer = await fetch(path + of); return answer.ok ? answer.json() : []; }));
        this.transcript = said;
        this.lost = made.filter((c) => c.state === "lost");
      } catch { /* the player says that the server does not answer */ }
    },
    begin() {
      const field = (name, target, value, most, long, label) => ({ key: name + ":" + target, field: name, target: String(target), value: value ?? "", was: value ?? "", most, long, label: label ?? this.labels["corrected_" + name] });
      this.fields = [field("title", this.shot.id, this.title, 300, false, this.labels.corrected_title + " (" + this.labels.shot + " " + (this.shot.shot + 1) + ")"), field("description", this.shot.id, this.description, 5000, true)];
      if (this.shot.class >= 0) this.fields.push(field("class_name", this.shot.class, this.className, 120, false, this.labels.corrected_class_name + " (" + this.labels.class + " " + (this.shot.class + 1) + ")"));
      for (const s of this.said) {
        this.fields.push(field("speaker", s.segment, s.speaker, 120, false, timecode(s.start_s) + " · " + this.labels.corrected_speaker));
        this.fields.push(field("text", s.segment, s.text, 5000, true, timecode(s.start_s) + " · " + this.labels.corrected_text));
      }
      const kept = document.cookie.split("; ").find((c) => c.startsWith(NAME + "="));
      try { this.name ||= decodeURIComponent(kept?.slice(NAME.length + 1) ?? ""); } catch { this.name = ""; }
      this.problem = "";
      this.open = true;
      this.$emit("begun");
    },
    async send(path, given) {
      const answer = await fetch("/api/corrections" + path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ video_id: this.video.video_id, by: this.name, ...given }) });
      if (answer.ok) return true;
      const said = await answer.json();
      this.problem = (this.labels.errors[said.error_code] || said.message) + " (" + said.error_code + ")";
      return false;
    },
    async save() {
      this.busy = true; this.problem = "";
      try {
        for (const f of this.fields.filter((f) => f.value.trim() !== f.was.trim())) {
          if (!(await this.send("", { field: f.field, target: f.target, value: f.value }))) return;
          f.was = f.value;
        }
        document.cookie = NAME + "=" + encodeURIComponent(this.name) + ";path=/;max-age=31536000;samesite=lax";
        this.open = false;
      } catch { this.problem = this.labels.no_connection; } finally { this.busy = false; await this.load(); this.$emit("corrected"); }
    },
    async bound(at_s, value) {
      this.problem = "";
      try { if (await this.send("", { field: "boundary", target: String(at_s), value })) this.open = false; } catch { this.problem = this.labels.no_connection; }
      this.$emit("corrected");
    },
    async takeBack(correction) {
      try { await this.send("/taken_back", { correction: correction.correction }); } catch { this.problem = this.labels.no_connection; }
      await this.load();
      this.$emit("corrected");
    },
  },
};
