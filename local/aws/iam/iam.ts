import type { Arns } from '../arns.ts';
import { text } from '../fields.ts';
import { serviceOf } from '../operations.ts';
import { AwsError, type Service } from '../parts.ts';
import type { Policies } from './policies.ts';

/** AWS-managed policies that this account knows. The execution role only writes logs, which the host captures. */
const managedPolicies = ['service-role/AWSLambdaBasicExecutionRole'];

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
      text(input, 'RoleName');
      if (managedPolicies.some((name) => arn === `arn:aws:iam::aws:policy/${name}`)) return {};
      throw new AwsError('NoSuchEntity', `Managed policy ${arn} is not known here; see local/aws/iam/iam.ts`);
    },
  });
}
