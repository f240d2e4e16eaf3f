// What is known of parts of the picture of a shot, or of a photo: sentences on them, what a detector and a model boxed; each drawn on the
// picture when it is pointed at, and searched with on demand.
import { escaped } from "/static/shared.js";
import { findPart } from "/static/part_box.js";
const SAME = 0.5;  // as language/descriptions/parts.py: of what two boxes cover together they share this much
const area = (box) => (box.right - box.left) * (box.bottom - box.top);
function isSame(one, other) {
  const width = Math.min(one.right, other.right) - Math.max(one.left, other.left), height = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
  const common = Math.max(width, 0) * Math.max(height, 0);
  return common >= SAME * (area(one) + area(other) - common);
}

// Of a shot, or a photo, as the API tells it, each part of its picture once: first what has a sentence, then what was found, then
// what the model boxed besides.
export function partsOf(shot) {
  const told = shot.description?.status === "ok" ? shot.description : null, at_s = told?.box_frame_s, parts = [];
  const add = (part) => { if (!parts.some((known) => isSame(known.box, part.box) && (known.text || known.label === part.label))) parts.push(part); };
  const sure = (box, label) => { const one = shot.found.find((one) => one.label === label && isSame(one.box, box)); return one ? one.detector + " " + one.score.toFixed(2) : ""; };
  for (const one of told?.regions ?? []) parts.push({ label: one.label, text: one.description, by: sure(one.box, one.label), box: one.box, at_s });
  for (const one of shot.found) add({ label: one.label, text: "", by: one.detector + " " + one.score.toFixed(2), box: one.box, at_s: one.found_s });
  for (const one of told?.objects ?? []) if (one.box) add({ label: one.label, text: one.action, by: "", box: one.box, at_s });
  return parts;
}

export const PictureParts = {
  template: `
    <section class="ap-panel ap-parts" data-parts>
      <h3>{{ labels.parts }}</h3>
      <div v-if="problem" class="ap-note bad" role="alert">{{ problem }}</div>
      <div class="both">
        <div class="picture"><img :src="still" alt="" />
          <span v-for="(p, k) in parts" :key="k" v-show="p.at_s === at_s" :class="['box', {now: k === now}]" :style="place(p.box)" :data-box="k" @mouseenter="now = k" @mouseleave="now = -1"></span></div>
        <ul>
          <li v-for="(p, k) in parts" :key="k" :class="{now: k === now}" :data-part-of="k" @mouseenter="now = k" @mouseleave="now = -1" @focusin="now = k" @focusout="now = -1">
            <div><strong>{{ p.label }}</strong> <span class="ap-soft ap-small">{{ p.by }}</span><p v-if="p.text">{{ p.text }}</p></div>
            <button type="button" class="ap-chip" :disabled="busy" :aria-label="labels.find + ': ' + p.label" @click="find(p)" data-part-find><q-icon name="search" /> {{ labels.find }}</button></li>
        </ul>
      </div>
    </section>`,
  props: { of: Object, picture: String, parts: Array, labels: Object, errors: Object },  // `of`: {photo}, with its `picture`, or {video}
  data: () => ({ now: -1, busy: false, problem: "" }),
  computed: {
    at_s() { return (this.parts[this.now] ?? this.parts[0]).at_s; },
    still() { return this.picture || "/media/stills/" + escaped(this.of.video) + "?at=" + this.at_s.toFixed(3); },
  },
  watch: { parts() { this.now = -1; this.problem = ""; } },
  methods: {
    place(box) { return { left: 100 * box.left + "%", top: 100 * box.top + "%", width: 100 * (box.right - box.left) + "%", height: 100 * (box.bottom - box.top) + "%" }; },
    async find(part) {
      this.busy = true;
      this.problem = await findPart(this.of.video ? { ...this.of, at_s: part.at_s } : this.of, [part.box.left, part.box.top, part.box.right, part.box.bottom], this.errors);
      this.busy = false;
    },
  },
};
