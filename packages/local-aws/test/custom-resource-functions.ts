import type { JsonObject } from '../src/contract.ts';

/** Prints the event, then responds as its property `answer` says. */
export const ownFunction = `
  export const handler = async (event) => {
    const { ResponseURL, ...rest } = event;
    console.log(JSON.stringify(rest));
    const { StackId, RequestId, LogicalResourceId, ResourceProperties } = event;
    const put = (body, type = '') => fetch(ResponseURL, { method: 'PUT', body: JSON.stringify(body), headers: { 'content-type': type } });
    const good = { Status: 'SUCCESS', PhysicalResourceId: 'id-' + ResourceProperties.key, StackId, RequestId, LogicalResourceId, Data: { Colour: 'red' } };
    if (ResourceProperties.answer === 'fail') return void await put({ ...good, Status: 'FAILED', Reason: 'no such project' });
    if (ResourceProperties.answer === 'silent') return;
    const typed = await put(good, 'application/json');
    const large = await put({ ...good, Data: { x: 'x'.repeat(5000) } });
    const first = await put(good);
    const second = await put(good);
    console.log(JSON.stringify([typed, large, first, second].map((response) => response.status)));
  };`;
export const providerFunction = `
  export const handler = async ({ ResponseURL, ...event }) => {
    console.log(JSON.stringify(event));
    const { answer, key } = event.ResourceProperties;
    if (answer === 'throw') throw new Error('no such project');
    if (answer === 'moves' && event.RequestType === 'Delete') return { PhysicalResourceId: 'elsewhere' };
    return answer === 'nothing' ? undefined : { PhysicalResourceId: 'id-' + key, Data: { Colour: 'blue' } };
  };`;

export const role = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {} } };
export const fn = (asset: string, Role: string, variables: JsonObject = {}): JsonObject => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    FunctionName: asset,
    Code: { S3Bucket: 'b', S3Key: `${asset}.zip` },
    Handler: 'index.handler',
    Runtime: asset === 'framework' ? 'nodejs22.x' : 'nodejs24.x',
    Role: { 'Fn::GetAtt': [Role, 'Arn'] },
    Environment: { Variables: variables },
  },
});
