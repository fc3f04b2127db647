import { canary, changeOf, customerOf, eventOf, type Input, nextId, onBus } from '../input.ts';
import { allFields, missing, textFields, withValue } from './customer-fields.ts';
import { nastyStrings } from './nasty-strings.ts';

/** Every nasty text in every text field. */
export const strings: readonly Input[] = textFields.flatMap((field) =>
  nastyStrings.map((text, index) => {
    const id = nextId();
    const customer = JSON.stringify(withValue(customerOf(id), field, text));
    return { group: 'strings', name: `${field} #${index}`, id, customer, isInline: index % 2 === 1 };
  }),
);

const values: Readonly<Record<string, unknown>> = {
  null: null,
  missing,
  'empty text': '',
  blank: ' ',
  text: `${canary} text`,
  'number as text': '5',
  'long text': canary.repeat(60),
  list: [],
  'list of null': [null],
  'list of texts': [canary],
  'list in a list': [[[]]],
  object: {},
  'object with a text': { [canary]: canary },
  true: true,
  false: false,
  '0': 0,
  '-1': -1,
  '1': 1,
  '1.5': 1.5,
  '1e21': 1e21,
  'two to the 53': 2 ** 53,
  day: '2026-11-20',
  'moment with offset': '2026-11-20T13:23:40+01:00',
  'no date': '2026-13-40T99:99:99Z',
  id: '3f1d2c9a-5b7e-4a10-9c1d-0a2b3c4d5e6f',
};

const notificationFields = [
  'notificationType',
  'projectKey',
  'resource',
  'resource.typeId',
  'resource.id',
  'version',
  'oldVersion',
  'modifiedAt',
  'dataErasure',
  'resourceUserProvidedIdentifiers',
  'resourceVersion',
];
const eventFields = [
  'projectKey',
  'resource',
  'resource.typeId',
  'resource.id',
  'version',
  'kind',
  'dataErasure',
  'modifiedAt',
  'traceId',
  'runId',
  'force',
  'body',
  'bodyAt',
];

function each(
  fields: readonly string[],
  make: (field: string, value: unknown, name: string) => Input[],
): Input[] {
  return fields.flatMap((field) =>
    Object.entries(values).flatMap(([what, value]) => make(field, value, `${field}: ${what}`)),
  );
}

const group = 'types';

export const types: readonly Input[] = [
  ...each(allFields, (field, value, name) => {
    const id = nextId();
    return [{ group, name, id, customer: JSON.stringify(withValue(customerOf(id), field, value)) }];
  }),
  ...each(notificationFields, (field, value, name) => {
    const id = nextId();
    const message = JSON.stringify(withValue(changeOf(id), field, value));
    return [{ group, name: `notification ${name}`, id, message, doors: ['listener'] }];
  }),
  // The customer cannot be mapped: every event ends in a dead letter.
  ...each(eventFields, (field, value, name) => {
    const [id, routed] = [nextId(), nextId()];
    const event = withValue(eventOf(id), field, value);
    const customer = JSON.stringify(customerOf(id, { email: '' }));
    const message = JSON.stringify(onBus(withValue(eventOf(routed), field, value)));
    return [
      { group, name: `event ${name}`, id, message: JSON.stringify(event), customer, doors: ['handler'] },
      { group, name: `bus ${name}`, id: routed, message, doors: ['router'] },
    ];
  }),
];
