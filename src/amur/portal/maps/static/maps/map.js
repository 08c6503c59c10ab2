/* The map widget: turns each `[data-map]` of templates/maps/map.html into a MapLibre map.
 *
 * The list beside the map is the page's own: buttons with `data-map-uuid` inside the element that the option `items`
 * names move the map. Where the map cannot run, the list stands alone and a sentence says why.
 * For tests, `data-state` of the section is "loading", "idle" or "failed", and `performance` gets the mark "map-idle".
 */

const CLICK_RADIUS = 8; // pixels around a click or tap
const CENTRE_RADIUS = 40; // pixels around the middle, for Enter on the keyboard
const EMPTY = ["==", ["get", "uuid"], ""];

/** Whether the device draws Chinese itself: a missing glyph looks like any other missing glyph. */
function hasChineseFont() {
  const context = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  if (!context) return true;
  const drawn = (character) => {
    context.clearRect(0, 0, 40, 40);
    context.font = "24px sans-serif";
    context.fillText(character, 4, 30);
    return context.getImageData(0, 0, 40, 40).data.join();
  };
  return drawn("\u6c5f") !== drawn("\u{10fffd}") && drawn("\u6c5f") !== drawn("\u9f98");
}

function styleAddress(options) {
  const address = new URL(options.style, location.href);
  if (options.language.startsWith("zh") && !hasChineseFont()) address.searchParams.set("cjk", "1");
  return address.href;
}

class MapWidget {
  constructor(section) {
    this.section = section;
    this.options = JSON.parse(section.dataset.options);
    this.canvas = section.querySelector("[data-map-canvas]");
    this.message = section.querySelector("[data-map-message]");
    this.controls = section.querySelector("[data-map-controls]");
    this.buttons = [...(document.getElementById(this.options.items)?.querySelectorAll("[data-map-uuid]") ?? [])];
    this.switches = section.parentElement.querySelector(":scope > [data-map-switches]");
    this.returnTo = null;
    section.dataset.state = "loading";
    this.message.hidden = true;
  }

  async start() {
    const loading = import(this.section.dataset.library).then((library) => {
      library.setWorkerUrl(new URL(this.section.dataset.worker, location.href).href);
      library.prewarm(); // the worker starts while the style is on its way and the canvas is set up
      return library;
    });
    const [library, response] = await Promise.all([loading, fetch(styleAddress(this.options))]);
    if (!response.ok) throw new Error(`style: ${response.status}`);
    const style = await response.json();
    this.library = library;
    this.languages = style.metadata.languages;
    this.canvas.lang = this.options.language;
    this.map = new library.Map({
      container: this.canvas,
      style,
      bounds: this.options.bounds,
      fitBoundsOptions: {padding: 12},
      maxBounds: this.options.limits,
      minZoom: 2,
      maxZoom: 11,
      attributionControl: false,
      cooperativeGestures: true,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      fadeDuration: 0,
      locale: this.options.strings,
      transformRequest: (url) => ({url: new URL(url, location.href).href}),
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.drawIcons(style);
    this.listen();
  }

  drawIcons(style) {
    this.map.setMissingStyleImageResolver((name) => {
      const image = icon(name, style.metadata.kinds);
      if (image && !this.map.hasImage(name)) this.map.addImage(name, image, {pixelRatio: 2});
    });
  }

  listen() {
    const marked = (flag) =>
      this.map.getStyle().layers.filter((layer) => layer.metadata?.[flag]).map((layer) => layer.id);
    this.map.once("load", () => {
      this.interactive = marked("interactive");
      this.highlights = marked("selected");
      this.ready();
    });
    this.map.once("idle", () => {
      performance.mark("map-idle");
      this.section.dataset.state = "idle";
      if (this.options.focus) this.select(this.options.focus);
    });
    this.map.on("error", (event) => this.report(event.error));
  }

  ready() {
    this.controls.hidden = false;
    const hint = this.section.querySelector("[data-map-hint]");
    if (hint) hint.hidden = false;
    this.map.on("click", (event) => this.openAt(event.point, CLICK_RADIUS));
    this.map.on("mousemove", (event) => {
      this.map.getCanvas().style.cursor = this.nearest(event.point, 2) ? "pointer" : "";
    });
    this.map.getCanvas().addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.openAt(this.map.project(this.map.getCenter()), CENTRE_RADIUS);
    });
    this.section.addEventListener("keydown", (event) => this.onEscape(event));
    this.controls.addEventListener("click", (event) => this.onControl(event.target.closest("button")));
    for (const button of this.buttons) {
      button.hidden = false;
      button.addEventListener("click", () => this.showItem(button));
    }
    if (this.switches) {
      this.switches.hidden = false;
      this.switches.addEventListener("change", (event) => this.show(event.target));
    }
    document.addEventListener("fullscreenchange", () => this.onFullScreen());
  }

