/** Platform payloads and the two envelopes around them, with what a test does not care about filled in. */
export const someId = '3f1d2c9a-5b7e-4a10-9c1d-0a2b3c4d5e6f';

/** A UUID that ends in a number. */
export function idOf(n: number): string {
  return `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
}

export function change(
  type: 'ResourceCreated' | 'ResourceUpdated' | 'ResourceDeleted',
  over: Record<string, unknown> = {},
) {
  return {
    notificationType: type,
    projectKey: 'local',
    resource: { typeId: 'customer', id: someId },
    resourceUserProvidedIdentifiers: {},
    version: 3,
    modifiedAt: '2026-11-20T13:23:40.577Z',
    ...over,
  };
}

export function eventBridgeEvent(detail: unknown, detailType = 'any value') {
  return {
    version: '0',
    id: '0b000000-0000-4000-8000-000000000004',
    'detail-type': detailType,
    source: 'aws.partner/commercetools.com/local/fluent-customer-sync',
    account: '000000000000',
    time: '2026-11-20T13:23:41Z',
    region: 'eu-central-1',
    resources: [],
    detail,
  };
}
