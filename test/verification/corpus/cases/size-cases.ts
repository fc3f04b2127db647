import { eventBridgeEvent } from '../../../builders/notification.ts';
import { canary, changeOf, customerOf, eventOf, type Input, nextId, onBus } from '../input.ts';
import { withValue } from './customer-fields.ts';

const kilobyte = 1_024;
const megabyte = 1_048_576;
const group = 'sizes';

/** A document of exactly this many bytes, because it contains a text of that length. */
function padded(document: object, bytes: number): string {
  const text = JSON.stringify({ ...document, padding: '' });
  return text.replace('"padding":""', () => `"padding":"${'x'.repeat(bytes - text.length)}"`);
}

const around = [255, 256, 257].map((count) => count * kilobyte);
const atTheEnd = [megabyte - 1, megabyte, megabyte + 1];

const messages: Input[] = [...around, ...atTheEnd].flatMap((bytes) => {
  const [listened, enveloped, routed, handled] = [nextId(), nextId(), nextId(), nextId()];
  return [
    {
      group,
      name: `notification of ${bytes}`,
      id: listened,
      message: padded(changeOf(listened), bytes),
      doors: ['listener'],
    },
    {
      group,
      name: `event of ${bytes}`,
      id: enveloped,
      message: padded(eventBridgeEvent(changeOf(enveloped)), bytes),
      doors: ['listener'],
    },
    {
      group,
      name: `bus event of ${bytes}`,
      id: routed,
      message: padded(onBus(eventOf(routed)), bytes),
      doors: ['router'],
    },
    {
      group,
      name: `run of ${bytes}`,
      id: handled,
      message: padded(eventOf(handled), bytes),
      doors: ['handler'],
    },
  ];
});

const texts: Input[] = [
  '',
  ' ',
  '\n',
  '\t\r\n ',
  ' '.repeat(megabyte),
  '0'.repeat(megabyte),
  '"'.repeat(1_000),
  '漢'.repeat(400_000),
].map((message, index) => ({ group, name: `text ${index}`, id: nextId(), message }));

/** Ten records of the largest size in one batch. */
const tenOfTheLargest: Input[] = Array.from({ length: 10 }, (_, index) => {
  const id = nextId();
  return {
    group,
    name: `largest ${index}`,
    id,
    message: padded(changeOf(id), megabyte),
    doors: ['listener'],
  };
});

const list = <T>(length: number, make: (index: number) => T): T[] =>
  Array.from({ length }, (_, index) => make(index));

const large: Readonly<Record<string, Record<string, unknown>>> = {
  '1,000 addresses': {
    addresses: list(1_000, (n) => ({ id: `a${n}`, country: 'DE', phone: String(n), streetName: canary })),
  },
  '10,000 addresses': {
    addresses: list(10_000, (n) => ({ id: `a${n}` })),
    defaultShippingAddressId: 'a9999',
  },
  '1,000 stores': { stores: list(1_000, (n) => ({ key: `store-${n}` })) },
  '100 stores': { stores: list(100, (n) => ({ key: `store-${n}` })) },
  '101 stores': { stores: list(101, (n) => ({ key: `store-${n}` })) },
  '500 groups': { customerGroupAssignments: list(500, (n) => ({ customerGroup: { id: `group-${n}` } })) },
  '5,000 custom fields': {
    custom: { fields: Object.fromEntries(list(5_000, (n) => [`field${n}`, canary])) },
  },
  'a set of 1,000 texts': { custom: { fields: { tags: list(1_000, () => canary) } } },
  'a set of long texts': { custom: { fields: { tags: list(50, () => 'x'.repeat(10_000)) } } },
  'a document as custom field': { custom: { fields: { tags: { en: 'x'.repeat(100_000) } } } },
  '10,000 unknown members': Object.fromEntries(list(10_000, (n) => [`member${n}`, canary])),
  'a megabyte in an unknown member': { [canary]: 'x'.repeat(megabyte) },
  'no addresses': { addresses: [], defaultShippingAddressId: undefined },
};

const megabytes = [
  'email',
  'firstName',
  'companyName',
  'addresses.0.phone',
  'addresses.0.country',
  'stores.0.key',
  'custom.fields.loyaltyId',
];

const customers: Input[] = [
  ...Object.entries(large).flatMap(([name, over]) =>
    [false, true].map((isInline): Input => {
      const id = nextId();
      return {
        group,
        name: `${name}${isInline ? ' inline' : ''}`,
        id,
        customer: JSON.stringify(customerOf(id, over)),
        isInline,
      };
    }),
  ),
  ...megabytes.map((field): Input => {
    const id = nextId();
    return {
      group,
      name: `a megabyte of ${field}`,
      id,
      customer: JSON.stringify(withValue(customerOf(id), field, 'x'.repeat(megabyte))),
    };
  }),
  ...[249, 250, 251].map((length): Input => {
    const id = nextId();
    return {
      group,
      name: `an e-mail of ${length}`,
      id,
      customer: JSON.stringify(customerOf(id, { email: `${id}@${'x'.repeat(length - 37)}` })),
    };
  }),
];

export const sizes: readonly Input[] = [...messages, ...texts, ...customers];
export { tenOfTheLargest };

const depths = [10, 60, 63, 64, 65, 100, 1_000, 5_000, 50_000, 100_000, 500_000];
const nested: Readonly<Record<string, (levels: number) => string>> = {
  lists: (levels) => '['.repeat(levels) + ']'.repeat(levels),
  objects: (levels) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`,
  'lists that stay open': (levels) => '['.repeat(levels),
  'closed before opened': (levels) => ']'.repeat(levels) + '['.repeat(levels),
};

export const depth: readonly Input[] = depths.flatMap((levels) =>
  Object.entries(nested).flatMap(([kind, nest]): Input[] => {
    const [whole, inside, run, read, mapped] = [nextId(), nextId(), nextId(), nextId(), nextId()];
    const text = nest(levels);
    const place = (document: object) => JSON.stringify(document).replace('"?"', () => text);
    const name = `${levels} ${kind}`;
    const inputs: Input[] = [
      { group: 'depth', name, id: whole, message: text },
      {
        group: 'depth',
        name: `${name} inside`,
        id: inside,
        message: place(changeOf(inside, { resourceUserProvidedIdentifiers: '?' })),
      },
      {
        group: 'depth',
        name: `${name} in a run`,
        id: run,
        message: place(eventOf(run, { body: { x: '?' }, bodyAt: 1 })),
        doors: ['handler'],
      },
    ];
    if (kind !== 'lists' && kind !== 'objects') return inputs;
    return [
      ...inputs,
      {
        group: 'depth',
        name: `${name} at the source`,
        id: read,
        customer: place(customerOf(read, { unknown: '?' })),
      },
      {
        group: 'depth',
        name: `${name} in a custom field`,
        id: mapped,
        customer: place(customerOf(mapped, { custom: { fields: { tags: '?' } } })),
      },
    ];
  }),
);
