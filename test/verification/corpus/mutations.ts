import type { Random } from '@fluent-connector/twins/random';
import { allFields } from './cases/customer-fields.ts';
import { injections, nastyStrings } from './cases/nasty-strings.ts';
import { canary, changeOf, customerOf, type Door, eventOf, type Input, onBus } from './input.ts';

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

const names = [
  ...new Set(allFields.flatMap((path) => path.split('.')).filter((step) => !/^\d+$/.test(step))),
  '__proto__',
  'constructor',
  'toString',
  'detail',
  'detail-type',
  'resource',
  'typeId',
  'kind',
  'traceId',
  'runId',
  'body',
  'bodyAt',
  'force',
  'dataErasure',
  'notificationType',
  'projectKey',
  'specversion',
  '',
];
const numbers = [0, -0, 1, -1, 1.5, 3, 4, 2 ** 31, 2 ** 53, 1e21, 1e308, 5e-324, Number.MAX_SAFE_INTEGER];
const short = nastyStrings.filter((text) => text.length <= 400);

/** One input from a seed: the same seed gives the same input. */
export function fuzzInput(random: Random, id: string): Input {
  const recorded = record(random, id);
  const how = random.next();
  const text =
    how < 0.45
      ? written(changed(parsed(recorded.text), random, random.integer(1, 3)), random)
      : how < 0.85
        ? flipped(recorded.text, random)
        : how < 0.95
          ? written(anything(random, 4), random)
          : spliced(recorded.text, written(anything(random, 2), random), random);
  return recorded.make(text);
}

/** A good message or customer as recorded. */
function record(random: Random, id: string): { text: string; make: (text: string) => Input } {
  const base = { group: 'fuzz', name: 'fuzz', id };
  const at = (door: Door) => (message: string) => ({ ...base, message, doors: [door] });
  const version = random.integer(1, 4);
  switch (random.integer(0, 7)) {
    case 0:
      return {
        text: JSON.stringify(changeOf(id, { version, resourceUserProvidedIdentifiers: { key: canary } })),
        make: at('listener'),
      };
    case 1:
      return { text: JSON.stringify(bridged(changeOf(id, { version }))), make: at('listener') };
    case 2:
      return {
        text: JSON.stringify(
          bridged(changeOf(id, { notificationType: 'ResourceDeleted', dataErasure: true })),
        ),
        make: at('listener'),
      };
    case 3:
      return { text: JSON.stringify(onBus(eventOf(id, { version }))), make: at('router') };
    case 4:
      return {
        text: JSON.stringify(eventOf(id, { version, kind: random.pick(['UPSERT', 'DELETE']) })),
        make: at('handler'),
      };
    case 5: {
      const event = eventOf(id, {
        runId: 'run-1',
        body: customerOf(id),
        bodyAt: Date.parse('2026-11-20T11:00:00Z'),
      });
      return { text: JSON.stringify(event), make: at('handler') };
    }
    default: {
      const isInline = random.chance(0.2);
      // A source that is read returns only JSON; other answers are tested at the adapters.
      return {
        text: JSON.stringify(customerOf(id)),
        make: (text) => ({
          ...base,
          isInline,
          customer: isJson(text) || isInline ? text : JSON.stringify(text),
        }),
      };
    }
  }
}

function bridged(detail: unknown) {
  const source = 'aws.partner/commercetools.com/local/fluent-customer-sync';
  return {
    version: '0',
    id: 'x',
    'detail-type': 'any value',
    source,
    account: '000000000000',
    resources: [],
    detail,
  };
}

