import * as z from 'zod';
import { generatedName, ignored, resource } from '../resource.ts';

export const ssm = [
  resource(
    {
      type: 'AWS::SSM::Parameter',
      file: 'ssm',
      properties: z.strictObject({
        Name: z.string().optional(),
        Type: z.enum(['String', 'StringList']),
        Value: z.string(),
        ...ignored('AllowedPattern', 'DataType', 'Description', 'Tags', 'Tier'),
      }),
    },
    async ({ Name, Type, Value }, context) => {
      const name = Name ?? generatedName(context, 1011);
      await context.call('ssm', 'PutParameter', { Name: name, Type, Value });
      return { physicalId: name, attributes: { Type, Value } };
    },
  ),
];
