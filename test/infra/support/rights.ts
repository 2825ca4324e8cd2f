import { type Resource, resolve } from '../../../local/intrinsics.ts';
import { type Place, referencesTo } from '../../../local/template/references.ts';
import { readTemplate } from '../../../local/template.ts';
import { holds } from './iam-condition.ts';
import type { IamRequest } from './iam-request.ts';

/** One thing that one statement of a role's policy allows. */
export interface Right {
  readonly functionName: string;
  readonly action: string;
  readonly resource: string;
  readonly condition: Parameters<typeof holds>[0];
}

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: string | string[];
  readonly Condition?: Right['condition'];
}

interface Policy {
  readonly Roles: readonly { readonly Ref: string }[];
  readonly PolicyDocument: { readonly Statement: readonly unknown[] };
}

/** What each function may do to DynamoDB, by the policies of its role in a synthesized stack. */
export function readRights(assembly: string, place: Place): Right[] {
  const { Resources } = readTemplate(assembly);
  const references = referencesTo(Resources, place);
  const ofType = (type: string): Resource[] => Object.values(Resources).filter(({ Type }) => Type === type);
  const policies = ofType('AWS::IAM::Policy').map(({ Properties }) => Properties as unknown as Policy);
  return ofType('AWS::Lambda::Function').flatMap(({ Properties = {} }) => {
    const role = (Properties.Role as { 'Fn::GetAtt': string[] })['Fn::GetAtt'][0];
    return policies
      .filter(({ Roles }) => Roles.some(({ Ref }) => Ref === role))
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
      .filter((statement) => JSON.stringify((statement as Statement).Action).includes('"dynamodb:'))
      .flatMap((statement) => rightsOf(String(Properties.FunctionName), resolve(statement, references) as Statement));
  });
}

function rightsOf(functionName: string, { Effect, Action, Resource, Condition = {} }: Statement): Right[] {
  if (Effect !== 'Allow') throw new Error(`a statement of ${functionName} has the effect ${Effect}; known is Allow`);
  return [Action]
    .flat()
    .flatMap((action) =>
      [Resource].flat().map((resource) => ({ functionName, action, resource, condition: Condition })),
    );
}

/** Tells whether a right covers a request. Wildcards are not known: no policy has any. */
export const covers = ({ action, resource, condition }: Right, request: IamRequest): boolean =>
  action === request.action && resource === request.resource && holds(condition, request.context);
