import type { Arns } from '../arns.ts';
import { AwsError, type Service } from '../contract.ts';
import { text } from '../fields.ts';
import { serviceOf } from '../operations.ts';
import type { Policies } from './policies.ts';

/** Actions that the supported AWS-managed policies allow. */
const managedPolicies: Readonly<Record<string, readonly string[]>> = {
  'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole': [
    'logs:CreateLogGroup',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
  ],
};

/** The `iam` service: CreateRole, PutRolePolicy, AttachRolePolicy. */
export function createIam(policies: Policies, arns: Arns): Service {
  return serviceOf('iam', {
    CreateRole: (input) => {
      const name = text(input, 'RoleName');
      text(input, 'AssumeRolePolicyDocument');
      if (policies.hasRole(name))
        throw new AwsError('EntityAlreadyExists', `Role with name ${name} already exists.`);
      policies.addRole(name);
      return { Role: { RoleName: name, Arn: arns.role(name), Path: '/' } };
    },
    PutRolePolicy: (input) => {
      policies.setRolePolicy(
        text(input, 'RoleName'),
        text(input, 'PolicyName'),
        text(input, 'PolicyDocument'),
      );
      return {};
    },
    AttachRolePolicy: (input) => {
      const arn = text(input, 'PolicyArn');
      const Action = managedPolicies[arn];
      if (Action) {
        const Statement = [{ Effect: 'Allow', Action, Resource: '*' }];
        const document = JSON.stringify({ Version: '2012-10-17', Statement });
        policies.setRolePolicy(text(input, 'RoleName'), arn, document);
        return {};
      }
      throw new AwsError(
        'NoSuchEntity',
        `Managed policy ${arn} is not supported; see packages/local-aws/src/iam/iam.ts`,
      );
    },
  });
}
