// A photo, a box that can be drawn on it to search with a part, and what is known of its parts.
import { PartBox } from "/static/part_box.js";
import { partsOf, PictureParts } from "/static/picture_parts.js";
export default {
  components: { PartBox, PictureParts },
  template: `
    <div>
      <div class="ap-photo"><img ref="picture" :src="still" :alt="text" @load="ratio = $refs.picture.naturalWidth / $refs.picture.naturalHeight" />
        <part-box v-if="open" :of="{photo}" :ratio="ratio" :labels="labels" :errors="errors" @close="open = false"></part-box></div>
      <div class="ap-row" style="justify-content: center; margin-top: .6rem">
        <button type="button" class="ap-button" :disabled="!ratio" :aria-pressed="String(open)" @click="open = !open" data-cut-out><q-icon name="highlight_alt" size="18px" /> {{ labels.title }}</button></div>
      <picture-parts v-if="parts.length" style="margin-top: 1rem" :of="{photo}" :picture="still" :parts="parts" :labels="labels" :errors="errors"></picture-parts>
    </div>`,
  props: { photo: String, still: String, text: String, known: Object, labels: Object, errors: Object },  // `known`: found and description
  data: () => ({ open: false, ratio: 0 }),
  computed: { parts() { return partsOf(this.known); } },
};
