// What an answer can be narrowed by, with counts; a click turns a value on or off.
export default {
  template: `
    <details class="ap-facets" :open="wide" v-if="facets.length">
      <summary>{{ labels.title }}</summary>
      <p class="ap-soft ap-small">{{ counted }}</p>
      <section v-for="f in facets" :key="f.facet + f.column" :data-facet="f.facet" :data-column="f.column">
        <h3>{{ f.column ? labels.columns[f.column] || f.column : labels.facets[f.facet] }}</h3>
        <ul>
          <li v-for="v in shown(f)" :key="v.value">
            <button type="button" :aria-pressed="String(v.on)" :title="text(f, v)" @click="$emit('turn', [f.facet, f.column, v.value])">
              <span>{{ text(f, v) }}</span><span class="n">{{ v.n_shots }}</span>
            </button>
          </li>
        </ul>
        <button v-if="f.values.length > few && !all[f.facet + f.column]" type="button" class="more" @click="all[f.facet + f.column] = true">{{ labels.more.replace("{n}", f.values.length - few) }}</button>
      </section>
    </details>`,
  props: { facets: { type: Array, default: () => [] }, counted: String, labels: Object },
  emits: ["turn"],
  data: () => ({ all: {}, few: 6, wide: matchMedia("(min-width: 981px)").matches }),
  methods: {
    shown(f) { return this.all[f.facet + f.column] ? f.values : f.values.filter((v, i) => i < this.few || v.on); },
    text(f, v) {
      if (v.label) return v.label;
      return f.facet === "decade" ? v.value + "–" + (Number(v.value) + 9) : v.value;
    },
  },
};
