// Cards of shots and photos. Hovering or focusing a card plays its moment: the source itself where the browser can, else its stills.
export default {
  template: `
    <ul class="ap-grid" role="list">
      <li v-for="s in shots" :key="s.id">
        <article :class="['ap-card', {liked: like.includes(s.id), unliked: unlike.includes(s.id)}]" :data-shot="s.id"
                 @mouseenter="enter(s)" @mouseleave="leave" @focusin="enter(s)" @focusout="leave" @keydown="key($event, s)">
          <button class="ap-screen" type="button" @click="$emit('open', s.id)" :aria-label="labels.open + ': ' + s.title + (s.photo_id ? '' : ', ' + s.start_timecode)">
            <img :src="s.still" loading="lazy" alt="" />
            <video v-if="playing === s.id && s.source && !refused[s.video_id]" :src="s.source" muted playsinline
                   preload="auto" @loadedmetadata="begin($event, s)" @timeupdate="turn($event, s)" @error="refused[s.video_id] = true"></video>
            <img v-else-if="playing === s.id" :src="s.stills[step % s.stills.length]" class="moving" alt="" />
            <span v-if="s.rank" class="ap-badge left" :title="labels.score">{{ s.score.toFixed(2) }}</span>
            <span v-if="!s.photo_id" class="ap-badge right">{{ length(s) }}</span>
          </button>
          <div class="ap-caption">
            <a class="name" :href="s.page" :title="s.video_id">{{ s.title }}</a>
            <div v-if="listed(s)" class="times" :title="s.path" data-listed>{{ listed(s) }}</div>
            <div v-if="s.photo_id" class="times" :title="s.path">{{ s.path }}</div>
            <div v-else class="times ap-mono" :title="s.source_timecode ? labels.source_timecode + ' ' + s.source_timecode : ''">{{ s.start_timecode }} – {{ s.end_timecode }}</div>
            <a v-if="s.copies.length" class="ap-small" data-copies :href="copies_address()" :title="labels.copies_title">{{ labels.copies.replace("{n}", s.copies.length) }}</a>
            <div v-if="s.concepts.length" class="concepts" :title="named(s)">{{ named(s) }}</div>
            <div v-if="counted(s)" class="objects" :title="counted(s)">{{ counted(s) }}</div>
            <div v-if="s.by_words" class="ap-matched">
              <span v-if="s.by_picture" class="part">{{ labels.picture }}</span>
              <span v-if="!s.texts.length" class="part">{{ labels.words }}</span>
              <p v-for="t in s.texts" :key="t.part" :data-part="t.part"><span class="part">{{ labels[t.part] }}</span>
                <template v-for="(p, i) in t.pieces" :key="i"><mark v-if="p.matched">{{ p.text }}</mark><template v-else>{{ p.text }}</template></template>
              </p>
            </div>
          </div>
          <div class="ap-actions">
            <button v-for="a in actions_of(s)" :key="a.name" type="button" :class="['ap-icon', a.end ? 'end' : '']" :title="a.label" :aria-label="a.label"
                    :data-action="a.name" :aria-pressed="pressed(a.name, s)" @click="$emit(a.name, s.id)"><q-icon :name="a.icon" /></button>
          </div>
        </article>
      </li>
    </ul>`,
  props: { shots: Array, like: { type: Array, default: () => [] }, unlike: { type: Array, default: () => [] },
           picked: { type: Array, default: () => [] }, labels: Object, marking: { type: Boolean, default: true },
           picking: { type: Boolean, default: true }, judging: { type: Boolean, default: false } },
  emits: ["open", "more", "less", "info", "pick", "right"],
  data: () => ({ playing: null, step: 0, refused: {} }),
  computed: {
    actions() {
      const marks = [{ name: "more", icon: "thumb_up_off_alt", label: this.labels.more },
                     { name: "less", icon: "thumb_down_off_alt", label: this.labels.less }];
      const right = { name: "right", icon: "check_circle_outline", label: this.labels.right };
      return [...(this.judging ? [right] : []), ...(this.marking ? marks : []), { name: "info", icon: "info_outline", label: this.labels.info },
              ...(this.picking ? [{ name: "pick", icon: "playlist_add", label: this.labels.pick, end: true }] : [])];
    },
  },
  beforeUnmount() { this.leave(); },
  methods: {
    listed(s) { return s.listed ? [s.listed.date, s.listed.programme].filter(Boolean).join(" · ") : ""; },
    actions_of(s) { return this.actions.filter((a) => !(s.photo_id && a.name === "pick")); },  // a photo has no time to cut at
    copies_address() {
      const address = new URL(location.href);
      address.searchParams.set("copies", "1");
      return address.href;
    },
    pressed(name, s) {
      const lists = { more: this.like, less: this.unlike, pick: this.picked };
      return lists[name] ? String(lists[name].includes(s.id)) : null;
    },
    counted(s) { return Object.entries(s.objects).map(([label, n]) => (n > 1 ? n + " × " : "") + label).join(" · "); },
    named(s) { return [...new Set(s.concepts.map((c) => c.label[this.labels.language]))].join(" · "); },  // two vocabularies may say the same
    length(s) {
      const seconds = s.end_s - s.start_s;
      return seconds < 60 ? seconds.toFixed(1) + " s" : Math.floor(seconds / 60) + ":" + String(Math.round(seconds % 60)).padStart(2, "0");
    },
    enter(s) {
      clearTimeout(this.soon);
      if (this.playing === s.id || s.photo_id) return;
      this.soon = setTimeout(() => {
        this.playing = s.id; this.step = 0;
        clearInterval(this.clock);
        s.stills.forEach((address) => { new Image().src = address; });
        this.clock = setInterval(() => this.step++, 333);
      }, 140);
    },
    leave() { clearTimeout(this.soon); clearInterval(this.clock); this.playing = null; },
    begin(event, s) {
      const video = event.target;
      if (!video.videoWidth) { this.refused[s.video_id] = true; return; }
      video.currentTime = s.start_s + 0.001;
      video.play().catch(() => {});
    },
    turn(event, s) {
      const video = event.target;
      if (video.currentTime >= s.end_s - 0.05 || video.currentTime < s.start_s - 0.2) { video.currentTime = s.start_s + 0.001; }
    },
    key(event, s) {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const places = [...this.$el.querySelectorAll(".ap-screen")], here = places.findIndex((place) => place.closest(".ap-card") === event.currentTarget);
      const top = (place) => place.getBoundingClientRect().top;
      const columns = places.filter((place) => Math.abs(top(place) - top(places[0])) < 2).length;
      const there = { ArrowRight: here + 1, ArrowLeft: here - 1, ArrowDown: here + columns, ArrowUp: here - columns, Home: 0, End: places.length - 1 }[event.key];
      if (places[there]) { event.preventDefault(); places[there].focus(); return; }
      const name = { m: "more", l: "less", i: "info", c: "pick" }[event.key];
      if (this.actions_of(s).some((action) => action.name === name)) { event.preventDefault(); this.$emit(name, s.id); }
    },
  },
};
