import { parseArgs } from 'node:util';

export type Values = Readonly<Record<string, string | boolean | undefined>>;

/** Reads the command line. `--help` prints the text and exits; a wrong option prints the problem and exits with code 2. */
export function readOptions(help: string, types: Readonly<Record<string, 'string' | 'boolean'>>): Values {
  const options = Object.fromEntries(
    [...Object.entries(types), ['help', 'boolean']].map(([name, type]) => [name, { type }]),
  ) as Record<string, { type: 'string' | 'boolean' }>;
  try {
    const { values } = parseArgs({ options, allowPositionals: false });
    if (!values['help']) return values as Values;
    console.log(help);
    return process.exit(0);
  } catch (error) {
    return usage(error instanceof Error ? error.message : String(error));
  }
}

export interface NumberRule {
  readonly fallback: number;
  readonly min: number;
  readonly max: number;
  readonly isFraction?: boolean;
}

export function numberOption(
  values: Values,
  name: string,
  { fallback, min, max, isFraction = false }: NumberRule,
): number {
  const text = values[name];
  if (text === undefined) return fallback;
  const number = Number(text);
  const isWhole = isFraction || Number.isInteger(number);
  if (text !== '' && Number.isFinite(number) && isWhole && number >= min && number <= max) return number;
  return usage(
    `--${name} must be ${isFraction ? 'a number' : 'a whole number'} from ${min} to ${max}, not "${text}".`,
  );
}

function usage(problem: string): never {
  console.error(`${problem}\nSee --help.`);
  process.exit(2);
}
