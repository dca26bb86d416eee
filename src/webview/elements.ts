type Child = Node | string | undefined;
type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** An element with attributes and children. Text stays text: nothing here reads markup. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  decorate(made, attributes, children);
  return made;
}

export function svgElement<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[K] {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  decorate(made, attributes, children);
  return made;
}

function decorate(made: Element, attributes: Attributes, children: readonly Child[]): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.filter((child) => child !== undefined));
}

/** A button that says what it does; `id` keeps the focus when the page is drawn anew. */
export function button(
  label: string,
  { id, ...attributes }: Attributes & { readonly id: string },
  press: () => void,
): HTMLButtonElement {
  const made = element("button", { type: "button", id, ...attributes }, label);
  made.addEventListener("click", press);
  return made;
}

/** A link that the panel opens outside of the editor. */
export function link(text: string, url: string, open: (url: string) => void): HTMLAnchorElement {
  const made = element("a", { href: url, title: url }, text);
  made.addEventListener("click", (event) => {
    event.preventDefault();
    event.stopPropagation();
    open(url);
  });
  return made;
}

/** Text in which `` `code` `` is set as code. */
export function prose(text: string): DocumentFragment {
  const fragment = document.createDocumentFragment();
  text.split("`").forEach((part, i) => fragment.append(i % 2 === 1 ? element("code", {}, part) : part));
  return fragment;
}
