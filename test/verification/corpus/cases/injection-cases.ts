import { changeOf, customerOf, eventOf, type Input, nextId, onBus } from '../input.ts';
import { withValue } from './customer-fields.ts';
import { injections } from './nasty-strings.ts';

const group = 'injection';

/** Attacks on a predicate, an address, a query or a log, in every id, key and e-mail that could reach them. */
export const injected: readonly Input[] = injections.flatMap((text, index): Input[] => {
  const fresh = () => nextId();
  const [project, type, bare, joined, bus, trace, run, key, group1, email] = Array.from(
    { length: 10 },
    fresh,
  ) as string[];
  const put = (document: Record<string, unknown>, path: string, value = text) =>
    JSON.stringify(withValue(document, path, value));
  const of = (id = '') => ({ group, name: `#${index}`, id });
  return [
    { ...of(project), message: put(changeOf(project ?? ''), 'projectKey'), doors: ['listener'] },
    { ...of(type), message: put(changeOf(type ?? ''), 'resource.typeId'), doors: ['listener'] },
    { ...of(bare), message: put(changeOf(bare ?? ''), 'resource.id') },
    { ...of(joined), message: put(changeOf(joined ?? ''), 'resource.id', `${joined}${text}`) },
    {
      ...of(bus),
      message: JSON.stringify(onBus(withValue(eventOf(bus ?? ''), 'resource.id', `${bus}${text}`))),
      doors: ['router'],
    },
    {
      ...of(trace),
      message: put(eventOf(trace ?? ''), 'traceId'),
      customer: put(customerOf(trace ?? ''), 'email', ''),
      doors: ['handler'],
    },
    {
      ...of(run),
      message: put(eventOf(run ?? '', { runId: '' }), 'runId'),
      customer: put(customerOf(run ?? ''), 'email', ''),
      doors: ['handler'],
    },
    { ...of(key), customer: put(customerOf(key ?? ''), 'key') },
    { ...of(group1), customer: put(customerOf(group1 ?? ''), 'customerGroup.id') },
    { ...of(email), customer: put(customerOf(email ?? ''), 'email', `${text}@example.com`) },
  ];
});
