/** Escapes control characters, so that values of other systems cannot move the cursor or hide a line. Keeps line feeds. */
export function plainText(text: string): string {
  return text.replaceAll(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, (character) =>
    character === '\n' ? character : escaped(character),
  );
}

/** As `plainText`, for one value inside a line: escapes line feeds too. */
export function oneLine(value: string): string {
  return plainText(value).replaceAll('\n', '\\n');
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
