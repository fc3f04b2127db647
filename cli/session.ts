import type { OperationInput, OperationName, OperationOutput } from '../lambdas/control/api/control-api.ts';
import { chooseTarget, type Target, type TargetOptions } from './connection/connector-target.ts';
import { type ControlClient, createControlClient, type RunOperation } from './connection/control-client.ts';
import { layout } from './render/layout.ts';
import { plainText } from './render/plain-text.ts';
import type { View } from './render/view.ts';
import type { Shell } from './shell.ts';

/** Options that every command has. */
export interface GlobalOptions extends TargetOptions {
  readonly json?: boolean;
  readonly plain?: boolean;
  readonly handler: string;
  /** --handler is on the command line: commands about all handlers show this one only. */
  readonly isHandlerGiven: boolean;
}

/** One command while it runs. */
export interface Session {
  readonly shell: Shell;
  readonly options: GlobalOptions;
  /** The connector that the command acts on, chosen at the first use. */
  target(): Promise<Target>;
  readonly control: RunOperation;
  /** Prints the answer: JSON with --json, else the view. */
  print(answer: unknown, view: (now: number) => View): void;
  /** Runs an operation and prints its answer. */
  show<N extends OperationName>(
    operation: N,
    input: OperationInput<N>,
    view: (answer: OperationOutput<N>, now: number) => View,
  ): Promise<OperationOutput<N>>;
  /** Prints one part of an answer that comes in parts; nothing with --json. */
  printPart(view: View): void;
  /** Prints a note on standard error; nothing with --json. */
  remark(text: string): void;
  end(): void;
}

export function createSession(shell: Shell, options: GlobalOptions): Session {
  let chosen: Promise<{ target: Target; client: ControlClient }> | undefined;
  const connect = () => {
    chosen ??= chooseTarget(options).then((target) => ({
      target,
      client: createControlClient(target, shell),
    }));
    return chosen;
  };
  const printView = (view: View) => shell.out(`${plainText(layout(view, shell.width))}\n`);
  const print: Session['print'] = (answer, view) =>
    options.json ? shell.out(`${JSON.stringify(answer, undefined, 2)}\n`) : printView(view(shell.now()));
  const control: RunOperation = async (operation, input) => (await connect()).client.run(operation, input);
  return {
    shell,
    options,
    target: async () => (await connect()).target,
    control,
    print,
    show: async (operation, input, view) => {
      const answer = await control(operation, input);
      print(answer, (now) => view(answer, now));
      return answer;
    },
    printPart: (view) => {
      if (!options.json) printView(view);
    },
    remark: (text) => {
      if (!options.json) shell.err(`${errorText(shell, [text])}\n`);
    },
    end: () => void chosen?.then(({ client }) => client.end()).catch(() => undefined),
  };
}

/** Text for standard error. Only a terminal gets wrapped lines: a log or a script wants one line per message. */
export function errorText({ isInteractive, width }: Shell, lines: readonly string[]): string {
  return plainText(isInteractive ? layout(lines, width) : lines.join('\n'));
}
