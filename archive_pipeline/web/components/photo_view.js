// A photo, and a box that can be drawn on it to search with a part.
import { PartBox } from "/static/part_box.js";
export default {
  components: { PartBox },
  template: `
    <div>
      <div class="ap-photo"><img ref="picture" :src="still" :alt="text" @load="ratio = $refs.picture.naturalWidth / $refs.picture.naturalHeight" />
        <part-box v-if="open" :of="{photo}" :ratio="ratio" :labels="labels" :errors="errors" @close="open = false"></part-box></div>
      <div class="ap-row" style="justify-content: center; margin-top: .6rem">
        <button type="button" class="ap-button" :disabled="!ratio" :aria-pressed="String(open)" @click="open = !open" data-cut-out><q-icon name="highlight_alt" size="18px" /> {{ labels.title }}</button></div>
    </div>`,
  props: { photo: String, still: String, text: String, labels: Object, errors: Object },
  data: () => ({ open: false, ratio: 0 }),
};
