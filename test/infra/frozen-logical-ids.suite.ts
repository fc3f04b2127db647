import { describe, expect, it } from 'vitest';
import { stages } from '../../lib/config/stages.ts';
import frozen from './frozen-logical-ids.json' with { type: 'json' };
import { resourcesOf, type Template, templateOf } from './synth.ts';

/** Resources that must never be replaced, as a changed logical id would do. */
function irreplaceable(template: Template): Record<string, string> {
  const of = (type: string) => resourcesOf(template, type).map(([id]) => [id, type]);
  const fifo = resourcesOf(template, 'AWS::SQS::Queue').filter(
    ([, queue]) => queue.Properties?.['FifoQueue'],
  );
  return Object.fromEntries([
    ...of('AWS::Events::EventBus'),
    ...of('AWS::DynamoDB::GlobalTable'),
    ...of('Custom::CommercetoolsSubscription'),
    ...fifo.map(([id, { Type }]) => [id, Type]),
  ]);
}

describe('logical ids', () => {
  // A replaced bus loses events, a replaced table loses the sync records, a replaced FIFO queue is a second writer.
  it.each(Object.keys(stages))(
    'of buses, table, subscription and FIFO queues are frozen in stage %s',
    (stage) => {
      expect(irreplaceable(templateOf(stage))).toEqual(frozen);
    },
  );
});
