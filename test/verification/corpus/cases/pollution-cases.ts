import { changeOf, customerOf, eventOf, type Input, nextId, onBus } from '../input.ts';
import { withValue } from './customer-fields.ts';

const group = 'prototype pollution';

/** Members as text: an object literal would lose `__proto__`. */
const members = [
  '"__proto__":{"polluted":true}',
  '"__proto__":{"version":9,"id":"x"}',
  '"__proto__":{"toJSON":1}',
  '"__proto__":null',
  '"__proto__":[]',
  '"__proto__":"x"',
  '"__proto__":{"__proto__":{"polluted":true}}',
  '"\\u005f_proto__":{"polluted":true}',
  '"constructor":{"prototype":{"polluted":true}}',
  '"constructor":null',
  '"prototype":{"polluted":true}',
  '"toString":null',
  '"valueOf":7',
  '"toJSON":{}',
  '"hasOwnProperty":false',
  '"then":{"then":1}',
  '"length":1e9',
  '"__defineGetter__":1',
  '"__lookupGetter__":1',
  '"__proto__.polluted":true',
  '"constructor.prototype.polluted":true',
  '"Symbol(Symbol.iterator)":1',
];

const first = (document: unknown, member: string) =>
  JSON.stringify(document).replace('{', () => `{${member},`);
const last = (document: unknown, member: string) =>
  JSON.stringify(document).replace(/}$/, () => `,${member}}`);
const inside = (document: unknown, member: string) =>
  JSON.stringify(document).replace('"resource":{', () => `"resource":{${member},`);

const everywhere: Input[] = members.flatMap((member): Input[] =>
  [first, last, inside].flatMap((put) => {
    const [listened, routed, handled, read, inline] = [nextId(), nextId(), nextId(), nextId(), nextId()];
    return [
      { group, name: member, id: listened, message: put(changeOf(listened), member), doors: ['listener'] },
      {
        group,
        name: `bus ${member}`,
        id: routed,
        message: put(onBus(eventOf(routed)), member),
        doors: ['router'],
      },
      {
        group,
        name: `event ${member}`,
        id: handled,
        message: put(eventOf(handled), member),
        doors: ['handler'],
      },
      { group, name: `customer ${member}`, id: read, customer: put(customerOf(read), member) },
      {
        group,
        name: `inline ${member}`,
        id: inline,
        customer: put(customerOf(inline), member),
        isInline: true,
      },
    ];
  }),
);

const fields: Input[] = members.map((member): Input => {
  const id = nextId();
  const customer = JSON.stringify(customerOf(id)).replace('"fields":{', () => `"fields":{${member},`);
  return { group, name: `custom field ${member}`, id, customer };
});

/** Names that every object has, in places that are looked up in a table of the settings. */
const inherited = Object.getOwnPropertyNames(Object.prototype).flatMap((name) =>
  ['addresses.0.country', 'stores.0.key', 'customerGroup.obj.key', 'defaultShippingAddressId'].map(
    (path): Input => {
      const id = nextId();
      return {
        group,
        name: `${path} ${name}`,
        id,
        customer: JSON.stringify(withValue(customerOf(id), path, name)),
      };
    },
  ),
);

export const pollutions: readonly Input[] = [...everywhere, ...fields, ...inherited];
