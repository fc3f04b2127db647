/**
 * Values come from other systems: a control character in a name must not move the cursor, clear the screen or hide a line.
 * Line feeds of a layout stay.
 */
export function plainText(text: string): string {
  return text.replaceAll(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, (character) =>
    character === '\n' ? character : escaped(character),
  );
}

/** One value inside a line: no line feed either. */
export function oneLine(value: string): string {
  return plainText(value).replaceAll('\n', '\\n');
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
