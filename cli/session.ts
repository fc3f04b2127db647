import { type Control, createControl } from './control-client.ts';
import { plainText } from './render/plain-text.ts';
import type { Shell } from './shell.ts';
import { chooseTarget, type Target, type TargetOptions } from './target.ts';

/** Options that every command has. */
export interface GlobalOptions extends TargetOptions {
  readonly json?: boolean;
  readonly plain?: boolean;
  readonly handler: string;
  /** Was it named? What is about all handlers is about this one then. */
  readonly isHandlerGiven: boolean;
}

/** One command being done. */
export interface Session {
  readonly shell: Shell;
  readonly options: GlobalOptions;
  /** The connector it is about, chosen at the first need. */
  target(): Promise<Target>;
  readonly control: Control;
  /** The answer: JSON with --json, else the text. */
  print(answer: unknown, text: () => string): void;
  /** A remark for a person; a script that asked for JSON does not get it. */
  remark(text: string): void;
  end(): void;
}

export function createSession(shell: Shell, options: GlobalOptions): Session {
  let chosen: Promise<{ target: Target; client: ReturnType<typeof createControl> }> | undefined;
  const connect = () => {
    chosen ??= chooseTarget(options).then((target) => ({ target, client: createControl(target, shell) }));
    return chosen;
  };
  return {
    shell,
    options,
    target: async () => (await connect()).target,
    control: async (operation, input) => (await connect()).client.ask(operation, input),
    print: (answer, text) =>
      shell.out(options.json ? `${JSON.stringify(answer, undefined, 2)}\n` : `${plainText(text())}\n`),
    remark: (text) => {
      if (!options.json) shell.err(`${plainText(text)}\n`);
    },
    end: () => void chosen?.then(({ client }) => client.end()).catch(() => undefined),
  };
}
