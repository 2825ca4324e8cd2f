import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Node } from 'constructs';
import { z } from 'zod';
import { plans } from './plans.ts';

const RETENTIONS = Object.values(RetentionDays).filter((days) => typeof days === 'number');

const url = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' });
/** Where a user pool returns to: by TLS, or to this machine, and to no part of a page. */
const returnUrl = z
  .url()
  .regex(/^(https:\/\/|http:\/\/localhost[:/])[^#]*$/, 'must be an https URL, or http://localhost, without a fragment');

/** The runbook's path in the repository. */
export const RUNBOOK = 'docs/runbook.md';

const origin = z
  .string()
  .regex(/^(\*|https?:\/\/[^/\s*]+)$/, 'must be an origin such as https://app.example.com, without a path, or *');

/** Who signs people in: a Cognito user pool which the stack makes, or an OpenID issuer that is there already. */
const identity = z.union([
  z.strictObject({
    /** Where the sign-in page may return to. */
    callbackUrls: z.array(returnUrl).min(1),
    /** Prefix of the sign-in page's host, unique in the region; by default one made of the stage and the account. */
    domainPrefix: z
      .string()
      .regex(
        /^(?!.*(?:aws|amazon|cognito))[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
        'must be lower-case letters, digits and hyphens, without "aws", "amazon" or "cognito" in it',
      )
      .optional(),
  }),
  z.strictObject({
    /** The `iss` of its tokens, to the letter. */
    issuer: z.url({ protocol: /^https$/, error: 'must be an https URL' }),
    /** Client ids of which a token's `aud` (or `client_id`) must be one. */
    audience: z.array(z.string().min(1)).min(1).max(50),
    /** The claim that lists a person's groups. */
    groupsClaim: z.string().min(1),
    /** Origins of its endpoints that the dashboard's browser speaks with, where they are not the issuer's. */
    endpointOrigins: z.array(origin).optional(),
    /** The dashboard's client at the issuer; the first of the audience by default. */
    clientId: z.string().min(1).optional(),
  }),
]);

/** Where people find the dashboard; by default at a name of CloudFront's own. */
const site = z.strictObject({
  domain: z
    .strictObject({
      /** A host name that is pointed at the distribution. */
      name: z.hostname(),
      /** Its certificate, which CloudFront takes from us-east-1 alone. */
      certificateArn: z
        .string()
        .regex(
          /^arn:aws[a-z-]*:acm:us-east-1:\d{12}:certificate\/[\w-]+$/,
          'must be the ARN of a certificate in us-east-1',
        ),
    })
    .optional(),
  /** A web ACL of AWS WAF for the distribution, which is global: none by default. */
  webAclArn: z
    .string()
    .regex(
      /^arn:aws[a-z-]*:wafv2:us-east-1:\d{12}:global\/webacl\/[\w-]+\/[\w-]+$/,
      'must be the ARN of a global web ACL, such as arn:aws:wafv2:us-east-1:123456789012:global/webacl/name/id',
    )
    .optional(),
});

/** What people are told of how the service does. All of it may be left out. */
const monitoring = z.strictObject({
  /** Make the dashboard and the alarms: true by default. They cost the same each month, whatever the traffic. */
  enabled: z.boolean().optional(),
  /** Who is mailed alarms, after confirming it once; nobody by default, and alarms are seen in CloudWatch alone. */
  alarmsTo: z.array(z.email()).min(1).max(10).optional(),
  /** Where the runbook is read: alarms link to its sections. By default its path in the repository. */
  runbookUrl: z.union([url, z.literal(RUNBOOK)]).optional(),
  /** Credits an hour of all accounts together that raise an alarm; by default what is more than was usual. */
  creditsPerHour: z.int().positive().optional(),
  /** Traces of the functions by AWS X-Ray: off by default. */
  tracing: z.enum(['xray', 'off']).optional(),
});

const stageSettings = z.strictObject({
  /** Keep tables and people when the stack is deleted, and protect them from deletion. */
  retainData: z.boolean(),
  /** How long logs are kept: a period that CloudWatch Logs offers. */
  logRetentionDays: z.number().refine((days) => RETENTIONS.includes(days), {
    error: `must be one of ${RETENTIONS.join(', ')}`,
  }),
  logLevel: z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR']),
  /** Requests of all callers together, as the API's stage allows them. */
  throttle: z.strictObject({ requestsPerSecond: z.number().positive(), burst: z.int().positive() }),
  /** Web origins that may call the API from a browser; none by default. */
  allowedOrigins: z.array(origin),
  identity,
  /** The dashboard. */
  site: site.optional(),
  /** Alarms, dashboard and traces. */
  monitoring: monitoring.optional(),
  /** Plans in place of those shipped. */
  plans: plans.optional(),
  /** Accepts imported secrets that were made elsewhere: whatever may be one is looked up. Off where it is left out. */
  foreignSecrets: z.boolean().optional(),
  /** Sells credits by Stripe; off where it is left out. */
  billing: z
    .strictObject({
      /** The secret in Secrets Manager that holds `{ "apiKey": "sk_…", "webhookSecret": "whsec_…" }`. */
      secretName: z.string().regex(/^[\w/+=.@-]{1,512}$/, 'must be the name of a secret'),
      /** Where people return to from paying. */
      returnUrl: url,
    })
    .optional(),
  /** Who runs migrations: each deployment that brings newer ones, or a person by `npm run migrate`; a person where it is left out. */
  migrations: z.enum(['onDeploy', 'byHand']).optional(),
  /** Mails events of some types, such as `key.expiring`, by SNS; none where it is left out. */
  mailEvents: z
    .strictObject({
      to: z.array(z.email()).min(1).max(10),
      types: z.array(z.string().regex(/^[a-z_]+\.[a-z_]+$/, 'must be a type of event such as key.expiring')).min(1),
    })
    .optional(),
});

/** What a deployment can be told, per stage, in `cdk.json` under `context.stages`. */
export type Settings = z.infer<typeof stageSettings> & { readonly stage: string };

/**
 * Reads the settings of the stage that `-c stage=…` names, `dev` by default.
 *
 * @throws Error that lists every unknown, missing or wrong option by name, with what is allowed.
 */
export function readSettings(node: Node): Settings {
  rejectUnknownContext(node);
  const stages: unknown = node.tryGetContext('stages');
  const names = stages !== null && typeof stages === 'object' ? Object.keys(stages) : [];
  const stage: unknown = node.tryGetContext('stage') ?? 'dev';
  if (typeof stage !== 'string' || !names.includes(stage)) {
    throw new Error(
      `stage ${JSON.stringify(stage)} is not in cdk.json: context.stages has ${names.join(', ') || 'none'}`,
    );
  }
  if (!STAGE_NAME.test(stage)) {
    throw new Error(
      `stage ${JSON.stringify(stage)} must be named with at most 30 lower-case letters, digits and hyphens, without "aws", "amazon" or "cognito" in it`,
    );
  }
  const parsed = stageSettings.safeParse((stages as Record<string, unknown>)[stage]);
  if (parsed.success) return { ...parsed.data, stage };
  const problems = parsed.error.issues.flatMap((issue) => explain(issue));
  throw new Error([`the settings of stage ${stage} in cdk.json are wrong:`, ...problems].join('\n  '));
}

/** Context of the CDK itself has a `:` or `/` in its name; any other is an option of ours. */
function rejectUnknownContext(node: Node): void {
  const unknown = Object.keys(node.getAllContext()).filter((name) => !/[:/]/.test(name) && !OPTIONS.includes(name));
  if (unknown.length === 0) return;
  throw new Error(`unknown context option ${unknown.join(', ')}: allowed are ${OPTIONS.join(', ')}`);
}

const OPTIONS = ['stage', 'stages'];

/** The name is part of the host of Cognito's sign-in page, which has its own rules. */
const STAGE_NAME = /^(?!.*(?:aws|amazon|cognito))[a-z0-9][a-z0-9-]{0,29}$/;

function explain(issue: z.core.$ZodIssue): string[] {
  const path = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${[...issue.path, key].join('.')}: unknown option`);
  }
  if (issue.code === 'invalid_union') {
    const nearest = [...issue.errors].sort((a, b) => a.length - b.length)[0] ?? [];
    return nearest.flatMap((inner) => explain({ ...inner, path: [...issue.path, ...inner.path] }));
  }
  return [`${path}: ${issue.message}`];
}
