import type { Command } from 'commander';
import stringWidth from 'string-width';
import { layout, wrap } from './render/layout.ts';
import type { View } from './render/view.ts';

/** Lays out the help of commander, and of all commands added afterwards, for the width of the terminal. */
export function configureHelp(program: Command): Command {
  return program.configureHelp({
    showGlobalOptions: true,
    displayWidth: stringWidth,
    boxWrap: (text, width) => wrap(text, width).join('\n'),
    formatItem: (term, termWidth, text, { helpWidth = 80 }) => {
      const label = `  ${term}${' '.repeat(termWidth - stringWidth(term))}  `;
      return text === '' ? label.trimEnd() : layout({ label, text }, helpWidth);
    },
  });
}

/** Text below the options: what the command does in detail, and examples. */
export function addNotes(command: Command, notes: View): Command {
  return command.addHelpText('after', () => {
    const width = command.configureOutput().getOutHelpWidth?.() ?? 80;
    return layout(['', notes], width);
  });
}