  /** Show or hide the layers that a checkbox beside the map names. */
  show(box) {
    for (const id of (box.dataset.mapSwitch ?? "").split(" ")) {
      if (this.map.getLayer(id)) this.map.setLayoutProperty(id, "visibility", box.checked ? "visible" : "none");
    }
  }

  onControl(button) {
    if (!button) return;
    if (button.dataset.mapZoom) this.map.zoomTo(this.map.getZoom() + Number(button.dataset.mapZoom));
    else if ("mapHome" in button.dataset) this.map.fitBounds(this.options.bounds, {padding: 12});
    else this.toggleFullScreen();
  }

  toggleFullScreen() {
    if (document.fullscreenElement) {
      document.exitFullscreen();
    } else if (this.section.requestFullscreen) {
      this.section.requestFullscreen().catch(() => this.fillWindow(true));
    } else {
      this.fillWindow(!this.section.classList.contains("map-full")); // phones without the full-screen interface
    }
  }

  onFullScreen() {
    this.fillWindow(document.fullscreenElement === this.section);
  }

  fillWindow(full) {
    this.section.classList.toggle("map-full", full);
    this.controls.querySelector("[data-map-full]").setAttribute("aria-pressed", String(full));
    // The whole screen is the map's then: no need to hold a key for scrolling.
    this.map.cooperativeGestures[full ? "disable" : "enable"]();
    this.map.resize();
  }

  onEscape(event) {
    if (event.key !== "Escape") return;
    if (this.popup?.isOpen()) {
      this.popup.remove();
      event.stopPropagation();
    } else if (this.section.classList.contains("map-full") && !document.fullscreenElement) {
      this.fillWindow(false);
    }
  }

  /** The feature nearest to a point of the screen, within a radius in pixels. */
  nearest(point, radius) {
    const box = [
      [point.x - radius, point.y - radius],
      [point.x + radius, point.y + radius],
    ];
    const distance = (feature) => {
      if (feature.geometry.type !== "Point") return radius; // areas come after points
      const at = this.map.project(feature.geometry.coordinates);
      return Math.hypot(at.x - point.x, at.y - point.y);
    };
    const found = this.map.queryRenderedFeatures(box, {layers: this.interactive});
    return found.sort((one, other) => distance(one) - distance(other))[0];
  }

  openAt(point, radius) {
    const feature = this.nearest(point, radius);
    if (!feature) return;
    const place = feature.geometry.type === "Point" ? feature.geometry.coordinates : this.map.unproject(point);
    this.open(feature.properties, place, this.map.getCanvas());
  }

  /** Move to a list's item; its tile may still be on the way when the map arrives. */
  showItem(button) {
    const [longitude, latitude, zoom] = JSON.parse(button.dataset.mapPlace);
    const {mapUuid: uuid, mapName: name} = button.dataset;
    this.popup?.remove();
    this.select(uuid);
    this.section.scrollIntoView({block: "nearest"});
    this.map.once("moveend", () => {
      this.map.once("idle", () => {
        const properties = this.findByUuid(uuid) ?? {uuid, [`name_${this.languages[0]}`]: name};
        this.open(properties, [longitude, latitude], button);
      });
    });
    this.map.flyTo({center: [longitude, latitude], zoom: Math.max(zoom, this.map.getZoom())});
  }

  findByUuid(uuid) {
    for (const source of new Set(this.interactive.map((id) => this.map.getLayer(id).source))) {
      const filter = ["==", ["get", "uuid"], uuid];
      const found = this.map.querySourceFeatures(source, {sourceLayer: source, filter});
      if (found.length) return found[0].properties;
    }
    return null;
  }

  open(properties, place, returnTo) {
    this.popup?.remove();
    this.select(properties.uuid);
    this.returnTo = returnTo;
    const content = popupContent(properties, this.languages, this.options);
    this.popup = new this.library.Popup({maxWidth: "280px", focusAfterOpen: true, offset: 12})
      .setLngLat(place)
      .setDOMContent(content)
      .addTo(this.map);
    this.popup.on("close", () => this.closed());
  }

  closed() {
    // Only when the focus was inside the pop-up: a click elsewhere keeps its own.
    if (document.activeElement === document.body || this.canvas.contains(document.activeElement)) {
      this.returnTo?.focus({preventScroll: true});
    }
    this.select("");
  }

