/** A piece of SVG. Only this file makes one, so whatever is in it is escaped. */
export interface Svg {
  readonly markup: string;
}

type Attributes = Readonly<Record<string, string | number>>;

/** An element with children; a string among them is text. */
export function element(name: string, attributes: Attributes, ...children: readonly (Svg | string)[]): Svg {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(plain(value))}"`);
  const inner = children.map((child) => (typeof child === 'string' ? escaped(child) : child.markup)).join('');
  const opening = `<${name}${written.join('')}`;
  return { markup: inner === '' ? `${opening}/>` : `${opening}>${inner}</${name}>` };
}

/** A whole picture as a file. `title` is what a screen reader says. */
export function picture(
  { width, height, title }: { width: number; height: number; title: string },
  ...children: readonly Svg[]
): string {
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    width,
    height,
    viewBox: `0 0 ${plain(width)} ${plain(height)}`,
    role: 'img',
    'font-family': 'system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif',
  };
  return `${element('svg', attributes, element('title', {}, title), ...children).markup.replaceAll('><', '>\n<')}\n`;
}

/** Two decimals are more than a screen shows. Throws RangeError on NaN and infinity, which no viewer draws. */
function plain(value: string | number): string {
  if (typeof value === 'string') return value;
  if (!Number.isFinite(value)) throw new RangeError(`${value} cannot be drawn.`);
  return String(Math.round(value * 100) / 100);
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
