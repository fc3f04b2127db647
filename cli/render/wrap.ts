/** Columns that a terminal is taken to have. */
export const PAGE_WIDTH = 100;

/**
 * Text in lines of at most `width`, broken at spaces. A word that is longer stays whole: an id must be copied as it is.
 */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line === '') line = word;
    else if (line.length + 1 + word.length <= width) line += ` ${word}`;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}

/** Further lines begin below the text of the first one, which begins after `indent` columns. */
export function hanging(text: string, indent: number, width = PAGE_WIDTH): string {
  return wrap(text, Math.max(width - indent, 20)).join(`\n${' '.repeat(indent)}`);
}
