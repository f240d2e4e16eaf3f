// A box that a person draws on a picture to search with what is in it: with a pointer, or with the arrow keys.
const SMALLEST = 0.02, STEP = 0.02;

// Search with a part of a picture: `of` is {photo} or {video, at_s}, `box` its left, top, right and bottom as fractions.
// Leaves the page; else answers with the sentence that says why not.
export async function findPart(of, box, errors) {
  try {
    const answer = await fetch("/api/pictures/parts", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ ...of, box }) });
    const content = await answer.json();
    if (!answer.ok) return errors[content.error_code] || content.message;
    location.href = "/?image=" + content.image;
    return "";
  } catch { return errors.no_connection; }
}

export const PartBox = {
  template: `
    <div class="ap-part" :style="field" ref="field" tabindex="0" role="application" :aria-label="labels.title + '. ' + labels.text" :aria-busy="String(busy)" data-part
         @pointerdown.prevent="begin" @pointermove="draw" @pointerup="drawn = null" @pointercancel="drawn = null" @keydown.stop="key">
      <span class="box" :style="place" data-part-box></span>
      <div v-show="!drawn" :class="['ap-part-said', {above: box[3] > 0.8}]" @pointerdown.stop>
        <span v-if="problem" role="alert">{{ problem }}</span><span v-else class="how">{{ labels.text }}</span>
        <button type="button" class="ap-button main" :disabled="busy" @click="find" data-part-find>{{ labels.find }}</button>
        <button type="button" class="ap-icon" :aria-label="labels.close" :title="labels.close" @click="$emit('close')"><q-icon name="close" /></button>
      </div>
    </div>`,
  props: { of: Object, ratio: Number, labels: Object, errors: Object },  // `of`: photo, or video and at_s
  emits: ["close"],
  data: () => ({ box: [0.3, 0.3, 0.7, 0.7], drawn: null, busy: false, problem: "", field: {} }),
  computed: {
    place() { const [l, t, r, b] = this.box.map((share) => 100 * share); return { left: l + "%", top: t + "%", width: r - l + "%", height: b - t + "%" }; },
  },
  mounted() {
    const around = this.$refs.field.parentElement;
    this.watcher = new ResizeObserver(() => {  // the picture itself, without the bars beside it
      const width = Math.min(around.clientWidth, around.clientHeight * this.ratio), height = width / this.ratio;
      this.field = { width: width + "px", height: height + "px", left: (around.clientWidth - width) / 2 + "px", top: (around.clientHeight - height) / 2 + "px" };
    });
    this.watcher.observe(around);
    this.$refs.field.focus();
  },
  beforeUnmount() { this.watcher.disconnect(); },
  methods: {
    at(event) {
      const field = this.$refs.field.getBoundingClientRect(), within = (share) => Math.min(1, Math.max(0, share));
      return [within((event.clientX - field.left) / field.width), within((event.clientY - field.top) / field.height)];
    },
    begin(event) { this.drawn = this.at(event); this.$refs.field.setPointerCapture(event.pointerId); this.$refs.field.focus(); },
    draw(event) {
      if (!this.drawn) return;
      const [x, y] = this.at(event), [fromX, fromY] = this.drawn;
      if (Math.abs(x - fromX) < SMALLEST || Math.abs(y - fromY) < SMALLEST) return;
      this.box = [Math.min(x, fromX), Math.min(y, fromY), Math.max(x, fromX), Math.max(y, fromY)];
    },
    key(event) {
      if (event.target !== this.$refs.field) return;  // its buttons have keys of their own
      const [x, y] = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }[event.key] ?? [0, 0];
      if (event.key === "Enter") this.find(); else if (event.key === "Escape") this.$emit("close"); else if (x || y) this.push(x, y, event.shiftKey); else return;
      event.preventDefault();
    },
    push(x, y, sizes) {
      const [l, t, r, b] = this.box, next = sizes ? [l, t, Math.min(1, r + x), Math.min(1, b + y)] : [l + x, t + y, r + x, b + y];
      if (next.every((side) => side >= 0 && side <= 1) && next[2] - next[0] >= SMALLEST && next[3] - next[1] >= SMALLEST) this.box = next;
    },
    async find() {
      if (this.busy) return;
      this.busy = true; this.problem = "";
      this.problem = await findPart(this.of, this.box, this.errors);
      this.busy = false;
    },
  },
};
