import { Stack, type StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { Billing } from './billing.ts';
import { type Access, ENDPOINTS } from './endpoints.ts';
import { Gateway } from './gateway.ts';
import { ADMIN_GROUP, Identity } from './identity.ts';
import { checkVariables, KeyCheck } from './key-check.ts';
import { KeyNotices } from './key-notices.ts';
import { Migrations } from './migrations.ts';
import { watchedOf } from './monitoring/watched.ts';
import { Monitoring } from './monitoring.ts';
import { Outbox } from './outbox.ts';
import { ServiceFunction } from './service-function.ts';
import type { Settings } from './settings.ts';
import { Site } from './site.ts';
import { Tables } from './tables.ts';
import { USAGE_LINES, UsageRecording } from './usage-recording.ts';

/** One stage of the service. */
export interface SenseiKeysStackProps extends StackProps {
  readonly settings: Settings;
  /** Where the functions' bundles are: `<bundles>/<name>/index.mjs`. */
  readonly bundles: string;
  /** Where the built dashboard is. @default - none is deployed */
  readonly site?: string | undefined;
}

/**
 * The service: callers come through the gateway, which lets them pass by token or by API key to one function per
 * endpoint, each of which reaches only the tables it needs.
 */
export class SenseiKeysStack extends Stack {
  /** Where engineers attach routes of their own: `stack.gateway.protect('GET /api/orders', handler)`. */
  readonly gateway: Gateway;
  /** Where rules of their own hear of what happens to keys: `stack.outbox.bus`. */
  readonly outbox: Outbox;

  constructor(scope: Construct, id: string, { settings, bundles, site, ...props }: SenseiKeysStackProps) {
    super(scope, id, props);

    const tables = new Tables(this, 'Tables', settings);
    const identity = new Identity(this, 'Identity', settings);
    const context = { settings, tables, bundles };
    const keyCheck = new KeyCheck(this, 'KeyCheck', context);
    this.gateway = new Gateway(this, 'Gateway', { settings, identity, keyCheck });
    const usage = new UsageRecording(this, 'Usage', context);
    usage.follow(this.gateway.accessLog);
    usage.follow(keyCheck.logGroup, USAGE_LINES);

    if (site) new Site(this, 'Site', { settings, identity, api: this.gateway.api, directory: site });

    if (settings.migrations === 'onDeploy') new Migrations(this, 'Migrations', context);

    new KeyNotices(this, 'Notices', context);
    this.outbox = new Outbox(this, 'Outbox', context);

    const billing = new Billing(this, 'Billing', { ...context, outbox: this.outbox });

    const administration = { groupsClaim: identity.groupsClaim, adminGroup: ADMIN_GROUP };
    const attach = {
      user: this.gateway.signedIn,
      admin: this.gateway.signedIn,
      key: this.gateway.protect,
      public: this.gateway.open,
    } satisfies Record<Access, Gateway['protect']>;

    for (const { route, access, terms, billing: part, ...props } of ENDPOINTS) {
      const environment = {
        ...(access === 'user' || access === 'admin' ? administration : {}),
        ...(part && billing.variables),
        ...(props.logsUsage && checkVariables(settings)),
      };
      const endpoint = new ServiceFunction(this, props.name, {
        ...context,
        ...props,
        environment,
        logsMetrics: part === 'sells',
      });
      attach[access].call(this.gateway, route, endpoint.function, terms);
      if (part === 'sells') billing.grantProvider(endpoint.function);
      if (props.logsUsage) usage.follow(endpoint.logGroup, USAGE_LINES);
    }

    if (settings.monitoring?.enabled ?? true) {
      new Monitoring(this, 'Monitoring', { settings, watched: watchedOf(this, this.gateway.api) });
    }
  }
}