  select(uuid) {
    const filter = uuid ? ["==", ["get", "uuid"], uuid] : EMPTY;
    for (const id of this.highlights) {
      const onlyPoints = id.endsWith("-point");
      const type = ["==", ["geometry-type"], "Point"];
      this.map.setFilter(id, ["all", filter, onlyPoints ? type : ["!", type]]);
    }
    for (const button of this.buttons) {
      if (button.dataset.mapUuid === uuid) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
  }

  report(error) {
    if (error?.name === "AbortError") return;
    this.say("lost");
  }

  fail() {
    this.section.dataset.state = "failed";
    this.canvas.hidden = true;
    this.say("failed");
  }

  say(key) {
    this.message.textContent = this.options.strings[key];
    this.message.hidden = false;
    this.message.setAttribute("role", "status");
  }
}

/* Point symbols, drawn here so that no image is loaded. The style names them "city", "kind:selected", "kind:<kind>" and
 * "kind:<kind>:approximate" (hollow, dashed). */

const ICON_SIZE = 40; // drawn at double resolution: 20 CSS pixels

const ICON_OUTLINES = {
  circle: (c, r) => c.arc(ICON_SIZE / 2, ICON_SIZE / 2, r, 0, 2 * Math.PI),
  square: (c, r) => c.rect(ICON_SIZE / 2 - 0.85 * r, ICON_SIZE / 2 - 0.85 * r, 1.7 * r, 1.7 * r),
  diamond: (c, r) => polygon(c, r * 1.15, 4, 0),
  triangle: (c, r) => polygon(c, r * 1.2, 3, 0),
};

function polygon(context, radius, corners, start) {
  for (let corner = 0; corner < corners; corner += 1) {
    const angle = start - Math.PI / 2 + (2 * Math.PI * corner) / corners;
    context.lineTo(ICON_SIZE / 2 + radius * Math.cos(angle), ICON_SIZE / 2 + radius * Math.sin(angle));
  }
  context.closePath();
}

function drawIcon(outline, radius, {fill, stroke, width = 3, dash = []}) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = ICON_SIZE;
  // Read back at once: kept out of the graphics card, from where reading takes a tenth of a second each.
  const context = canvas.getContext("2d", {willReadFrequently: true});
  context.beginPath();
  outline(context, radius);
  context.fillStyle = fill;
  context.fill();
  context.setLineDash(dash);
  context.lineWidth = width;
  context.strokeStyle = stroke;
  context.stroke();
  return context.getImageData(0, 0, ICON_SIZE, ICON_SIZE);
}

/** The pixels of a named symbol, or null for an unknown name. `kinds`: kind -> {fill, outline, shape}. */
function icon(name, kinds) {
  if (name === "city") return drawIcon(ICON_OUTLINES.circle, 5, {fill: "#ffffff", stroke: "#33302a", width: 2.5});
  if (name === "kind:selected") return drawIcon(ICON_OUTLINES.circle, 17, {fill: "rgba(0,0,0,0)", stroke: "#000000", width: 4});
  const [prefix, key, accuracy] = name.split(":");
  if (prefix !== "kind") return null;
  const kind = kinds[key] ?? {fill: "#555555", outline: "#222222", shape: "circle"};
  const outline = ICON_OUTLINES[kind.shape];
  if (accuracy !== "approximate") return drawIcon(outline, 11, {fill: kind.fill, stroke: kind.outline});
  return drawIcon(outline, 11, {fill: `${kind.fill}59`, stroke: kind.outline, width: 3.5, dash: [6, 4]});
}

/* The pop-up of a feature: name, what it is, how sure its place is, and a link to its page. */

/** A property in the reader's language, else in the likeliest other one: {text, language}, or null. */
function reading(properties, field, languages) {
  for (const language of languages) {
    const text = properties[`${field}_${language}`];
    if (text) return {text, language};
  }
  return null;
}

function element(tag, content, languages, tags) {
  const node = document.createElement(tag);
  node.textContent = content.text;
  if (content.language && content.language !== languages[0]) node.lang = tags[content.language];
  return node;
}

/** The address when it leads to a page of this site, else null: tiles are data, and data must not carry scripts. */
function ownAddress(text) {
  if (!text) return null;
  const address = new URL(text, location.href);
  return address.origin === location.origin && address.protocol.startsWith("http") ? address.href : null;
}

/** `languages`: the reader's first. `options.tags`: language -> BCP 47 tag. `options.strings`: what to say. */
function popupContent(properties, languages, options) {
  const content = document.createElement("div");
  content.className = "map-popup";
  const name = reading(properties, "name", languages);
  if (name) content.append(element("strong", name, languages, options.tags));
  const designation = reading(properties, "designation", languages);
  if (designation) content.append(element("span", designation, languages, options.tags));
  if (properties.accuracy === "approximate") {
    const note = element("em", {text: options.strings.approximate}, languages, options.tags);
    content.append(note);
  }
  const address = ownAddress(reading(properties, "url", languages)?.text);
  if (address) {
    const link = element("a", {text: options.strings.open}, languages, options.tags);
    link.href = address;
    content.append(link);
  }
  return content;
}

for (const section of document.querySelectorAll("[data-map]")) {
  const widget = new MapWidget(section);
  widget.start().catch(() => widget.fail());
}
