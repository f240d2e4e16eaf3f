// A picture to search with: chosen, dropped anywhere on the page, or pasted. It is sent at once and comes back as a name.
export default {
  template: `
    <div class="ap-drop-place">
      <label :class="['ap-drop', {over}]" :title="labels.drop_title">
        <input type="file" accept="image/jpeg,image/png,image/webp,image/avif" hidden @change="chosen" ref="file" />
        <template v-if="image">
          <img :src="'/api/pictures/' + image" :alt="labels.picture" />
          <button type="button" class="clear" @click.prevent.stop="$emit('picture', '')" :aria-label="labels.clear" :title="labels.clear"><q-icon name="close" size="18px" /></button>
        </template>
        <template v-else><q-icon :name="busy ? 'hourglass_empty' : 'add_photo_alternate'" size="22px" /><span>{{ busy ? labels.sending : labels.drop }}</span></template>
      </label>
      <div v-if="over" class="ap-veil">{{ labels.veil }}</div>
    </div>`,
  props: { image: String, labels: Object },
  emits: ["picture", "problem"],
  data: () => ({ over: false, busy: false }),
  mounted() {
    this.listeners = {
      dragover: (e) => { if ([...(e.dataTransfer?.types ?? [])].includes("Files")) { e.preventDefault(); this.over = true; } },
      dragleave: (e) => { if (!e.relatedTarget) this.over = false; },
      drop: (e) => { this.over = false; const file = e.dataTransfer?.files?.[0]; if (file) { e.preventDefault(); this.send(file); } },
      paste: (e) => { const file = [...(e.clipboardData?.files ?? [])].find((f) => f.type.startsWith("image/")); if (file) { e.preventDefault(); this.send(file); } },
    };
    for (const [name, listener] of Object.entries(this.listeners)) window.addEventListener(name, listener);
  },
  beforeUnmount() { for (const [name, listener] of Object.entries(this.listeners)) window.removeEventListener(name, listener); },
  methods: {
    chosen(event) { const file = event.target.files[0]; event.target.value = ""; if (file) this.send(file); },
    async send(file) {
      if (file.size > 25e6) { this.$emit("problem", { error_code: "picture_too_large", message: "" }); return; }
      const form = new FormData();
      form.append("picture", file, "picture");
      this.busy = true;
      try {
        const answer = await fetch("/api/pictures", { method: "POST", body: form });
        const content = await answer.json();
        if (answer.ok) this.$emit("picture", content.image); else this.$emit("problem", content);
      } catch {
        this.$emit("problem", { error_code: "no_connection", message: "" });
      } finally { this.busy = false; }
    },
  },
};
