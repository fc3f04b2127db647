import { changeOf, customerOf, eventOf, type Input, nextId, onBus, upsert } from '../input.ts';
import { jsonTexts } from './json-texts.ts';

/** Each text as a whole message at every door, and inside a good notification. */
export const jsonParse: readonly Input[] = jsonTexts.flatMap(({ name, text }) => {
  const [whole, inside] = [nextId(), nextId()];
  const notification = JSON.stringify(changeOf(inside, { resourceUserProvidedIdentifiers: '?' }));
  return [
    { group: 'JSON parse', name, id: whole, message: text },
    {
      group: 'JSON parse',
      name: `inside: ${name}`,
      id: inside,
      message: notification.replace('"?"', () => text),
    },
  ];
});

const numbers =
  `0 -0 1 -1 3.0 3.5 3e0 30e-1 0.3e1 9007199254740991 9007199254740992 9007199254740993 1e15 1e16 1e21 1e308 1e309
  1e400 -1e400 1e-400 5e-324 123456789012345678901234567890 2147483648 4294967296 1.0000000000000001 0.9999999999999999
  2.9999999999999999 1e0 1E+2 -3`.split(/\s+/);

/** Numbers in place of a version, as written. */
const versions = numbers.flatMap((number): Input[] => {
  const [listened, routed, handled, read] = [nextId(), nextId(), nextId(), nextId()];
  const put = (value: unknown) => JSON.stringify(value).replace('"version":3', `"version":${number}`);
  const group = 'JSON meaning';
  return [
    {
      group,
      name: `notification version ${number}`,
      id: listened,
      message: put(changeOf(listened)),
      doors: ['listener'],
    },
    {
      group,
      name: `bus version ${number}`,
      id: routed,
      message: put(onBus(eventOf(routed))),
      doors: ['router'],
    },
    {
      group,
      name: `event version ${number}`,
      id: handled,
      message: put(eventOf(handled)),
      doors: ['handler'],
    },
    { group, name: `customer version ${number}`, id: read, customer: put(customerOf(read)) },
  ];
});

/** A duplicate member: only the last one counts. */
const twice: Input[] = Object.entries({
  notificationType: ['"ResourceMoved"', '"ResourceUpdated"', 'null'],
  projectKey: ['"other"', '"local"', '[]'],
  resource: ['{}', 'null', '{"typeId":"cart","id":"x"}'],
  version: ['-1', '"3"', '4'],
  modifiedAt: ['7', '"2026-11-20T13:23:40.577Z"'],
}).flatMap(([member, values]) =>
  values.flatMap((value) => {
    const [before, behind] = [nextId(), nextId()];
    const open = (id: string) => JSON.stringify(changeOf(id));
    return [
      {
        group: 'JSON meaning',
        name: `${member} ${value} first`,
        id: before,
        message: open(before).replace('{', `{"${member}":${value},`),
      },
      {
        group: 'JSON meaning',
        name: `${member} ${value} last`,
        id: behind,
        message: open(behind).replace(/}$/, `,"${member}":${value}}`),
      },
    ];
  }),
);

/** The same document with other escapes. */
const spellings: Input[] = [
  (text: string) => text.replaceAll('version', '\\u0076ersion'),
  (text: string) => text.replaceAll('e', '\\u0065').replaceAll('tru\\u0065', 'true'),
  (text: string) => text.replaceAll(':', ' : ').replaceAll(',', '\r\n,\t'),
  (text: string) => `  \n${text}\n\n`,
  (text: string) => text.replaceAll('version', 'Version'),
  (text: string) => text.replaceAll('"version"', '" version"'),
  (text: string) => text.replaceAll('customer', 'Customer'),
  (text: string) => text.replaceAll('customer', 'cu\\u0000stomer'),
  (text: string) => JSON.stringify(text),
  (text: string) => JSON.stringify(JSON.stringify(text)),
  (text: string) => `[${text}]`,
  (text: string) => `\ufeff${text}`,
  (text: string) => `${text}${text}`,
  (text: string) => `${text}\n`,
  (text: string) => Buffer.from(text).toString('base64'),
  (text: string) => Buffer.from(text, 'utf16le').toString('latin1'),
  (text: string) => encodeURIComponent(text),
  (text: string) => text.replaceAll('"', "'"),
].flatMap((spell, index) => {
  const [listened, routed, handled] = [nextId(), nextId(), nextId()];
  const group = 'JSON meaning';
  return [
    { group, name: `spelling ${index}`, id: listened, message: spell(JSON.stringify(changeOf(listened))) },
    {
      group,
      name: `spelling ${index}`,
      id: routed,
      message: spell(JSON.stringify(onBus(eventOf(routed), upsert))),
    },
    { group, name: `spelling ${index}`, id: handled, message: spell(JSON.stringify(eventOf(handled))) },
  ];
});

export const jsonMeaning: readonly Input[] = [...versions, ...twice, ...spellings];
