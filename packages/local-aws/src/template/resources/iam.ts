import * as z from 'zod';
import { document, generatedName, ignored, resource } from '../resource.ts';

const file = 'iam';
const inlinePolicies = z
  .array(z.strictObject({ PolicyName: z.string(), PolicyDocument: document }))
  .default([]);

export const iam = [
  resource(
    {
      type: 'AWS::IAM::Role',
      file,
      properties: z.strictObject({
        RoleName: z.string().optional(),
        AssumeRolePolicyDocument: document,
        ManagedPolicyArns: z.array(z.string()).default([]),
        Policies: inlinePolicies,
        ...ignored('Description', 'MaxSessionDuration', 'Path', 'Tags'),
      }),
    },
    async ({ RoleName, AssumeRolePolicyDocument, ManagedPolicyArns, Policies }, context) => {
      const name = RoleName ?? generatedName(context, 64);
      const { Role } = await context.call('iam', 'CreateRole', {
        RoleName: name,
        AssumeRolePolicyDocument: JSON.stringify(AssumeRolePolicyDocument),
      });
      for (const PolicyArn of ManagedPolicyArns)
        await context.call('iam', 'AttachRolePolicy', { RoleName: name, PolicyArn });
      for (const { PolicyName, PolicyDocument } of Policies)
        await context.call('iam', 'PutRolePolicy', {
          RoleName: name,
          PolicyName,
          PolicyDocument: JSON.stringify(PolicyDocument),
        });
      const { Arn, RoleId } = z
        .looseObject({ Arn: z.string(), RoleId: z.string().default(name) })
        .parse(Role);
      return { physicalId: name, attributes: { Arn, RoleId } };
    },
  ),
  ...['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'].map((type) =>
    resource(
      {
        type,
        file,
        properties: z.strictObject({
          PolicyName: z.string().optional(),
          ManagedPolicyName: z.string().optional(),
          PolicyDocument: document,
          Roles: z.array(z.string()).min(1, 'a policy must be attached to a role'),
          ...ignored('Description', 'Path'),
        }),
      },
      async ({ PolicyName, ManagedPolicyName, PolicyDocument, Roles }, context) => {
        const name = PolicyName ?? ManagedPolicyName ?? generatedName(context, 128);
        for (const RoleName of Roles)
          await context.call('iam', 'PutRolePolicy', {
            RoleName,
            PolicyName: name,
            PolicyDocument: JSON.stringify(PolicyDocument),
          });
        if (type === 'AWS::IAM::Policy') return { physicalId: context.logicalId, attributes: {} };
        const arn = `arn:aws:iam::${context.accountId}:policy/${name}`;
        return { physicalId: arn, attributes: { PolicyArn: arn } };
      },
    ),
  ),
];