const parsed = (text: string): Json => JSON.parse(text) as Json;

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Changes bytes of the text, as a bad line or disk would. */
function flipped(text: string, random: Random): string {
  const bytes = Buffer.from(text);
  for (let times = random.integer(1, 4); times > 0 && bytes.length > 0; times--) {
    const at = random.integer(0, bytes.length - 1);
    const kind = random.integer(0, 4);
    if (kind === 0) bytes[at] = (bytes[at] ?? 0) ^ (1 << random.integer(0, 7));
    else if (kind === 1) bytes[at] = random.integer(0, 255);
    else if (kind === 2) return `${bytes.subarray(0, at)}${bytes.subarray(at + random.integer(1, 8))}`;
    else if (kind === 3)
      return `${bytes.subarray(0, at)}${bytes.subarray(Math.max(0, at - random.integer(1, 40)))}`;
    else return bytes.subarray(0, at).toString();
  }
  return bytes.toString();
}

function spliced(text: string, other: string, random: Random): string {
  const at = random.integer(0, text.length);
  return text.slice(0, at) + other + text.slice(random.chance(0.5) ? at : random.integer(at, text.length));
}

/** Inserts, removes, swaps and replaces members and entries. */
function changed(value: Json, random: Random, times: number): Json {
  let result = value;
  for (let left = times; left > 0; left--) result = changedOnce(result, random);
  return result;
}

function changedOnce(value: Json, random: Random): Json {
  const isLeaf = value === null || typeof value !== 'object';
  if (isLeaf || random.chance(0.12)) return replaced(value, random);
  if (Array.isArray(value)) {
    if (value.length === 0 || random.chance(0.2)) return [...value, anything(random, 2)];
    const at = random.integer(0, value.length - 1);
    if (random.chance(0.2)) return value.toSpliced(at, 1);
    return value.with(at, changedOnce(value[at] ?? null, random));
  }
  const members = Object.keys(value);
  if (members.length === 0 || random.chance(0.15))
    return joined(value, random.pick(names), anything(random, 2));
  const name = random.pick(members);
  if (random.chance(0.12)) return Object.fromEntries(Object.entries(value).filter(([one]) => one !== name));
  return joined(value, name, changedOnce(value[name] ?? null, random));
}

/** A computed member of a literal is an own one, even with the name `__proto__`. */
function joined(value: { [name: string]: Json }, name: string, inner: Json): Json {
  return { ...value, [name]: inner };
}

function replaced(value: Json, random: Random): Json {
  if (typeof value === 'string' && random.chance(0.4)) {
    const other = random.pick(short);
    return random.pick([
      value + other,
      other + value,
      value.slice(0, random.integer(0, value.length)),
      value.repeat(random.integer(2, 9)),
    ]);
  }
  if (typeof value === 'number' && random.chance(0.5)) return value + random.pick(numbers);
  return anything(random, 2);
}

/** A value of any type, most often a nasty text. */
function anything(random: Random, levels: number): Json {
  const kind = random.integer(0, levels > 0 ? 9 : 6);
  if (kind === 0) return random.pick([null, true, false]);
  if (kind === 1) return random.pick(numbers);
  if (kind === 2) return random.integer(-1_000_000, 1_000_000) / random.pick([1, 1, 3, 1e9]);
  if (kind === 3) return random.pick(injections);
  if (kind <= 5) return random.pick(short);
  if (kind === 6)
    return random.pick([`${canary} text`, '', ' ', '3', random.uuid(), '2026-11-20T13:23:40.577Z']);
  const size = random.integer(0, 4);
  if (kind === 7) return Array.from({ length: size }, () => anything(random, levels - 1));
  return Object.fromEntries(
    Array.from({ length: size }, () => [
      random.pick(random.chance(0.8) ? names : short),
      anything(random, levels - 1),
    ]),
  );
}

/** As text, sometimes with numbers and depths that no `JSON.stringify` writes. */
function written(value: Json, random: Random): string {
  const text = JSON.stringify(value);
  if (!random.chance(0.05)) return text;
  const odd = random.pick([
    '1e400',
    '-1e400',
    '9007199254740993',
    '-0',
    '1E-400',
    '['.repeat(100) + ']'.repeat(100),
    '"\\ud800"',
  ]);
  return text.replace(/\d+(?=[,}\]])/, () => odd);
}
